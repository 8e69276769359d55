"""Calls over a network that delays, breaks and loses them, and the faults of one schedule."""

import asyncio
import inspect
import random
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol, cast

from storage.errors import StoreUnavailable
from storage.ports import OutboxEntry
from tests.interleavings.server import Server, now
from tests.interleavings.timeline import START_S, ProcessLoop, Timeline

Kind = Literal["kill", "pause", "cut", "freeze", "term"]
"""A fault: SIGKILL, SIGSTOP for a while, no connection to the store for a while, a store that stands still for a
while, SIGTERM. Whoever is killed or stopped is started again."""
MANY = 110
"""About how many moments a schedule has before its candidates are through."""
_FREQUENT = ("leases.", "interviews.due", "jobs.take", "jobs.wake", "jobs.reclaim")
_SKIPPED = 0.8
"""Calls that all loops make again and again, and how many of them are no moments, so that faults meet others."""
_PATIENCE_S = 3.0
_AT_ONCE_S = 0.001
_INSTANT_S = 1e-6


@dataclass(frozen=True, slots=True)
class Fault:
    kind: Kind
    seconds: float


class Victim(Protocol):
    """A process that faults happen to."""

    name: str
    loop: ProcessLoop
    link: "Link"

    def suffer(self, fault: Fault) -> None: ...


class Weather:
    """The faults of one schedule, and its delays. All are drawn from `chance`.

    A moment is when a call leaves a process, or was just carried out at the other end. A fault happens at a moment
    to the process that makes the call, so processes die between any two effects of theirs.
    """

    def __init__(self, timeline: Timeline, chance: random.Random) -> None:
        self.timeline = timeline
        self.chance = chance
        self.trace: list[str] = []
        self.tracing = False
        self.moments = 0
        self.faults = 0
        self.calm = False
        self.frozen_until = 0.0
        self.stolen: set[str] = set()
        """Entries that were read for a process that had given up the read or lost the lease meanwhile."""
        self._plan: dict[int, Fault] = {}
        kinds: list[Kind] = ["kill", "kill", "pause", "cut", "freeze", "term"]
        for _ in range(chance.choice((0, 1, 1, 2, 2, 3, 4))):
            seconds = chance.choice((0.05, 0.6, 3.0, 9.0)) * chance.uniform(0.5, 1.5)
            self._plan[chance.randint(1, MANY)] = Fault(chance.choice(kinds), seconds)

    def moment(self, process: Victim, what: str) -> None:
        if self.calm or (what.startswith(_FREQUENT) and self.chance.random() < _SKIPPED):
            return
        self.moments += 1
        if self.tracing:
            self.note(process, what)
        if self.moments in self._plan and not process.loop.dead:
            fault = self._plan.pop(self.moments)
            self.note(process, f"{fault.kind} {fault.seconds:.2f} s")
            self.faults += 1
            if fault.kind == "freeze":
                self.frozen_until = self.timeline.now + fault.seconds
            process.suffer(fault)

    def note(self, process: Victim, what: str) -> None:
        self.trace.append(f"{self.timeline.now - START_S:9.4f} {process.name} {what}")

    def delay(self) -> float:
        """Return how long a message is under way, in seconds. A few take long."""
        return self.chance.expovariate(5000) if self.chance.random() < 0.95 else self.chance.uniform(0, 0.1)

    def at_server(self, arrive: Callable[[], object]) -> None:
        """Let something arrive at the store, which may stand still."""
        when = self.timeline.now + self.delay()
        self.timeline.at(when, lambda: self._arrive(arrive))

    @property
    def frozen(self) -> bool:
        """Whether the store stands still."""
        return self.timeline.now < self.frozen_until

    def notice(self, closed: Callable[[], object]) -> None:
        """Let the store notice that a connection was closed, right after what came before on it."""
        when = max(self.timeline.now + self.chance.expovariate(5000), self.frozen_until + _INSTANT_S)
        self.timeline.at(when, closed)

    def _arrive(self, arrive: Callable[[], object]) -> None:
        if self.frozen:
            # Several connections wait: the server takes them up in any order.
            self.timeline.at(self.frozen_until + self.chance.random() * _INSTANT_S, lambda: self._arrive(arrive))
        else:
            arrive()


class _Read:
    """A read that may wait at the store. Once its connection is closed it waits no longer."""

    def __init__(self) -> None:
        self.closed = False
        self.stop: Callable[[], None] = lambda: None

    def close(self) -> None:
        self.closed = True
        self.stop()


