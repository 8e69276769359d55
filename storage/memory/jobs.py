"""The queues of jobs in memory."""

from collections.abc import Callable, Sequence

import msgspec

from conversation.jobs import Job
from storage.erasure_matcher import Traces
from storage.ports import JobEntry, Queue
from storage.redis.jobs import RELEASED_MS, queue_of

_encode = msgspec.msgpack.Encoder().encode


class MemoryJobs:
    """`now` is the clock (milliseconds) by which jobs are numbered, and by which a worker loses a job after a
    while."""

    def __init__(self, now: Callable[[], int] = lambda: 0) -> None:
        self.now = now
        self._last: dict[tuple[Queue, int], tuple[int, int]] = {}
        self._entries: dict[tuple[Queue, int, str], JobEntry] = {}
        self._in_hand: dict[tuple[Queue, int, str], tuple[str, int]] = {}
        self._later: list[tuple[int, int, Job]] = []

    def add(self, partition: int, jobs: Sequence[Job]) -> None:
        for job in jobs:
            queue = queue_of(job)
            entry = JobEntry(self._next_id(queue, partition), partition, queue, job, _encode(job))
            self._entries[entry.place] = entry

    def _next_id(self, queue: Queue, partition: int) -> str:
        """Return an id like those that a Redis stream gives its entries."""
        now = self.now()
        last_ms, last = self._last.get((queue, partition), (-1, 0))
        self._last[queue, partition] = now, last + 1 if now == last_ms else 0
        return "{}-{}".format(*self._last[queue, partition])

    async def open(self) -> None:
        return

    async def take(self, queue: Queue, worker: str) -> JobEntry | None:
        for entry in self._entries.values():
            if entry.queue == queue and entry.place not in self._in_hand:
                self._in_hand[entry.place] = worker, self.now()
                return entry
        return None

    async def reclaim(self, queue: Queue, worker: str, idle_ms: int) -> JobEntry | None:
        for place, (_, since) in self._in_hand.items():
            entry = self._entries[place]
            if entry.queue == queue and self.now() - since >= idle_ms:
                self._in_hand[place] = worker, self.now()
                return entry
        return None

    async def keep(self, entries: Sequence[JobEntry], worker: str) -> None:
        for entry in entries:
            self._touch(entry, worker, self.now())

    async def release(self, entry: JobEntry, worker: str) -> None:
        self._touch(entry, worker, self.now() - RELEASED_MS)

    def _touch(self, entry: JobEntry, worker: str, since: int) -> None:
        if self._in_hand.get(entry.place, ("", 0))[0] == worker:
            self._in_hand[entry.place] = worker, since

    async def done(self, entry: JobEntry) -> None:
        self._remove(entry)

    def _remove(self, entry: JobEntry) -> bool:
        self._in_hand.pop(entry.place, None)
        return self._entries.pop(entry.place, None) is not None

    def remove(self, traces: Traces) -> None:
        """Remove all jobs that have these traces, those to be tried later included."""
        for entry in [each for each in self._entries.values() if traces.about(each.raw)]:
            self._remove(entry)
        self._later = [each for each in self._later if not traces.about(_encode(each[2]))]

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
        found = [entry for entry in self._entries.values() if entry.queue == queue][:count]
        return [entry._replace(in_hand=self._has_owner(entry)) for entry in found]

    def _has_owner(self, entry: JobEntry) -> bool:
        _, since = self._in_hand.get(entry.place, ("", self.now() - RELEASED_MS))
        return self.now() - since < RELEASED_MS

    async def length(self, queue: Queue) -> int:
        return sum(entry.queue == queue for entry in self._entries.values())
