"""A bot added by chat works in all processes at once and after a restart. Its token is nowhere in plain text."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog

from bot.app import App
from bot.channels.telegram.parse import CHANNEL
from bot.settings import load as load_settings
from conversation.inbound import Address
from handlers.console.context import StaffInbound
from handlers.organisation.repository import audit_organisation, claim_code, load
from storage.redis.store import RedisStore
from tests.bot.whole_app import run
from tests.dialogues.playing import script_named
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_apis import FakeBotApis
from tests.fakes.scanning import all_bytes
from tests.fakes.waiting import until

pytestmark = pytest.mark.redis
STAFF_TOKEN = "700900:AAF-staff-0123456789-abcdefghij-klm"
TOKEN = "700002:AAG-second-0123456789-abcdefghij-klm"
RENEWED = "700002:AAH-renewed-0123456789-abcdefghij-klm"
NUMBER = "700002"
BOSS, CANDIDATE = 4_200, 42
LIVE_S = 2.0


def midday() -> str:
    """Return a time zone in which it is about noon, because at night nothing is sent unprompted."""
    hours = 12 - time.gmtime().tm_hour  # the signs of the Etc zones are reversed
    return f"Etc/GMT{-hours:+d}" if hours else "Etc/GMT"


class Town:
    """Bots at a fake Telegram, several of our processes, and one Redis."""

    def __init__(self, api: FakeBotApis, redis_url: str, data_dir: Path) -> None:
        self.api = api
        self.staff = api.add(STAFF_TOKEN, "office_helper_bot")
        self.store = RedisStore.at(redis_url)
        self._redis_url = redis_url
        self._data_dir = data_dir
        self._numbers = iter(range(100, 100_000))

    @contextlib.asynccontextmanager
    async def processes(self, number: int, **settings: str) -> AsyncIterator[list[App]]:
        async with contextlib.AsyncExitStack() as stack:
            yield [await stack.enter_async_context(self._process(settings)) for _ in range(number)]

    @contextlib.asynccontextmanager
    async def _process(self, more: Mapping[str, str]) -> AsyncIterator[App]:
        settings = load_settings(
            {
                "redis_url": self._redis_url,
                "http_port": 0,
                "telegram_staff_token": STAFF_TOKEN,
                "telegram_api_url": self.api.url,
                "data_dir": self._data_dir,
                "workday_timezone": midday(),
                **more,
            }
        )
        store = RedisStore.at(self._redis_url)
        await store.check()
        app = App(settings, store)
        await app.add_channels()
        started = asyncio.Event()
        task = asyncio.create_task(run(app, ("web", "delivery", "timers"), started))
        await started.wait()
        try:
            yield app
        finally:
            app.stop()
            await task
            await app.close()
            await store.close()

    def said(self, bot: FakeBotApi, user: int, text: str) -> int:
        """Write to a bot as this user. Returns the message's number."""
        number = next(self._numbers)
        who = {"id": user, "is_bot": False, "first_name": "Ann", "language_code": "en"}
        chat = {"id": user, "type": "private", "first_name": "Ann"}
        message = {"message_id": number, "date": int(time.time()), "chat": chat, "from": who, "text": text}
        bot.bring({"update_id": number, "message": message})
        return number

    def pressed(self, bot: FakeBotApi, user: int, label: str) -> None:
        """Press the user's newest button whose label begins with `label`."""
        rows = [row for sent in bot.of("sendMessage") for row in sent["reply_markup"]["inline_keyboard"]
                if sent["chat_id"] == user and "reply_markup" in sent]  # fmt: skip
        buttons = [button for row in rows for button in row if button["text"].startswith(label)]
        number = next(self._numbers)
        who = {"id": user, "is_bot": False, "first_name": "Ann", "language_code": "en"}
        message = {"message_id": 1, "date": 1, "chat": {"id": user, "type": "private"}}
        query: dict[str, Any] = {"id": f"q{number}", "from": who, "chat_instance": "1", "message": message}
        bot.bring({"update_id": number, "callback_query": {**query, "data": buttons[-1]["callback_data"]}})

    async def hears(self, bot: FakeBotApi, what: str, patience_s: float = 15) -> None:
        async def heard() -> bool:
            return any(what in text for text in bot.texts())

        await until(heard, f"{what!r} in {bot.texts()}", patience_s)

    async def claim(self) -> None:
        code = await claim_code(self.store, lambda: round(time.time() * 1000), lambda: "a-code-of-the-test")
        self.said(self.staff, BOSS, f"/claim {code}")
        await self.hears(self.staff, "You are")


