"""The number in a typed answer. If it is uncertain, the candidate is asked again; it is never guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation.question_kinds.number import number_in


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("15", 15),
        ("１５", 15),
        ("75%", 75),
        ("90 days", 90),
        ("about 2.5", 2.5),
        ("2,5", 2.5),
        ("1,500", 1500),
        ("1,234,567", 1234567),
        ("12,000.5", 12000.5),
        ("-5", -5),
        ("−5", -5),
        ("负五", -5),
        ("三", 3),
        ("两个", 2),
        ("七五", 75),
        ("一共 15 笔", 15),
    ],
)
def test_numbers(said: str, number: float) -> None:
    assert number_in(said) == number


@pytest.mark.parametrize(
    "said",
    [
        "",
        "many",
        "七十五",
        "五十",
        "三千",
        "3万",
        "1.2 亿",
        "3 million",
        "20k",
        "70 or 80",
        "10-15",
        "1/2",
        "9" * 16,
    ],
)
def test_what_might_be_misread_is_no_number(said: str) -> None:
    assert number_in(said) is None


@given(st.integers(-(10**9), 10**9))
def test_digits_read_as_they_are(number: int) -> None:
    assert number_in(f" {number} ") == number
    assert number_in(f"{number:,}") == number
