"""Numbers, times and lists as people write them in cells, turned into the words of the script, and back."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from conversation.question_kinds.number import digits
from conversation.script import Expected, Reminder, Result, Retention
from conversation.words import normal
from handlers.authoring.workbook.cells import Cell

_NUMBER = re.compile(r"(-?[0-9]{1,9}(?:\.[0-9]{1,6})?)\s*(?:分钟|分|min(?:utes?)?|%)?", re.IGNORECASE)
_UNITS = {
    "s": ("秒", "秒钟", "s", "sec", "second", "seconds"),
    "m": ("分", "分钟", "m", "min", "minute", "minutes"),
    "h": ("小时", "个小时", "时", "h", "hour", "hours"),
    "d": ("天", "日", "d", "day", "days"),
}
_DURATION = re.compile(r"([0-9]{1,6})\s*([a-z\u4e00-\u9fff]+)", re.IGNORECASE)
_BEFORE = re.compile(
    r"(?:截止(?:时间)?|到期|结束)之?前\s*(.+)|before[ -]deadline\s*(.+)|(.+?)\s+before (?:the )?deadline", re.I
)
_WORKDAYS = re.compile(r"([0-9]{1,3})\s*个?工作日(?:内)?")
_DAYS = re.compile(r"([0-9]{1,3})\s*个?(?:自然)?[天日](?:内)?")
_RETENTION = re.compile(r"([0-9]{1,4})\s*(?:个)?\s*(天|日|月|年)")
_UNITS_KEPT = {"天": "days", "日": "days", "月": "months", "年": "years"}
_SIGNED = r"-?[0-9]{1,15}(?:\.[0-9]{1,9})?"
_BETWEEN = re.compile(rf"({_SIGNED})\s*(?:-|–|—|~|〜|至|到|\bto\b)\s*({_SIGNED})", re.IGNORECASE)
_LEAST = re.compile(
    rf"(?:≥|>=|(?:至少|不小于|不少于|不低于|at least))\s*({_SIGNED})|({_SIGNED})\s*(?:及?以上|or more)",
    re.IGNORECASE,
)
_MOST = re.compile(
    rf"(?:≤|<=|(?:至多|最多|不大于|不多于|不超过|不高于|at most))\s*({_SIGNED})|({_SIGNED})\s*(?:及?以下|or less)",
    re.IGNORECASE,
)
_DIVIDED = re.compile(r"[\n,，、;；]+")
_SECONDS = (("d", 86400, " 天"), ("h", 3600, " 小时"), ("m", 60, " 分钟"), ("s", 1, " 秒"))


def _plain(cell: Cell) -> str:
    return unicodedata.normalize("NFKC", str(cell)).strip()


def number(cell: Cell) -> str | int | float | None:
    """Return the number of a cell such as `2 分钟`, or its text if there is none."""
    if not isinstance(cell, str):
        return cell
    found = _NUMBER.fullmatch(_plain(cell))
    if found is None:
        return cell
    return _value(found[1])


def _value(digits: str) -> int | float:
    return float(digits) if "." in digits else int(digits)


def duration(cell: Cell) -> str | int | float | None:
    """Return a time such as `3 天` as the script writes it: `3d`."""
    if not isinstance(cell, str):
        return cell
    text = _plain(cell)
    found = _DURATION.fullmatch(text)
    unit = next((unit for unit, names in _UNITS.items() if found and found[2].lower() in names), None)
    return f"{found[1]}{unit}" if found and unit else text


def reminder(text: str) -> str | int | float | None:
    """Return a reminder such as `截止前 3 小时` as the script writes it: `before-deadline 3h`."""
    plain = _plain(text)
    if found := _BEFORE.fullmatch(plain):
        return f"before-deadline {duration(next(each for each in found.groups() if each))}"
    return duration(int(plain) if plain.isdecimal() else plain)


def promise(cell: Cell) -> str | int | float | None:
    """Return when a result is promised, such as `5 个工作日`, as the script writes it: `5 workdays`."""
    if not isinstance(cell, str):
        return cell
    text = _plain(cell)
    if found := _WORKDAYS.fullmatch(text):
        return f"{found[1]} workdays"
    if found := _DAYS.fullmatch(text):
        return f"{found[1]} days"
    return text


def retention(cell: Cell) -> str | int | float | None:
    """Return how long interviews are kept, such as `6 个月`, as the script writes it: `6 months`."""
    if not isinstance(cell, str):
        return cell
    found = _RETENTION.fullmatch(_plain(cell))
    return f"{found[1]} {_UNITS_KEPT[found[2]]}" if found else cell


def number_range(cell: Cell) -> str | int | float | dict[str, str | int | float | None] | None:
    """Return an expected number or range, such as `2900~3000` or `≥ 3`, as the script writes it: a number, or a
    mapping with `min`, `max` or both."""
    if not isinstance(cell, str):
        return cell
    text = _plain(cell)
    if found := _BETWEEN.fullmatch(text):
        return {"min": _value(found[1]), "max": _value(found[2])}
    for key, pattern in (("min", _LEAST), ("max", _MOST)):
        if found := pattern.fullmatch(text):
            return {key: _value(next(each for each in found.groups() if each))}
    return number(cell)


def range_of(expect: Expected) -> float | str | None:
    """Return an expected number or range as people write it."""
    low, high = expect.minimum, expect.maximum
    if low == high or None in (low, high):
        return low if low == high else f"≥ {digits(low)}" if high is None else f"≤ {digits(high)}"
    return f"{digits(low)}~{digits(high)}"


def entries(cell: Cell) -> list[str]:
    """Return the entries of a cell, divided by line breaks or commas of any kind."""
    return [each.strip() for each in _DIVIDED.split(str(cell)) if each.strip()]


def time_of(seconds: int, language: str) -> str:
    """Return a time as people write it: `3 天`, `72h`."""
    unit, length, name = next(each for each in _SECONDS if seconds % each[1] == 0)
    return f"{seconds // length}{name if language == 'zh' else unit}"


def reminder_of(when: Reminder, language: str) -> str:
    if when.before_deadline_s:
        before = "截止前 " if language == "zh" else "before-deadline "
        return before + time_of(when.before_deadline_s, language)
    return time_of(when.after_s or 0, language)


def retention_of(retain: Retention, language: str) -> str:
    if language == "zh":
        unit = {"days": "天", "months": "个月", "years": "年"}[retain.unit]
        return f"{retain.number} {unit}"
    return f"{retain.number} {retain.unit}"


def promise_of(result: Result, language: str) -> str:
    if language == "zh":
        return f"{result.days} 个工作日" if result.workdays else f"{result.days} 天"
    return f"{result.days} {'workdays' if result.workdays else 'days'}"


def options_in(text: str, written: Sequence[Cell]) -> Iterator[str]:
    """Yield the options that a cell names: one a line, or divided by commas if no option is the whole line."""
    known = {normal(line) for cell in written for line in lines_of(cell)}
    for line in lines_of(text):
        pieces = entries(line)
        divided = normal(line) not in known and len(pieces) > 1 and {normal(each) for each in pieces} <= known
        yield from pieces if divided else [line] if line else []


def lines_of(cell: Cell) -> list[str]:
    """Return the lines of a cell, without spaces at their ends."""
    return [line.strip() for line in str(cell).split("\n")] if cell is not None else []


def line_at(lines: list[str], index: int) -> str | None:
    """Return a line, or None if it is empty or missing."""
    return lines[index] or None if index < len(lines) else None
