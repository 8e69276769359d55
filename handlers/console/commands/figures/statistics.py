"""`/stats`: the figures of campaigns, and helpers that other commands use to read figures.

Everything comes from counters, so that the cost does not depend on the number of interviews.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from conversation.script import Script
from conversation.timing.schedule import at
from conversation.words import Styled
from handlers.console.candidate_search import button, campaign_named, campaigns
from handlers.console.command_line import Line
from handlers.console.commands.system.general import unit_named, unit_title
from handlers.console.context import Command, CommandContext, Refusal, Usage
from handlers.console.pictures import send_with_picture, trend
from handlers.figures.outcomes import outcomes
from handlers.figures.periods import TREND_DAYS, Comparison, comparison, days_until
from handlers.figures.rates import FEW, share
from handlers.organisation.rights import READS
from handlers.organisation.state import ROOT
from storage.ports import Campaign

PAGE = 10
_PAGE_WORDS = ("page", "页")
_ENDED = ("completed", "exited", "lapsed", "unreachable")


class Chosen(NamedTuple):
    """The campaigns whose figures are asked for, with a title for them."""

    title: str
    campaigns: tuple[Campaign, ...]


async def chosen(context: CommandContext, named: Sequence[str]) -> Chosen:
    """Return what is named: a campaign, or a unit with all units below it. Nothing named means all that the person
    may see. Raises Usage or Refusal."""
    if len(named) > 1:
        raise Usage
    if not named:
        return Chosen(_all_title(context), tuple(await campaigns(context, context.scope(READS))))
    campaign = await campaign_named(context, context.scope(READS), named[0])
    if campaign is None:
        return await _of_unit(context, named[0])
    script = await context.tools.store.directory.script(campaign.script)
    return Chosen(campaign_title(context, campaign, script), (campaign,))


async def _of_unit(context: CommandContext, name: str) -> Chosen:
    """Return the campaigns of a unit and all units below it. The unit need not be in the tree if a campaign names
    it. Raises Refusal."""
    seen = await campaigns(context, context.scope(READS))
    try:
        unit = name if any(each.unit == name for each in seen) else unit_named(context, name)
    except Refusal:
        unit = None
    if unit is None or not (unit == ROOT or context.scope(READS).covers(unit)):
        raise Refusal("staff.figures.neither", name=name[:60])
    within = [each for each in seen if context.organisation.within(each.unit, unit)]
    return Chosen(unit_title(context, unit) if unit else _all_title(context), tuple(within))


def _all_title(context: CommandContext) -> str:
    """Return the title for all that the person may see: the organisation's, or the names of their units."""
    units = context.scope(READS).units
    joint = context.words.text("staff.list.joint")
    return unit_title(context, ROOT) if ROOT in units else joint.join(units)


def campaign_title(context: CommandContext, campaign: Campaign, script: Script | None) -> str:
    return f"{campaign.id} · {script.title.in_(context.language) if script else campaign.script_id}"


async def counts_of(context: CommandContext, among: Sequence[Campaign]) -> dict[str, Counter[str]]:
    """Return the counters of each campaign, by its id. Takes one call to the store per campaign."""
    return {each.id: Counter(await context.tools.store.interviews.counts(each.id)) for each in among}


async def days_of(
    context: CommandContext, among: Sequence[Campaign], days: Sequence[str]
) -> dict[str, Counter[str]]:
    """Return the counters of each day, summed over the campaigns. Takes one call to the store per campaign."""
    total = {day: Counter[str]() for day in days}
    for each in among:
        for day, counted in (await context.tools.store.interviews.day_counts(each.id, days)).items():
            total[day].update(counted)
    return total


def today(context: CommandContext) -> date:
    """Return today's date in the staff's time zone, in which the counters' days are kept, too."""
    return at(context.now, context.tools.zone).date()


def summed(counters: Mapping[str, Counter[str]], among: Sequence[Campaign]) -> Counter[str]:
    total: Counter[str] = Counter()
    for each in among:
        total.update(counters[each.id])
    return total


async def one_campaign(context: CommandContext, arguments: Sequence[str]) -> Campaign:
    """Return the campaign that the only argument names. Raises Usage if there is not exactly one argument, and
    Refusal if the campaign is unknown."""
    if len(arguments) != 1:
        raise Usage
    campaign = await campaign_named(context, context.scope(READS), arguments[0])
    if campaign is None:
        raise Refusal("staff.figures.no_campaign", campaign=arguments[0][:60])
    return campaign


# /stats


async def stats(context: CommandContext, line: Line) -> None:
    """`/stats [CAMPAIGN|UNIT] [page N]` shows the figures, by unit where there are several."""
    named, page = _paged(line)
    what = await chosen(context, named)
    counters = await counts_of(context, what.campaigns)
    total = summed(counters, what.campaigns)
    title = context.words.say("staff.stats.title", title=what.title)
    if not total["interviews"]:
        context.send(Styled.join([title, context.words.say("staff.figures.nobody")]))
        return
    units, choices = _units(context, what, counters, page, " ".join(("/stats", *(f'"{each}"' for each in named))))
    if page > 1:
        if not units:
            raise Usage
        context.send(Styled.join([title, *units]), choices)
        return
    if not named and what.campaigns:
        title = Styled.join([title, context.words.plain("staff.stats.campaigns", n=len(what.campaigns))], " · ")
    by_day = await days_of(context, what.campaigns, days_until(today(context), TREND_DAYS + 1))
    latest = compared(context, comparison(by_day, today(context)))
    said = Styled.join([title, *_figures(context, total), *_outcomes(context, total), *latest, *units])
    drawn = trend(context, by_day, today(context))
    await send_with_picture(context, said, [drawn] if drawn else [], "trend.png", choices)


