"""All figures of a campaign as one table, for further use in a spreadsheet.

Small numbers are suppressed whoever asks for the table, because a file is passed on.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, get_args

from conversation.script import Script
from handlers.figures.dimensions import Dimension, Row
from handlers.figures.dimensions import rows as rows_by
from handlers.figures.fairness import GROUPINGS, MEASURES, Group, Grouping, Measure, groups
from handlers.figures.fairness import rows as rows_of_groups
from handlers.figures.outcomes import (
    GROUPS,
    KINDS,
    SUMS_OF_KINDS,
    Attribution,
    attribution,
    departures,
    outcomes,
    rules,
)
from handlers.figures.periods import period
from handlers.figures.rates import FEW, kept_back
from handlers.figures.suppression import is_small, parts_of_sums, rows_disclosed, share_of, steps

COLUMNS = ("figure", "name", "number", "of", "percent", "low", "high")
ENDED = ("completed", "exited", "lapsed", "unreachable")
PHASES = ("invited", "guided", "running", "paused", "completed", "exited", "lapsed", "unreachable", "erased")
SUMS_OF_PHASES = (PHASES, ENDED, tuple(phase for phase in PHASES if phase not in ENDED))
"""The phases whose sums are known together: all, those that ended, and so the others."""


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


def table(
    total: Counter[str], by_day: Mapping[str, Counter[str]], script: Script, declared: Sequence[Group] = ()
) -> Iterator[Line]:
    """Yield all figures. `declared`: how many of each self-declared group advanced."""
    phases = {name: total[f"phase:{name}"] for name in PHASES}
    shown = parts_of_sums(phases, SUMS_OF_PHASES, exact=False)
    yield from (Line("phase", name, number) for name, number in shown.numbers.items())
    reached = [total["interviews"], total["interviews"] - total["phase:invited"], total["started"]]
    yield Line("started", "", steps(reached, exact=False)[-1])
    yield from _outcomes(total) if shown.sums_told else ()
    away = parts_of_sums({kind: total[f"away:{kind}"] for kind in KINDS}, SUMS_OF_KINDS, exact=False)
    if away.sums_told:
        yield from _nested("reason_group", "reason", _reasons(total, script))
    else:
        yield from (Line("reason_group", group, None) for group in (*GROUPS, "unsaid"))
    yield from _nested("likely_cause", "likely_rule", rules(total))
    yield from _away(total, away.numbers)
    found = attribution(total)
    yield from _returned(found)
    yield from _stages(total, script)
    for dimension in get_args(Dimension):
        yield from _rows(f"left_by_{dimension}", rows_by(total, dimension, script), dimension)
    yield from _fairness(total)
    yield from _rates("advanced", "group", declared)
    yield from _minutes(total, script)
    ended = {day: period(by_day, [day]) for day in sorted(by_day)}
    yield from _rows(
        "completed_on", [Row(day, each.completed, each.over) for day, each in ended.items() if each.over], "day"
    )


def _named(total: Counter[str], prefix: str) -> dict[str, int]:
    return {name.removeprefix(prefix): n for name, n in sorted(total.items()) if name.startswith(prefix) and n > 0}


def _outcomes(total: Counter[str]) -> Iterator[Line]:
    found = outcomes(total)
    ended = sum(total[f"phase:{phase}"] for phase in ENDED)
    if not kept_back({"stopped": found.stopped, "completed": found.completed}) and not is_small(
        ended - found.over
    ):
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


def _away(total: Counter[str], shown: Mapping[str, int | None]) -> Iterator[Line]:
    for kind, number in shown.items():
        if total[f"away:{kind}"]:
            yield Line("away", kind, number, None if number is None else total["away"])


def _returned(found: Attribution) -> Iterator[Line]:
    """Yield the interruptions by how they ended. The sum of returns and of those not back is known as well."""
    numbers = {**found.through, "stayed": found.stayed, "not_back": found.away}
    if is_small(found.back) or is_small(found.away):
        yield from (Line("returned_through", name, None) for name in numbers)
    else:
        yield from _parts("returned_through", numbers)


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
        shown = share_of(number, of, exact=False)
        yield Line(figure, name, number, of, *shown) if shown else Line(figure, name, None)


def _rows(figure: str, found: Sequence[Row], by: str) -> Iterator[Line]:
    """Yield the rows of a breakdown, without the numbers of those that must not be shown."""
    told = rows_disclosed(found, by, exact=False)
    for row in found:
        yield from _shares(figure, [row]) if row.name in told else [Line(figure, row.name, None)]


def _fairness(total: Counter[str]) -> Iterator[Line]:
    for measure in MEASURES:
        for by in GROUPINGS:
            yield from _rates(measure, by, groups(rows_of_groups(total, measure, by), by, exact=False))


def _rates(measure: Measure, by: Grouping, found: Sequence[Group]) -> Iterator[Line]:
    """Yield the rates of groups, then the ratios to the highest one, in per cent."""
    for name, number, of, shown, *_ in found:
        yield Line(f"{measure}_by_{by}", name, number, of, *(shown or ()))
    for each in found:
        if each.ratio:
            ends = (each.ratio.value, each.ratio.low, each.ratio.high)
            percents = (None if end is None else round(end * 100) for end in ends)
            yield Line(f"{measure}_ratio_by_{by}", each.name, None, None, *percents)


def _stages(total: Counter[str], script: Script) -> Iterator[Line]:
    every = [_stage(total, script, number) for number in range(len(script.stages))]
    shown = steps([total["started"], *(row.number for row in every)], exact=False)
    for row, before, number in zip(every, shown, shown[1:], strict=False):
        hidden = number is None or before is None
        yield from [Line("stage_completed", row.name, None)] if hidden else _shares("stage_completed", [row])


def _stage(total: Counter[str], script: Script, number: int) -> Row:
    """Return those who completed the stage, of those who reached it."""
    reached = total[f"stage:{script.stages[number - 1].id}"] if number else total["started"]
    return Row(script.stages[number].id, total[f"stage:{script.stages[number].id}"], reached)


def _minutes(total: Counter[str], script: Script) -> Iterator[Line]:
    """Yield the mean time to answer each question, in seconds, except those with fewer than `FEW` answers."""
    for step in script.steps:
        answered = total[f"answered:{step.question.id}"]
        if answered >= FEW and not is_small(total[f"asked:{step.question.id}"] - answered):
            mean_s = round(total[f"answer_s:{step.question.id}"] / answered)
            yield Line("answer_seconds", step.question.id, mean_s, answered)
