"""The way out: one reader a partition, one lane a conversation, tried until it is sent or will never be.

Letters are acknowledged after they were sent. Whoever takes a partition over first reads what the last reader had
in hand, in order; so a message can repeat only after a process that died between sending and recording it.

A message that fails while its account gets others through is put away in the end: the trouble is its own. While
nothing gets through, the trouble is the platform's (or the network's, or a revoked token's), and all wait.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Iterator

from bot.channels.base import Channel, NotNow, Registry, Rejected, TryLater, Unreachable
from bot.logs import log
from bot.metrics import IN_HAND, outbox_lag, sends
from bot.runtime.lanes import Lane, Pace, Reach, SendRates
from bot.runtime.message_edits import Showing
from bot.runtime.meters import Meter
from bot.runtime.outbox_acks import RETRY_S, Acknowledger
from bot.runtime.partition_leases import Holder
from bot.runtime.unsent import Unsent
from conversation.inbound import Address
from conversation.outbound import OutboundMessage
from handlers.intake.receive import Intake
from handlers.organisation.state import account_of
from storage.errors import StoreUnavailable
from storage.keys import PARTITIONS
from storage.ports import Outbox, OutboxEntry

MOST_IN_HAND = 2_000
MOST_STUCK = 50_000
"""What waits for a platform that is away is in hand besides, so that other accounts' messages go on."""
BATCH = 250
BLOCK_MS = 2_000
_BLOCK_UNSETTLED_MS = 20
"""While partitions come and go: what becomes ours is read with the next call."""
PARK_AFTER = 12
"""How many attempts must fail, each after another message of the account got through, before a message is put
away with an alert line: with the back-off, ten minutes or more."""
_FINISH_S = 5
GRACE_S = 30.0
"""An account that another process has just added is known here before that."""
_LOOK_S = 0.25
_IN_THE_AIR_S = 12


class _NoAccount(Exception):
    """This process does not have the message's account."""


