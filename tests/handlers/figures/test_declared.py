"""Figures of self-declared groups: their steps, what no difference of two of them tells, and sums."""

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.figures.declared import STEP, UNSAID, Counted, ShownGroups, counted, rates, together
from handlers.figures.dimensions import Row
from handlers.figures.rates import FEW
from tests.fakes.kv import MemoryKv

TOTAL = Counter(
    {"yes.ch:web": 20, "no.ch:web": 22, "yes.ch:wechat": 4, "yes.grp:a": 9, "no.grp:a": 8, "no.grp:b": 6}
)


def test_whoever_said_nothing_is_what_remains() -> None:
    found = counted(TOTAL, ["a", "b", "c"])
    assert found == Counted(46, {"a": (9, 8), "b": (0, 6), "c": (0, 0), UNSAID: (15, 8)})
    assert found.rows() == [Row("a", 9, 17), Row("b", 0, 6), Row(UNSAID, 15, 23)]


def test_whoever_said_nothing_is_shown_and_not_compared() -> None:
    found = rates(counted(TOTAL, ["a", "b"]).rows())
    assert [(each.name, each.verdict) for each in found] == [("a", "best"), ("b", "below"), (UNSAID, "")]


def test_an_option_may_be_called_none() -> None:
    found = rates([Row("none", 6, 16), Row("a", 10, 16)])
    assert {each.name: each.verdict for each in found} == {"a": "best", "none": "maybe"}


def test_nothing_is_shown_if_all_of_one_outcome_are_in_one_group() -> None:
    assert [each.number for each in rates([Row("a", 5, 12), Row("b", 8, 8)])] == [None, None]
    assert [each.number for each in rates([Row("a", 5, 12), Row("b", 8, 8), Row(UNSAID, 6, 12)])] == [5, 8, 6]
    assert [each.number for each in rates([Row("a", 6, 12), Row("b", 0, 8)])] == [None, None]


async def test_nothing_is_shown_before_the_first_step_and_then_nothing_new_before_the_next() -> None:
    shown = ShownGroups(MemoryKv())
    assert await shown.shown("spring", Counted(STEP - 1, {})) is None
    first = Counted(STEP, {"a": (8, 12)})
    assert await shown.shown("spring", first) == first
    assert await shown.shown("spring", Counted(2 * STEP - 1, {"a": (8, 31)})) == first
    assert await shown.shown("autumn", Counted(1, {})) is None
    later = Counted(2 * STEP, {"a": (9, 31)})
    assert await shown.shown("spring", later) == later
    assert await shown.shown("spring", Counted(3, {})) == later, "decisions may be taken back"


async def test_another_process_that_moves_them_is_not_overtaken() -> None:
    kv = MemoryKv()
    shown = ShownGroups(kv)
    assert await kv.take("groups:spring:moving", "another", 10)
    assert await shown.shown("spring", Counted(STEP, {})) is None


@pytest.mark.parametrize("seed", range(20))
async def test_no_single_decision_shows(seed: int) -> None:
    """Somebody looks after every decision. What they see changes only with at least `STEP` new ones, at a moment
    that does not depend on groups."""
    chance, moments = Random(seed), []
    for _ in range(2):
        shown, total, seen = ShownGroups(MemoryKv()), Counter[str](), None
        changed: list[int] = []
        for number in range(1, 90):
            decision, group = chance.choice(("yes", "no")), chance.choice(("a", "b", ""))
            total[f"{decision}.ch:web"] += 1
            total[f"{decision}.grp:{group}"] += bool(group)
            found = await shown.shown("spring", counted(total, ["a", "b"]))
            if found != seen:
                changed.append(number)
            seen = found
        moments.append(changed)
    assert moments[0] == moments[1] == [20, 40, 60, 80]


@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=3, max_size=3), min_size=2, max_size=3
    )
)
def test_a_sum_reveals_nothing_that_a_campaign_hides(tables: list[list[tuple[int, int]]]) -> None:
    rows = [Counted(0, dict(zip(("a", "b", UNSAID), each, strict=True))).rows() for each in tables]
    whole = together(rows)
    told = [each for each in rows if all(group.number is not None for group in rates(each))]
    for name in ("a", "b", UNSAID):
        numbers = [(row.number, row.total) for each in told for row in each if row.name == name]
        summed = [(row.number, row.total) for row in whole if row.name == name]
        assert (sum(number for number, _ in numbers), sum(of for _, of in numbers)) == (
            sum(number for number, _ in summed),
            sum(of for _, of in summed),
        )
    for row in whole:
        assert not any(0 < number < FEW for number in (row.number, row.total, row.total - row.number))
