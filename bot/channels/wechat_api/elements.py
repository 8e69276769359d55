"""Parsing a callback's XML once it is verified. Entities and deep nesting are refused all the same, because an
unencrypted callback is not signed as a whole."""

import re
from collections.abc import Mapping
from typing import NoReturn
from xml.parsers import expat

import xmltodict

from bot.channels.wechat_api.xml_text import parsable
from conversation.errors import BotError

Fields = Mapping[str, object]
MOST_CHARACTERS = 512
"""The longest id, in characters."""
MOST_DEPTH = 16
"""The deepest nesting of elements accepted. The platforms' own messages have five levels at most."""


_BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?[^>]*>\s*)?<xml[\s>]")


class Unreadable(BotError):
    """The body is not a message of the platform."""


class Damaged(BotError):
    """The body is a message of the platform that cannot be read."""


class _Refused(Exception):
    """The XML is too deep or has a document type declaration, which the platform never sends."""


def elements(body: bytes) -> Mapping[str, object]:
    """Return the message's elements by name. Elements that contain others are mappings.

    Characters that XML forbids are left out. Raises Unreadable, Damaged.
    """
    if not _BEGINS.match(body):
        raise Unreadable("it is no XML message")
    text = parsable(body)
    try:
        _inspect(text)
        found = xmltodict.parse(text).get("xml")
    except _Refused:
        raise Unreadable("it is no XML message") from None
    except (expat.ExpatError, ValueError, TypeError, AttributeError, RecursionError):
        raise Damaged("its XML cannot be read") from None
    if not isinstance(found, dict):
        raise Unreadable("it is no XML message")
    return found


def _inspect(text: str) -> None:
    """Raise _Refused for dangerous XML.

    Done before building objects: a mebibyte of opening tags would become hundreds of megabytes of objects.
    """
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
    parser.Parse(text.encode(), True)


def text_in(fields: Fields, name: str, longest: int = MOST_CHARACTERS) -> str:
    """Return an element's text, or "" if it is absent. Raises ValueError if it is nested or too long."""
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > longest:
        raise ValueError(f"{name} is no text of an expected length")
    return value
