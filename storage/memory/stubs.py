"""The records in memory, and which of them are archived: see `storage.archive.records.Stubs`."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence

from storage.archive.objects import Contents
from storage.archive.records import Move, Quiet, Whole
from storage.codec import unpack
from storage.ports import Duplicate


class MemoryRecords:
    """What there is of each record. Of an archived one, there is its state, and its place (SHA-256)."""

    def __init__(self) -> None:
        self.states: dict[str, bytes] = {}
        self.logs: dict[str, list[bytes]] = defaultdict(list)
        self.seen: dict[str, dict[str, Duplicate]] = defaultdict(dict)
        self.due: dict[str, int] = {}
        self.places: dict[str, str] = {}
        self.moves: dict[tuple[str, str], Move] = {}


class MemoryStubs:
    def __init__(self, records: MemoryRecords) -> None:
        self._records = records

    async def quiet(self, interviews: Sequence[str]) -> list[Quiet]:
        here = self._records
        return [
            Quiet(unpack(here.states[each]), here.logs[each][-1])
            for each in interviews
            if each not in here.places and each not in here.due and here.logs.get(each)
        ]

    async def whole(self, interview: str) -> Whole | None:
        blob = self._records.states.get(interview)
        if blob is None or interview in self._records.places:
            return None
        record, entries = unpack(blob), tuple(self._records.logs[interview])
        seen = {inbound: known.version for inbound, known in self._records.seen[interview].items()}
        contents = Contents(interview, record.state.campaign, record.version, record.head, entries, seen)
        return Whole(record, contents, hashlib.sha256(b"".join(entries)).hexdigest())

    async def place(self, interview: str) -> str:
        return self._records.places.get(interview, "")

    async def shrink(self, whole: Whole, sha256: str) -> bool:
        interview, here = whole.contents.interview, self._records
        move = here.moves.get((interview, sha256))
        if await self.whole(interview) != whole or move is None or move.dropped:
            return False
        here.places[interview] = sha256
        del here.logs[interview]
        here.seen.pop(interview, None)
        del here.moves[interview, sha256]
        return True

    async def restore(self, sha256: str, contents: Contents) -> bool:
        interview, here = contents.interview, self._records
        if here.places.get(interview) != sha256:
            return False
        del here.places[interview]
        here.logs[interview] = list(contents.entries)
        here.seen[interview] = {inbound: Duplicate(number) for inbound, number in contents.seen.items()}
        here.moves[interview, sha256] = Move(interview, sha256, dropped=True)
        return True

    async def moves(self) -> list[Move]:
        return list(self._records.moves.values())

    async def note(self, move: Move, before: Move | None = None) -> None:
        if self._records.moves.get((move.interview, move.sha256)) == before:
            self._records.moves[move.interview, move.sha256] = move

    async def give_up(self, move: Move) -> bool:
        key = (move.interview, move.sha256)
        if self._records.places.get(move.interview) == move.sha256:
            self._records.moves.pop(key, None)
            return False
        self._records.moves[key] = Move(*key, dropped=True)
        return True

    async def forget(self, move: Move) -> None:
        self._records.moves.pop((move.interview, move.sha256), None)
