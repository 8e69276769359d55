"""Delivery of outbox messages: one reader per partition, one lane per conversation.

Each message is retried until it is sent or known to be undeliverable. Outbox entries are acknowledged after they
are sent. A process that takes over a partition first reads the previous reader's unacknowledged entries, in order,
so a message is sent twice only if a process died between sending it and recording that.

A message that keeps failing while its account delivers others becomes a dead letter: the fault lies with the
message. While nothing gets through, the fault lies with the platform, the network or the account's token, and
every message waits.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Iterator

from bot.channels.base import Channel, NotNow, Registry, Rejected, TryLater, Unreachable
from bot.logs import log, log_wait
from bot.metrics import IN_HAND, SENDS, outbox_lag
from bot.runtime.lanes import Lane, Pace, Reachability, SendRates
from bot.runtime.message_edits import Showing
from bot.runtime.meters import Meter
from bot.runtime.outbox_acks import RETRY_S, Acknowledger
from bot.runtime.outbox_reader import OutboxReader
from bot.runtime.partition_leases import Holder
from bot.runtime.unsent import Unsent
from conversation.inbound import Address
from conversation.outbound import OutboundMessage
from handlers.intake.receive import Intake
from handlers.organisation.state import account_of
from storage.errors import StoreUnavailable, is_outage
from storage.ports import Outbox, OutboxEntry

MOST_IN_HAND = 2_000
MOST_STUCK = 50_000
"""How many entries in stuck lanes may be held in addition to MOST_IN_HAND.

Without this allowance, one unavailable platform would block the messages of all other accounts.
"""
PARK_AFTER = 12
"""How many attempts must fail before a message is moved to the dead letters.

Only attempts count before which the account delivered some other message. With the back-off, this takes ten
minutes or more.
"""
_FINISH_S = 5
GRACE_S = 30.0
"""How long a message waits for an unknown account: another process may just have added it."""
_LOOK_S = 0.25
_IN_THE_AIR_S = 12


class _NoAccount(Exception):
    """The message's account is not registered in this process."""