@pytest.fixture
async def town(redis_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with FakeBotApis() as api:
        town = Town(api, redis_url, tmp_path)
        yield town
        await town.store.close()


def has(app: App) -> bool:
    return app.channels.get(CHANNEL, NUMBER) is not None


async def test_from_the_token_to_an_answered_interview_and_after_a_restart(
    town: Town, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram_api.describing.AFTER_S", 0)
    caplog.set_level(logging.DEBUG, "bot")
    second = town.api.add(TOKEN, "second_bot")
    with structlog.testing.capture_logs() as lines:
        async with town.processes(2) as apps:
            await town.claim()
            await apps[0].campaigns.open(script_named("short"), code="demo", walk_in=True)
            message = town.said(town.staff, BOSS, f"/bot add {TOKEN}")
            await town.hears(town.staff, "@second_bot")
            await until(lambda: _all(apps, there=True), "not in all processes", LIVE_S)
            await until(lambda: _called(town.staff, "deleteMessage"), "the token is still in the chat")
            assert town.staff.of("deleteMessage") == [{"chat_id": BOSS, "message_id": message}]
            town.said(second, CANDIDATE, "/start demo")
            await town.hears(second, "question")
            town.pressed(second, CANDIDATE, "Agree")
            await town.hears(second, "1/")
            while_there = await all_bytes(town.store)
            assert b"bot-token" in while_there
            assert TOKEN.partition(":")[2].encode() not in while_there
            await until(lambda: _called(second, "setMyCommands"), "no commands")
            assert apps[1].links("demo")["telegram"] == "https://t.me/second_bot?start=demo"
        async with town.processes(1) as (app,):
            assert has(app)
            town.said(second, CANDIDATE, "I studied statistics.")
            await town.hears(second, "Saved")
            town.said(town.staff, BOSS, f"/bot remove {NUMBER}")
            await town.hears(town.staff, "Remove @second_bot?")
            town.pressed(town.staff, BOSS, "Yes")
            await town.hears(town.staff, "@second_bot is removed")
            await until(lambda: _all([app], there=False), "still there", LIVE_S)
    assert second.of("deleteWebhook")
    secret = TOKEN.partition(":")[2]
    assert secret not in str(lines) + caplog.text
    stored = await all_bytes(town.store)
    assert secret.encode() not in stored
    assert b"bot-token" not in stored, "what was sealed is gone, too"
    assert await audit_organisation(town.store)
    assert (await load(town.store)).state.bots == {}
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600


async def _all(apps: list[App], *, there: bool) -> bool:
    return all(has(app) == there for app in apps)


async def _called(bot: FakeBotApi, method: str) -> bool:
    return bool(bot.of(method))


async def test_a_pause_holds_everywhere_and_its_end_is_told(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.runtime.resumptions.SETTLED_MS", 1_500)
    second = town.api.add(TOKEN, "second_bot")
    async with town.processes(2) as apps:
        await town.claim()
        await apps[0].campaigns.open(script_named("short"), code="demo", walk_in=True)
        town.said(town.staff, BOSS, f"/bot add {TOKEN}")
        await until(lambda: _all(apps, there=True), "not in all processes")
        town.said(second, CANDIDATE, "/start demo")
        await town.hears(second, "question")
        town.pressed(second, CANDIDATE, "Agree")
        await town.hears(second, "1/")
        town.said(town.staff, BOSS, "/bot pause @second_bot")
        await town.hears(town.staff, "Pause @second_bot?")
        town.pressed(town.staff, BOSS, "Yes")
        await until(lambda: _paused(apps, still=True), "not paused in all processes", LIVE_S)
        town.said(second, CANDIDATE, "I studied statistics.")
        await town.hears(second, "have paused the interview here")
        town.said(town.staff, BOSS, f"/bot resume {NUMBER}")
        await town.hears(second, "We are back, Ann")
        assert "I studied statistics." in second.texts()[-1]
        await until(lambda: _caught_up(town), "still resuming")
        town.said(town.staff, BOSS, "/bots")
        await town.hears(town.staff, "sent in the last minute")
        assert "0 waiting at the platform" in town.staff.texts()[-1]
    assert await audit_organisation(town.store)


async def test_with_a_public_address_its_webhook_comes_and_goes(town: Town) -> None:
    second = town.api.add(TOKEN, "second_bot")
    async with town.processes(1, public_url="https://interview.example.com") as (app,):
        code = await claim_code(town.store, lambda: round(time.time() * 1000), lambda: "a-code-of-the-test")
        numbers, boss = iter(range(100)), Address("telegram-staff", "700900", str(BOSS))
        console = await app.console()

        async def says(text: str) -> None:
            assert await console.receive(StaffInbound(f"tgs:{next(numbers)}", boss, boss, text)) == "committed"

        await says(f"/claim {code}")
        await says(f"/bot add {TOKEN}")
        await until(lambda: _called(second, "setWebhook"), "no webhook is set")
        (hook,) = second.of("setWebhook")
        assert hook["url"] == f"https://interview.example.com/webhooks/telegram/{NUMBER}"
        address = f"http://127.0.0.1:{app.port}/webhooks/telegram/{NUMBER}"
        secret = {"X-Telegram-Bot-Api-Secret-Token": hook["secret_token"]}
        async with httpx.AsyncClient() as telegram:
            assert (await telegram.post(address, json={"update_id": 1}, headers=secret)).status_code == 200
            assert (await telegram.post(address, json={"update_id": 1})).status_code == 401
            await says(f"/bot remove {NUMBER}")
            ticket = next(iter((await load(town.store)).state.tickets))
            await says(f"/yes {ticket}")
            assert second.webhook == ""
            await until(lambda: _all([app], there=False), "still there", LIVE_S)
            assert (await telegram.post(address, json={"update_id": 2}, headers=secret)).status_code == 404


async def _paused(apps: list[App], *, still: bool) -> bool:
    return all(bool(app.watch.organisation.paused) == still for app in apps)


async def _caught_up(town: Town) -> bool:
    return not (await load(town.store)).state.resuming
