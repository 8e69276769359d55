"""An archive of records that fails, and a process that is killed, at any step."""

import inspect
import itertools
from collections.abc import AsyncIterator
from typing import Any

from conversation.state import State
from storage.archive.records import ArchivedRecords, RecordArchive, Stubs
from storage.errors import ArchiveOutOfReach
from storage.memory.archive import MemoryArchive
from storage.memory.store import MemoryStore
from storage.ports import Answer, Commit, Store
from storage.redis.store import RedisStore

_NONCES = itertools.count()


class Killed(BaseException):
    """The process was killed here."""


class Kill:
    """Kills the process before or after its nth step in the store or the archive; 0: never."""

    def __init__(self) -> None:
        self.at = 0
        self.after = False
        self.steps = 0

    def plan(self, at: int, *, after: bool) -> None:
        self.at, self.after, self.steps = at, after, 0

    def over(self) -> None:
        self.at = 0


class _Mortal:
    """Anything whose calls are steps of a process."""

    def __init__(self, inner: object, kill: Kill) -> None:
        self._inner = inner
        self._kill = kill

    def __getattr__(self, name: str) -> Any:
        call: Any = getattr(self._inner, name)
        kill = self._kill

        async def step(*args: Any, **named: Any) -> Any:
            kill.steps += 1
            killed = kill.steps == kill.at
            if killed and not kill.after:
                raise Killed
            answer = await call(*args, **named)
            if killed:
                raise Killed
            return answer

        async def each(*args: Any, **named: Any) -> AsyncIterator[Any]:
            kill.steps += 1
            if kill.steps == kill.at:
                raise Killed
            async for item in call(*args, **named):
                yield item

        return each if inspect.isasyncgenfunction(call) else step


def mortal(inner: object, kill: Kill) -> Any:
    """Return the object, whose calls are steps of a process that may be killed."""
    return _Mortal(inner, kill)


class UnsteadyArchive(MemoryArchive):
    """Can be out of reach."""

    def __init__(self) -> None:
        super().__init__()
        self.away = False

    async def put(self, data: bytes, /) -> str:
        self._look()
        return await super().put(data)

    async def get(self, sha256: str, /) -> bytes | None:
        self._look()
        return await super().get(sha256)

    async def drop(self, sha256: str, /) -> None:
        self._look()
        await super().drop(sha256)

    def _look(self) -> None:
        if self.away:
            raise ArchiveOutOfReach("the archive does not answer")


def archiving(store: Store, archive: RecordArchive, kill: Kill) -> Store:
    """Return the (empty) store once more, with an archive, in a process that may be killed."""
    again: MemoryStore | RedisStore = (
        RedisStore(store.client, archive) if isinstance(store, RedisStore) else MemoryStore(archive)
    )
    records = again.archived
    stubs: Stubs = records._stubs
    records._stubs = mortal(stubs, kill)
    records.archive = mortal(archive, kill)
    return again


def nonce() -> str:
    return f"nonce-{next(_NONCES)}"


async def move(records: ArchivedRecords, interview: str) -> bool:
    return await records.move(interview, nonce())


class AlwaysArchived(MemoryStore):
    """A store that has no interview itself: each moves into the archive after each commit."""

    def __init__(self) -> None:
        super().__init__()
        self.archive = MemoryArchive()
        self.archived.archive = self.archive
        self.moved = 0
        self._commit = self.interviews.commit
        self.interviews.commit = self._commit_and_move  # type: ignore[method-assign]

    async def _commit_and_move(self, commit: Commit) -> Answer:
        answer = await self._commit(commit)
        if isinstance(commit.record.state, State) and not await self.erasures.ordered():
            self.moved += await move(self.archived, commit.interview)
        return answer