class Link:
    """The connections of one process to the store and to the platform."""

    def __init__(self, weather: Weather, server: Server, process: Victim) -> None:
        self._weather = weather
        self._server = server
        self._process = process
        self.cut_until = 0.0
        self._reads: list[_Read] = []

    def hang_up(self) -> None:
        """Let the store notice that the process is gone: it gives no more entries to its readers."""
        for read in self._reads:
            read.close()

    async def call(self, name: str, carry_out: Callable[[], Any]) -> Any:
        """Call the store. Raises StoreUnavailable, and then the call may have been carried out nevertheless."""
        return await self._round_trip(name, lambda answer: answer(_outcome(carry_out)), store=True)

    async def read(self, partitions: list[int], count: int, block_ms: int) -> list[OutboxEntry]:
        weather, process = self._weather, self._process
        read = _Read()

        def wait(answer: Callable[[Any], None]) -> None:
            def entries(found: list[OutboxEntry]) -> None:
                for each in found:
                    holder = self._server.lease_book.holder("delivery", each.partition)
                    if read.closed or holder != process.name:
                        weather.stolen.add(f"{each.partition}:{each.id}")
                answer(found)

            read.stop = self._server.outbox.read_or_wait(partitions, count, entries)
            if read.closed:
                read.stop()
            weather.timeline.after(block_ms / 1000, read.stop)

        self._reads = [*self._reads[-40:], read]
        block_s = block_ms / 1000
        try:
            return cast(
                list[OutboxEntry], await self._round_trip("outbox.read", wait, store=True, block_s=block_s)
            )
        except (asyncio.CancelledError, StoreUnavailable):  # the connection is closed, which the store will notice
            weather.timeline.at(self.cut_until, lambda: weather.notice(read.close))
            raise

    async def to_platform(self, name: str, carry_out: Callable[[], Any]) -> Any:
        return await self._round_trip(name, lambda answer: answer(_outcome(carry_out)), store=False)

    def leave(self, what: str, act: Callable[[], object]) -> None:
        """Let something leave the process: not if it dies at this moment, and later if it is stopped."""
        self._weather.moment(self._process, what)
        loop = self._process.loop
        if loop.paused:
            loop.when_resumed(act)
        elif not loop.dead:
            act()

    async def _round_trip(
        self, name: str, carry_out: Callable[[Callable[[Any], None]], object], *, store: bool, block_s: float = 0.0
    ) -> Any:
        loop, weather = self._process.loop, self._weather
        future = loop.create_future()

        def settle(outcome: Any) -> None:
            if future.done():
                return
            if isinstance(outcome, Exception):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)

        def give_up(after_s: float) -> None:
            lost = StoreUnavailable("the simulated network is down")
            weather.timeline.after(after_s, lambda: loop.deliver(settle, lost))

        def answer(outcome: Any) -> None:
            weather.moment(self._process, f"{name} was carried out")
            if store and self._is_cut():
                give_up(_PATIENCE_S)
            else:
                weather.timeline.after(weather.delay(), lambda: loop.deliver(settle, outcome))

        def send() -> None:
            if store:
                self._send(lambda: carry_out(answer), give_up, block_s)
            else:
                weather.timeline.after(weather.delay(), lambda: carry_out(answer))

        self.leave(name, send)
        return await future

    def _send(self, arrive: Callable[[], object], give_up: Callable[[float], None], block_s: float) -> None:
        """Send a call to the store. `give_up` lets its sender stop waiting after so many seconds."""
        weather = self._weather
        if not self._is_cut():
            weather.at_server(arrive)
            if weather.frozen:
                give_up(_PATIENCE_S + block_s)
        elif weather.chance.random() < 0.5:  # refused at once
            give_up(_AT_ONCE_S)
        else:
            give_up(_PATIENCE_S + block_s)
            if weather.chance.random() < 0.5:  # it arrives late, perhaps after its sender has given up
                weather.timeline.at(self.cut_until, lambda: weather.at_server(arrive))

    def _is_cut(self) -> bool:
        return self._weather.timeline.now < self.cut_until


def _outcome(carry_out: Callable[[], Any]) -> Any:
    try:
        return now(carry_out())
    except Exception as error:
        return error


class Remote:
    """One part of the store, such as its outbox, as a process reaches it."""

    together = True

    def __init__(self, link: Link, name: str, target: Any) -> None:
        self._link = link
        self._name = name
        self._target = target

    def __getattr__(self, name: str) -> Any:
        act, what = getattr(self._target, name), f"{self._name}.{name}"

        async def call(*arguments: Any, **named: Any) -> Any:
            return await self._link.call(what, lambda: act(*arguments, **named))

        async def each(*arguments: Any, **named: Any) -> AsyncIterator[Any]:
            async def found() -> list[Any]:
                return [one async for one in act(*arguments, **named)]

            for one in await self._link.call(what, found):
                yield one

        return each if inspect.isasyncgenfunction(act) else call


class RemoteOutbox(Remote):
    async def read(self, partitions: list[int], count: int, block_ms: int) -> list[OutboxEntry]:
        return await self._link.read(list(partitions), count, block_ms)
