"""Send pacing per conversation and per account, the wait after a failure, and who is to blame for one."""

import asyncio
import contextlib
from collections import Counter, deque
from typing import Protocol

from aiolimiter import AsyncLimiter
from tenacity import AsyncRetrying, RetryCallState, wait_random_exponential

from bot.channels.base import Channel, TryLater
from bot.logs import log
from conversation.outbound import OutboundMessage
from handlers.organisation.state import account_of
from storage.errors import StoreUnavailable
from storage.ports import OutboxEntry
from storage.redis.send_rates import Reservation

_BACK_OFF = wait_random_exponential(multiplier=1, max=120)
COMPLAINT_S = 60.0
"""How long an account keeps to its bulk rate after the platform complained about its rate."""
_SAID_AGAIN_S = 60.0


class Lane:
    """One conversation's queued outbox entries, sent in order. A lane exists only while it has entries.

    `stuck`: the first entry cannot be sent and it is not known for how long.
    """

    __slots__ = ("entries", "limiter", "sending", "sent", "stuck", "task", "waiting")

    def __init__(self) -> None:
        self.entries: deque[OutboxEntry] = deque()
        self.task: asyncio.Task[None] | None = None
        self.waiting = False
        self.sending = False
        self.stuck = False
        self.sent = 0
        self.limiter: AsyncLimiter | None = None


class SendRates(Protocol):
    """The send budget of each account, shared by all processes; see `storage.redis.send_rates`."""

    async def reserve(self, account: str, per_s: float) -> Reservation: ...
    async def complain(self, account: str, life_s: float) -> None: ...


class Pace:
    """Limits how fast messages are sent.

    Answers to a candidate's own message are sent at once. Unprompted messages, and all messages for a minute after
    the platform complained, keep to the account's bulk rate. Bursts in one conversation are limited too.
    """

    def __init__(self, rates: SendRates) -> None:
        self._rates = rates
        self._complained: dict[str, float] = {}

    async def wait(self, channel: Channel, message: OutboundMessage, lane: Lane) -> None:
        """Wait until this message may be sent."""
        can = channel.capabilities
        lane.sent += 1
        if can.chat_burst and lane.sent > 1:
            if lane.limiter is None:
                lane.limiter = AsyncLimiter(can.chat_burst, can.chat_period_s or can.chat_burst)
            await lane.limiter.acquire()
        account = account_of(channel.name, channel.account)
        if can.bulk_per_s and (not message.prompted or self._slowed(account)):
            await self._within_budget(account, can.bulk_per_s)

    async def _within_budget(self, account: str, per_s: float) -> None:
        """Wait for the account's shared budget. If the store is unavailable, sleep for 1/`per_s` seconds."""
        try:
            reserved = await self._rates.reserve(account, per_s)
        except StoreUnavailable:
            await asyncio.sleep(1 / per_s)
            return
        if reserved.slow_s:
            self._complained[account] = asyncio.get_running_loop().time() + reserved.slow_s
        if reserved.wait_s:
            await asyncio.sleep(reserved.wait_s)

    def _slowed(self, account: str) -> bool:
        until = self._complained.get(account)
        if until is None:
            return False
        if asyncio.get_running_loop().time() < until:
            return True
        del self._complained[account]
        return False

    async def after(self, error: TryLater, attempts: int, account: str) -> float:
        """Return the seconds to wait before the next attempt: what the platform asked for, else a random back-off.

        Slows the account down if the platform's limit covers the whole account.
        """
        if error.whole_account:
            self._complained[account] = asyncio.get_running_loop().time() + COMPLAINT_S
            with contextlib.suppress(StoreUnavailable):
                await self._rates.complain(account, COMPLAINT_S)
        if error.retry_after_s is not None:
            return error.retry_after_s
        state = RetryCallState(AsyncRetrying(), fn=None, args=(), kwargs={})
        state.attempt_number = max(1, attempts)
        return float(_BACK_OFF(state))


class Reachability:
    """Tells faults of a single message from faults of its platform.

    If the account delivers other messages, a failure is the message's own.
    """

    def __init__(self) -> None:
        self._sent: Counter[tuple[str, str]] = Counter()
        self._said: dict[tuple[str, str], float] = {}

    def sent(self, channel: Channel) -> int:
        """Return how many messages the account has delivered."""
        return self._sent[channel.name, channel.account]

    def got_through(self, channel: Channel) -> None:
        self._sent[channel.name, channel.account] += 1

    def failed(self, channel: Channel, why: str) -> None:
        """Log that the platform cannot be reached, at most once a minute per account."""
        now, account = asyncio.get_running_loop().time(), (channel.name, channel.account)
        if now - self._said.get(account, -_SAID_AGAIN_S) >= _SAID_AGAIN_S:
            self._said[account] = now
            log.warning("platform_unreachable", channel=channel.name, account=channel.account, why=why)
