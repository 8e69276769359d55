"""The way out: one reader a partition, one lane a conversation, tried until it is sent or will never be.

Letters are acknowledged after they were sent. Whoever takes a partition over first reads what the last reader had
in hand, in order; so a message can repeat only after a process that died between sending and recording it.
"""

import asyncio
from collections import deque
from collections.abc import Callable

from bot.channels.base import Registry, Rejected, TryLater, Unreachable
from bot.lanes import Lane, Pace
from bot.leasing import Holder
from bot.logs import log
from bot.metrics import DEAD, IN_HAND, outbox_lag, sends
from conversation.inbound import Address, DeliveryFailed, Inbound
from conversation.outbound import OutboundMessage
from handlers.intake import Intake
from storage.errors import StoreUnavailable
from storage.keys import PARTITIONS
from storage.ports import Letter, Outbox

MOST_IN_HAND = 2_000
BATCH = 250
BLOCK_MS = 2_000
PARK_AFTER = 12
"""Attempts before a message is put away with an alert line: with the back-off, about ten minutes."""
_ACK_EVERY_S = 0.005


class Delivery:
    """Reads the outbox of the partitions that `holder` holds, and sends."""

    def __init__(
        self, outbox: Outbox, holder: Holder, channels: Registry, intake: Intake, now: Callable[[], int]
    ) -> None:
        self._outbox = outbox
        self._holder = holder
        self._channels = channels
        self._intake = intake
        self._now = now
        self._pace = Pace()
        self._lanes: dict[Address, Lane] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._in_hand = 0
        self._room = asyncio.Event()
        self._sent: dict[int, list[str]] = {}
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Until `stop`: take partitions, read, send, acknowledge."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._holder.run(self._take_over))
            readers = [group.create_task(self._read(share)) for share in self._shares()]
            acknowledger = group.create_task(self._acknowledge())
            await self._stopping.wait()
            self._holder.stop()
            for reader in readers:
                reader.cancel()
            await self._finish()
            acknowledger.cancel()
        await self._flush()
        await self._holder.release_all()

    def stop(self) -> None:
        """Take no new work; what is in hand is finished or left for the next process."""
        self._stopping.set()

    # reading

    def _shares(self) -> list[list[int]]:
        """Which partitions are read together: all, or on a cluster each by itself."""
        partitions = list(range(PARTITIONS))
        return [partitions] if self._outbox.together else [[each] for each in partitions]

    async def _take_over(self, partition: int) -> None:
        """A partition is ours: first what the last reader had in hand."""
        await self._outbox.open(partition)
        after = "0"
        while letters := await self._outbox.pending(partition, after, BATCH):
            for letter in letters:
                await self._accept(letter)
            after = letters[-1].id

    async def _read(self, share: list[int]) -> None:
        while not self._stopping.is_set():
            held = [partition for partition in share if self._holder.ready(partition)]
            try:
                if not held:
                    await self._holder.changed()
                    continue
                for letter in await self._outbox.read(held, BATCH, BLOCK_MS):
                    await self._accept(letter)
            except StoreUnavailable as error:
                log.warning("outbox_unreadable", why=str(error))
                await asyncio.sleep(0.5)

    async def _accept(self, letter: Letter) -> None:
        """Put a letter into its lane; wait while too many are in hand."""
        while self._in_hand >= MOST_IN_HAND:
            self._room.clear()
            await self._room.wait()
        if letter.message is None:
            await self._put_away(letter, "unreadable", "the outbox entry cannot be read")
            return
        self._in_hand += 1
        IN_HAND.set(self._in_hand)
        to = letter.message.to
        lane = self._lanes.get(to)
        if lane is None:
            lane = self._lanes[to] = Lane()
            lane.letters.append(letter)
            task = asyncio.create_task(self._drain(to, lane))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        else:
            lane.letters.append(letter)

    # sending

    async def _drain(self, to: Address, lane: Lane) -> None:
        letters: deque[Letter] = lane.letters
        while letters:
            letter = letters[0]
            try:
                if self._holder.holds(letter.partition) and not (self._stopping.is_set() and lane.waiting):
                    await self._deliver(letter, lane)
            except StoreUnavailable as error:
                log.warning("delivery_interrupted", why=str(error))
                await asyncio.sleep(0.5)
                continue
            letters.popleft()
            self._in_hand -= 1
            IN_HAND.set(self._in_hand)
            self._room.set()
        del self._lanes[to]

    async def _deliver(self, letter: Letter, lane: Lane) -> None:
        message = letter.message
        if message is None:
            return
        channel = self._channels.get(message.to.channel, message.to.account)
        if channel is None:
            await self._put_away(letter, "no_account", f"no account {message.to.account} on {message.to.channel}")
            return
        attempts = 0
        while True:
            await self._pace.wait(channel, message, lane)
            try:
                await channel.send(message, f"{letter.partition}:{letter.id}")
            except TryLater as error:
                attempts += error.retry_after_s is None
                sends("later", channel.name).inc()
                if attempts >= PARK_AFTER:
                    await self._put_away(letter, "parked", str(error))
                    return
                if not await self._wait(error, attempts, channel.account, lane):
                    return
            except Unreachable as error:
                sends("unreachable", channel.name).inc()
                await self._undelivered(message, letter, str(error))
                break
            except Rejected as error:
                sends("rejected", channel.name).inc()
                await self._put_away(letter, "rejected", str(error))
                return
            else:
                sends("sent", channel.name).inc()
                posted = int(letter.id.partition("-")[0])
                outbox_lag(channel.name).observe(max(0, self._now() - posted) / 1000)
                break
        self._sent.setdefault(letter.partition, []).append(letter.id)

    async def _wait(self, error: TryLater, attempts: int, account: str, lane: Lane) -> bool:
        """Wait before the next attempt; False where we stop and leave the letter for the next process."""
        delay = self._pace.after(error, attempts, account)
        lane.waiting = True
        try:
            await asyncio.wait_for(self._stopping.wait(), delay)
        except TimeoutError:
            return True
        finally:
            lane.waiting = self._stopping.is_set()
        return False

    async def _undelivered(self, message: OutboundMessage, letter: Letter, why: str) -> None:
        """The candidate is out of reach: the interview is told."""
        if message.interview and message.prompted:
            inbound = Inbound(f"undelivered:{letter.partition}:{letter.id}", DeliveryFailed(why))
            await self._intake.apply(message.interview, inbound)

    async def _put_away(self, letter: Letter, kind: str, why: str) -> None:
        log.error("message_put_away", kind=kind, why=why, partition=letter.partition, letter=letter.id)
        DEAD.labels(kind).inc()
        await self._outbox.bury(letter.partition, kind, why, letter.raw, letter.id)

    # acknowledging

    async def _acknowledge(self) -> None:
        while True:
            await asyncio.sleep(_ACK_EVERY_S)
            if self._sent:
                await self._flush()

    async def _flush(self) -> None:
        while self._sent:
            partition, ids = self._sent.popitem()
            try:
                await self._outbox.done(partition, ids)
            except StoreUnavailable as error:
                self._sent.setdefault(partition, []).extend(ids)
                log.warning("delivery_not_recorded", why=str(error), letters=len(ids))
                await asyncio.sleep(0.5)
                return

    async def _finish(self) -> None:
        """Give what is being sent ten seconds."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=10)
        for task in self._tasks:
            task.cancel()
