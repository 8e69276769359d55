"""How the fake Bot API checks the entities of a message.

Source: core.telegram.org/bots/api, "MessageEntity" and "Formatting options" (read 2026-12). It is stricter than
Telegram may be: entities that are empty, overlap or begin within a surrogate pair are always refused, so that no
test passes by leniency.
"""

import re
from collections.abc import Iterable
from itertools import combinations
from typing import Any

_STYLES = {"bold", "italic", "underline", "strikethrough", "spoiler"}
_OTHERS = {"blockquote", "expandable_blockquote", "code", "pre", "text_link", "text_mention", "custom_emoji"}
_DATE_FORMAT = re.compile("r|w?[dD]?[tT]?")
_PLACES = (("text", "entities"), ("caption", "caption_entities"))


def refusal(parameters: dict[str, Any], *, knows_dates: bool) -> str:
    """Return why Telegram refuses the entities of a call, or an empty string."""
    for text, entities in _PLACES:
        if entities not in parameters:
            continue
        if fault := _fault(parameters.get(text, ""), parameters[entities], knows_dates):
            return fault
    return ""


def _fault(text: str, entities: object, knows_dates: bool) -> str:
    if not isinstance(entities, list):
        return "expected an Array of MessageEntity"
    faults = (_own_fault(text, each, knows_dates) for each in entities)
    return next(filter(None, faults), "") or _crossing(entities)


def _own_fault(text: str, entity: object, knows_dates: bool) -> str:
    if not isinstance(entity, dict):
        return "can't parse MessageEntity: expected an Object"
    kind = entity.get("type")
    if kind not in _STYLES | _OTHERS | ({"date_time"} if knows_dates else set()):
        return "can't parse MessageEntity: Unsupported type specified"
    if kind == "date_time" and not _is_date(entity):
        return "can't parse MessageEntity: invalid date and time"
    return _misplaced(text.encode("utf-16-le"), entity.get("offset"), entity.get("length"))


def _is_date(entity: dict[str, Any]) -> bool:
    moment, written = entity.get("unix_time"), entity.get("date_time_format", "")
    known = set(entity) <= {"type", "offset", "length", "unix_time", "date_time_format"}
    whole = type(moment) is int and 0 < moment < 2**31
    return known and whole and isinstance(written, str) and bool(_DATE_FORMAT.fullmatch(written))


def _misplaced(encoded: bytes, offset: object, length: object) -> str:
    if type(offset) is not int or offset < 0:
        return f"receive entity with incorrect offset {offset}"
    if type(length) is not int or length <= 0:
        return f"receive entity with incorrect length {length}"
    end = offset + length
    if end * 2 > len(encoded):
        return f"entity beginning at UTF-16 offset {offset} ends after the end of the text at UTF-16 offset {end}"
    if any(0xDC <= encoded[at * 2 + 1] <= 0xDF for at in (offset, end) if at * 2 < len(encoded)):
        return f"entity beginning at UTF-16 offset {offset} is in the middle of a UTF-16 symbol"
    return ""


def _crossing(entities: Iterable[dict[str, Any]]) -> str:
    """Two entities may share characters only if one contains the other and one of them is a style."""
    for one, other in combinations(entities, 2):
        first, second = sorted((one, other), key=lambda each: (each["offset"], -each["length"]))
        end, inner_end = (each["offset"] + each["length"] for each in (first, second))
        if second["offset"] < end and (inner_end > end or not {one["type"], other["type"]} & _STYLES):
            return f"entities at UTF-16 offsets {first['offset']} and {second['offset']} overlap"
    return ""
