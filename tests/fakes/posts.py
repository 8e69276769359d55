"""Fakes for delivery tests, on the event loop's clock.

They are an outbox that can be unavailable, leases, and a channel that fails as planned.
"""

import asyncio
import contextlib
from collections import defaultdict, deque
from collections.abc import Callable, Sequence

from bot.channels.base import Capabilities, Channel, MediaGone
from conversation.inbound import Address, Media
from conversation.outbound import OutboundMessage
from storage import keys
from storage.errors import StoreUnavailable
from storage.memory import leases as memory
from storage.memory.outbox import MemoryOutbox
from storage.memory.store import MemoryStore
from storage.ports import OutboxEntry


def outbound(text: str, user: str = "42", *, interview: str = "", prompted: bool = True) -> OutboundMessage:
    return OutboundMessage(Address("telegram", "main", user), text, prompted=prompted, interview=interview)


class Outbox(MemoryOutbox):
    """An in-memory outbox whose readers wait for entries, as with Redis.

    While `away`, every call fails. With `lose_next`, the next call is carried out but fails. `asked` counts calls
    about shown messages.
    """

    def __init__(self) -> None:
        super().__init__()
        self.away = False
        self.lose_next = False
        self.asked = 0
        self._news = asyncio.Event()
        self.partition_of_user: Callable[[str], int] = keys.partition_of

    def add(self, partition: int, messages: Sequence[OutboundMessage]) -> None:
        super().add(partition, messages)
        self._news.set()

    def put(self, *messages: OutboundMessage, partition: int | None = None) -> None:
        for message in messages:
            place = self.partition_of_user(message.to.user) if partition is None else partition
            self.add(place, [message])

    def put_unreadable(self, partition: int, raw: bytes) -> str:
        entry = f"{next(self._numbers)}-0"
        self._letters[partition][entry] = OutboxEntry(entry, partition, None, raw)
        self._news.set()
        return entry

    @property
    def left(self) -> int:
        """The number of entries not done."""
        return sum(len(entries) for entries in self._letters.values())

    async def read(self, partitions: Sequence[int], count: int, block_ms: int) -> list[OutboxEntry]:
        self._reach()
        self._news.clear()
        entries = await super().read(partitions, count, block_ms)
        if not entries:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(block_ms / 1000):
                    await self._news.wait()
            self._reach()
            entries = await super().read(partitions, count, block_ms)
        self._come_back()
        return entries

    async def pending(self, partition: int, after: str, count: int) -> list[OutboxEntry]:
        self._reach()
        return await super().pending(partition, after, count)

    async def unsettled(self, partition: int) -> int:
        self._reach()
        return await super().unsettled(partition)

    async def done(self, partition: int, ids: Sequence[str]) -> None:
        self._reach()
        await super().done(partition, ids)
        self._come_back()

    async def dead_letter(self, partition: int, kind: str, why: str, payload: bytes, entry: str = "") -> None:
        self._reach()
        await super().dead_letter(partition, kind, why, payload, entry)

    async def shown(self, message: OutboundMessage) -> str:
        self._reach()
        self.asked += 1
        return await super().shown(message)

    async def remember_shown(self, message: OutboundMessage, shown: str) -> None:
        self._reach()
        self.asked += 1
        await super().remember_shown(message, shown)

    def _reach(self) -> None:
        if self.away:
            raise StoreUnavailable("the fake outbox is away")

    def _come_back(self) -> None:
        if self.lose_next:
            self.lose_next = False
            raise StoreUnavailable("the fake outbox's answer was lost")


def store_with(outbox: Outbox) -> MemoryStore:
    store = MemoryStore()
    store.outbox = outbox
    store.interviews._outbox = outbox
    return store


class LeaseBook(memory.LeaseBook):
    """The leases held by all processes of a test, on the event loop's clock."""

    def __init__(self) -> None:
        super().__init__(lambda: asyncio.get_running_loop().time())


class Leases(memory.MemoryLeases):
    """The leases of one process. While `away`, every call fails."""

    def __init__(self, book: LeaseBook, owner: str, role: str = "delivery", life_ms: int = 10_000) -> None:
        super().__init__(book, role, owner, life_ms)
        self.away = False
        self.book = book

    async def take(self, partition: int) -> bool:
        self._reach()
        return await super().take(partition)

    async def renew(self, partition: int) -> bool:
        self._reach()
        return await super().renew(partition)

    async def release(self, partition: int) -> None:
        self._reach()
        await super().release(partition)

    async def fair_share(self, now_ms: int) -> int:
        self._reach()
        return await super().fair_share(now_ms)

    async def leave(self) -> None:
        self._reach()
        await super().leave()

    def _reach(self) -> None:
        if self.away:
            raise StoreUnavailable("the fake leases are away")


class FakeChannel(Channel):
    """Sends and edits take `takes_s`; `fail` plans errors for either by user, in this order; `on_sent` is called
    after each. `sent` is in order of arrival; `screen` is what a user sees, by the platform's ids."""

    name = "telegram"

    def __init__(
        self, account: str = "main", bulk_per_s: float = 0, chat_burst: int = 0, *, edits: bool = False
    ) -> None:
        self.account = account
        self.capabilities = Capabilities(edits=edits, bulk_per_s=bulk_per_s, chat_burst=chat_burst)
        self.takes_s = 0.0
        self.sent: list[tuple[str, str]] = []
        self.edited: list[tuple[str, str]] = []
        self.screen: dict[str, dict[str, str]] = defaultdict(dict)
        self.on_sent: Callable[[], None] = lambda: None
        self.keys: list[str] = []
        self.times: list[float] = []
        self._errors: dict[str, deque[Exception]] = defaultdict(deque)

    def fail(self, user: str, *errors: Exception) -> None:
        self._errors[user].extend(errors)

    def texts(self, user: str) -> list[str]:
        return [text for to, text in self.sent if to == user]

    def sees(self, user: str) -> list[str]:
        return list(self.screen[user].values())

    async def send(self, message: OutboundMessage, key: str) -> str:
        await self._pass(message, key)
        user = message.to.user
        shown = f"m{len(self.sent)}"
        self.sent.append((user, message.text))
        self.screen[user][shown] = message.text
        self.times.append(asyncio.get_running_loop().time())
        self.on_sent()
        return shown if self.capabilities.edits else ""

    async def edit(self, message: OutboundMessage, shown: str, key: str) -> None:
        assert self.capabilities.edits, "nobody may ask for that"
        await self._pass(message, key)
        user = message.to.user
        assert shown in self.screen[user], "an id that this user was never shown"
        self.edited.append((user, message.text))
        self.screen[user][shown] = message.text
        self.on_sent()

    async def _pass(self, message: OutboundMessage, key: str) -> None:
        self.keys.append(key)
        if self.takes_s:
            await asyncio.sleep(self.takes_s)
        if self._errors[message.to.user]:
            raise self._errors[message.to.user].popleft()

    async def fetch(self, media: Media) -> bytes:
        raise MediaGone("gone")

    def link(self, token: str) -> str | None:
        return None

    def problem(self) -> str | None:
        return None

    async def close(self) -> None:
        return
