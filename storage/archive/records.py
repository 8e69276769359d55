"""Moving records of interviews into the archive and back, and reading those that are there.

The store keeps a stub of an archived record: its state, its place in the chain, and the SHA-256 of the object with
its entries. Whatever lists, finds or counts interviews needs no more. Nothing is written to an archived record: a
commit brings it back first.

An object is written and read back before the stub takes the record's place, and the record is back before the
object may be deleted. So each record is in the store, in the archive or in both, wherever a process is killed. No
two objects are equal, so one that is to be deleted is never one that another process has just written.
"""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from conversation.errors import BotError, ChainBroken
from conversation.record.audit import erasure_of, is_erased, verify
from conversation.state import Record
from storage.archive.objects import Contents, pack, unpack
from storage.errors import ArchivedRecordLost, ArchiveOutOfReach

SETTLED_MS = 3600_000
"""No process is still writing an object that it began this long ago."""
_LOOKS = 5


class RecordArchive(Protocol):
    """Objects by the SHA-256 (hex) of their content. All calls may raise ArchiveOutOfReach."""

    async def put(self, data: bytes, /) -> str:
        """Store an object durably and return its SHA-256."""
        ...

    async def get(self, sha256: str, /) -> bytes | None:
        """Return an object; None if there is none, an empty one if it is damaged."""
        ...

    async def drop(self, sha256: str, /) -> None:
        """Delete an object if it exists."""
        ...


class NoArchive:
    """Stands for the archive in a process that has none."""

    async def put(self, _data: bytes, /) -> str:
        raise self._error

    async def get(self, _sha256: str, /) -> bytes | None:
        raise self._error

    async def drop(self, _sha256: str, /) -> None:
        raise self._error

    @property
    def _error(self) -> ArchiveOutOfReach:
        return ArchiveOutOfReach("this process has no archive of records")


class Quiet(NamedTuple):
    """A record with all its entries in the store and nothing to be done at a certain time. `last`: its last
    entry."""

    record: Record
    last: bytes


class Whole(NamedTuple):
    """A record as it is in the store. `mark` changes with its contents."""

    record: Record
    contents: Contents
    mark: str


class Move(NamedTuple):
    """An object that may be in the archive without any record referring to it.

    - `dropped`: it is to be deleted. Otherwise, a process has begun to write it.
    - `since_ms`: since when that is known (epoch milliseconds); 0: it was not looked at yet.
    """

    interview: str
    sha256: str
    dropped: bool = False
    since_ms: int = 0

    @property
    def name(self) -> str:
        return f"{self.interview} {self.sha256}"


class Stubs(Protocol):
    """What a store does so that records can move. Each call is one step, which happens or does not."""

    async def quiet(self, interviews: Sequence[str]) -> list[Quiet]:
        """Return those of the records that are in the store and not due, in no order."""
        ...

    async def whole(self, interview: str) -> Whole | None:
        """Return a record at one moment. None if it is archived or does not exist."""
        ...

    async def place(self, interview: str) -> str:
        """Return the object that has a record's entries. Empty if the record is not archived."""
        ...

    async def shrink(self, whole: Whole, sha256: str) -> bool:
        """Put a stub in place of the record, and forget the move. Returns False, without changing anything, if the
        record has changed or the object is to be deleted."""
        ...

    async def restore(self, sha256: str, contents: Contents) -> bool:
        """Put the record in place of its stub, and note that the object is to be deleted. Returns False, without
        changing anything, if there is no stub with this object."""
        ...

    async def moves(self) -> list[Move]: ...

    async def note(self, move: Move, before: Move | None = None) -> None:
        """Store a new move, or that of one that was stored as `before`. If it is stored otherwise, do nothing."""
        ...

    async def give_up(self, move: Move) -> bool:
        """Note that an object is to be deleted. Returns False, and forgets the move, if it is in use after all."""
        ...

    async def forget(self, move: Move) -> None: ...


class NotArchived(BotError):
    """A record was not moved. The message says why."""


