"""One way of rounding: chat, page, pictures and files show the same digits."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.figures.rates import share
from handlers.rounding import percent, rounded, score_number, score_text


@pytest.mark.parametrize(
    ("number", "digits", "expected"),
    [
        (0.5, 0, 1),
        (1.5, 0, 2),
        (62.5, 0, 63),
        (4.25, 1, 4.3),
        (4.35, 1, 4.4),
        (2.675, 2, 2.68),
        (1.005, 2, 1.01),
        (4.449999, 1, 4.4),
        (-0.5, 0, -1),
        (0.1 + 0.2, 1, 0.3),
    ],
)
def test_halves_are_rounded_up(number: float, digits: int, expected: float) -> None:
    assert rounded(number, digits) == expected


@given(st.integers(0, 500), st.integers(1, 500))
def test_per_cent_is_exact(part: int, whole: int) -> None:
    assert percent(part, whole) == int(Fraction(100 * part, whole) + Fraction(1, 2))
    assert percent(part, 0) == 0


@given(st.lists(st.integers(1, 5), min_size=1, max_size=9), st.integers(1, 100), st.integers(1, 100))
def test_texts_and_cells_show_the_same_score(marks: list[int], weight: int, other: int) -> None:
    exact = Fraction(sum(marks), len(marks))
    mixed = (exact * weight + marks[0] * other) / (weight + other)
    for fraction in (exact, mixed):
        score = float(fraction)
        assert Decimal(score_text(score)) == Decimal(repr(score_number(score)))
        assert abs(Fraction(score_text(score)) - fraction) <= Fraction(1, 20)


def test_no_score_is_empty_everywhere() -> None:
    assert (score_text(None), score_number(None)) == ("", None)


@given(st.integers(0, 200), st.integers(5, 200))
def test_shares_are_rounded_as_per_cents_are(number: int, total: int) -> None:
    found = share(min(number, total), total)
    assert found is not None
    assert found.percent == percent(min(number, total), total)
