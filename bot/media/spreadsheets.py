"""Reading spreadsheets that people send, in a child process, because a small file may unpack to gigabytes."""

from typing import get_args

import msgspec

from bot.media.limited_process import LimitExceeded, Limits, Rejected, TookTooLong, run
from handlers.rosters import Reason, Roster, RosterUnusable

_LIMITS = Limits(output_bytes=8 << 20, cpu_s=30, time_s=60)
_REASONS: dict[str, Reason] = {each: each for each in get_args(Reason)}
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
