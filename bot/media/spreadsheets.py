"""Reading spreadsheets that people send, in a child process, because a small file may unpack to gigabytes."""

from typing import get_args

import msgspec

from bot.media.limited_process import LimitExceeded, Limits, Rejected, TookTooLong, run
from handlers.authoring.workbook import Book, BookUnusable, Why
from handlers.rosters import Reason, Roster, RosterUnusable

_LIMITS = Limits(output_bytes=8 << 20, cpu_s=30, time_s=60)
_REASONS: dict[str, Reason] = {each: each for each in get_args(Reason)}
_UNUSABLE: dict[str, Why] = {each: each for each in get_args(Why)}
_BOOK = msgspec.json.Decoder(Book)
_ROSTER = msgspec.json.Decoder(Roster)


async def read_roster(data: bytes, file: str) -> Roster:
    """Parse a list of candidates. `file` is its name for error messages.

    Raises RosterUnusable, or ChildNotReady if no process can be started.
    """
    try:
        return _ROSTER.decode(await run("bot.media.roster_child:as_json", data, _LIMITS))
    except Rejected as rejected:
        raise RosterUnusable(file, _REASONS.get(rejected.reason, "contents")) from None
    except (LimitExceeded, TookTooLong, msgspec.DecodeError):
        raise RosterUnusable(file, "contents") from None


async def read_cells(data: bytes) -> Book:
    """Parse the workbook of an interview script.

    Raises BookUnusable, or ChildNotReady if no process can be started.
    """
    try:
        return _BOOK.decode(await run("bot.media.workbook_child:as_json", data, _LIMITS))
    except Rejected as rejected:
        raise BookUnusable(_UNUSABLE.get(rejected.reason, "sheet.unreadable")) from None
    except (LimitExceeded, TookTooLong, msgspec.DecodeError):
        raise BookUnusable("sheet.large") from None
