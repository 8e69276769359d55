"""Differences of shares: Newcombe's interval, also for small numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.figures.rates import FEW, difference


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [  # R. G. Newcombe, Statistics in Medicine 17 (1998) 873-890, table II, method 10; rounded outwards
        ((56, 70), (48, 80), (20, 5, 34)),  # 0.0524, 0.3339
        ((9, 10), (3, 10), (60, 17, 81)),  # 0.1705, 0.8090
        ((6, 7), (2, 7), (57, 5, 81)),  # 0.0582, 0.8062
        ((5, 56), (0, 29), (9, -4, 20)),  # -0.0381, 0.1926
        ((10, 10), (0, 10), (100, 60, 100)),  # 0.6075 rounds outwards to 60
    ],
)
def test_the_interval_is_newcombes(
    first: tuple[int, int], second: tuple[int, int], expected: tuple[int, int, int]
) -> None:
    assert difference(*first, *second) == expected


def test_of_a_handful_no_difference_is_told() -> None:
    assert difference(4, 4, 0, 100) is None
    assert difference(0, 100, 4, 4) is None


@given(st.integers(0, 200), st.integers(0, 200), st.integers(0, 200), st.integers(0, 200))
def test_it_holds_the_difference_and_turns_round_with_it(a: int, b: int, c: int, d: int) -> None:
    found, turned = difference(a, a + b, c, c + d), difference(c, c + d, a, a + b)
    if min(a + b, c + d) < FEW:
        assert found is None
        return
    assert found is not None
    assert turned is not None
    assert -100 <= found.low <= found.points <= found.high <= 100
    assert (turned.low, turned.high) == (-found.high, -found.low)
    assert found.shown == turned.shown


def test_a_difference_is_one_only_beyond_doubt() -> None:
    same, apart = difference(30, 100, 25, 100), difference(60, 100, 25, 100)
    assert same is not None
    assert apart is not None
    assert (same.shown, apart.shown) == (False, True)
