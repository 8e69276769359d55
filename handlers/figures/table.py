"""All figures of a campaign as one table, for further use in a spreadsheet."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, get_args

from conversation.script import Script
from handlers.figures.dimensions import Dimension, Row
from handlers.figures.dimensions import rows as rows_by
from handlers.figures.outcomes import GROUPS, attribution, departures, outcomes, rules
from handlers.figures.periods import period
from handlers.figures.rates import FEW, kept_back, share

COLUMNS = ("figure", "name", "number", "of", "percent", "low", "high")
PHASES = ("invited", "guided", "running", "paused", "completed", "exited", "lapsed", "unreachable", "erased")


class Line(NamedTuple):
    """One row of the table: `number` of `of`, with the share and its 95 % confidence interval in per cent.

    A field is None if it is suppressed as too small or does not apply.
    """

    figure: str
    name: str
    number: int | None
    of: int | None = None
    percent: int | None = None
    low: int | None = None
    high: int | None = None


def table(total: Counter[str], by_day: Mapping[str, Counter[str]], script: Script) -> Iterator[Line]:
    yield from (Line("phase", name, total[f"phase:{name}"]) for name in PHASES)
    yield Line("started", "", total["started"])
    yield from _outcomes(total)
    yield from _nested("reason_group", "reason", _reasons(total, script))
    yield from _nested("likely_cause", "likely_rule", rules(total))
    yield from _parts("away", _named(total, "away:"))
    found = attribution(total)
    yield from _parts("returned_through", {**found.through, "stayed": found.stayed, "not_back": found.away})
    yield from _shares("stage_completed", (_stage(total, script, number) for number in range(len(script.stages))))
    for dimension in get_args(Dimension):
        yield from _shares(f"left_by_{dimension}", rows_by(total, dimension, script))
    yield from _minutes(total, script)
    for day in sorted(by_day):
        ended = period(by_day, [day])
        yield from _shares("completed_on", [Row(day, ended.completed, ended.over)] if ended.over else [])


def _named(total: Counter[str], prefix: str) -> dict[str, int]:
    return {name.removeprefix(prefix): n for name, n in sorted(total.items()) if name.startswith(prefix) and n > 0}


def _outcomes(total: Counter[str]) -> Iterator[Line]:
    found = outcomes(total)
    if not kept_back({"stopped": found.stopped, "completed": found.completed}):
        yield from _shares("outcome", [Row("direct_exit", found.stopped, found.over)])
    if found.tellable:
        rows = [
            Row("subjective_exit", found.subjective_stopped, found.over),
            Row("unsaid_of_stopped", found.unsaid, found.stopped),
            Row("unexplained_of_stopped", found.unexplained, found.stopped),
        ]
        yield from _shares("outcome", [row for row in rows if row.total])


def _parts(figure: str, counts: Mapping[str, int]) -> Iterator[Line]:
    """Yield the parts of a sum, with small ones suppressed, and with them any part that would reveal them. If no
    part other than zeros could be shown, all are suppressed, zeros included."""
    hidden = kept_back(counts)
    whole = sum(counts.values())
    everything = hidden == {name for name, number in counts.items() if number}
    for name, number in counts.items():
        if name in hidden or (hidden and everything):
            yield Line(figure, name, None)
        else:
            yield Line(figure, name, number, whole or None)


def _reasons(total: Counter[str], script: Script) -> dict[str, dict[str, int]]:
    """Return the stated reasons for leaving by group, and how many gave none ("unsaid"), as in `/exits`."""
    found: dict[str, dict[str, int]] = {group: {} for group in GROUPS}
    for name, number in _named(total, "reason:").items():
        if name != "skipped":
            known = script.reason(name)
            found[known.group if known else "personal"][name] = number
    unsaid = max(0, departures(total) - sum(sum(each.values()) for each in found.values()))
    return {**found, "unsaid": {"": unsaid}}


def _nested(outer: str, inner: str, groups: Mapping[str, Mapping[str, int]]) -> Iterator[Line]:
    """Yield groups, then the parts of each group. A suppressed group has no parts; small parts are suppressed
    within each group as in `_parts`."""
    sums = {group: sum(parts.values()) for group, parts in groups.items()}
    hidden = kept_back(sums)
    yield from _parts(outer, sums)
    for group, parts in groups.items():
        if group not in hidden and parts.keys() != {""}:
            yield from _parts(inner, parts)


def _shares(figure: str, found: Iterable[Row]) -> Iterator[Line]:
    for name, number, of in found:
        shown = share(number, of)
        yield Line(figure, name, number, of, *shown) if shown else Line(figure, name, None)


def _stage(total: Counter[str], script: Script, number: int) -> Row:
    """Return those who completed the stage, of those who reached it."""
    reached = total[f"stage:{script.stages[number - 1].id}"] if number else total["started"]
    return Row(script.stages[number].id, total[f"stage:{script.stages[number].id}"], reached)


def _minutes(total: Counter[str], script: Script) -> Iterator[Line]:
    """Yield the mean time to answer each question, in seconds, except those with fewer than `FEW` answers."""
    for step in script.steps:
        answered = total[f"answered:{step.question.id}"]
        if answered >= FEW:
            mean_s = round(total[f"answer_s:{step.question.id}"] / answered)
            yield Line("answer_seconds", step.question.id, mean_s, answered)
