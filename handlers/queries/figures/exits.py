"""Why people left: the reasons they gave, the likely causes, and what brought them back.

For those who may not read the candidates' names, numbers of few people are suppressed (None), and so are those
from which they could be worked out.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import ClassVar

import msgspec

from conversation.script import LANGUAGES, Script, Wording
from handlers.actions.context import Context
from handlers.figures.outcomes import (
    FINAL,
    GROUPS,
    KINDS,
    SUMS_OF_KINDS,
    Attribution,
    attribution,
    by_kind,
    causes,
    departures,
)
from handlers.figures.rates import FEW, Share, kept_back
from handlers.figures.suppression import is_small, parts, parts_of_sums, share_of
from handlers.organisation.rights import FIGURES
from handlers.organisation.state import Role
from handlers.queries.base import Answer, Query
from handlers.queries.selection import Subject, select_for_figures, total_of
from storage.ports import Campaign


class Count(msgspec.Struct, frozen=True):
    """A number by its name; None if it is suppressed."""

    name: str
    number: int | None


class ReasonCount(msgspec.Struct, frozen=True):
    """How often a reason was given."""

    reason: str
    label: Wording
    number: int | None


class ReasonGroup(msgspec.Struct, frozen=True):
    """The reasons of a group. `group` is "unsaid" for those who gave none. A suppressed group has no reasons."""

    group: str
    number: int | None
    reasons: tuple[ReasonCount, ...]


class Returns(msgspec.Struct, frozen=True):
    """Times away, not people: someone who was away twice counts twice.

    - `rate`: the share that ended with a return; None with too few.
    - `away`, `back`: how many there were, and how many ended with a return; None if suppressed.
    - `kinds`: how people were away; `through`: what had been done last before they came back.
    - `stayed`: how often the warning before leaving kept someone; None if suppressed.
    """

    away: int | None
    back: int | None
    rate: Share | None
    kinds: tuple[Count, ...]
    through: tuple[Count, ...]
    stayed: int | None


class Interruptions(msgspec.Struct, frozen=True):
    """How interruptions ended. `all` is None if it would give away a suppressed part."""

    parts: tuple[Count, ...]
    all: int | None


class Exits(Answer, frozen=True):
    """Why people left.

    - `left`: how many times people left; None if suppressed, and then nothing more is said about them.
    - `kinds`: how they left, unless suppressed.
    - `causes`: likely causes of times away; empty if suppressed.
    - `returns`: None if nobody was away.
    - `hours`: times away by the hour at which they began; empty if suppressed.
    - `exact`: whether the reader sees numbers of few people.
    """

    subject: Subject
    left: int | None
    kinds: dict[str, int]
    groups: tuple[ReasonGroup, ...]
    causes: tuple[Count, ...]
    returns: Returns | None
    interruptions: Interruptions | None
    hours: tuple[int | None, ...]
    exact: bool


class ShowExits(Query, frozen=True, omit_defaults=True, tag="show_exits"):
    """Show why people left a campaign, a unit with all units below it, or (empty) all that one may see."""

    of: str = ""
    roles: ClassVar[frozenset[Role]] = FIGURES

    async def answer(self, context: Context) -> Exits:
        subject, campaigns, exact = await select_for_figures(context, self.of)
        total = await total_of(context, campaigns)
        left, found = departures(total), attribution(total)
        away = parts_of_sums({kind: total[f"away:{kind}"] for kind in KINDS}, SUMS_OF_KINDS, exact=exact)
        enough = exact or (left >= FEW and away.sums_told)
        likely = causes(total)
        likely["unknown"] = likely.get("unknown", 0) + max(0, total["away"] - sum(likely.values()))
        return Exits(
            subject,
            left if enough or not left else None,
            by_kind(total) if left and enough and None not in map(away.numbers.get, FINAL) else {},
            _groups(await _reasons(context, campaigns, total), left, exact=exact) if enough else (),
            _counts(likely, exact=exact) if exact or total["away"] >= FEW else (),
            _returns(total, found, away.numbers, exact=exact) if total["away"] else None,
            _interruptions(found, exact=exact) if enough and (exact or found.all >= FEW) else None,
            _hours(total, exact=exact) if enough and total["away"] else (),
            exact,
        )


def _counts(numbers: Mapping[str, int], *, exact: bool) -> tuple[Count, ...]:
    """Return the parts of a sum that are not zero, largest first."""
    return _ordered(numbers, parts(numbers, exact=exact))


def _ordered(numbers: Mapping[str, int], shown: Mapping[str, int | None]) -> tuple[Count, ...]:
    ordered = sorted(numbers.items(), key=lambda each: -each[1])
    return tuple(Count(name, shown[name]) for name, number in ordered if number)


# reasons


class _Reason(msgspec.Struct, frozen=True):
    id: str
    group: str
    label: Wording
    number: int


async def _reasons(context: Context, among: Sequence[Campaign], total: Counter[str]) -> list[_Reason]:
    """Return the stated reasons, most frequent first. "Rather not say" (`skipped`) is not one."""
    versions = dict.fromkeys(each.script for each in among)
    scripts = [await context.tools.store.directory.script(version) for version in versions]
    said = [
        _reason(context, [each for each in scripts if each], name.removeprefix("reason:"), number)
        for name, number in total.items()
        if name.startswith("reason:") and name != "reason:skipped" and number > 0
    ]
    return sorted(said, key=lambda each: (-each.number, each.label.in_(context.language)))


def _reason(context: Context, scripts: Sequence[Script], reason: str, number: int) -> _Reason:
    """Return a reason with its group and label. One that none of the scripts has is in the group "personal"."""
    known = next((found for script in scripts if (found := script.reason(reason))), None)
    own = known.label if known and known.label else Wording()
    label = {each: own.in_(each) or _usual_label(context, reason, each) for each in LANGUAGES}
    return _Reason(reason, known.group if known else "personal", Wording(**label), number)


def _usual_label(context: Context, reason: str, language: str) -> str:
    try:
        return context.tools.candidate_words[language].text(f"choice.reason.{reason}")
    except KeyError:
        return reason


def _groups(reasons: Sequence[_Reason], left: int, *, exact: bool) -> tuple[ReasonGroup, ...]:
    """Return the groups of reasons, largest first, then those who gave none."""
    sums = {group: sum(each.number for each in reasons if each.group == group) for group in GROUPS}
    ordered = dict(sorted(sums.items(), key=lambda each: -each[1]))
    ordered["unsaid"] = max(0, left - sum(sums.values()))
    shown = parts(ordered, exact=exact)
    return tuple(
        ReasonGroup(group, shown[group], _in_group(reasons, group, exact=exact) if shown[group] else ())
        for group, number in ordered.items()
        if number
    )


def _in_group(reasons: Sequence[_Reason], group: str, *, exact: bool) -> tuple[ReasonCount, ...]:
    within = [each for each in reasons if each.group == group]
    shown = parts({each.id: each.number for each in within}, exact=exact)
    return tuple(ReasonCount(each.id, each.label, shown[each.id]) for each in within)


# returns


def _returns(total: Counter[str], found: Attribution, kinds: Mapping[str, int | None], *, exact: bool) -> Returns:
    away, back, stayed = total["away"], found.back, found.stayed
    rate = share_of(back, away, exact=exact)
    told = exact or rate is not None
    return Returns(
        away if told else None,
        back if told else None,
        rate,
        _ordered({kind: total[f"away:{kind}"] for kind in KINDS}, kinds) if exact or away >= FEW else (),
        _counts(found.through, exact=exact) if told else (),
        stayed if exact or not is_small(stayed) else None,
    )


def _interruptions(found: Attribution, *, exact: bool) -> Interruptions:
    numbers = {"stayed": found.stayed, **found.through, "away": found.away}
    hidden = frozenset[str]() if exact else _interruptions_kept_back(found)
    counts = (Count(name, None if name in hidden else number) for name, number in numbers.items() if number)
    return Interruptions(tuple(counts), None if hidden else found.all)


def _interruptions_kept_back(found: Attribution) -> frozenset[str]:
    hidden = kept_back(found.through)
    if is_small(found.stayed):
        hidden |= {"stayed"}
    if is_small(found.back) or is_small(found.away):  # the sum of the two is known
        hidden |= {*found.through, "away"}
    return hidden


def _hours(total: Counter[str], *, exact: bool) -> tuple[int | None, ...]:
    return tuple(parts({f"{hour:02d}": total[f"away.h:{hour:02d}"] for hour in range(24)}, exact=exact).values())
