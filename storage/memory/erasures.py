"""Erasing in memory."""

from collections import defaultdict
from collections.abc import Sequence

from conversation.inbound import Address
from storage.erasure_matcher import Traces
from storage.memory.interviews import MemoryInterviews
from storage.memory.jobs import MemoryJobs
from storage.memory.mailboxes import MemoryMailboxes
from storage.memory.outbox import MemoryOutbox
from storage.ports import ErasureOrder, Rewriting


class MemoryErasures:
    def __init__(
        self,
        interviews: MemoryInterviews,
        outbox: MemoryOutbox,
        jobs: MemoryJobs,
        mailboxes: MemoryMailboxes,
    ) -> None:
        self._mailboxes = mailboxes
        self._interviews = interviews
        self._outbox = outbox
        self._jobs = jobs
        self._orders: dict[str, ErasureOrder] = {}
        self._files: dict[str, set[str]] = defaultdict(set)
        self._lent: dict[str, int] = {}

    async def order(self, order: ErasureOrder) -> ErasureOrder:
        return self._orders.setdefault(order.interview, order)

    async def ordered(self) -> list[ErasureOrder]:
        return list(self._orders.values())

    async def note(self, order: ErasureOrder) -> None:
        self._orders[order.interview] = order

    async def finish(self, interview: str) -> None:
        self._orders.pop(interview, None)

    async def rewrite_files(self, requested: str) -> Rewriting:
        return Rewriting(True, requested)

    async def redact(self, interview: str, version: int, entries: Sequence[bytes]) -> bool:
        return self._interviews.redact(interview, version, entries)

    async def sweep(self, order: ErasureOrder, places: Sequence[Address], *, last: bool) -> None:
        interview = order.interview
        traces = Traces(interview, order.addresses, order.names, order.files, last=last)
        self._outbox.remove(traces)
        self._jobs.remove(traces)
        self._mailboxes.remove(places, traces)
        self._interviews.remove_marks(interview)

    async def refer(self, sha256: str, interview: str) -> None:
        self._files[sha256].add(interview)

    async def leave(self, sha256: str, interview: str) -> bool:
        self._files[sha256].discard(interview)
        return sha256 not in self._lent and not self._files[sha256]

    async def lend(self, sha256: str, until_ms: int) -> None:
        self._lent[sha256] = until_ms

    async def overdue(self, now_ms: int) -> list[str]:
        return [sha256 for sha256, until_ms in self._lent.items() if until_ms <= now_ms]

    async def give_back(self, sha256: str) -> bool:
        self._lent.pop(sha256, None)
        return not self._files[sha256]
