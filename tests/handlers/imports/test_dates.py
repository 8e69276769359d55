"""Dates in all usual forms."""

import pytest

from handlers.imports.dates import order_of, parse
from handlers.imports.model import DayOrder


@pytest.mark.parametrize(
    "text",
    ["2026-03-05", "2026/3/5 14:30", "2026.3.5", "2026年3月5日", "２０２６年３月５日（周四）下午2点",
     "二〇二六年三月五日", "民國115年3月5日", "20260305", "46086", "46086.5", "5 Mar 2026", "5-Mar-26",
     "Mar 5, 2026", "5th of March 2026", "2026-03-05T10:00:00+08:00", "Thursday, March 5, 2026 at 2:00 PM",
     "1772668800", "1772668800000", "'2026-03-05", "26.3.05 9点半"],
)  # fmt: skip
def test_one_day_in_many_ways(text: str) -> None:
    assert parse(text, "ymd") == "2026-03-05"


@pytest.mark.parametrize("text", ["2026-03", "2026年3月", "March 2026", "Mar. 2026"])
def test_a_month(text: str) -> None:
    assert parse(text) == "2026-03"


@pytest.mark.parametrize(
    "text", ["昨天", "2026-02-30", "31/04/2026", "0", "99999999", "1850-01-01", "soon", "2026-03-05 maybe"]
)
def test_no_date(text: str) -> None:
    assert parse(text) == "date"


@pytest.mark.parametrize(
    ("text", "order", "date"),
    [("3/4/2026", "", "ambiguous"), ("3/4/2026", "dmy", "2026-04-03"), ("3/4/2026", "mdy", "2026-03-04"),
     ("13/4/2026", "", "2026-04-13"), ("4/13/2026", "", "2026-04-13"), ("4/4/2026", "", "2026-04-04"),
     ("3/4/26", "", "ambiguous"), ("3/4/26", "mdy", "2026-03-04"), ("3/25/99", "", "1999-03-25")],
)  # fmt: skip
def test_day_and_month_either_way_round(text: str, order: DayOrder, date: str) -> None:
    assert parse(text, order) == date


def test_a_column_tells_its_order_only_if_one_fits_all() -> None:
    assert order_of(["1/2/2026", "", "25/2/2026"]) == "dmy"
    assert order_of(["1/2/2026", "2/25/2026"]) == "mdy"
    assert order_of(["1/2/2026", "3/4/2026"]) == ""
    assert order_of(["25/2/2026", "2/25/2026"]) == ""
    assert order_of(["2026-03-05"]) == ""
