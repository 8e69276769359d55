"""How fast: per conversation, per account, how long to wait after a refusal, and whose trouble it is."""

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
"""After a platform complained about an account's rate, it keeps to the bulk rate for so long."""
_SAID_AGAIN_S = 60.0


class Lane:
    """One conversation's letters, sent one after another. It exists while there are any. `stuck`: the first of
    them could not be sent, and the platform did not say for how long."""

    __slots__ = ("letters", "limiter", "sending", "sent", "stuck", "task", "waiting")

    def __init__(self) -> None:
        self.letters: deque[OutboxEntry] = deque()
        self.task: asyncio.Task[None] | None = None
        self.waiting = False
        self.sending = False
        self.stuck = False
        self.sent = 0
        self.limiter: AsyncLimiter | None = None


class SendRates(Protocol):
    """The budget of each account, over all processes: see `storage.redis.send_rates`."""

    async def reserve(self, account: str, per_s: float) -> Reservation: ...
    async def complain(self, account: str, life_s: float) -> None: ...


class Pace:
    """Answers to a candidate's own message go at once; what is unprompted, and everything for a minute after the
    platform complained, keeps to the account's bulk rate."""

    def __init__(self, rates: SendRates) -> None:
        self._rates = rates
        self._complained: dict[str, float] = {}

    async def wait(self, channel: Channel, message: OutboundMessage, lane: Lane) -> None:
        """Until this message may be sent."""
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
        """While the store is away, this process keeps to the rate by itself."""
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
        """Seconds to wait before the next attempt: what the platform asked for, else a random back-off."""
        if error.whole_account:
            self._complained[account] = asyncio.get_running_loop().time() + COMPLAINT_S
            with contextlib.suppress(StoreUnavailable):
                await self._rates.complain(account, COMPLAINT_S)
        if error.retry_after_s is not None:
            return error.retry_after_s
        state = RetryCallState(AsyncRetrying(), fn=None, args=(), kwargs={})
        state.attempt_number = max(1, attempts)
        return float(_BACK_OFF(state))


class Reach:
    """Whose trouble a failure is: the message's own, where the account gets others through, or the platform's."""

    def __init__(self) -> None:
        self._sent: Counter[tuple[str, str]] = Counter()
        self._said: dict[tuple[str, str], float] = {}

    def sent(self, channel: Channel) -> int:
        """How many messages the account has got through."""
        return self._sent[channel.name, channel.account]

    def got_through(self, channel: Channel) -> None:
        self._sent[channel.name, channel.account] += 1

    def failed(self, channel: Channel, why: str) -> None:
        """Nothing gets through: an alert line, at most once a minute for each account."""
        now, account = asyncio.get_running_loop().time(), (channel.name, channel.account)
        if now - self._said.get(account, -_SAID_AGAIN_S) >= _SAID_AGAIN_S:
            self._said[account] = now
            log.warning("platform_unreachable", channel=channel.name, account=channel.account, why=why)
