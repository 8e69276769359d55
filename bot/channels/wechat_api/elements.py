"""The elements of a callback's XML. Who sends it is not known yet when it is read: no entities, nothing deep."""

from collections.abc import Mapping
from typing import NoReturn
from xml.parsers import expat

import xmltodict

from conversation.errors import BotError

MOST_DEPTH = 16
"""Elements within elements: the platforms' own messages have five at most."""


class Unreadable(BotError):
    """It is no message at all."""


class _Refused(Exception):
    """Well-formed, but nothing that the platform sends."""


def elements(body: bytes) -> Mapping[str, object]:
    """The elements of the message by name; those that have elements in them are mappings. Raises Unreadable."""
    try:
        text = body.decode("utf-8")
        _inspect(body)
        found = xmltodict.parse(text).get("xml")
    except (expat.ExpatError, _Refused, ValueError, TypeError, AttributeError, RecursionError):
        raise Unreadable("it is no XML message") from None
    if not isinstance(found, dict):
        raise Unreadable("it is no XML message")
    return found


def _inspect(body: bytes) -> None:
    """Before anything is built of it: a mebibyte of opening tags would be hundreds of megabytes of objects."""
    depth = 0

    def opened(_name: str, _attributes: object) -> None:
        nonlocal depth
        depth += 1
        if depth > MOST_DEPTH:
            raise _Refused

    def closed(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def declared(*_of_what: object) -> NoReturn:
        raise _Refused

    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    parser.StartDoctypeDeclHandler = declared
    parser.Parse(body, True)
