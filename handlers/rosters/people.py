"""Reading who one row of a list is about."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from handlers.limits import MOST_NAME
from handlers.rosters import phones
from handlers.rosters.cells import email, unquoted
from handlers.rosters.columns import Columns
from handlers.rosters.model import Fault

_WRITTEN_TOGETHER = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]+")


class Person(NamedTuple):
    """A row's person. `phone` is E.164; `more` are the columns with more in them than was read."""

    name: str
    phone: str
    email: str
    fault: Fault
    more: tuple[int, ...]


class _Read(NamedTuple):
    """What was read in some columns, what is wrong if nothing could be, and the columns with more in them."""

    text: str
    fault: Fault
    more: tuple[int, ...]


def person(cells: Sequence[str], found: Columns) -> Person:
    name = " ".join(_name(cells, found).split())
    phone, address = _phone(cells, found.phones), _email(cells, found.emails)
    more = [*phone.more, *address.more]
    for column, text in _filled(cells, found.contacts):
        number, mail = phones.parse(text), email(text)
        if number and not phone.text:
            phone = phone._replace(text=number.e164, fault="")
            more += [] if number.whole else [column]
        elif mail and not address.text:
            address = address._replace(text=mail.address, fault="")
            more += [] if mail.whole else [column]
        else:
            more.append(column)
    fault = _name_fault(name) or phone.fault or address.fault
    return Person(name, phone.text, address.text, fault, tuple(more))


def _name_fault(name: str) -> Fault:
    if not name:
        return "name"
    return "long" if len(name) > MOST_NAME else ""


def _name(cells: Sequence[str], found: Columns) -> str:
    """Return the name, put together as its language does if its parts have columns of their own."""
    if whole := _cell(cells, found.name):
        return whole
    surname, given, middle = (_cell(cells, each) for each in (found.surname, found.given, found.middle))
    if _WRITTEN_TOGETHER.fullmatch(surname + middle + given):
        return surname + middle + given
    return " ".join(filter(None, [given, middle, surname]))


def _cell(cells: Sequence[str], column: int) -> str:
    return unquoted(cells[column]) if 0 <= column < len(cells) else ""


def _filled(cells: Sequence[str], columns: Iterable[int]) -> Iterator[tuple[int, str]]:
    """Yield the columns in which anything is said, and what."""
    for column in columns:
        if (text := _cell(cells, column)) and not phones.is_nothing(text):
            yield column, text


def _phone(cells: Sequence[str], columns: Iterable[int]) -> _Read:
    filled = list(_filled(cells, columns))
    parsed = [(column, phones.parse(text)) for column, text in filled]
    best = next((column for column, number in parsed if number), -1)
    number = dict(parsed).get(best)
    more = tuple(column for column, each in parsed if column != best or not each or not each.whole)
    if number or not filled:
        return _Read(number.e164 if number else "", "", more)
    return _Read("", "digits" if any(phones.lost_digits(text) for _, text in filled) else "phone", more)


def _email(cells: Sequence[str], columns: Iterable[int]) -> _Read:
    parsed = [(column, email(text)) for column, text in _filled(cells, columns)]
    best = next((column for column, address in parsed if address), -1)
    address = dict(parsed).get(best)
    more = tuple(column for column, each in parsed if column != best or not each or not each.whole)
    if address or not parsed:
        return _Read(address.address if address else "", "", more)
    return _Read("", "email", more)
