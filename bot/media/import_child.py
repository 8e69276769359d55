"""Reading a file with earlier candidates in the child process of `limited_process`."""

from collections.abc import Iterator

import msgspec

from bot.media.limited_child import Rejected
from handlers.imports.model import ImportUnusable, Request
from handlers.imports.read import Reading, read

_encode = msgspec.json.Encoder().encode
_request = msgspec.msgpack.Decoder(Request).decode


def as_lines(data: bytes) -> bytes:
    """Return what a request's file holds, as lines of JSON: the summary, then people, refusals and likenesses,
    each with its kind. Raises Rejected with the reason if the file cannot be imported."""
    request = _request(data)
    try:
        return b"\n".join(_lines(read(request), whole=request.whole))
    except ImportUnusable as error:
        raise Rejected(error.reason) from None


def _lines(reading: Reading, *, whole: bool) -> Iterator[bytes]:
    yield _encode(reading.summary)
    if whole:
        yield from (b"p" + _encode(each) for each in reading.people)
    yield from (b"r" + _encode(each) for each in reading.refusals)
    if whole:
        yield from (b"l" + _encode(each) for each in reading.likenesses)
