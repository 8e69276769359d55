"""Reading files with earlier candidates in a child process, because they come from outside and may be large."""

from collections.abc import Iterator
from typing import get_args

import msgspec

from bot.media.limited_process import LimitExceeded, Limits, Rejected, TookTooLong, run
from handlers.imports.model import (
    ImportedPerson,
    ImportUnusable,
    Likeness,
    Refusal,
    Request,
    Summary,
    Trouble,
)
from handlers.imports.outcome import Outcome

_LIMITS = Limits(output_bytes=256 << 20, memory_bytes=1536 << 20, cpu_s=900, time_s=1800)
_TROUBLES: dict[str, Trouble] = {each: each for each in get_args(Trouble)}
_encode = msgspec.msgpack.Encoder().encode
_summary = msgspec.json.Decoder(Summary).decode
_person = msgspec.json.Decoder(ImportedPerson).decode
_refusal = msgspec.json.Decoder(Refusal).decode
_likeness = msgspec.json.Decoder(Likeness).decode


async def read_import(request: Request) -> Outcome:
    """Read a file. Raises ImportUnusable, or ChildNotReady if no process can be started."""
    try:
        return _outcome(await run("bot.media.import_child:as_lines", _encode(request), _LIMITS))
    except Rejected as rejected:
        raise ImportUnusable(request.file, _TROUBLES.get(rejected.reason, "contents")) from None
    except (LimitExceeded, TookTooLong, msgspec.DecodeError):
        raise ImportUnusable(request.file, "contents") from None


def _outcome(made: bytes) -> Outcome:
    """Return the lines of the child, each decoded only when it is looked at."""
    ends = made.find(b"\n") if b"\n" in made else len(made)
    return Outcome(
        _summary(made[:ends]),
        lambda: map(_person, _of(made, b"p")),
        lambda: map(_refusal, _of(made, b"r")),
        lambda: map(_likeness, _of(made, b"l")),
    )


def _of(made: bytes, kind: bytes) -> Iterator[bytes]:
    """Yield the lines of one kind, without it."""
    start = made.find(b"\n" + kind)
    while start >= 0:
        end = made.find(b"\n", start + 1)
        end = len(made) if end < 0 else end
        yield made[start + 2 : end]
        start = made.find(b"\n" + kind, end)
