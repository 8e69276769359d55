"""The alert: values of Fisher's exact test, its rate of false alarms, and losses that it must find."""

from collections import Counter
from datetime import date, timedelta
from math import comb

import pytest

from handlers.figures.alerts import BEFORE_DAYS, LEAST_LOST, LEVEL, RECENT_DAYS, fisher, sudden

TODAY = date(2026, 11, 25)
Days = dict[str, Counter[str]]


def days(recent: dict[str, tuple[int, int]], before: dict[str, tuple[int, int]], today: date = TODAY) -> Days:
    """Return daily counters from (lost, asked) by question, `recent` on `today` and `before` on an earlier day."""
    return {
        (today - timedelta(days=back)).isoformat(): Counter(
            {f"{what}:{q}": n for q, pair in of.items() for what, n in zip(("lost", "asked"), pair, strict=True)}
        )
        for back, of in ((0, recent), (RECENT_DAYS + 5, before))
    }


def test_the_lady_tasting_tea() -> None:
    assert fisher(3, 4, 1, 4) == pytest.approx(17 / 70)
    assert fisher(4, 4, 0, 4) == pytest.approx(1 / 70)
    assert fisher(0, 10, 5, 10) == pytest.approx(1)


@pytest.mark.parametrize("risk", [0.05, 0.2, 0.5])
@pytest.mark.parametrize(("asked", "asked_before"), [(12, 60), (40, 150)])
def test_false_alarms_are_rarer_than_it_says(risk: float, asked: int, asked_before: int) -> None:
    """The exact probability of an alarm, over all outcomes when the risk hasn't changed, is at most LEVEL."""
    false = 0.0
    for lost in range(LEAST_LOST, asked + 1):
        chance = comb(asked, lost) * risk**lost * (1 - risk) ** (asked - lost)
        for lost_before in range(asked_before + 1):
            if fisher(lost, asked, lost_before, asked_before) >= LEVEL:
                break  # with more losses before, the recent ones are even less unusual
            ways = comb(asked_before, lost_before)
            false += chance * ways * risk**lost_before * (1 - risk) ** (asked_before - lost_before)
    assert false <= LEVEL


def test_a_question_that_loses_half_instead_of_a_tenth() -> None:
    found = sudden(days({"about": (12, 24), "city": (2, 20)}, {"about": (12, 120), "city": (12, 110)}), TODAY)
    assert [(each.question, each.lost, each.asked) for each in found] == [("about", 12, 24)]


@pytest.mark.parametrize(
    ("recent", "before"),
    [
        ((4, 4), (0, 400)),  # too few
        ((12, 24), (0, 0)),  # a new question
        ((12, 120), (120, 1200)),  # unchanged
        ((0, 100), (50, 100)),  # better
    ],
)
def test_no_alarm(recent: tuple[int, int], before: tuple[int, int]) -> None:
    assert sudden(days({"about": recent}, {"about": before}), TODAY) == []


def test_more_questions_make_the_test_stricter() -> None:
    recent, before = (10, 20), (12, 100)
    alone = sudden(days({"about": recent}, {"about": before}), TODAY)
    assert fisher(*recent, *before) < LEVEL
    many = {f"q{n}": (1, 10) for n in range(40)}
    assert alone
    assert sudden(days({"about": recent, **many}, {"about": before, **many}), TODAY) == []


def test_what_is_long_past_is_no_alarm() -> None:
    counts = days({"about": (12, 24)}, {"about": (12, 120)})
    assert sudden(counts, TODAY + timedelta(days=1))
    assert sudden(counts, TODAY + timedelta(days=BEFORE_DAYS)) == []