class Delivery:
    """Reads the outbox of the partitions that `holder` holds, and sends. `meter` is told how that goes."""

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
        self._reach = Reach()
        self._showing = Showing(outbox)
        self._lanes: dict[Address, Lane] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._in_hand = 0
        self._stuck = 0
        self._room = asyncio.Event()
        self._terms: dict[tuple[int, str], int] = {}
        self._sending: Counter[int] = Counter()
        self._reading: set[int] = set()
        self._acknowledger = Acknowledger(outbox, self._recorded)
        self._unsent = Unsent(outbox, intake, self._acknowledger)
        self._stopping = asyncio.Event()
        self._closing = False

    async def run(self) -> None:
        """Until `stop`: take partitions, read, send, acknowledge."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._holder.run(self._take_over, self._idle))
                readers = [group.create_task(self._read(share)) for share in self._shares()]
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
        """Take no new work; what is in hand is finished or left for the next process."""
        self._stopping.set()

    # reading

    def _shares(self) -> list[list[int]]:
        """Which partitions are read together: all, or on a cluster each by itself."""
        return [list(range(PARTITIONS))] if self._outbox.together else [[each] for each in range(PARTITIONS)]

    async def _take_over(self, partition: int) -> None:
        """A partition is ours: first what the last reader had in hand."""
        await self._outbox.open(partition)
        await self._read_again(partition)

    async def _read_again(self, partition: int) -> None:
        """What was read from the outbox, by whomever, and is not recorded as done."""
        after = "0"
        while letters := await self._outbox.pending(partition, after, BATCH):
            for letter in letters:
                await self._accept(letter)
            after = letters[-1].id

    async def _read(self, share: list[int]) -> None:
        certain = True
        while not self._stopping.is_set():
            held = [
                each for each in share if self._holder.ready(each) and self._holder.lasts(each, BLOCK_MS / 1000)
            ]
            self._reading.update(held)
            try:
                if not held:
                    await self._holder.changed()
                    continue
                if not certain:  # the store may have given us letters that never arrived here
                    for partition in held:
                        await self._read_again(partition)
                    certain = True
                block_ms = BLOCK_MS if self._holder.settled else _BLOCK_UNSETTLED_MS
                for letter in await self._outbox.read(held, BATCH, block_ms):
                    await self._accept(letter)
            except StoreUnavailable as error:
                certain = False
                log.warning("outbox_unreadable", why=str(error))
                await asyncio.sleep(RETRY_S)
            finally:
                self._reading.difference_update(held)

    async def _accept(self, letter: OutboxEntry) -> None:
        """Put a letter into its lane; wait while too many are in hand. One that is in hand already stays where
        it is, for the present term."""
        key, term = (letter.partition, letter.id), self._holder.term(letter.partition)
        while key not in self._terms and self._full():
            self._room.clear()
            await self._room.wait()
        if letter.message is None:
            await self._unsent.put_away(letter, "unreadable", "the outbox entry cannot be read")
            return
        known, self._terms[key] = key in self._terms, term
        if known:
            return
        self._in_hand += 1
        IN_HAND.set(self._in_hand)
        to = letter.message.to
        lane = self._lanes.get(to)
        if lane is None:
            lane = self._lanes[to] = Lane()
            lane.task = asyncio.create_task(self._drain(to, lane))
            self._tasks.add(lane.task)
            lane.task.add_done_callback(self._tasks.discard)
        lane.letters.append(letter)
        self._stuck += lane.stuck

    def _full(self) -> bool:
        return self._in_hand - min(self._stuck, MOST_STUCK) >= MOST_IN_HAND

    def _mark(self, lane: Lane, *, stuck: bool) -> None:
        if lane.stuck != stuck:
            lane.stuck = stuck
            self._stuck += len(lane.letters) if stuck else -len(lane.letters)
            self._room.set()

    # sending

    async def _drain(self, to: Address, lane: Lane) -> None:
        while lane.letters:
            letter = lane.letters[0]
            try:
                if not await self._deal_with(letter, lane):
                    self._terms.pop((letter.partition, letter.id), None)
            except StoreUnavailable as error:
                log.warning("delivery_interrupted", why=str(error))
                await asyncio.sleep(RETRY_S)
                continue
            self._mark(lane, stuck=False)
            lane.letters.popleft()
            self._in_hand -= 1
            IN_HAND.set(self._in_hand)
            self._room.set()
        del self._lanes[to]

    async def _deal_with(self, letter: OutboxEntry, lane: Lane) -> bool:
        """Whether the letter was sent (or need not be); False: put away, or left for whoever may send it."""
        try:
            return await self._deliver(letter, lane)
        except StoreUnavailable:
            raise
        except Exception as error:  # one message's trouble must not hold back the conversation's next
            log.exception("delivery_failed", partition=letter.partition, letter=letter.id)
            await self._unsent.put_away(letter, "failed", type(error).__name__)
            return False

    async def _deliver(self, letter: OutboxEntry, lane: Lane) -> bool:
        message = letter.message
        if message is None or not self._may_go(letter, lane):
            return False
        try:
            return await self._send(message, letter, lane)
        except _NoAccount:
            if self._may_go(letter, lane):
                why = f"no account {message.to.account} on {message.to.channel}"
                await self._unsent.give_up(message, letter, "no_account", why)
            return False
        except (NotNow, Unreachable, Rejected) as error:
            return await self._unsent.after(error, message, letter)

    async def _channel(self, to: Address, lane: Lane) -> Channel:
        """The message's account as it is now, waited for if need be. Raises _NoAccount."""
        until = asyncio.get_running_loop().time() + GRACE_S
        while (channel := self._channels.get(to.channel, to.account)) is None:
            self._mark(lane, stuck=True)
            if asyncio.get_running_loop().time() >= until or not await self._pause(_LOOK_S, lane):
                raise _NoAccount
        return channel

    async def _send(self, message: OutboundMessage, letter: OutboxEntry, lane: Lane) -> bool:
        attempts = own_failures = 0
        channel = await self._channel(message.to, lane)
        sent_before = self._reach.sent(channel)
        while True:
            channel = await self._channel(message.to, lane)
            await self._pace.wait(channel, message, lane)
            earlier = await self._showing.earlier(channel, message)
            if not self._may_go(letter, lane):
                return False
            if 0 < message.until_ms <= self._now():
                raise NotNow("it was to be sent earlier")
            try:
                with self._in_the_air(letter.partition, lane):
                    shown = await self._showing.show(channel, message, f"{letter.partition}:{letter.id}", earlier)
                    self._acknowledger.note(letter)
                    await self._showing.remember(channel, message, shown)
            except TryLater as error:
                sends("later", channel.name).inc()
                if error.retry_after_s is None:
                    attempts += 1
                    self._mark(lane, stuck=True)
                    if (sent := self._reach.sent(channel)) > sent_before:
                        own_failures, sent_before = own_failures + 1, sent
                    else:
                        self._reach.failed(channel, str(error))
                    self._meter.failed(channel, str(error))
                if own_failures >= PARK_AFTER:
                    await self._unsent.give_up(message, letter, "parked", str(error))
                    return False
                if not await self._wait(error, attempts, account_of(channel.name, channel.account), lane):
                    return False
            else:
                sends(shown.how, channel.name).inc()
                if shown.how != "dropped":  # which reached nobody
                    self._reach.got_through(channel)
                    self._meter.sent(channel)
                    lag_ms = max(0, self._now() - int(letter.id.partition("-")[0]))
                    outbox_lag(channel.name).observe(lag_ms / 1000)
                return True

    def _may_go(self, letter: OutboxEntry, lane: Lane) -> bool:
        """Whether sending the letter is (still) ours to do. One that waits when we stop is left, and so is what
        stands behind it."""
        if self._stopping.is_set() and (lane.waiting or self._closing):
            return False
        term = self._terms.get((letter.partition, letter.id))
        return self._holder.holds(letter.partition) and term == self._holder.term(letter.partition)

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
        """Nothing of the partition is being sent, all that was sent is recorded, and no read of ours still waits
        for it: that would take the next letter away from whoever follows."""
        return not (self._sending[partition] or partition in self._reading or self._acknowledger.waits(partition))

    async def _wait(self, error: TryLater, attempts: int, account: str, lane: Lane) -> bool:
        """Wait before the next attempt; False where we stop and leave the letter for the next process."""
        return await self._pause(await self._pace.after(error, attempts, account), lane)

    async def _pause(self, delay_s: float, lane: Lane) -> bool:
        """False where we stop meanwhile."""
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
        """By account, when the oldest message in hand was posted (epoch milliseconds)."""
        found: dict[str, int] = {}
        for to, lane in self._lanes.items():
            if lane.letters:
                account, posted = account_of(to.channel, to.account), int(lane.letters[0].id.partition("-")[0])
                found[account] = min(found.get(account, posted), posted)
        return found

    def _recorded(self, partition: int, letter: str) -> None:
        self._terms.pop((partition, letter), None)

    # stopping

    async def _finish(self) -> None:
        """What is in hand goes on for a while; then what has not begun is left, and the rest may end."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_FINISH_S)
        self._closing = True
        for lane in self._lanes.values():
            if lane.task and not lane.sending:
                lane.task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_IN_THE_AIR_S)
