"""Suppression: what is suppressed cannot be worked out from what is shown."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.figures.dimensions import Row
from handlers.figures.rates import FEW
from handlers.figures.suppression import disclosed, parts, parts_of_sums, rows_disclosed, share_of, steps

MOST = 9
SUMS = ("abcd", "ab", "cd")


def _possible(
    counts: Mapping[str, int], shown: Mapping[str, int | None], sums: Sequence[str]
) -> Iterator[dict[str, int]]:
    """Yield every set of numbers that a reader of these sums must think possible."""
    hidden = [name for name, number in shown.items() if number is None]
    known = {names: sum(counts[name] for name in names) for names in sums}
    for numbers in product(range(1, 2 * MOST), repeat=len(hidden)):
        guess = {name: number for name, number in shown.items() if number is not None}
        guess |= dict(zip(hidden, numbers, strict=True))
        if all(sum(guess[name] for name in names) == total for names, total in known.items()):
            yield guess


@settings(max_examples=60, deadline=None)
@given(st.fixed_dictionaries({name: st.integers(0, MOST) for name in "abcd"}))
def test_no_small_part_of_sums_that_are_known_together_can_be_worked_out(counts: dict[str, int]) -> None:
    shown, sums_told = parts_of_sums(counts, SUMS, exact=False)
    assert all(number is None or number == counts[name] for name, number in shown.items())
    small = [name for name, number in counts.items() if 0 < number < FEW]
    assert all(shown[name] is None for name in small)
    if small and sum(counts.values()) >= FEW:
        guesses = list(_possible(counts, shown, SUMS if sums_told else SUMS[:1]))
        for name in small:
            assert len({guess[name] for guess in guesses}) > 1, (counts, shown)


def test_whoever_reads_the_names_sees_every_number() -> None:
    counts = {"a": 1, "b": 2, "c": 0}
    assert parts(counts, exact=True) == counts
    assert parts_of_sums(counts, ("abc",), exact=True) == (counts, True)
    assert steps([4, 3, 1], exact=True) == [4, 3, 1]
    assert disclosed(2, exact=True) == 2
    assert rows_disclosed([Row("a", 1, 2)], "channel", exact=True) == {"a"}


@pytest.mark.parametrize(
    ("numbers", "shown"),
    [
        ([40, 38, 30], [40, None, 30]),  # 40 - 38 would tell of two people
        ([40, 38, 36, 34], [40, None, None, 34]),
        ([40, 40, 3], [40, 40, None]),
        ([3, 3], [None, None]),
        ([9, 0], [9, 0]),
        ([30, 33, 39], [30, None, 39]),
    ],
)
def test_a_funnel_shows_no_step_that_tells_of_a_few(numbers: list[int], shown: list[int | None]) -> None:
    assert steps(numbers, exact=False) == shown


@given(st.lists(st.integers(0, 60), max_size=8))
def test_no_two_steps_that_are_shown_differ_by_a_few(numbers: list[int]) -> None:
    shown = [number for number in steps(numbers, exact=False) if number is not None]
    assert not any(0 < abs(one - other) < FEW for one, other in pairwise(shown))


@given(st.integers(0, 40), st.integers(0, 40))
def test_a_share_tells_neither_of_a_few_nor_of_all_but_a_few(number: int, others: int) -> None:
    if share_of(number, number + others, exact=False):
        assert number == 0 or number >= FEW
        assert others == 0 or others >= FEW


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=5))
def test_the_rows_of_a_breakdown_do_not_give_away_a_row_by_their_sums(cells: list[tuple[int, int]]) -> None:
    rows = [Row(str(n), stopped, stopped + done) for n, (stopped, done) in enumerate(cells)]
    told = rows_disclosed(rows, "channel", exact=False)
    hidden = [row for row in rows if row.name not in told and row.total]
    for row in rows:
        if row.name in told:
            assert not 0 < row.number < FEW
            assert not 0 < row.total - row.number < FEW
    for column in ([row.number for row in hidden], [row.total - row.number for row in hidden]):
        small = [number for number in column if 0 < number < FEW]
        if small and sum(row.number for row in rows) >= FEW and sum(column) >= FEW:
            assert len([number for number in column if number]) > 1
