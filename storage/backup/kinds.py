"""Which keys a backup holds. A key of an unknown kind is held: leaving something out needs a reason."""

import re
from enum import Enum, auto
from typing import NamedTuple

from storage import keys

_OF_PARTITION = re.compile(r"xm:\{p(\d\d)\}:(.*)", re.DOTALL)
_PARTS = frozenset("ialsh")
"""The kinds of the keys that each interview has: state, open answer, log, inbound ids, held messages."""


class Kind(Enum):
    """How the contents of a key get into a backup.

    - `record`: together with the other keys of its interview, at one moment.
    - `members`: before the interviews, so that each listed one is in the backup, too.
    - `queue`: messages and jobs; each only if the commit that made it is in the backup.
    - `derived`: not at all, because it follows from the interviews: their due times, and by what they are found.
    - `temporary`: not at all, because it concerns only the processes that run now.
    - `plain`: by itself.
    """

    record = auto()
    members = auto()
    queue = auto()
    derived = auto()
    temporary = auto()
    plain = auto()


class Place(NamedTuple):
    """What the name of a key says: its kind and, for `record`, the interview."""

    kind: Kind
    interview: str = ""


_TEMPORARY = (keys.CONFIG, keys.PING, *keys.PROBES)
_TEMPORARY_PREFIXES = ("xm:owners:", "xm:rate:", "xm:written", "xm:{probe}:")


def place_of(key: bytes) -> Place:
    """Return the kind of a key, from its name."""
    name = key.decode(errors="replace")
    if name in _TEMPORARY or name.startswith(_TEMPORARY_PREFIXES):
        return Place(Kind.temporary)
    if name == keys.SEARCH_LINES:
        return Place(Kind.derived)
    found = _OF_PARTITION.fullmatch(name)
    return _in_partition(found[2]) if found else Place(Kind.plain)


def _in_partition(rest: str) -> Place:
    if rest == "due":
        return Place(Kind.derived)
    if rest == "written":
        return Place(Kind.temporary)
    if rest in ("outbox", "jobs-later"):
        return Place(Kind.queue)
    kind, _, subject = rest.partition(":")
    match kind:
        case "lease":
            return Place(Kind.temporary)
        case "f":
            return Place(Kind.derived)
        case "jobs":
            return Place(Kind.queue)
        case "m":
            return Place(Kind.members)
        case _ if kind in _PARTS and subject and ":" not in subject:  # marks of held messages have a colon
            return Place(Kind.record, subject)
    return Place(Kind.plain)
