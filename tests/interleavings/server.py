"""The store as a server that processes reach over a network: it carries out one call at a time.

It is the store in memory, plus what a server adds: a reader may wait for entries, and whatever waits gets them as
soon as they are there, whether or not its process still hears the answer.
"""

import functools
from collections import defaultdict
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from conversation.outbound import OutboundMessage
from storage.archive.records import ArchivedRecords
from storage.erasure_matcher import Traces
from storage.memory.archive import MemoryArchive
from storage.memory.erasures import MemoryErasures
from storage.memory.interviews import MemoryInterviews
from storage.memory.jobs import MemoryJobs
from storage.memory.leases import LeaseBook, MemoryLeases
from storage.memory.outbox import MemoryOutbox
from storage.memory.store import MemoryStore
from storage.memory.stubs import MemoryRecords, MemoryStubs
from storage.ports import OutboxEntry
from tests.interleavings.timeline import Timeline

T = TypeVar("T")
Answer = Callable[[list[OutboxEntry]], object]


def now(call: Coroutine[Any, Any, T]) -> T:
    """Carry out a call to the store in memory, which waits for nothing."""
    try:
        call.send(None)
    except StopIteration as end:
        answer: T = end.value
        return answer
    raise AssertionError("the store in memory waits for something")


@dataclass(slots=True)
class _Waiting:
    partitions: Sequence[int]
    count: int
    answer: Answer
    over: bool = False


class Outbox(MemoryOutbox):
    """An outbox that reports its entries in `posted`, by address and in order.

    `optional` are those that are dropped if there is nothing to edit, or were erased.
    """

    def __init__(self) -> None:
        super().__init__()
        self.posted: dict[str, list[str]] = defaultdict(list)
        self.optional: set[str] = set()
        self._waiting: list[_Waiting] = []

    def add(self, partition: int, messages: Sequence[OutboundMessage]) -> None:
        before = len(self._letters[partition])
        super().add(partition, messages)
        for letter in list(self._letters[partition].values())[before:]:
            if letter.message:
                if letter.message.quiet:
                    self.optional.add(f"{partition}:{letter.id}")
                self.posted[str(letter.message.to)].append(f"{partition}:{letter.id}")
        for waiting in list(self._waiting):
            if partition in waiting.partitions and not waiting.over:
                self._serve(waiting)

    def read_or_wait(self, partitions: Sequence[int], count: int, answer: Answer) -> Callable[[], None]:
        """Give new entries to `answer`, as soon as there are any. Returns what ends the wait, with nothing."""
        waiting = _Waiting(partitions, count, answer)
        self._waiting.append(waiting)
        self._serve(waiting)
        return functools.partial(self._end, waiting)

    def _serve(self, waiting: _Waiting) -> None:
        if entries := now(self.read(waiting.partitions, waiting.count, 0)):
            self._end(waiting, entries)

    def _end(self, waiting: _Waiting, entries: Sequence[OutboxEntry] = ()) -> None:
        if not waiting.over:
            waiting.over = True
            self._waiting.remove(waiting)
            waiting.answer(list(entries))

    def remove(self, traces: Traces) -> None:
        for partition, letters in self._letters.items():
            self.optional |= {f"{partition}:{each.id}" for each in letters.values() if traces.in_letter(each.raw)}
        super().remove(traces)

    @property
    def left(self) -> int:
        return sum(map(len, self._letters.values()))


class Jobs(MemoryJobs):
    @property
    def left(self) -> int:
        """How many jobs are not done, including those to be tried later."""
        return len(self._entries) + len(self._later)


class Server(MemoryStore):
    """The store on a timeline. Faults are planted by giving other classes for its parts."""

    interviews_class: type[MemoryInterviews] = MemoryInterviews
    jobs_class: type[Jobs] = Jobs
    erasures_class: type[MemoryErasures] = MemoryErasures
    leases_class: type[MemoryLeases] = MemoryLeases
    outbox: Outbox
    jobs: Jobs

    def __init__(self, timeline: Timeline) -> None:
        super().__init__()
        self.outbox = Outbox()
        self.jobs = self.jobs_class(timeline.now_ms)
        records = MemoryRecords()
        self.archived = ArchivedRecords(MemoryStubs(records), MemoryArchive())
        self.interviews = self.interviews_class(self.outbox, self.jobs, records, self.archived, self.search_lines)
        self.erasures = self.erasures_class(self.interviews, self.outbox, self.jobs, self.mailboxes)
        self.lease_book = LeaseBook(lambda: timeline.now)

    def leases(self, role: str, owner: str, life_ms: int) -> MemoryLeases:
        return self.leases_class(self.lease_book, role, owner, life_ms)
