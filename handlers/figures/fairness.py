"""Whether groups of candidates complete the interview and advance at similar rates: the four-fifths rule.

A group's rate is divided by the highest rate of any group that is compared with it. Below four fifths, the
difference deserves a look; it is beyond chance only if the whole interval of the ratio is below 1.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Literal, NamedTuple, get_args

from conversation.views.counters import ADVANCE
from handlers.figures.dimensions import Row
from handlers.figures.rates import Ratio, Share, ratio
from handlers.figures.suppression import rows_disclosed

Measure = Literal["completed", "advanced"]
Counted = Literal["channel", "mode", "adjustment"]
Grouping = Literal[Counted, "group"]
MEASURES: tuple[Measure, ...] = get_args(Measure)
GROUPINGS: tuple[Counted, ...] = get_args(Counted)
"""The groupings that everybody is in. `group`, which candidates declare themselves, is in `declared`."""
FOUR_FIFTHS = 0.8
_COUNTED: dict[Measure, tuple[str, str]] = {"completed": ("done", "stop"), "advanced": ADVANCE}
_HEADINGS: dict[Counted, str] = {"channel": "ch", "mode": "mode", "adjustment": "adj"}
NOT_COMPARED: dict[Grouping, str] = {"mode": "none", "group": ""}
"""The group of those who stopped at the first question, or said nothing: it is not known where they belong."""
Verdict = Literal["", "best", "alike", "maybe", "below"]


class Group(NamedTuple):
    """A group of candidates, `number` of `total` of whom completed or advanced.

    - `number`, `total`: None if they are suppressed. `share`: None also with too few people.
    - `ratio`: to the highest rate; None if there is nothing to compare.
    - `verdict`: best: this rate is the highest; alike: at least four fifths of it; maybe: less, but it may be
      chance; below: less, and beyond chance. Empty if there is nothing to compare.
    """

    name: str
    number: int | None
    total: int | None
    share: Share | None
    ratio: Ratio | None = None
    verdict: Verdict = ""


def rows(total: Counter[str], measure: Measure, by: Counted) -> list[Row]:
    """Return the groups, largest first, without empty ones.

    completed: of the interviews that were begun and are over. advanced: of those decided on, without those on hold
    and those who withdrew.
    """
    (good, bad), heading = _COUNTED[measure], _HEADINGS[by]
    prefixes = f"{good}.{heading}:", f"{bad}.{heading}:"
    names = {name.removeprefix(each) for name in total for each in prefixes if name.startswith(each)}
    pairs = ((name, max(0, total[prefixes[0] + name]), max(0, total[prefixes[1] + name])) for name in names)
    found = (Row(name, number, number + others) for name, number, others in pairs)
    return sorted((row for row in found if row.total > 0), key=lambda row: (-row.total, row.name))


def groups(found: Sequence[Row], by: Grouping, *, exact: bool) -> tuple[Group, ...]:
    """Return the groups with their ratios. Unless `exact`, small numbers are suppressed, and with them what they
    could be worked out from; suppressed groups are not compared either."""
    told = rows_disclosed(found, by, exact=exact)
    compared = [row for row in found if row.name in told and row.share and row.name != NOT_COMPARED.get(by)]
    best = max(compared, key=lambda row: (row.number / row.total, row.total), default=None)
    pairs = len(compared) * (len(compared) - 1) // 2
    return tuple(
        _group(row, best if row in compared and pairs else None, pairs)
        if row.name in told
        else Group(row.name, None, None, None)
        for row in found
    )


def _group(row: Row, best: Row | None, pairs: int) -> Group:
    plain = Group(row.name, row.number, row.total, row.share)
    if best is None:
        return plain
    if row is best:
        return plain._replace(verdict="best") if row.number else plain
    found = ratio(row.number, row.total, best.number, best.total, comparisons=pairs)
    return plain._replace(ratio=found, verdict=_verdict(found)) if found else plain


def _verdict(found: Ratio) -> Verdict:
    if found.value >= FOUR_FIFTHS:
        return "alike"
    return "below" if found.high is not None and found.high < 1 else "maybe"
