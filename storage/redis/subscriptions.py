"""Listening for what is published: all topics of a process share one connection."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import cast

from redis.asyncio.client import PubSub

from storage.errors import StoreUnavailable
from storage.redis.connection import TIMEOUT_S, Client, cancellable, publisher, refused
from storage.redis.refusals import FAILURES

_QUIET_S = 15.0
_AGAIN_S = 1.0


class Watch:
    """Waits for news on a topic. A wake-up may be false."""

    def __init__(self) -> None:
        self._news = asyncio.Event()

    def wake(self) -> None:
        self._news.set()

    async def news(self, timeout_s: float) -> bool:
        """Wait for news. Returns True if there may be some, False after `timeout_s` seconds without any."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._news.wait()
        except TimeoutError:
            return False
        self._news.clear()
        return True


class _Topic:
    """A topic and who watches it. `subscribed` is done once the server has confirmed the subscription."""

    def __init__(self) -> None:
        self.watches: set[Watch] = set()
        self.subscribed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def wake(self) -> None:
        for watch in self.watches:
            watch.wake()

    def confirm(self) -> None:
        """Note that the server publishes to us from now on. After a lost connection, news may have been missed."""
        if self.subscribed.done():
            self.wake()
        else:
            self.subscribed.set_result(None)

    def fail(self, error: StoreUnavailable) -> None:
        if self.subscribed.done():
            self.wake()
        else:
            self.subscribed.set_exception(error)
            self.subscribed.exception()  # whoever waited for it may be gone


class Subscriptions:
    """The topics that this process watches.

    The connection is open as long as anything is watched. If it is lost, it is opened again, and all watchers are
    woken, because they may have missed news. Only the task that owns the connection writes to it: redis-py closes
    a connection if a call on it is cancelled, so a visitor who leaves could otherwise disconnect all others.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._topics: dict[str, _Topic] = {}
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @contextlib.asynccontextmanager
    async def watch(self, name: str) -> AsyncIterator[Watch]:
        """Watch a topic while the context lasts. Raises StoreUnavailable if it cannot be subscribed to."""
        watch = Watch()
        topic = self._topics.setdefault(name, _Topic())
        topic.watches.add(watch)
        self._changed.set()
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        try:
            await self._subscribed(topic)
            yield watch
        finally:
            topic.watches.discard(watch)
            if not topic.watches:
                await self._drop(name)

    async def _subscribed(self, topic: _Topic) -> None:
        try:
            async with asyncio.timeout(TIMEOUT_S):
                await asyncio.shield(topic.subscribed)
        except TimeoutError:
            raise StoreUnavailable("Redis does not confirm a subscription") from None

    async def _drop(self, name: str) -> None:
        """Give up a topic, and the connection with the last one."""
        del self._topics[name]
        self._changed.set()
        if self._topics or self._task is None:
            return
        task, self._task = self._task, None
        task.cancel()
        await asyncio.wait({task})

    async def _run(self) -> None:
        while True:
            try:
                await self._listen()
            except* (StoreUnavailable, *FAILURES) as failures:
                error = self._first_of(failures)
                for topic in list(self._topics.values()):
                    topic.fail(error)
                await asyncio.sleep(_AGAIN_S)

    def _first_of(self, failures: BaseExceptionGroup[BaseException]) -> StoreUnavailable:
        error: BaseException = failures
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        return error if isinstance(error, StoreUnavailable) else refused(self._client, cast(Exception, error))

    async def _listen(self) -> None:
        """Receive news over one connection until it is lost. Raises what ended it."""
        async with publisher(self._client) as pubsub, asyncio.TaskGroup() as both:
            sent: dict[str, _Topic] = {}
            await self._subscribe(pubsub, sent)
            both.create_task(self._keep(pubsub, sent))
            both.create_task(self._hear(pubsub))

    async def _keep(self, pubsub: PubSub, sent: dict[str, _Topic]) -> None:
        while True:
            await self._changed.wait()
            await self._subscribe(pubsub, sent)

    async def _subscribe(self, pubsub: PubSub, sent: dict[str, _Topic]) -> None:
        """Subscribe to what has been added since the last time, and unsubscribe from what has been dropped. `sent`
        is what the server was asked for."""
        self._changed.clear()
        new = {name: topic for name, topic in self._topics.items() if sent.get(name) is not topic}
        gone = [name for name in sent if name not in self._topics]
        if new:
            await cancellable(pubsub.subscribe(*new))
        if gone:
            await cancellable(pubsub.unsubscribe(*gone))
        for name in gone:
            del sent[name]
        sent.update(new)

    async def _hear(self, pubsub: PubSub) -> None:
        while True:
            message = await pubsub.get_message(timeout=_QUIET_S)
            if message is None:
                await cancellable(pubsub.ping())
                message = await pubsub.get_message(timeout=TIMEOUT_S)
            if message is None:
                raise StoreUnavailable("the subscription does not answer")
            topic = self._topics.get(cast(bytes, message["channel"] or b"").decode())
            if topic is None:
                continue
            if message["type"] == "subscribe":
                topic.confirm()
            elif message["type"] == "message":
                topic.wake()
