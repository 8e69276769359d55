"""The campaigns whose figures are asked for, and their counters."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import msgspec

from conversation.script import Script, Wording
from conversation.timing.schedule import at
from handlers.actions.context import Context, Refused
from handlers.organisation.rights import ANALYSES, EVERYBODY, READS
from handlers.queries.campaigns import campaign_seen, visible_campaigns
from storage.ports import Campaign


class Subject(msgspec.Struct, frozen=True):
    """What figures are about: one campaign, or all campaigns of units and the units below them.

    - `campaign`, `title`: the campaign's code and its script's title; empty for units.
    - `units`: their names; an empty one is the whole organisation.
    - `campaigns`: how many campaigns there are.
    """

    campaign: str
    title: Wording
    units: tuple[str, ...]
    campaigns: int


class Selection(NamedTuple):
    """The campaigns that figures are about. `exact`: whether the reader sees small numbers, see `sees_names`."""

    subject: Subject
    campaigns: tuple[Campaign, ...]
    exact: bool


async def select(context: Context, of: str) -> Selection:
    """Return the campaigns of a campaign's code or a unit's name; an empty text is all that the person may see.

    The unit need not be in the tree if a campaign names it. Raises Refused.
    """
    if of and (campaign := await campaign_seen(context, of, READS)):
        return _selected(context, about(campaign, await script_of(context, campaign)), [campaign])
    seen, scope = await visible_campaigns(context), context.scope(READS)
    if not of:
        return _of_units(context, scope.units, seen)
    of = context.organisation.unit_called(of) or of
    known = of in context.organisation.units and context.scope(EVERYBODY).covers(of)
    if not scope.covers(of) or not (known or any(each.unit == of for each in seen)):
        raise Refused("figures.neither", name=of[:60])
    return _of_units(context, (of,), [each for each in seen if context.organisation.within(each.unit, of)])


async def select_for_figures(context: Context, of: str) -> Selection:
    """Like `select`, and for an analyst, if nothing is named, all campaigns of their units whose names they may
    not read, together. Parts of these cannot be chosen, so that nobody learns of a few people by subtraction."""
    scope, reads = context.scope(ANALYSES), context.scope(READS)
    if of or not scope:
        return await select(context, of)
    among = [each for each in await visible_campaigns(context, ANALYSES) if not reads.covers(each.unit)]
    if reads and not among:
        return await select(context, of)
    return Selection(Subject("", Wording(), scope.units, len(among)), tuple(among), exact=False)


def sees_names(context: Context, among: Iterable[Campaign]) -> bool:
    """Return whether everybody who reads the answer may read the names of all candidates of these campaigns, and
    so may see numbers of few people.

    The person must have the right to read them. A group, besides, must be one that gets notices of these
    candidates, which name them.
    """
    units = {each.unit for each in among}
    named = context.private or any(
        chat.address == context.reply_to and all(context.organisation.within(unit, chat.unit) for unit in units)
        for chat in context.organisation.chats
    )
    return named and all(map(context.scope(READS).covers, units))


def _of_units(context: Context, units: tuple[str, ...], among: Sequence[Campaign]) -> Selection:
    return _selected(context, Subject("", Wording(), units, len(among)), among)


def _selected(context: Context, subject: Subject, among: Sequence[Campaign]) -> Selection:
    return Selection(subject, tuple(among), sees_names(context, among))


async def one_campaign(context: Context, code: str) -> Campaign:
    """Return the campaign with this code. Raises Refused."""
    found = await campaign_seen(context, code, READS)
    if found is None:
        raise Refused("figures.no_campaign", campaign=code[:60])
    return found


async def script_of(context: Context, campaign: Campaign) -> Script | None:
    return await context.tools.store.directory.script(campaign.script)


def about(campaign: Campaign, script: Script | None) -> Subject:
    title = script.title if script else Wording(campaign.script_id, campaign.script_id)
    return Subject(campaign.id, title, (), 1)


async def counts_of(context: Context, among: Iterable[Campaign]) -> dict[str, Counter[str]]:
    """Return the counters of each campaign, by its id. Takes one call to the store per campaign."""
    return {each.id: Counter(await context.tools.store.interviews.counts(each.id)) for each in among}


async def total_of(context: Context, among: Sequence[Campaign]) -> Counter[str]:
    return summed(await counts_of(context, among), among)


def summed(counters: Mapping[str, Counter[str]], among: Iterable[Campaign]) -> Counter[str]:
    total: Counter[str] = Counter()
    for each in among:
        total.update(counters[each.id])
    return total


async def days_of(context: Context, among: Iterable[Campaign], days: Sequence[str]) -> dict[str, Counter[str]]:
    """Return the counters of each day, summed over the campaigns. Takes one call to the store per campaign."""
    total = {day: Counter[str]() for day in days}
    for each in among:
        for day, counted in (await context.tools.store.interviews.day_counts(each.id, days)).items():
            total[day].update(counted)
    return total


def today(context: Context) -> date:
    """Return today's date in the staff's time zone, in which the counters' days are kept, too."""
    return at(context.now, context.tools.zone).date()
