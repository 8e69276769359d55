"""The queues of jobs in memory."""

from collections.abc import Callable, Sequence
from itertools import count

import msgspec

from conversation.jobs import Job
from storage.jobs import RELEASED_MS, queue_of
from storage.ports import JobEntry, Queue

_encode = msgspec.msgpack.Encoder().encode


class MemoryJobs:
    """`now` is the server's clock: by it a job has been left alone for so long."""

    def __init__(self, now: Callable[[], int] = lambda: 0) -> None:
        self.now = now
        self._numbers = count(1)
        self._entries: dict[str, JobEntry] = {}
        self._in_hand: dict[str, tuple[str, int]] = {}
        self._later: list[tuple[int, int, Job]] = []

    def add(self, partition: int, jobs: Sequence[Job]) -> None:
        for job in jobs:
            entry_id = f"{self.now()}-{next(self._numbers)}"
            self._entries[entry_id] = JobEntry(entry_id, partition, queue_of(job), job, _encode(job))

    async def open(self) -> None:
        return

    async def take(self, queue: Queue, worker: str) -> JobEntry | None:
        for entry in self._entries.values():
            if entry.queue == queue and entry.id not in self._in_hand:
                self._in_hand[entry.id] = worker, self.now()
                return entry
        return None

    async def reclaim(self, queue: Queue, worker: str, idle_ms: int) -> JobEntry | None:
        for entry_id, (_, since) in self._in_hand.items():
            entry = self._entries[entry_id]
            if entry.queue == queue and self.now() - since >= idle_ms:
                self._in_hand[entry_id] = worker, self.now()
                return entry
        return None

    async def keep(self, entries: Sequence[JobEntry], worker: str) -> None:
        for entry in entries:
            self._touch(entry, worker, self.now())

    async def release(self, entry: JobEntry, worker: str) -> None:
        self._touch(entry, worker, self.now() - RELEASED_MS)

    def _touch(self, entry: JobEntry, worker: str, since: int) -> None:
        if self._in_hand.get(entry.id, ("", 0))[0] == worker:
            self._in_hand[entry.id] = worker, since

    async def done(self, entry: JobEntry) -> None:
        self._remove(entry)

    def _remove(self, entry: JobEntry) -> bool:
        self._in_hand.pop(entry.id, None)
        return self._entries.pop(entry.id, None) is not None

    async def later(self, entry: JobEntry, job: Job, due_ms: int) -> None:
        if self._remove(entry):
            self._later.append((due_ms, entry.partition, job))

    async def wake(self, now_ms: int) -> int:
        due = [each for each in self._later if each[0] <= now_ms]
        self._later = [each for each in self._later if each[0] > now_ms]
        for _, partition, job in due:
            self.add(partition, [job])
        return len(due)

    async def waiting(self, queue: Queue, count: int) -> list[JobEntry]:
        return [entry for entry in self._entries.values() if entry.queue == queue][:count]

    async def length(self, queue: Queue) -> int:
        return sum(entry.queue == queue for entry in self._entries.values())