def _paged(line: Line) -> tuple[tuple[str, ...], int]:
    """Split the arguments into (campaign or unit, page number from 1). Raises Usage."""
    match line.arguments:
        case (*named, word, number) if word.casefold() in _PAGE_WORDS:
            if not (number.isascii() and number.isdigit() and 0 < int(number[:6]) < 1000):
                raise Usage
            return tuple(named), int(number)
        case _:
            return line.arguments, 1


def _figures(context: CommandContext, total: Counter[str]) -> list[Styled | str]:
    words = context.words
    ended = sum(total[f"phase:{phase}"] for phase in _ENDED)
    lines: list[Styled | str] = [
        words.say(
            "staff.stats.came",
            invited=total["interviews"],
            opened=total["interviews"] - total["phase:invited"],
            started=total["started"],
        ),
        words.say(
            "staff.stats.open",
            guided=total["phase:guided"],
            running=total["phase:running"],
            paused=total["phase:paused"],
        ),
        words.say("staff.stats.ended", **{phase: total[f"phase:{phase}"] for phase in _ENDED}),
    ]
    if total["phase:erased"]:
        lines.append(words.say("staff.stats.erased", erased=total["phase:erased"]))
    if ended < FEW:
        return [*lines, words.say("staff.stats.few", few=FEW)]
    rates = [_rate(context, which, total[f"phase:{which}"], ended) for which in ("completed", "exited")]
    return [*lines, words.say("staff.stats.of_ended", ended=ended), *rates]


def _outcomes(context: CommandContext, total: Counter[str]) -> list[Styled | str]:
    """Return how many of those who started stopped midway, and what is known about why."""
    found = outcomes(total)
    if found.direct is None:
        return []
    lines: list[Styled | str] = [
        context.words.say("staff.stats.direct", **found.direct._asdict(), over=found.over)
    ]
    if found.tellable and found.subjective and found.silent and found.dark:
        lines += [
            context.words.say("staff.stats.subjective", **found.subjective._asdict()),
            context.words.say("staff.stats.silent", stopped=found.stopped, **found.silent._asdict()),
            context.words.say("staff.stats.dark", **found.dark._asdict()),
        ]
    return lines


def compared(context: CommandContext, found: Comparison) -> list[Styled | str]:
    """Return the completion rates of the last seven days and of those before, and whether the difference is
    significant. Empty if there are too few people."""
    now, before, apart = found.now.rate, found.before.rate, found.apart
    if now is None or before is None or apart is None:
        return []
    said = context.words.say(
        "staff.stats.period",
        **now._asdict(),
        over=found.now.over,
        before=before.percent,
        before_low=before.low,
        before_high=before.high,
        over_before=found.before.over,
    )
    key = "staff.stats.period.apart" if apart.shown else "staff.stats.period.same"
    difference = {"points": f"{apart.points:+d}", "down": f"{apart.low:+d}", "up": f"{apart.high:+d}"}
    return [said, context.words.say(key, **difference)]


def _rate(context: CommandContext, which: str, number: int, of: int) -> Styled:
    found = share(number, of)
    if found is None:
        return context.words.say(f"staff.stats.rate.{which}.few")
    return context.words.say(f"staff.stats.rate.{which}", rate=found.percent, low=found.low, high=found.high)


def _units(
    context: CommandContext, what: Chosen, counters: Mapping[str, Counter[str]], page: int, again: str
) -> tuple[list[Styled | str], list[tuple[str, str]]]:
    """Return a line for each unit of the page, if there are several units, and the buttons to other pages. `again`
    is the command line without the page."""
    by_unit: dict[str, list[Campaign]] = {}
    for each in what.campaigns:
        by_unit.setdefault(each.unit, []).append(each)
    if len(by_unit) < 2:
        return [], []
    totals = {unit: summed(counters, among) for unit, among in by_unit.items()}
    ordered = sorted(totals, key=lambda unit: (-totals[unit]["interviews"], unit))
    first = (page - 1) * PAGE
    rows: list[Styled | str] = [_unit(context, unit, totals[unit]) for unit in ordered[first : first + PAGE]]
    left = len(ordered) - first - PAGE
    choices = []
    if page > 1:
        choices.append((button(context, f"{again} page {page - 1}"), "staff.choice.previous"))
    if left > 0:
        choices.append((button(context, f"{again} page {page + 1}"), "staff.choice.next"))
    return ([context.words.say("staff.stats.units"), *rows] if rows else []), choices


def _unit(context: CommandContext, unit: str, total: Counter[str]) -> Styled:
    ended = sum(total[f"phase:{phase}"] for phase in _ENDED)
    found = share(total["phase:completed"], ended)
    key = "staff.stats.unit" if found else "staff.stats.unit.few"
    values = found._asdict() if found else {}
    return context.words.say(
        key,
        unit=context.words.text("staff.stats.no_unit") if unit == ROOT else unit,
        invited=total["interviews"],
        started=total["started"],
        completed=total["phase:completed"],
        **values,
    )


COMMANDS = (Command("stats", READS, stats),)
