"""Reading texts that platforms pass on damaged: cut characters, halves of surrogate pairs, control characters.

Phones cut texts in the middle of an emoji, and some keyboards insert control characters. What cannot be read is
left out, so that the rest of the message counts.
"""

import json
import re
from collections.abc import Callable
from typing import TypeVar

import msgspec

from conversation.visible_text import writable

_CESU_8 = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")
"""A character encoded as two surrogates of three bytes each. Source: unicode.org, UTR 26, "CESU-8"."""
_CONTROLS = bytes({*range(0x20)} - {*b"\t\n\r"})
_LONE_HALF = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    rb"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F]"
)

UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What msgspec's decoders raise for bytes that are not what they expect."""
_Decoded = TypeVar("_Decoded")


def decoded(raw: bytes) -> str:
    """Decode UTF-8, with a lone surrogate for each byte that is no part of a character.

    Characters in CESU-8 are decoded, too. `writable` removes the surrogates.
    """
    return _CESU_8.sub(_pair, raw).decode("utf-8", "surrogateescape")


def _pair(found: re.Match[bytes]) -> bytes:
    halves = found[0].decode("utf-8", "surrogatepass")
    return halves.encode("utf-16", "surrogatepass").decode("utf-16").encode()


def read_json(body: bytes, decode: Callable[[bytes], _Decoded]) -> _Decoded:
    """Decode JSON with one of msgspec's decoders, and repair it only if it cannot be decoded as it is. Raises one
    of UNREADABLE."""
    try:
        return decode(body)
    except UNREADABLE:
        return decode(repaired_json(body))


def repaired_json(body: bytes) -> bytes:
    """Return JSON whose texts contain nothing that decoders refuse. What is no JSON for other reasons is returned
    unchanged, as is JSON without such texts."""
    if _is_utf_8(body) and len(body.translate(None, _CONTROLS)) == len(body) and not _has_lone_half(body):
        return body
    try:
        found = json.loads(decoded(body), strict=False)
    except (ValueError, RecursionError):
        return body
    return writable(json.dumps(found, ensure_ascii=False)).encode()


def _has_lone_half(body: bytes) -> bool:
    return (b"\\ud" in body or b"\\uD" in body) and _LONE_HALF.search(body) is not None


def _is_utf_8(body: bytes) -> bool:
    if body.isascii():
        return True
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
