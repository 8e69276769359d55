"""Time stamps of anchors: an authority's word that an anchor was there at a certain time.

Each is kept beside its anchor's note. As every note names the one before it, a time stamp of one covers all before
it, so that only the newest anchor needs one.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import NamedTuple, Protocol

from conversation.errors import BotError
from conversation.record.anchors import Anchor, digest
from handlers.maintenance.anchor_audit import Note, SignedAnchor
from handlers.maintenance.anchors import NOTE, Files

STAMP = ".tsr"
LATEST = timedelta(hours=26)
"""How long after it was made an anchor may be stamped: until the next one is due, and two hours for clocks."""


class StampWrong(BotError):
    """A time stamp does not hold. The message says why, worded to follow "does not hold: "."""


class Stamp(NamedTuple):
    """What a time stamp says: when it was made, and by which authority. `authority` is empty if its signature was
    not verified, because no root certificates were given."""

    at: datetime
    authority: str = ""


class StampReader(Protocol):
    """Returns what the time stamp of a note says. Raises StampWrong."""

    def __call__(self, stamp: bytes, note: bytes) -> Stamp: ...


class StampedAnchor(NamedTuple):
    signed: SignedAnchor
    stamp: Stamp


class Stamps:
    """The time stamps of anchors, and what is wrong with them (`faults`). `unread` counts those that nobody could
    read here."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.unread = 0
        self._of: dict[bytes, Stamp] = {}

    def add(self, signed: SignedAnchor, stamp: Stamp) -> None:
        self._of[digest(signed.note.text)] = stamp

    def of(self, signed: SignedAnchor) -> Stamp | None:
        return self._of.get(digest(signed.note.text))

    def among(self, anchors: Iterable[SignedAnchor]) -> list[StampedAnchor]:
        """Return those of these anchors that have a time stamp which holds."""
        return [StampedAnchor(each, stamp) for each in anchors if (stamp := self.of(each))]


def stamp_name(note: str) -> str:
    """Return the name of the file with a note's time stamp."""
    return PurePath(note).with_suffix(STAMP).name


def check_time(anchor: Anchor, stamp: Stamp) -> None:
    """Raise StampWrong if the anchor was stamped later than is possible for one that was made when it says."""
    if stamp.at - anchor.made > LATEST:
        raise StampWrong(
            f"it is of {stamp.at:%Y-%m-%d}, but its anchor says that it was made on {anchor.made:%Y-%m-%d}: "
            "somebody has made the anchor anew, or a clock was wrong"
        )


async def stamps_of(
    files: Files, notes: Iterable[Note], anchors: Iterable[SignedAnchor], read: StampReader | None
) -> Stamps:
    """Read and verify the time stamps in the archive, and those beside notes from elsewhere.

    `anchors` are those of the notes whose signatures are right; the others are not looked at. Without `read`, the
    time stamps are only counted.
    """
    stamps = Stamps()
    names = await files.names()
    known = {digest(each.note.text): each for each in anchors}
    for note in notes:
        name = stamp_name(note.name)
        signed = known.get(digest(note.text))
        if signed is None or (note.folder is None and name not in names):
            continue
        if (found := await (note.folder or files).read(name)) is None:
            continue
        if read is None:
            stamps.unread += 1
            continue
        try:
            stamp = read(found, note.text.encode())
            check_time(signed.anchor, stamp)
            stamps.add(signed, stamp)
        except StampWrong as error:
            stamps.faults.append(f"the time stamp {name} does not hold: {error}")
    alone = {each for each in names if each.endswith(STAMP)} - {
        stamp_name(each) for each in names if each.endswith(NOTE)
    }
    stamps.faults += [f"the time stamp {name} is there, but its anchor is gone" for name in sorted(alone)]
    return stamps
