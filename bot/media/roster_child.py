"""Parsing a list of candidates in the child process of `limited_process`.

It imports little, because every child imports it anew.
"""

import msgspec

from bot.media.limited_child import Rejected
from handlers import rosters
from handlers.rosters import RosterUnusable


def as_json(data: bytes) -> bytes:
    """Return the list as JSON. Raises Rejected with the reason if it cannot be used."""
    try:
        return msgspec.json.encode(rosters.read(data, ""))
    except RosterUnusable as error:
        raise Rejected(error.reason) from None
