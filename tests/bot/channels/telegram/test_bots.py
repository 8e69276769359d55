"""The bots of a process follow the organisation's record: added, renewed, removed, or impossible to decrypt."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot.channels.base import NothingToEdit, Registry, TryLater
from bot.channels.platform import keys_of
from bot.channels.telegram.bots import Bots
from bot.channels.telegram.channel import FIGURES_BELIEVED_S
from bot.channels.telegram.sealed_bot import SealedBot
from bot.channels.telegram.settings import TelegramSettings
from bot.runtime.meters import all_figures
from bot.settings import load
from conversation.inbound import Media
from handlers.actions.system.bot_registry import Figures, PlatformAway, TokenUnknown
from handlers.organisation.audit import digest
from handlers.organisation.state import AddedBot, Organisation
from storage.errors import StoreUnavailable
from storage.redis.store import RedisStore
from tests.fakes.bot_api import FakeBotApi, Trouble
from tests.fakes.bot_apis import FakeBotApis
from tests.fakes.hosts import host
from tests.fakes.posts import outbound

pytestmark = pytest.mark.redis
TOKEN = "700002:AAG-second-0123456789-abcdefghij-klm"
RENEWED = "700002:AAH-renewed-0123456789-abcdefghij-klm"
CONFIGURED = "700001:AAE-fake-0123456789-abcdefghij-klm"


class Here:
    """The bots of one process. `organisation` is the organisation as the process knows it."""

    def __init__(self, store: RedisStore, api: FakeBotApis, data_dir: Path, **settings: Any) -> None:
        self.store = store
        self.organisation = Organisation()
        self.channels = Registry()
        known = load({"telegram_tokens": CONFIGURED, "telegram_api_url": api.url, **settings})
        there = host(
            store,
            channels=self.channels,
            organisation=lambda: self.organisation,
            data_dir=data_dir,
            secret_keys=keys_of(known.secret_key),
        )
        self.bots = Bots(known.of(TelegramSettings), there)

    async def figures(self, accounts: list[tuple[str, str]]) -> dict[tuple[str, str], Figures]:
        channels = [each for account in accounts if (each := self.channels.get(*account))]
        return await all_figures(self.store.kv, 0, channels)

    async def add(self, token: str, note: str) -> None:
        """Add a bot as the console does, then let the process look."""
        await self.bots.keep(note, token)
        self.know(token, note)
        await self.bots.look()

    def know(self, token: str, note: str) -> None:
        bot = AddedBot("second_bot", digest(token), note)
        self.organisation = Organisation(bots={token.partition(":")[0]: bot})

    def problem(self, number: str = "700002") -> str | None:
        channel = self.channels.get("telegram", number)
        assert channel is not None
        return channel.problem()

    async def sends(self) -> None:
        channel = self.channels.get("telegram", "700002")
        assert channel is not None
        await channel.send(outbound("hello"), "key")


@pytest.fixture
async def api() -> AsyncIterator[FakeBotApis]:
    async with FakeBotApis() as api:
        yield api


@pytest.fixture
async def second(api: FakeBotApis) -> FakeBotApi:
    return api.add(TOKEN, "second_bot")


@contextlib.asynccontextmanager
async def process(store: RedisStore, api: FakeBotApis, data_dir: Path, **settings: Any) -> AsyncIterator[Here]:
    here = Here(store, api, data_dir, **settings)
    try:
        yield here
    finally:
        await here.bots.close()


async def test_it_comes_and_goes(
    redis_store: RedisStore, api: FakeBotApis, second: FakeBotApi, tmp_path: Path
) -> None:
    async with process(redis_store, api, tmp_path) as here:
        await here.add(TOKEN, "note-1")
        await here.sends()
        assert second.texts() == ["hello"]
        channel = here.channels.get("telegram", "700002")
        assert channel
        assert channel.link("demo") == "https://t.me/second_bot?start=demo"
        receivers = here.bots.receivers
        assert list(receivers) == ["700002"]
        here.organisation = Organisation()
        await here.bots.look()
        assert here.channels.all() == []
        assert receivers == {}
        assert await redis_store.kv.get("bot-token:note-1") is None


async def test_a_new_token_takes_over_and_the_old_one_is_erased(
    redis_store: RedisStore, api: FakeBotApis, second: FakeBotApi, tmp_path: Path
) -> None:
    async with process(redis_store, api, tmp_path) as here:
        await here.add(TOKEN, "note-1")
        api.revoke(TOKEN)
        with pytest.raises(TryLater):
            await here.sends()
        renewed = api.add(RENEWED, "second_bot")
        await here.add(RENEWED, "note-2")
        await here.sends()
        assert (second.texts(), renewed.texts()) == ([], ["hello"])
        assert await redis_store.kv.get("bot-token:note-1") is None
        assert await redis_store.kv.get("bot-token:note-2")


async def test_those_of_the_settings_stay_as_they_are(
    redis_store: RedisStore, api: FakeBotApis, tmp_path: Path
) -> None:
    async with process(redis_store, api, tmp_path) as here:
        await here.bots.add_configured()
        before = here.channels.all()
        await here.add(CONFIGURED, "note-1")
        here.organisation = Organisation()
        await here.bots.look()
        assert here.channels.all() == before
        assert list(here.bots.receivers) == ["700001"]


async def test_what_this_machine_cannot_open_waits_and_says_why(
    redis_store: RedisStore, api: FakeBotApis, second: FakeBotApi, tmp_path: Path
) -> None:
    async with process(redis_store, api, tmp_path / "one", secret_key="k" * 32) as one:
        await one.add(TOKEN, "note-1")
        async with process(redis_store, api, tmp_path / "two") as two:
            two.organisation = one.organisation
            with structlog.testing.capture_logs() as lines:
                await two.bots.look()
                await two.bots.look()
            assert [line["event"] for line in lines] == ["bot_sealed"]
            assert "set XUMIAN_SECRET_KEY" in (two.problem() or "")
            with pytest.raises(TryLater, match="XUMIAN_SECRET_KEY"):
                await two.sends()
            assert (one.bots.shared_key, two.bots.shared_key) == (True, False)
            two.organisation = Organisation()
            await two.bots.look()
            assert two.channels.all() == []
        async with process(redis_store, api, tmp_path / "three", secret_key=f"{'n' * 32},{'k' * 32}") as three:
            await three.add(TOKEN, "note-1")
            await three.sends()
    assert second.texts() == ["hello"]


async def test_a_token_that_is_gone_or_another_is_said(
    redis_store: RedisStore, api: FakeBotApis, tmp_path: Path
) -> None:
    async with process(redis_store, api, tmp_path) as here:
        here.know(TOKEN, "never-kept")
        await here.bots.look()
        assert "not there any more" in (here.problem() or "")
        await here.bots.keep("note-1", RENEWED)
        here.know(TOKEN, "note-1")
        await here.bots.look()
        assert "is not its token" in (here.problem() or "")


async def test_a_look_that_fails_is_made_up_for_by_the_next(
    redis_store: RedisStore, api: FakeBotApis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_name: str) -> str:
        raise StoreUnavailable("away")

    async with process(redis_store, api, tmp_path) as here:
        with monkeypatch.context() as broken:
            broken.setattr(redis_store.kv, "get", away)
            with pytest.raises(StoreUnavailable):
                await here.add(TOKEN, "note-1")
        assert here.channels.all() == []
        await here.bots.look()
        assert here.problem() == "not yet in touch with Telegram"


async def test_who_is_asked_at_telegram(redis_store: RedisStore, api: FakeBotApis, tmp_path: Path) -> None:
    second = api.add(TOKEN, "second_bot")
    async with process(redis_store, api, tmp_path) as here:
        assert await here.bots.meet(TOKEN) == "second_bot"
        with pytest.raises(TokenUnknown):
            await here.bots.meet(RENEWED)
        for trouble in (Trouble(502, "Bad Gateway"), Trouble(200, raw=b"<html>"), Trouble(cut=True)):
            second.fail("getMe", trouble)
            with pytest.raises(PlatformAway):
                await here.bots.meet(TOKEN)
        await here.add(TOKEN, "note-1")
        await here.bots.leave("700002")
        await here.bots.leave("700003")
        second.fail("deleteWebhook", Trouble(502, "Bad Gateway"))
        await here.bots.leave("700002")
        assert len(second.of("deleteWebhook")) == 2


async def test_what_waits_at_telegram_is_asked_twice_a_minute_at_most(
    redis_store: RedisStore, api: FakeBotApis, second: FakeBotApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1_000.0]
    monkeypatch.setattr("bot.channels.telegram.channel.time.monotonic", lambda: clock[0])
    accounts = [("telegram", "700002"), ("web", "local"), ("telegram", "9")]
    async with process(redis_store, api, tmp_path) as here:
        await here.add(TOKEN, "note-1")
        second.hook = {"pending_update_count": 7, "last_error_date": 1_790_000_000, "last_error_message": "Wrong"}
        for _ in range(3):
            figures = await here.figures(accounts)
        assert figures["telegram", "700002"] == Figures(0, 0, 7, "Wrong", 1_790_000_000_000)
        assert figures.keys() == {accounts[0]}
        assert len(second.of("getWebhookInfo")) == 1
        clock[0] += FIGURES_BELIEVED_S
        second.fail("getWebhookInfo", Trouble(502, "Bad Gateway"))
        assert (await here.figures(accounts))["telegram", "700002"] == Figures()


async def test_a_sealed_bot_does_nothing() -> None:
    bot = SealedBot("700002", "second_bot", "no key")
    with pytest.raises(NothingToEdit):
        await bot.edit(outbound("x"), "1", "key")
    with pytest.raises(TryLater):
        await bot.fetch(Media("file"))
    assert bot.link("demo") == "https://t.me/second_bot?start=demo"
    await bot.close()
