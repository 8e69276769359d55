"""Long polling: the offset advances after the commit, failures are waited out, one process polls at a time."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import pytest

from bot.runtime import polling as loop
from storage.errors import StoreUnavailable
from storage.ports import Answer, Commit
from tests.bot.channels.telegram.telegram_bots import TelegramBot, telegram_bot
from tests.fakes.bot_api import Trouble
from tests.fakes.posts import LeaseBook, Leases
from tests.payloads import payload


@contextlib.asynccontextmanager
async def polling(bot: TelegramBot, leases: Leases | None = None) -> AsyncIterator[asyncio.Task[None]]:
    stopping = asyncio.Event()
    mine = leases or Leases(LeaseBook(), "me", "poll")
    task = asyncio.create_task(bot.receiver.poll(mine, stopping))
    try:
        yield task
    finally:
        stopping.set()
        task.cancel()
        await asyncio.wait({task})


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Record the poller's pauses instead of waiting. Returns their lengths in seconds."""
    made: list[float] = []

    async def pause(_stopping: asyncio.Event, seconds: float) -> None:
        made.append(seconds)
        await asyncio.sleep(0.001)

    monkeypatch.setattr(loop, "pause", pause)
    return made


async def until(happened: Callable[[], bool], what: str) -> None:
    async with asyncio.timeout(10):
        while not happened():  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.002)
    assert happened(), what


async def test_updates_are_handled_in_order_and_confirmed() -> None:
    async with telegram_bot() as bot:
        bot.api.bring(bot.update("/start demo"), bot.press("agree@-1"), bot.update("我叫"), bot.update("李雷"))
        async with polling(bot):
            await until(lambda: not bot.api.waiting, "all confirmed")
            assert [part.text for part in (await bot.state()).parts] == ["我叫", "李雷"]
            more = bot.update("！")
            bot.api.bring(more)
            await until(lambda: not bot.api.waiting, "the next one too")
        first = bot.api.of("getUpdates")[0]
        assert first["allowed_updates"] == ["message", "edited_message", "callback_query", "my_chat_member"]
        assert first["offset"] == 0
        assert 0 < first["timeout"] <= 50


async def test_what_was_not_committed_is_not_confirmed(
    monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    async with telegram_bot() as bot:
        commit, failures = bot.store.interviews.commit, 3
        bot.api.bring(bot.update("/start demo"), bot.press("agree@-1"), bot.update("我叫李雷。"))

        async def away(given: Commit) -> Answer:
            nonlocal failures
            if failures and "我叫李雷".encode() in given.entry:
                failures -= 1
                raise StoreUnavailable("away")
            return await commit(given)

        monkeypatch.setattr(bot.store.interviews, "commit", away)
        async with polling(bot):
            await until(lambda: not bot.api.waiting, "confirmed in the end")
        assert failures == 0
        assert pauses == [3, 3, 3]
        assert [part.text for part in (await bot.state()).parts] == ["我叫李雷。"]
        offsets = [call["offset"] for call in bot.api.of("getUpdates")]
        assert offsets == sorted(offsets)
        assert offsets.count(103) >= 3, "asked again from the one that failed"


async def test_a_process_that_dies_before_the_commit_leaves_the_update(monkeypatch: pytest.MonkeyPatch) -> None:
    async with telegram_bot() as bot:
        entered, never = asyncio.Event(), asyncio.Event()
        handle = bot.intake.receive

        async def hang(_inbound: object) -> None:
            entered.set()
            await never.wait()

        monkeypatch.setattr(bot.intake, "receive", hang)
        bot.api.bring(bot.update("/start demo"))
        async with polling(bot):
            await entered.wait()
        assert len(bot.api.waiting) == 1
        monkeypatch.setattr(bot.intake, "receive", handle)
        async with polling(bot):
            await until(lambda: not bot.api.waiting, "handled by the next process")
        assert (await bot.state()).phase == "guided"


@pytest.mark.parametrize(
    ("trouble", "pause"),
    [
        (Trouble(409, "Conflict: terminated by other getUpdates request"), 3),
        (Trouble(429, "Too Many Requests: retry after 11", 11), 11),
        (Trouble(502, raw=b"<html>"), 3),
        (Trouble(500, "Internal Server Error"), 3),
        (Trouble(401, "Unauthorized"), 3),
        (Trouble(400, "Bad Request: something"), 3),
        (Trouble(cut=True), 3),
        (Trouble(200, raw=b"<html>log in</html>"), 3),
        (Trouble(200, raw=b'{"ok":true,"result":true}'), 3),
        (Trouble(200, raw=b'{"ok":true,"result":null}'), 3),
        (Trouble(200, raw=b'{"ok":true,"result":[{"no":"id"}]}'), 3),
        (Trouble(200, raw=b'{"ok":true,"result":[{"update_id":"x"}]}'), 3),
        (Trouble(200, raw=b'{"ok":true,"result":[' + b"[" * 50_000), 3),
    ],
    ids=str,
)
async def test_trouble_is_waited_out(trouble: Trouble, pause: float, pauses: list[float]) -> None:
    async with telegram_bot() as bot:
        bot.api.fail("getUpdates", trouble, trouble)
        bot.api.bring(bot.update("/start demo"))
        async with polling(bot):
            await until(lambda: not bot.api.waiting, "went on")
        assert pauses == [pause, pause]
        assert (await bot.state()).phase == "guided"


async def test_what_cannot_be_understood_is_put_away_and_the_next_is_handled() -> None:
    async with telegram_bot() as bot:
        wrong = {**payload("telegram", "guide-text-without-chat-type"), "update_id": 1}
        bot.api.bring(wrong, bot.update("/start demo"))
        async with polling(bot):
            await until(lambda: not bot.api.waiting, "both confirmed")
        assert len(bot.buried) == 1
        assert (await bot.state()).phase == "guided"


async def test_one_polls_at_a_time() -> None:
    async with telegram_bot() as bot:
        book = LeaseBook()
        async with polling(bot, Leases(book, "a", "poll")) as first, polling(bot, Leases(book, "b", "poll")):
            bot.api.bring(bot.update("/start demo"))
            await until(lambda: not bot.api.waiting, "handled")
            assert bot.api._polls == 1
            first.cancel()
            await asyncio.wait({first})
        assert bot.api.of("getUpdates")
        assert all(call["offset"] in (0, 102) for call in bot.api.of("getUpdates"))


async def test_who_takes_over_begins_where_the_other_stopped(pauses: list[float]) -> None:
    async with telegram_bot() as bot:
        book = LeaseBook()
        mine = Leases(book, "a", "poll", life_ms=60_000)
        async with polling(bot, mine):
            bot.api.bring(bot.update("/start demo"))
            await until(lambda: not bot.api.waiting, "handled")
            async with polling(bot, Leases(book, "b", "poll")):
                await until(lambda: len(pauses) > 2, "the second waits")
        await mine.release(0)
        async with polling(bot, Leases(book, "b", "poll")):
            bot.api.bring(bot.press("agree@-1"))
            await until(lambda: not bot.api.waiting, "handled by the second")
        assert (await bot.state()).phase == "running"


async def test_stopping_ends_a_pause_at_once() -> None:
    stopping = asyncio.Event()
    task = asyncio.create_task(loop.pause(stopping, 3600))
    await asyncio.sleep(0)
    stopping.set()
    async with asyncio.timeout(1):
        await task