class Delivery:
    """Reads the outbox partitions that `holder` holds and sends their messages.

    Successes and failures are counted in `meter`.
    """

    showing: type[Showing] = Showing

    def __init__(
        self,
        outbox: Outbox,
        holder: Holder,
        channels: Registry,
        intake: Intake,
        now: Callable[[], int],
        rates: SendRates,
        meter: Meter | None = None,
    ) -> None:
        self._meter = meter or Meter(now)
        self._outbox = outbox
        self._holder = holder
        self._channels = channels
        self._now = now
        self._pace = Pace(rates)
        self._reach = Reachability()
        self._showing = self.showing(outbox)
        self._lanes: dict[Address, Lane] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._in_hand = 0
        IN_HAND.set_function(lambda: self._in_hand)
        self._stuck = 0
        self._room = asyncio.Event()
        self._terms: dict[tuple[int, str], int] = {}
        self._sending: Counter[int] = Counter()
        self._reader = OutboxReader(outbox, holder, self._accept, self._unsettled)
        self._acknowledger = Acknowledger(outbox, self._recorded)
        self._unsent = Unsent(outbox, intake, self._acknowledger)
        self._stopping = asyncio.Event()
        self._closing = False

    async def run(self) -> None:
        """Take partitions and read, send and acknowledge their entries until `stop` is called."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._holder.run(self._reader.take_over, self._idle))
                readers = [
                    group.create_task(self._reader.read(share, self._stopping)) for share in self._reader.shares()
                ]
                acknowledger = group.create_task(self._acknowledger.run())
                await self._stopping.wait()
                self._holder.settle()
                for reader in readers:
                    reader.cancel()
                await self._finish()
                acknowledger.cancel()
                self._holder.stop()
        finally:
            for task in self._tasks:
                task.cancel()
        await self._acknowledger.record_the_rest()
        await self._holder.release_all()

    def stop(self) -> None:
        """Stop taking new work. Entries already read are finished or left for the next process."""
        self._stopping.set()

    # lanes

    async def _accept(self, entry: OutboxEntry) -> None:
        """Append an outbox entry to its lane, waiting first while too many are held.

        An entry already in a lane stays where it is, and is marked as belonging to the current term.
        """
        key, term = (entry.partition, entry.id), self._holder.term(entry.partition)
        while key not in self._terms and self._full():
            self._room.clear()
            await self._room.wait()
        if entry.message is None:
            await self._unsent.put_away(entry, "unreadable", "the outbox entry cannot be read")
            return
        if known := self._terms.get(key):
            self._terms[key] = max(known, term)
            return
        if term != self._holder.term(entry.partition):  # it is read again, after those before it
            return
        self._terms[key] = term
        self._in_hand += 1
        to = entry.message.to
        lane = self._lanes.get(to)
        if lane is None:
            lane = self._lanes[to] = Lane()
            lane.task = asyncio.create_task(self._drain(to, lane))
            self._tasks.add(lane.task)
            lane.task.add_done_callback(self._tasks.discard)
        lane.entries.append(entry)
        self._stuck += lane.stuck

    def _full(self) -> bool:
        return self._in_hand - min(self._stuck, MOST_STUCK) >= MOST_IN_HAND

    def _mark(self, lane: Lane, *, stuck: bool) -> None:
        if lane.stuck != stuck:
            lane.stuck = stuck
            self._stuck += len(lane.entries) if stuck else -len(lane.entries)
            self._room.set()

    # sending

    async def _drain(self, to: Address, lane: Lane) -> None:
        while lane.entries:
            entry = lane.entries[0]
            try:
                if not await self._deal_with(entry, lane):
                    self._recorded(entry.partition, entry.id)
            except StoreUnavailable as error:
                log_wait("delivery_interrupted", error)
                await asyncio.sleep(RETRY_S)
                continue
            self._mark(lane, stuck=False)
            lane.entries.popleft()
            self._in_hand -= 1
            self._room.set()
        del self._lanes[to]

    async def _deal_with(self, entry: OutboxEntry, lane: Lane) -> bool:
        """Deliver one entry. Returns True if it was sent or otherwise settled, such as held for the candidate.

        Returns False if it was moved to the dead letters or left for another process.
        Raises StoreUnavailable.
        """
        try:
            return await self._deliver(entry, lane)
        except Exception as error:  # a failing message must not block the rest of its conversation
            if is_outage(error):
                raise
            log.exception("delivery_failed", partition=entry.partition, entry=entry.id)
            await self._unsent.put_away(entry, "failed", type(error).__name__)
            return False

    async def _deliver(self, entry: OutboxEntry, lane: Lane) -> bool:
        message = entry.message
        if message is None or not self._may_go(entry, lane):
            return False
        try:
            return await self._send(message, entry, lane)
        except _NoAccount:
            if self._may_go(entry, lane):
                why = f"no account {message.to.account} on {message.to.channel}"
                await self._unsent.give_up(message, entry, "no_account", why)
            return False
        except (NotNow, Unreachable, Rejected) as error:
            return await self._unsent.after(error, message, entry)

    async def _channel(self, to: Address, lane: Lane) -> Channel:
        """Return the channel for the message's account, waiting up to GRACE_S for it to appear.

        Raises _NoAccount.
        """
        until = asyncio.get_running_loop().time() + GRACE_S
        while (channel := self._channels.get(to.channel, to.account)) is None:
            self._mark(lane, stuck=True)
            if asyncio.get_running_loop().time() >= until or not await self._pause(_LOOK_S, lane):
                raise _NoAccount
        return channel

    async def _send(self, message: OutboundMessage, entry: OutboxEntry, lane: Lane) -> bool:
        attempts = own_failures = 0
        channel = await self._channel(message.to, lane)
        sent_before = self._reach.sent(channel)
        while True:
            channel = await self._channel(message.to, lane)
            await self._pace.wait(channel, message, lane)
            earlier = await self._showing.earlier(channel, message)
            if not self._may_go(entry, lane):
                return False
            if 0 < message.until_ms <= self._now():
                raise NotNow("it was to be sent earlier")
            try:
                with self._in_the_air(entry.partition, lane):
                    shown = await self._showing.show(channel, message, f"{entry.partition}:{entry.id}", earlier)
                    self._acknowledger.note(entry)
                    await self._showing.remember(channel, message, shown)
            except TryLater as error:
                SENDS.count("later", channel.name)
                if error.retry_after_s is None:
                    attempts += 1
                    self._mark(lane, stuck=True)
                    if (sent := self._reach.sent(channel)) > sent_before:
                        own_failures, sent_before = own_failures + 1, sent
                    else:
                        self._reach.failed(channel, str(error))
                    self._meter.failed(channel, str(error))
                if own_failures >= PARK_AFTER and not channel.capabilities.gives_up:
                    await self._unsent.give_up(message, entry, "parked", str(error))
                    return False
                if not await self._wait(error, attempts, account_of(channel.name, channel.account), lane):
                    return False
            else:
                SENDS.count(shown.how, channel.name)
                if shown.how != "dropped":  # a dropped message reached nobody
                    self._reach.got_through(channel)
                    self._meter.sent(channel)
                    lag_ms = max(0, self._now() - int(entry.id.partition("-")[0]))
                    outbox_lag(channel.name).observe(lag_ms / 1000)
                return True

    def _may_go(self, entry: OutboxEntry, lane: Lane) -> bool:
        """Return whether this process may still send the entry.

        During shutdown, lanes that are waiting leave their entries for the next process.
        """
        if self._stopping.is_set() and (lane.waiting or self._closing):
            return False
        term = self._terms.get((entry.partition, entry.id))
        return self._holder.holds(entry.partition) and term == self._holder.term(entry.partition)

    @contextlib.contextmanager
    def _in_the_air(self, partition: int, lane: Lane) -> Iterator[None]:
        self._sending[partition] += 1
        lane.sending = True
        try:
            yield
        finally:
            self._sending[partition] -= 1
            lane.sending = False

    def _idle(self, partition: int) -> bool:
        """Return whether the partition can be released.

        That is the case when none of its messages is being sent, everything sent is acknowledged, and no read of
        this process is pending: such a read could take an entry away from the next holder.
        """
        return not (
            self._sending[partition] or self._reader.is_reading(partition) or self._acknowledger.waits(partition)
        )

    async def _wait(self, error: TryLater, attempts: int, account: str, lane: Lane) -> bool:
        """Wait before the next attempt. Returns False if delivery is stopped meanwhile."""
        return await self._pause(await self._pace.after(error, attempts, account), lane)

    async def _pause(self, delay_s: float, lane: Lane) -> bool:
        """Sleep for `delay_s`. Returns False if delivery is stopped meanwhile."""
        lane.waiting = True
        try:
            async with asyncio.timeout(delay_s):
                await self._stopping.wait()
        except TimeoutError:
            return True
        finally:
            lane.waiting = self._stopping.is_set()
        return False

    def oldest(self) -> dict[str, int]:
        """Return, by account, when its oldest message held here was posted (epoch milliseconds)."""
        found: dict[str, int] = {}
        for to, lane in self._lanes.items():
            if lane.entries:
                account, posted = account_of(to.channel, to.account), int(lane.entries[0].id.partition("-")[0])
                found[account] = min(found.get(account, posted), posted)
        return found

    def _recorded(self, partition: int, entry: str) -> None:
        self._terms.pop((partition, entry), None)
        self._reader.settled(partition, entry)

    def _unsettled(self) -> Counter[int]:
        """Return how many entries of each partition are held here or are still to be acknowledged."""
        return Counter(partition for partition, _ in self._terms)

    # stopping

    async def _finish(self) -> None:
        """Let sending continue for _FINISH_S, then cancel idle lanes and wait for sends in progress."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_FINISH_S)
        self._closing = True
        for lane in self._lanes.values():
            if lane.task and not lane.sending:
                lane.task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_IN_THE_AIR_S)
