"""Advice from a campaign's figures: fixed rules yield findings, and the three that concern most people are kept.

A rule applies only where the whole confidence interval lies beyond its threshold, so that a handful of cases never
makes a finding. `docs/figures.md` lists the rules.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from math import ceil

import msgspec

from conversation.script import Script
from handlers.figures.dimensions import HOURS, Row, rows
from handlers.figures.outcomes import attribution, causes, outcomes
from handlers.figures.rates import FEW, Share, difference, kept_back, share

MOST = 3
LEAST_LOSS = 10
"""Least share of people lost at a question for a finding, in per cent, for the lower end of the interval."""
SLOW = 1.5
"""Ratio of the average answering time to the suggested minutes above which a question counts as slow."""
_LEAST_OPENED, _LEAST_BEGUN = 60, 70
_LEAST = {
    "unheard": 15,
    "network": 15,
    "ours": 5,
    "no_time": 15,
    "too_long": 10,
    "too_hard": 10,
    "privacy": 5,
    "unsaid": 20,
    "unsolved": 20,
    "gone": 40,
}
"""Threshold of each rule, in per cent. The lower end of the interval must reach it."""


Value = int | str


class Finding(msgspec.Struct, frozen=True):
    """One finding.

    `rule` names the sentence that expresses it.
    `people` is how many people it concerns.
    `values` fill the sentence in. For a finding about a question, `number` is the question's number, from 1.
    """

    rule: str
    people: int
    values: dict[str, Value]


def findings(total: Counter[str], script: Script) -> list[Finding]:
    """Return up to `MOST` findings, those that concern most people first. Findings about fewer than `FEW` people
    are left out, because they could identify individuals."""
    found = [finding for rule in RULES for finding in rule(total, script) if finding.people >= FEW]
    return sorted(found, key=lambda each: (-each.people, each.rule))[:MOST]


# at a question


def _questions(total: Counter[str], script: Script) -> Iterator[Finding]:
    """Find the question that loses the largest share of people, if it clearly loses more than the others. A slow
    one (rule `question.slow`) should be split, any other prepared better."""
    every = rows(total, "question", script)
    known = {step.question.id: (number, step.question) for number, step in enumerate(script.steps, start=1)}
    worst = max((row for row in every if row.name in known), key=_low, default=None)
    if worst is None or _low(worst) < LEAST_LOSS:
        return
    others = _others(every, worst)
    apart = difference(worst.number, worst.total, others.number, others.total, comparisons=len(every))
    if len(every) > 1 and (apart is None or apart.low <= 0):
        return
    number, question = known[worst.name]
    minutes = _minutes(total, worst.name)
    slow = minutes is not None and minutes > SLOW * question.minutes
    values = {**_shown(worst.share), "number": number, "of": worst.total, "suggested": f"{question.minutes:g}"}
    yield Finding(
        "question.slow" if slow else "question", worst.number, {**values, "minutes": f"{minutes or 0:.1f}"}
    )


def _others(every: Sequence[Row], but: Row) -> Row:
    """Return the sum of all rows except `but`."""
    rest = [row for row in every if row is not but]
    return Row("", sum(row.number for row in rest), sum(row.total for row in rest))


def _minutes(total: Counter[str], question: str) -> float | None:
    """Return the average time to answer the question, in minutes, or None with fewer than `FEW` answers."""
    answered = total[f"answered:{question}"]
    return total[f"answer_s:{question}"] / answered / 60 if answered >= FEW else None


def _low(row: Row) -> int:
    return row.share.low if row.share else -1


def _unheard(total: Counter[str], script: Script) -> Iterator[Finding]:
    """Find the question at which the largest share of voice messages is not understood."""
    every = (
        Row(str(number), total[f"unheard.q:{step.question.id}"], total[f"voices:{step.question.id}"])
        for number, step in enumerate(script.steps, start=1)
    )
    worst = max((row for row in every if row.number <= row.total), key=_low, default=None)
    if worst and _low(worst) >= _LEAST["unheard"]:
        yield Finding("unheard", worst.number, {**_shown(worst.share), "number": worst.name, "of": worst.total})


# why, and what became of them


def _causes(total: Counter[str], _: Script) -> Iterator[Finding]:
    away, found = total["away"], causes(total)
    hidden = kept_back(found)
    for cause, number in found.items():
        if cause in ("network", "ours") and cause not in hidden:
            yield from _beyond(cause, number, away)


def _reasons(total: Counter[str], script: Script) -> Iterator[Finding]:
    """Find the reasons named by a large share of those who gave one, except any that `/exits` suppresses."""
    said = {name.removeprefix("reason:"): n for name, n in total.items() if name.startswith("reason:") and n > 0}
    said.pop("skipped", None)
    groups: Counter[str] = Counter()
    for reason, number in said.items():
        groups[_group(script, reason)] += number
    hidden, groups_hidden = kept_back(said), kept_back(groups)
    for reason in ("no_time", "too_long", "too_hard", "privacy"):
        if reason in hidden or _group(script, reason) in groups_hidden:
            continue
        minutes = {"total": f"{script.minutes_left[0]:g}"}
        yield from _beyond(reason, said.get(reason, 0), sum(said.values()), **minutes)


def _group(script: Script, reason: str) -> str:
    known = script.reason(reason)
    return known.group if known else "personal"


def _unexplained(total: Counter[str], _: Script) -> Iterator[Finding]:
    found = outcomes(total)
    if kept_back({**found.said, "unsaid": found.unsaid}):
        return
    yield from _beyond("unsaid", found.unsaid, found.stopped)


def _unsolved(total: Counter[str], _: Script) -> Iterator[Finding]:
    yield from _beyond("unsolved", total["solved.no"], total["solved.asked"])


def _gone(total: Counter[str], _: Script) -> Iterator[Finding]:
    """Report a large share of times away that did not end, with how many candidates are paused or exited now."""
    waiting = total["phase:paused"] + total["phase:exited"]
    found = attribution(total)
    yield from _beyond("gone", found.away, found.back + found.away, waiting=waiting)


def _beyond(rule: str, number: int, of: int, **values: Value) -> Iterator[Finding]:
    found = share(number, of)
    if found and found.low >= _LEAST[rule]:
        yield Finding(rule, number, {**_shown(found), "n": number, "of": of, **values})


# before the start


def _before(total: Counter[str], _: Script) -> Iterator[Finding]:
    invited, started = total["interviews"], total["started"]
    opened = invited - total["phase:invited"]
    for rule, number, of, least in (
        ("unopened", opened, invited, _LEAST_OPENED),
        ("unbegun", started, opened, _LEAST_BEGUN),
    ):
        found = share(number, of)
        if found and found.high < least:
            yield Finding(rule, of - number, {**_shown(found), "n": number, "of": of})


# on what, and when


def _devices(total: Counter[str], _: Script) -> Iterator[Finding]:
    by_name = {row.name: row for row in rows(total, "device", None)}
    yield from _worse("phone", by_name.get("phone"), by_name.get("computer"), 1)


def _channels(total: Counter[str], _: Script) -> Iterator[Finding]:
    """Compare the channel on which the largest share of people stops with all others together."""
    every = rows(total, "channel", None)
    worst = max(every, key=_low, default=None)
    if worst and len(every) > 1:
        others = _others(every, worst)
        yield from _worse("channel", worst, others, len(every), channel=worst.name)


def _hours(total: Counter[str], _: Script) -> Iterator[Finding]:
    every = rows(total, "hour", None)
    worst = max(every, key=_low, default=None)
    if worst and len(every) > 1:
        last = f"{int(worst.name) + HOURS:02d}"
        yield from _worse("hour", worst, _others(every, worst), len(every), first=worst.name, last=last)


def _worse(rule: str, worse: Row | None, other: Row | None, among: int, **values: Value) -> Iterator[Finding]:
    """Yield a finding if the stopping rate is significantly higher in `worse` than in `other`.

    `among` is the number of rows that `worse` was picked from; it widens the interval (Bonferroni). The finding's
    `people` is the number who stopped in excess of the other rate.
    """
    if worse is None or other is None:
        return
    apart = difference(worse.number, worse.total, other.number, other.total, comparisons=among)
    if apart is None or apart.low <= 0 or worse.share is None or other.share is None:
        return
    too_many = ceil(worse.total * apart.points / 100)
    yield Finding(rule, too_many, {**_shown(worse.share), "other": other.share.percent, **values})


def _shown(found: Share | None) -> dict[str, Value]:
    return dict(found._asdict()) if found else {}


RULES: tuple[Callable[[Counter[str], Script], Iterator[Finding]], ...] = (
    _questions,
    _unheard,
    _causes,
    _reasons,
    _unexplained,
    _unsolved,
    _gone,
    _before,
    _devices,
    _channels,
    _hours,
)
