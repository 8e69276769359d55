"""Eight faults of the kind that the simulation is there to find, each planted in place of a part of the product.

They are classes that only the tests know. `FOUND_WITHIN` says within how many seeds each is found.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from bot.channels.telegram.receive import Receiver
from bot.runtime.partition_leases import Holder
from conversation.inbound import Address
from storage.erasure_matcher import Traces
from storage.keys import partition_of
from storage.memory.erasures import MemoryErasures
from storage.memory.interviews import MemoryInterviews
from storage.memory.leases import MemoryLeases
from storage.ports import Answer, Commit, Committed, ErasureOrder
from tests.interleavings.network import Link, Remote
from tests.interleavings.process import Process, SimulatedStore
from tests.interleavings.server import Outbox, Server
from tests.interleavings.world import Planted


class _MessagesLater(Remote):
    """Posts messages after the commit that they belong to."""

    async def commit(self, commit: Commit) -> Answer:
        answer: Answer = await self._link.call(
            "interviews.commit", lambda: self._target.commit(replace(commit, messages=()))
        )
        if isinstance(answer, Committed):
            await self._link.call("outbox.add", lambda: self._post(commit))
        return answer

    async def _post(self, commit: Commit) -> None:
        outbox: Outbox = self._target._outbox
        outbox.add(partition_of(commit.interview), commit.messages)


class _CountersLater(Remote):
    """Counts after the commit."""

    async def commit(self, commit: Commit) -> Answer:
        answer: Answer = await self._link.call(
            "interviews.commit", lambda: self._target.commit(replace(commit, counts=()))
        )
        if isinstance(answer, Committed) and commit.counts:
            campaign = commit.record.state.campaign
            await self._link.call("interviews.adjust", lambda: self._target.adjust(campaign, commit.counts))
        return answer


class _ProcessWithMessagesLater(Process):
    def reach(self, link: Link, server: Server) -> SimulatedStore:
        store = super().reach(link, server)
        store.interviews = _MessagesLater(link, "interviews", server.interviews)
        return store


class _ProcessWithCountersLater(Process):
    def reach(self, link: Link, server: Server) -> SimulatedStore:
        store = super().reach(link, server)
        store.interviews = _CountersLater(link, "interviews", server.interviews)
        return store


class _EarlyReceiver(Receiver):
    """Acknowledges an update, and handles it after that."""

    async def take(self, body: bytes) -> bool:
        self._task = asyncio.create_task(super().take(body))
        self._task.add_done_callback(lambda task: task.cancelled() or task.exception())
        return True


class _HastyCursor(Receiver):
    """Moves the offset on before it handles the updates."""

    async def round(self) -> None:
        updates: Any = await self._channel.updates(self._offset, 2)
        for update_id, _ in updates:
            self._offset = update_id + 1
        for _, update in updates:
            await self.take(update)


class _Forgetful(MemoryInterviews):
    """Does not look whether an event was committed before."""

    async def commit(self, commit: Commit) -> Answer:
        self._seen.pop(commit.interview, None)
        return await super().commit(commit)


class _Everybodys(MemoryLeases):
    """Gives every lease to everybody."""

    async def take(self, partition: int) -> bool:
        self._write(partition)
        return True

    async def renew(self, partition: int) -> bool:
        self._write(partition)
        return True


class _Trusting(Holder):
    """Works on whatever it once took, until the store says that the lease is lost."""

    def holds(self, partition: int) -> bool:
        return partition in self._until and partition not in self._leaving

    def lasts(self, partition: int, seconds: float) -> bool:
        return True


class _Incomplete(MemoryErasures):
    """Leaves the queues of jobs out when it erases."""

    async def sweep(self, order: ErasureOrder, places: Sequence[Address], *, last: bool) -> None:
        traces = Traces(order.interview, order.addresses, order.names, order.files, last=last)
        self._outbox.remove(traces)
        self._mailboxes.remove(places, traces)
        self._interviews.remove_marks(order.interview)


class _ServerWithoutDuplicateCheck(Server):
    interviews_class = _Forgetful


class _ServerWithoutLeases(Server):
    leases_class = _Everybodys


class _ServerWithIncompleteErasure(Server):
    erasures_class = _Incomplete


class _EarlyProcess(Process):
    receiver_class = _EarlyReceiver


class _HastyProcess(Process):
    receiver_class = _HastyCursor


class _TrustingProcess(Process):
    holder_class = _Trusting


FAULTS = {
    "commit without outbox": Planted(process=_ProcessWithMessagesLater),
    "acknowledgement before commit": Planted(process=_EarlyProcess),
    "no duplicate check": Planted(server=_ServerWithoutDuplicateCheck),
    "no lease": Planted(server=_ServerWithoutLeases),
    "lease without fencing": Planted(process=_TrustingProcess),
    "cursor before commit": Planted(process=_HastyProcess),
    "erasure that skips a queue": Planted(server=_ServerWithIncompleteErasure),
    "counter outside the commit": Planted(process=_ProcessWithCountersLater),
}
