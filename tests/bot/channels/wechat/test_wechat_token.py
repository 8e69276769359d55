"""All processes share one access token, which is fetched and renewed only once, without failed messages."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from bot.channels.base import Rejected, TryLater
from bot.channels.shared.http_client import http_client
from bot.channels.wechat.channel import WeChatChannel
from conversation.inbound import Address
from conversation.outbound import OutboundMessage
from storage.ports import Kv
from storage.redis.store import RedisStore
from tests.fakes.kv import MemoryKv
from tests.fakes.wechat_api import ADDRESS, APP_ID, SECRET, FakeWeChat, Trouble

SEND = "/cgi-bin/message/custom/send"
TOKEN = "/cgi-bin/stable_token"
HELLO = OutboundMessage(Address("wechat", APP_ID, "candidate"), "您好")


class Seconds:
    """A clock in epoch seconds that only tests move."""

    def __init__(self) -> None:
        self.now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


class Processes:
    """Any number of processes of one installation with one account."""

    def __init__(self, api: FakeWeChat, clock: Seconds, kv: Kv) -> None:
        self.api, self.clock = api, clock
        self._kv = kv
        self.all: list[WeChatChannel] = []

    def start(self, secret: str = SECRET) -> WeChatChannel:
        owner = f"process {len(self.all)}"
        channel = WeChatChannel(APP_ID, secret, self.api.url, http_client(), self._kv, owner, self.clock)
        self.all.append(channel)
        return channel


@contextlib.asynccontextmanager
async def processes(kv: Kv | None = None) -> AsyncIterator[Processes]:
    clock = Seconds()
    async with FakeWeChat(clock, free=True) as api:
        running = Processes(api, clock, kv or MemoryKv(clock))
        try:
            yield running
        finally:
            for channel in running.all:
                await channel.close()


async def test_fifty_processes_that_start_at_once_fetch_one_token() -> None:
    async with processes() as running:
        await asyncio.gather(*(running.start().send(HELLO, "1") for _ in range(50)))
        assert running.api.fetches == 1
        assert len(running.api.of(SEND)) == 50
        assert {call.query["access_token"] for call in running.api.of(SEND)} == set(running.api.tokens)


async def test_so_do_they_on_redis(redis_store: RedisStore) -> None:
    async with processes(redis_store.kv) as running:
        await asyncio.gather(*(running.start().send(HELLO, "1") for _ in range(50)))
        assert running.api.fetches == 1


async def test_a_token_is_renewed_before_it_ends_and_nobody_notices() -> None:
    async with processes() as running:
        channels = [running.start() for _ in range(5)]
        for _ in range(100):  # more than six hours
            await asyncio.gather(*(channel.send(HELLO, "1") for channel in channels))
            running.clock.now += 230
        assert running.api.fetches == 4
        assert not running.api.refused


async def test_a_token_that_is_near_its_end_when_it_comes_is_used() -> None:
    """A token fetched by another process with another clock may be about to expire."""
    async with processes() as running:
        await running.start().send(HELLO, "1")
        running.clock.now += 7200 - 301
        late = Processes(running.api, running.clock, MemoryKv(running.clock))
        channel = late.start()
        await channel.send(HELLO, "1")
        assert running.api.fetches == 2
        running.clock.now += 200
        await channel.send(HELLO, "1")
        assert len(running.api.tokens) == 2
        assert not running.api.refused
        await channel.close()


async def test_a_token_that_somebody_else_replaced_is_fetched_once_and_without_force() -> None:
    async with processes() as running:
        channels = [running.start() for _ in range(20)]
        await asyncio.gather(*(channel.send(HELLO, "1") for channel in channels))
        running.api.replace_token()
        await asyncio.gather(*(channel.send(HELLO, "1") for channel in channels))
        assert running.api.fetches == 2
        assert not any(call.body["force_refresh"] for call in running.api.of(TOKEN))
        assert len(running.api.followers["candidate"].heard) == 40


@pytest.mark.parametrize("code", [40001, 40014, 42001])
async def test_a_refused_token_is_renewed_once_by_force_where_it_is_still_given(code: int) -> None:
    async with processes() as running:
        channel = running.start()
        await channel.send(HELLO, "1")
        running.api.spoil_token()
        if code != 40001:
            running.api.fail(SEND, Trouble(code))
        await channel.send(HELLO, "1")
        assert [call.body["force_refresh"] for call in running.api.of(TOKEN)] == [False, False, True]
        assert len(running.api.followers["candidate"].heard) == 2


async def test_a_token_that_is_refused_again_and_again_is_not_asked_for_without_end() -> None:
    async with processes() as running:
        channel = running.start()
        running.api.fail(SEND, *(Trouble(40001) for _ in range(6)))
        for _ in range(3):
            with pytest.raises(TryLater) as later:
                await channel.send(HELLO, "1")
            assert later.value.retry_after_s
        assert running.api.fetches <= 7
        assert len(running.api.of(SEND)) <= 6


async def test_the_process_that_fetches_dies_and_another_takes_over() -> None:
    async with processes() as running:
        kv = MemoryKv(running.clock)
        await kv.take(f"wechat:{APP_ID}:token-lock", "a process that is no more", 20)
        channel = Processes(running.api, running.clock, kv).start()
        waiting = asyncio.create_task(channel.send(HELLO, "1"))
        await asyncio.sleep(0)
        assert not waiting.done()
        running.clock.now += 21
        await waiting
        assert running.api.fetches == 1
        await channel.close()


async def test_an_address_that_is_not_on_the_list_is_one_clear_problem() -> None:
    async with processes() as running:
        running.api.whitelisted = False
        channel = running.start()
        for _ in range(3):
            with pytest.raises(TryLater):
                await channel.send(HELLO, "1")
        problem = channel.problem() or ""
        assert ADDRESS in problem
        assert "IP whitelist" in problem
        assert SECRET not in problem
        running.api.whitelisted = True
        await channel.send(HELLO, "1")
        assert channel.problem() is None


async def test_a_wrong_secret_is_one_clear_problem_without_the_secret() -> None:
    async with processes() as running:
        channel = running.start("another-secret-that-is-wrong")
        with pytest.raises((Rejected, TryLater)):
            await channel.send(HELLO, "1")
        problem = channel.problem() or ""
        assert "40125" in problem
        assert "another-secret" not in problem


@pytest.mark.parametrize(
    "trouble", [Trouble(status=502, raw=b"Bad Gateway"), Trouble(raw=b"<html>"), Trouble(raw=b""), Trouble(-1)]
)
async def test_while_tokens_cannot_be_had_all_waits(trouble: Trouble) -> None:
    async with processes() as running:
        running.api.fail(TOKEN, trouble)
        channel = running.start()
        with pytest.raises(TryLater):
            await channel.send(HELLO, "1")
        await channel.send(HELLO, "1")