class ArchivedRecords:
    """Moves the records of one store. `archive` has those that are not in the store any more."""

    def __init__(self, stubs: Stubs, archive: RecordArchive) -> None:
        self._stubs = stubs
        self.archive = archive

    async def quiet(self, interviews: Sequence[str]) -> list[Quiet]:
        """Return those of the records that could be moved, in no order."""
        return await self._stubs.quiet(interviews)

    async def place(self, interview: str) -> str:
        """Return the SHA-256 (hex) of the object that has a record's entries. Empty if it is not archived."""
        return await self._stubs.place(interview)

    async def move(self, interview: str, nonce: str) -> bool:
        """Move a record into the archive. Returns False if it is there already, or was changed meanwhile.

        `nonce` is a text that was never used before. Raises NotArchived if the chain does not hold or the object
        does not come back as it was written, ArchiveOutOfReach, StoreUnavailable.
        """
        whole = await self._stubs.whole(interview)
        if whole is None:
            return False
        _verify(whole.contents)
        data = pack(whole.contents, nonce)
        move = Move(interview, hashlib.sha256(data).hexdigest())
        await self._stubs.note(move)
        await self.archive.put(data)
        if await self.archive.get(move.sha256) != data or unpack(data) != whole.contents:
            await self._stubs.give_up(move)
            raise NotArchived(f"interview {interview} stays in Redis: the archive returned something else")
        if await self._stubs.shrink(whole, move.sha256):
            return True
        if await self._stubs.give_up(move):
            await self.archive.drop(move.sha256)
        return False

    async def entries(self, interview: str, sha256: str) -> list[bytes]:
        """Return a record's entries from an object. Empty if the record is not there any more.

        Raises ArchivedRecordLost, ArchiveOutOfReach.
        """
        contents = await self._contents(interview, sha256)
        return list(contents.entries) if contents else []

    async def bring_back(self, interview: str) -> None:
        """Put an archived record back into the store. Does nothing with any other one.

        Raises ArchivedRecordLost, ArchiveOutOfReach, StoreUnavailable.
        """
        for _ in range(_LOOKS):
            sha256 = await self._stubs.place(interview)
            if not sha256:
                return
            contents = await self._contents(interview, sha256)
            if contents and await self._stubs.restore(sha256, contents):
                return

    async def _contents(self, interview: str, sha256: str) -> Contents | None:
        data = await self.archive.get(sha256)
        if data is None:
            if await self._stubs.place(interview) != sha256:
                return None
            raise ArchivedRecordLost(interview, sha256, "is not there")
        try:
            contents = unpack(data)
        except ValueError:
            raise ArchivedRecordLost(interview, sha256, "is damaged") from None
        if contents.interview != interview:
            raise ArchivedRecordLost(interview, sha256, "is that of another interview")
        return contents

    # objects to which no record refers

    async def erase(self, interview: str) -> None:
        """Delete all objects of an interview whose record is in the store. Also those that some process is about
        to write are deleted: see `tidy`. Raises ArchiveOutOfReach, StoreUnavailable."""
        for move in await self._stubs.moves():
            if move.interview == interview and (move.dropped or await self._stubs.give_up(move)):
                await self.archive.drop(move.sha256)

    async def tidy(self, now_ms: int) -> None:
        """Delete what was brought back, and what a process that died has left. An object is forgotten only after a
        while, because another process may still be writing it. Raises ArchiveOutOfReach, StoreUnavailable."""
        for move in await self._stubs.moves():
            settled = 0 < move.since_ms <= now_ms - SETTLED_MS
            if not move.dropped and settled:
                if await self._stubs.give_up(move):
                    await self.archive.drop(move.sha256)
                continue
            if move.dropped and (settled or not move.since_ms):
                await self.archive.drop(move.sha256)
            if settled:
                await self._stubs.forget(move)
            elif not move.since_ms:
                await self._stubs.note(move._replace(since_ms=now_ms), move)


def _verify(contents: Contents) -> None:
    """Raise NotArchived if the record's chain does not hold, leaving aside whether an erasure was ordered."""
    erased = any(map(is_erased, contents.entries))
    erasure = erasure_of(contents.entries[:-1]) if erased else None
    try:
        verify(contents.interview, contents.entries, contents.version, contents.head, erasure)
    except ChainBroken as broken:
        raise NotArchived(f"interview {contents.interview} stays in Redis: {broken}") from None
