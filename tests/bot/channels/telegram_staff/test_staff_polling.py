"""Polling of the staff's bot: the offset advances after the commit, and a long command holds up nobody else."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from bot.channels.telegram_api import describing
from bot.channels.telegram_staff import receive
from bot.channels.telegram_staff.receive import StaffPoller
from bot.runtime import polling as loop
from handlers.console.console import Console
from handlers.console.context import StaffInbound
from handlers.organisation.repository import claim_code, load
from storage.errors import StoreUnavailable
from tests.bot.channels.telegram_staff.staff_bots import GROUP, STRANGER, OnTelegram, on_telegram
from tests.fakes.bot_api import Trouble
from tests.fakes.posts import Leases

OTHER = 4_300


@contextlib.asynccontextmanager
async def running(bot: OnTelegram) -> AsyncIterator[asyncio.Task[None]]:
    stopping = asyncio.Event()
    task = asyncio.create_task(bot.staff.run(stopping))
    try:
        yield task
    finally:
        stopping.set()
        task.cancel()
        await asyncio.wait({task})


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Record the poller's pauses instead of waiting. Returns their lengths in seconds."""
    made: list[float] = []

    async def pause(_stopping: asyncio.Event, seconds: float) -> None:
        made.append(seconds)
        await asyncio.sleep(0.001)

    monkeypatch.setattr(loop, "pause", pause)
    monkeypatch.setattr(receive, "PATIENCE_S", 0.01)
    return made


