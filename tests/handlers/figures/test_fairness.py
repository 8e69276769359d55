"""Fairness: the interval of a ratio against what it promises, and the four-fifths rule."""

from collections import Counter
from math import comb, exp, log, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.figures.dimensions import Row
from handlers.figures.fairness import GROUPINGS, MEASURES, groups, rows
from handlers.figures.rates import FEW, ratio

_Z = 1.959964


def katz(a: int, m: int, b: int, n: int) -> tuple[float, float]:
    """The usual interval for large numbers (D. Katz and others, 1978)."""
    half = _Z * sqrt(1 / a - 1 / m + 1 / b - 1 / n)
    return exp(log(a / m * n / b) - half), exp(log(a / m * n / b) + half)


@pytest.mark.parametrize(
    ("a", "m", "b", "n"), [(400, 1000, 500, 1000), (1500, 2000, 900, 1500), (300, 4000, 700, 5000)]
)
def test_with_many_people_the_interval_is_the_usual_one(a: int, m: int, b: int, n: int) -> None:
    found = ratio(a, m, b, n)
    assert found is not None
    assert found.high is not None
    low, high = katz(a, m, b, n)
    assert found.low == pytest.approx(low, abs=0.015)
    assert found.high == pytest.approx(high, abs=0.015)
    assert found.value == pytest.approx(a * n / (m * b), abs=0.005)


@pytest.mark.parametrize(
    ("m", "n", "p", "q"), [(20, 20, 0.5, 0.5), (15, 40, 0.3, 0.6), (30, 12, 0.8, 0.9), (10, 10, 0.5, 0.9)]
)
def test_it_holds_the_true_ratio_as_often_as_it_says(m: int, n: int, p: float, q: float) -> None:
    """Summed over all outcomes, so nothing is drawn by lot. Outcomes without an interval do not count."""
    held = whole = 0.0
    for a in range(m + 1):
        for b in range(n + 1):
            chance = comb(m, a) * p**a * (1 - p) ** (m - a) * comb(n, b) * q**b * (1 - q) ** (n - b)
            if found := ratio(a, m, b, n):
                whole += chance
                held += chance * (found.low <= p / q and (found.high is None or p / q <= found.high))
    assert held / whole >= 0.93


@given(st.integers(0, 80), st.integers(0, 80), st.integers(0, 80), st.integers(0, 80))
def test_the_interval_holds_the_ratio_and_turns_round_with_it(a: int, b: int, c: int, d: int) -> None:
    found, turned = ratio(a, a + b, c, c + d), ratio(c, c + d, a, a + b)
    if min(a + b, c + d) < FEW or not c:
        assert found is None
        return
    assert found is not None
    assert 0 <= found.low <= found.value
    assert found.high is None or found.value <= found.high
    if turned and turned.high is not None and found.low > 0.05:
        assert turned.high == pytest.approx(1 / found.low, rel=0.25, abs=0.02)
    wider = ratio(a, a + b, c, c + d, comparisons=6)
    assert wider is not None
    assert wider.low <= found.low
    assert wider.high is None or (found.high is not None and wider.high >= found.high)


TOTAL = Counter(
    {
        "done.ch:web": 80,
        "stop.ch:web": 20,
        "done.ch:wechat": 100,
        "stop.ch:wechat": 100,
        "done.ch:telegram": 4,
        "stop.ch:telegram": 4,
        "done.ch:dingtalk": 2,
        "done.mode:voice": 60,
        "stop.mode:voice": 12,
        "done.mode:text": 126,
        "stop.mode:text": 90,
        "stop.mode:none": 22,
        "yes.ch:web": 30,
        "no.ch:web": 30,
        "yes.ch:wechat": 40,
        "no.ch:wechat": 45,
        "yes.adj:no": 0,
        "no.adj:no": 9,
        "no.adj:yes": 5,
    }
)


def test_groups_and_what_they_are_of() -> None:
    assert rows(TOTAL, "completed", "channel") == [
        Row("wechat", 100, 200),
        Row("web", 80, 100),
        Row("telegram", 4, 8),
        Row("dingtalk", 2, 2),
    ]
    assert rows(TOTAL, "advanced", "channel") == [Row("wechat", 40, 85), Row("web", 30, 60)]
    assert rows(TOTAL, "completed", "adjustment") == []


def test_each_is_compared_with_the_highest_rate() -> None:
    found = {each.name: each for each in groups(rows(TOTAL, "completed", "channel"), "channel", exact=True)}
    assert {name: each.verdict for name, each in found.items()} == {
        "web": "best",
        "wechat": "below",
        "telegram": "maybe",
        "dingtalk": "",
    }, "two people are too few, and eight may be chance"
    assert found["web"].ratio is None
    assert found["wechat"].ratio is not None
    assert found["wechat"].ratio.value == 0.63
    modes = {each.name: each.verdict for each in groups(rows(TOTAL, "completed", "mode"), "mode", exact=True)}
    assert modes == {"voice": "best", "text": "below", "none": ""}
    advanced = groups(rows(TOTAL, "advanced", "channel"), "channel", exact=True)
    assert [each.verdict for each in advanced] == ["alike", "best"]


def test_where_nobody_advanced_and_of_one_group_there_is_nothing_to_compare() -> None:
    found = groups(rows(TOTAL, "advanced", "adjustment"), "adjustment", exact=True)
    assert [(each.name, each.ratio, each.verdict) for each in found] == [("no", None, ""), ("yes", None, "")]
    (alone,) = groups([Row("web", 8, 10)], "channel", exact=True)
    assert (alone.verdict, alone.share is not None) == ("", True)


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=4))
def test_small_groups_are_suppressed_with_what_they_could_be_worked_out_from(
    counts: list[tuple[int, int]],
) -> None:
    found = [Row(str(at), good, good + bad) for at, (good, bad) in enumerate(counts) if good + bad]
    shown = groups(found, "channel", exact=False)
    hidden = [row for row, each in zip(found, shown, strict=True) if each.number is None]
    for row, each in zip(found, shown, strict=True):
        if each.number is None:
            assert (each.total, each.share, each.ratio, each.verdict) == (None, None, None, "")
        else:
            assert not any(0 < number < FEW for number in (row.number, row.total, row.total - row.number))
    for column in (lambda row: row.number, lambda row: row.total, lambda row: row.total - row.number):
        whole, unknown = sum(map(column, found)), sum(map(column, hidden))
        assert 0 < whole < FEW or not 0 < unknown < FEW, "whoever knows the sum learns of a few"
    named = {each.name for each in shown if each.verdict}
    assert not named & {row.name for row in hidden}


def test_every_grouping_has_every_measure() -> None:
    total = Counter(
        {f"{what}.{of}:x": 5 for what in ("done", "stop", "yes", "no") for of in ("ch", "mode", "adj")}
    )
    assert all(rows(total, measure, by) == [Row("x", 5, 10)] for measure in MEASURES for by in GROUPINGS)
