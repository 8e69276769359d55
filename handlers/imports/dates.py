"""Dates in all the ways in which people and spreadsheets write them."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from handlers.imports.model import DayOrder

_EXCEL_EPOCH = date(1899, 12, 30)
_SERIALS = range(10_000, 80_000)
"""The days from 1927 to 2119, as Excel counts them."""
_YEARS = range(1925, 2100)
_ROC = 1911
"""The year before the first one of the calendar used in Taiwan."""
_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_TIME = re.compile(
    r"(?:[\s,;(（]*(?:t(?=\d)|(?:星期|周|週|礼拜)[一二三四五六日天]|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|satur|sat|sun)"
    r"(?:day)?\b\.?|上午|下午|中午|晚上|早上|凌晨|傍晚|at\b|\d{1,2}\s*(?:[:：]\s*\d{1,2}){1,2}(?:\.\d+)?|\d{1,2}\s*[点點时時]半?"
    r"(?:\s*\d{1,2}\s*分?)?|\d{1,2}\s*(?=[ap]\.?m)|[ap]\.?m\.?|z|utc|gmt|[+-]\d{2}:?\d{2}|北京时间)[)）]?)*\s*",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.,年_ ]\s*(\d{1,2})\s*[-/.,月_ ]\s*(\d{1,2})\s*[日号號]?(?!\d)")
_YEAR_MONTH = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?(?![\d/.-])")
_OF_TAIWAN = re.compile(r"(?:民国|民國)\s*(\d{2,3})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号號]?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?!\d)")
_IN_SOME_ORDER = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4}|\d{2})(?!\d)")
_SHORT_YEARS = range(1970, 2070)
_DAY_NAMED = re.compile(
    rf"(\d{{1,2}})(?:st|nd|rd|th)?[\s/.,-]*(?:of\s+)?{_MONTH}[\s/.,'-]*(\d{{4}}|\d{{2}})(?!\d)", re.IGNORECASE
)
_MONTH_NAMED = re.compile(rf"{_MONTH}[\s/.,-]*(\d{{1,2}})(?:st|nd|rd|th)?[\s/.,'-]+(\d{{4}})(?!\d)", re.IGNORECASE)
_NAMED_YEAR = re.compile(rf"{_MONTH}[\s/.,'-]*(\d{{4}})(?!\d)", re.IGNORECASE)
_WEEKDAY = re.compile(r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|satur|sat|sun)(?:day)?\b[\s,.]*", re.IGNORECASE)
_SERIAL = re.compile(r"(\d{5})(?:[.,]\d+)?")
_EPOCH = re.compile(r"(\d{10}|\d{13})(?:\.0+)?")
_CHINESE_NUMBER = re.compile(r"[〇零一二三四五六七八九十]+(?=\s*[年月日号號])")
_GUARDS = " '‘’`\"“”=\t"
_MOST_READ = 80
_NOTHING = frozenset(
    {
        "",
        "无",
        "暂无",
        "没有",
        "空",
        "不详",
        "未知",
        "未填",
        "待定",
        "none",
        "na",
        "nil",
        "null",
        "nan",
        "unknown",
        "tbd",
    }
)
Problem = Literal["date", "ambiguous"]


def is_nothing(text: str) -> bool:
    """Return whether the text is what people write in a cell of dates that they leave open."""
    return re.sub(r"[\W_]+", "", text).casefold() in _NOTHING


def parse(text: str, order: DayOrder = "") -> str | Problem:
    """Return the date as ISO 8601, `2026-03` if no day is said. The time of day is not kept.

    Returns `ambiguous` if day and month could be either way round and `order` does not say how, or `date` if it is
    no date.
    """
    plain = _plain(text)
    if written := _OF_TAIWAN.match(plain):
        return _rest(plain, written, _iso(int(written[1]) + _ROC, int(written[2]), int(written[3])))
    for pattern in (_YEAR_FIRST, _COMPACT):
        if written := pattern.match(plain):
            return _rest(plain, written, _iso(int(written[1]), int(written[2]), int(written[3])))
    if written := _IN_SOME_ORDER.match(plain):
        return _rest(plain, written, _decided(written, order))
    if named := _named(plain):
        return named
    if written := _SERIAL.fullmatch(plain):
        return _serial(int(written[1]))
    if written := _EPOCH.fullmatch(plain):
        return _since_epoch(int(written[1][:10]))
    if written := _YEAR_MONTH.match(plain):
        return _rest(plain, written, _iso(int(written[1]), int(written[2]), 0))
    return "date"


def order_of(texts: Iterable[str]) -> DayOrder:
    """Return in which order the dates of a column write day, month and year, if only one fits all of them; else an
    empty text."""
    left: set[DayOrder] = {"dmy", "mdy", "ymd"}
    met = False
    for text in texts:
        written = _IN_SOME_ORDER.match(_plain(text))
        if written and (fitting := _readings(written)):
            left &= fitting.keys()
            met = True
    return left.pop() if met and len(left) == 1 else ""


def is_date(text: str) -> bool:
    """Return whether the text is a date that is no bare number."""
    return not _plain(text).replace(".", "").isdecimal() and parse(text, "dmy") != "date"


def _plain(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text[:_MOST_READ]).strip(_GUARDS)
    plain = _CHINESE_NUMBER.sub(lambda found: _number(found[0]), plain)
    return _WEEKDAY.sub("", plain, count=1) if _WEEKDAY.match(plain) else plain


def _number(said: str) -> str:
    """Return a Chinese numeral as digits: a year digit by digit, or a number up to 31."""
    if "十" not in said:
        return said.translate(_DIGITS)
    tens, _, ones = said.partition("十")
    return str(int(tens.translate(_DIGITS) or "1") * 10 + int(ones.translate(_DIGITS) or "0"))


def _named(plain: str) -> str | Problem:
    """Return a date whose month is a word; an empty text if there is none."""
    if written := _DAY_NAMED.match(plain):
        year = int(written[3]) + (2000 if len(written[3]) == 2 else 0)
        return _rest(plain, written, _iso(year, _month(written[2]), int(written[1])))
    if written := _MONTH_NAMED.match(plain):
        return _rest(plain, written, _iso(int(written[3]), _month(written[1]), int(written[2])))
    if written := _NAMED_YEAR.match(plain):
        return _rest(plain, written, _iso(int(written[2]), _month(written[1]), 0))
    return ""


def _month(word: str) -> int:
    return _MONTHS.index(word.casefold()[:3]) + 1


def _rest(plain: str, written: re.Match[str], made: str | Problem) -> str | Problem:
    """Return the date unless something else than a time of day follows it."""
    return made if _TIME.fullmatch(plain[written.end() :]) else "date"


def _decided(written: re.Match[str], order: DayOrder) -> str | Problem:
    """Return the date in this order, or in any that gives the same one."""
    readings = _readings(written)
    if order in readings:
        return readings[order]
    found = set(readings.values())
    return "date" if not found else found.pop() if len(found) == 1 else "ambiguous"


def _readings(written: re.Match[str]) -> dict[DayOrder, str]:
    """Return the date in each order in which the three numbers are one. Years of two digits are 1970 to 2069."""
    first, second, third = map(int, written.groups())
    if len(written[3]) == 4:
        orders: dict[DayOrder, tuple[int, int, int]] = {
            "dmy": (third, second, first),
            "mdy": (third, first, second),
        }
    else:
        orders = {
            "dmy": (_full(third), second, first),
            "mdy": (_full(third), first, second),
            "ymd": (_full(first), second, third),
        }
    made = {order: _iso(*numbers) for order, numbers in orders.items() if numbers[2]}
    return {order: iso for order, iso in made.items() if iso != "date"}


def _full(year: int) -> int:
    return next(each for each in _SHORT_YEARS if each % 100 == year)


def _iso(year: int, month: int, day: int) -> str | Problem:
    if year not in _YEARS:
        return "date"
    try:
        made = date(year, month, day or 1)
    except ValueError:
        return "date"
    return made.isoformat() if day else f"{year:04}-{month:02}"


def _serial(number: int) -> str | Problem:
    return (_EXCEL_EPOCH + timedelta(number)).isoformat() if number in _SERIALS else "date"


def _since_epoch(seconds: int) -> str | Problem:
    made = datetime.fromtimestamp(seconds, UTC).date()
    return made.isoformat() if made.year in _YEARS else "date"