@pytest.fixture
def handled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record and return the texts that the console has handled, in order."""
    texts: list[str] = []
    handle = Console.receive

    async def noted(self: Console, inbound: StaffInbound) -> Any:
        result = await handle(self, inbound)
        texts.append(inbound.text)
        return result

    monkeypatch.setattr(Console, "receive", noted)
    return texts


async def until(happened: Callable[[], bool], what: str) -> None:
    async with asyncio.timeout(20):
        while not happened():  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.002)
    assert happened(), what


async def test_commands_are_handled_in_order_and_confirmed(handled: list[str]) -> None:
    async with on_telegram(public=False) as bot:
        await bot.claims()
        handled.clear()
        bot.api.bring(
            bot.message("/campaigns"), bot.press("/language"), bot.message("/org"), bot.message("/help org")
        )
        async with running(bot):
            await until(lambda: not bot.api.waiting, "all confirmed")
            assert handled == ["/campaigns", "/language", "/org", "/help org"]
            bot.api.bring(bot.message("/org"))
            await until(lambda: not bot.api.waiting, "the next one too")
        first = bot.api.of("getUpdates")[0]
        assert first["allowed_updates"] == ["message", "callback_query"]
        assert (first["offset"], first["timeout"]) == (0, 25)
        assert len(await bot.deliver()) == 5


async def test_what_was_not_committed_comes_again_with_all_after_it(
    monkeypatch: pytest.MonkeyPatch, pauses: list[float], handled: list[str]
) -> None:
    async with on_telegram(public=False) as bot:
        await bot.claims()
        handled.clear()
        handle, failures = Console.receive, 3

        async def away(self: Console, inbound: StaffInbound) -> Any:
            nonlocal failures
            if failures and inbound.text == "/org":
                failures -= 1
                raise StoreUnavailable("away")
            return await handle(self, inbound)

        monkeypatch.setattr(Console, "receive", away)
        bot.api.bring(bot.message("/help"), bot.message("/org"), bot.message("/help org"))
        async with running(bot):
            await until(lambda: not bot.api.waiting, "confirmed in the end")
        assert pauses == [3, 3, 3]
        assert handled == ["/help", "/org", "/help org"]


async def test_a_long_command_holds_up_nobody_and_is_not_lost(
    monkeypatch: pytest.MonkeyPatch, handled: list[str]
) -> None:
    async with on_telegram(public=False) as bot:
        await bot.claims()
        await bot.claims(OTHER)
        handled.clear()
        handle, goes_on = Console.receive, asyncio.Event()

        async def slow(self: Console, inbound: StaffInbound) -> Any:
            if inbound.text == "/help invite":
                await goes_on.wait()
            return await handle(self, inbound)

        monkeypatch.setattr(Console, "receive", slow)
        long = bot.message("/help invite")
        bot.api.bring(long, bot.message("/org"), bot.message("/help", OTHER))
        async with running(bot):
            await until(lambda: handled == ["/help"], "the colleague's command")
            bot.api.bring(bot.message("/help org", OTHER))
            await until(lambda: handled == ["/help", "/help org"], "a later one too")
            assert long["update_id"] in bot.api.waiting, "it is not confirmed"
            goes_on.set()
            await until(lambda: not bot.api.waiting, "all confirmed")
        assert handled == ["/help", "/help org", "/help invite", "/org"]


async def test_stopped_in_the_middle_it_comes_again(monkeypatch: pytest.MonkeyPatch, handled: list[str]) -> None:
    async with on_telegram(public=False) as bot:
        await bot.claims()
        handled.clear()
        entered = asyncio.Event()

        async def hang(_self: Console, _inbound: StaffInbound) -> Any:
            entered.set()
            await asyncio.Event().wait()

        bot.api.bring(bot.message("/help"))
        with monkeypatch.context() as hanging:
            hanging.setattr(Console, "receive", hang)
            async with running(bot):
                await entered.wait()
        assert len(bot.api.waiting) == 1
        async with running(bot):
            await until(lambda: not bot.api.waiting, "handled by the next process")
        assert handled == ["/help"]


async def test_killed_before_the_confirmation_nothing_happens_twice() -> None:
    async with on_telegram(public=False) as bot:
        await bot.claims()
        update = bot.message('/org add "华东"')
        for _ in range(2):
            bot.api.bring(update)
            async with running(bot):
                await until(lambda: not bot.api.waiting, "confirmed")
            version = await bot.version()
        assert version == 3
        assert len(await bot.deliver()) == 1


@pytest.mark.parametrize(
    ("trouble", "pause"),
    [
        (Trouble(409, "Conflict: terminated by other getUpdates request"), 3),
        (Trouble(429, "Too Many Requests: retry after 11", 11), 11),
        (Trouble(502, raw=b"<html>"), 3),
        (Trouble(401, "Unauthorized"), 3),
        (Trouble(400, "Bad Request: something"), 3),
        (Trouble(cut=True), 3),
        (Trouble(200, raw=b'{"ok":true,"result":true}'), 3),
        (Trouble(200, raw=b'{"ok":true,"result":[{"no":"id"}]}'), 3),
        (Trouble(200, raw=b'{"ok":true,"result":[{"update_id":"x"}]}'), 3),
    ],
    ids=str,
)
async def test_trouble_is_waited_out(
    trouble: Trouble, pause: float, pauses: list[float], handled: list[str]
) -> None:
    async with on_telegram(public=False) as bot:
        await bot.claims()
        bot.api.fail("getUpdates", trouble, trouble)
        bot.api.bring(bot.message("/help"))
        async with running(bot):
            await until(lambda: not bot.api.waiting, "went on")
        assert pauses == [pause, pause]
        assert handled[-1] == "/help"


async def test_what_cannot_be_understood_is_put_away_and_the_next_is_handled(handled: list[str]) -> None:
    async with on_telegram(public=False) as bot:
        await bot.claims()
        bot.api.bring({"update_id": 101, "message": {"text": "/help"}}, {"update_id": 102}, bot.message("/org"))
        async with running(bot):
            await until(lambda: not bot.api.waiting, "all confirmed")
        assert len(bot.store.outbox.buried) == 1
        assert handled[-1] == "/org"


async def test_what_somebody_sent_before_they_joined_is_not_carried_out() -> None:
    """Also at the first connection of a bot that was in use: nobody has joined through it yet."""
    async with on_telegram(public=False) as bot:
        code = await claim_code(bot.store, lambda: bot.desk.now, lambda: "a-code-of-the-test")
        bot.api.bring(
            bot.message("/notify", chat=GROUP), bot.message(f"/claim {code}"), bot.message("/language zh")
        )
        async with running(bot):
            await until(lambda: not bot.api.waiting, "all confirmed")
        state = (await load(bot.store)).state
        assert state.chats == ()
        assert [person.language for person in state.people.values()] == ["zh"]


async def test_one_process_polls_at_a_time() -> None:
    async with on_telegram(public=False) as bot:
        other = Leases(bot.leases, "another process", "poll", life_ms=60_000)
        assert await other.take(0)
        bot.api.bring(bot.message("/help", STRANGER))
        async with running(bot):
            await until(lambda: bool(bot.api.of("deleteWebhook")), "connected")
            for _ in range(5):
                await asyncio.sleep(0.002)
            assert bot.api.of("getUpdates") == []
            await other.release(0)
            await until(lambda: not bot.api.waiting, "taken over")
        assert await other.take(0), "given back"


async def test_numbers_may_begin_anew() -> None:
    """After a week without updates Telegram chooses the next update's number, perhaps a lower one."""
    async with on_telegram(public=False) as bot:
        await bot.claims()
        poller = StaffPoller(bot.channel, bot.staff.receiver)
        bot.api.bring({**bot.message("/help"), "update_id": 5_000})
        await poller.round()
        assert poller._offset == 5_001
        bot.api._updates.clear()
        asyncio.get_running_loop().call_later(0.01, bot.api.bring)
        await poller.round()
        assert poller._offset == 0
        await poller.stop()


async def test_with_a_public_address_it_does_not_poll(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(describing, "AFTER_S", 0)
    stopping = asyncio.Event()
    async with on_telegram() as bot:
        running = asyncio.create_task(bot.staff.run(stopping))
        await until(lambda: bool(bot.api.of("setMyCommands")), "the bot is not described")
        stopping.set()
        await running
        assert bot.api.webhook.startswith("https://office.example.com/")
        assert bot.api.of("getUpdates") == []


async def test_a_token_that_is_refused_ends_it() -> None:
    async with on_telegram(public=False) as bot:
        bot.api.fail("getMe", Trouble(401, "Unauthorized"))
        await bot.staff.run(asyncio.Event())
        assert "XUMIAN_TELEGRAM_STAFF_TOKEN" in (bot.channel.problem() or "")
