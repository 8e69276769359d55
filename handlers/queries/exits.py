"""Why people left: the reasons they gave, the likely causes, and what brought them back.

Numbers of few people are suppressed (None), and so are those from which they could be worked out.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import ClassVar

import msgspec

from conversation.script import LANGUAGES, Script, Wording
from handlers.actions.context import Context
from handlers.figures.outcomes import GROUPS, KINDS, Attribution, attribution, by_kind, causes, departures
from handlers.figures.rates import FEW, Share, kept_back, share, suppressed
from handlers.organisation.rights import READS
from handlers.organisation.state import Role
from handlers.queries.base import Answer, Query
from handlers.queries.selection import Subject, select, total_of
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

    - `rate`: the share that ended with a return; None with too few, and then there is no number of either.
    - `kinds`: how people were away; `through`: what had been done last before they came back.
    - `stayed`: how often the warning before leaving kept someone; None if too few.
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

    - `left`: how many times people left; None if too few, and then nothing more is said about them.
    - `kinds`: how they left.
    - `causes`: likely causes of times away; empty with too few.
    - `returns`: None if nobody was away.
    - `hours`: times away by the hour at which they began; empty with too few.
    """

    subject: Subject
    left: int | None
    kinds: dict[str, int]
    groups: tuple[ReasonGroup, ...]
    causes: tuple[Count, ...]
    returns: Returns | None
    interruptions: Interruptions | None
    hours: tuple[int | None, ...]


class ShowExits(Query, frozen=True, omit_defaults=True, tag="show_exits"):
    """Show why people left a campaign, a unit with all units below it, or (empty) all that one may see."""

    of: str = ""
    roles: ClassVar[frozenset[Role]] = READS

    async def answer(self, context: Context) -> Exits:
        subject, campaigns = await select(context, self.of)
        total = await total_of(context, campaigns)
        left, found = departures(total), attribution(total)
        enough = left >= FEW
        likely = causes(total)
        return Exits(
            subject,
            left if enough or not left else None,
            by_kind(total) if enough else {},
            _groups(await _reasons(context, campaigns, total), left) if enough else (),
            _counts(likely) if sum(likely.values()) >= FEW else (),
            _returns(total, found) if total["away"] else None,
            _interruptions(found) if enough and found.all >= FEW else None,
            _hours(total) if enough and total["away"] >= FEW else (),
        )


def _counts(parts: Mapping[str, int]) -> tuple[Count, ...]:
    """Return the parts of a sum that are not zero, largest first, with small ones suppressed."""
    shown = suppressed(parts)
    ordered = sorted(parts.items(), key=lambda each: -each[1])
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


def _groups(reasons: Sequence[_Reason], left: int) -> tuple[ReasonGroup, ...]:
    """Return the groups of reasons, largest first, then those who gave none."""
    sums = {group: sum(each.number for each in reasons if each.group == group) for group in GROUPS}
    ordered = dict(sorted(sums.items(), key=lambda each: -each[1]))
    ordered["unsaid"] = max(0, left - sum(sums.values()))
    shown = suppressed(ordered)
    return tuple(
        ReasonGroup(group, shown[group], _in_group(reasons, group) if shown[group] else ())
        for group, number in ordered.items()
        if number
    )


def _in_group(reasons: Sequence[_Reason], group: str) -> tuple[ReasonCount, ...]:
    within = [each for each in reasons if each.group == group]
    shown = suppressed({each.id: each.number for each in within})
    return tuple(ReasonCount(each.id, each.label, shown[each.id]) for each in within)


# returns


def _returns(total: Counter[str], found: Attribution) -> Returns:
    away, back, stayed = total["away"], found.back, found.stayed
    rate = share(back, away)
    return Returns(
        away if rate else None,
        back if rate else None,
        rate,
        _counts({kind: total[f"away:{kind}"] for kind in KINDS}) if away >= FEW else (),
        _counts(found.through) if back >= FEW else (),
        stayed if stayed >= FEW else None,
    )


def _interruptions(found: Attribution) -> Interruptions:
    hidden = kept_back(found.through)
    parts = {"stayed": found.stayed, **found.through, "away": found.away}
    hidden |= {name for name in ("stayed", "away") if 0 < parts[name] < FEW}
    counts = (Count(name, None if name in hidden else number) for name, number in parts.items() if number)
    return Interruptions(tuple(counts), None if hidden else found.all)


def _hours(total: Counter[str]) -> tuple[int | None, ...]:
    counts = (total[f"away.h:{hour:02d}"] for hour in range(24))
    return tuple(None if 0 < number < FEW else number for number in counts)
