"""Bots whose commands or texts Telegram refuses or limits: they receive as always, and say what is missing."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from importlib import import_module

import pytest

from bot.channels.telegram.channel import MENU
from bot.channels.telegram_api import describing
from bot.runtime import polling as loop
from handlers.catalogues import vocabulary
from storage.redis.store import RedisStore
from tests.bot.channels.telegram.bot_sets import FIRST, Bots, so
from tests.bot.channels.telegram_staff.staff_bots import on_telegram
from tests.fakes.bot_api import FakeBotApi, Trouble
from tests.fakes.bot_apis import FakeBotApis

LIMIT = Trouble(429, "Too Many Requests: retry after 14400", 14_400)
COSMETIC = ("setMyCommands", "setMyDescription", "setMyShortDescription")
TROUBLES = (LIMIT, Trouble(400, "Bad Request: BOT_COMMAND_INVALID"), Trouble(500, "Internal Server Error"),
            Trouble(404, "Not Found"), Trouble(200, raw=b"<html>"), Trouble(cut=True))  # fmt: skip
OFTEN = 40


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Describe at once. After that, the pauses between attempts do not end; return their lengths in seconds."""
    made: list[float] = []

    async def pause(stopping: asyncio.Event, seconds: float) -> None:
        if seconds != describing.AFTER_S:
            made.append(seconds)
            await stopping.wait()

    import_module("bot.channels.telegram.registration")  # takes seconds
    monkeypatch.setattr(describing, "pause", pause)
    monkeypatch.setattr(loop, "_TROUBLE_S", 0.01)
    return made


@pytest.fixture
async def bots(one_store: RedisStore) -> AsyncIterator[Bots]:
    async with FakeBotApis() as api:
        yield Bots(one_store, api)


def _all_received(api: FakeBotApi) -> bool:
    return not api.waiting


@pytest.mark.redis
@pytest.mark.parametrize("trouble", TROUBLES, ids=str)
async def test_candidates_bots_receive_whatever_becomes_of_their_description(
    bots: Bots, trouble: Trouble, pauses: list[float]
) -> None:
    first, second = bots.api
    for method in COSMETIC:
        first.fail(method, *[trouble] * OFTEN)
    async with bots.running():
        await so(lambda: "telegram:700001" in bots.channels.warnings(), "a warning")
        for api in bots.api:
            bots.writes(api)
            await so(partial(_all_received, api), "received")
        await so(lambda: len(second.of("setMyShortDescription")) == 2, "the other bot is described")
        assert bots.channels.problems() == {}
        assert list(bots.channels.warnings()) == ["telegram:700001"]
    assert pauses == [14_400 if trouble is LIMIT else describing.FIRST_PAUSE_S]
    assert len(first.of("setMyCommands")) <= 2


@pytest.mark.redis
async def test_commands_and_descriptions_are_set_in_both_languages_and_not_after_a_restart(bots: Bots) -> None:
    (first, _), words = bots.api, vocabulary()
    async with bots.running():
        await so(lambda: len(first.of("setMyShortDescription")) == 2, "described")
    by_language = {call.get("language_code"): call for call in first.of("setMyCommands")}
    assert set(by_language) == {None, "zh"}
    for code, language in ((None, "en"), ("zh", "zh")):
        call = by_language[code]
        assert call["scope"] == {"type": "all_private_chats"}
        assert [command["command"] for command in call["commands"]] == list(MENU)
        told = [words[language].text(f"menu.{name}") for name in MENU]
        assert [command["description"] for command in call["commands"]] == told
        assert all(1 <= len(each) <= 256 for each in told)
    assert all(len(call["description"]) <= 512 for call in first.of("setMyDescription"))
    assert all(len(call["short_description"]) <= 120 for call in first.of("setMyShortDescription"))
    before = len(first.calls)
    async with bots.running():
        bots.writes(first)
        await so(lambda: not first.waiting, "received")
        await so(lambda: first.of("getMe"), "named")
    assert not [call for call in first.calls[before:] if call.method in COSMETIC]


@pytest.mark.redis
@pytest.mark.parametrize("method", ["getMe", "deleteWebhook"])
async def test_other_bots_receive_while_one_cannot_be_connected(bots: Bots, method: str) -> None:
    first, second = bots.api
    first.fail(method, *[LIMIT] * OFTEN)
    async with bots.running():
        bots.writes(second)
        await so(lambda: not second.waiting, "received")
        await so(lambda: first.of(method), "tried")
        if method == "getMe":  # only links need the name
            bots.writes(first)
            await so(lambda: not first.waiting, "received")
            assert "telegram:700001" not in bots.channels.problems()
        else:
            assert "does not receive" in bots.channels.problems()["telegram:700001"]
            assert len(first.of(method)) == 1, "the wait that Telegram asks for is kept"


@pytest.mark.redis
async def test_a_refused_token_is_a_bot_that_does_not_receive(one_store: RedisStore) -> None:
    async with FakeBotApis() as api:
        bots = Bots(one_store, api)
        api.revoke(FIRST)
        async with bots.running():
            bots.writes(bots.api[1])
            await so(lambda: not bots.api[1].waiting, "received")
            await so(lambda: "does not accept" in bots.channels.problems().get("telegram:700001", ""), "said")
            assert bots.channels.problems()["telegram:700001"].startswith("does not receive")
            assert "telegram:700001" not in bots.channels.warnings()


@pytest.mark.redis
async def test_a_token_that_is_revoked_while_polling_is_said(one_store: RedisStore) -> None:
    async with FakeBotApis() as api:
        bots = Bots(one_store, api)
        async with bots.running():
            bots.writes(bots.api[0])
            await so(lambda: not bots.api[0].waiting, "received")
            api.revoke(FIRST)
            bots.writes(bots.api[0])
            await so(lambda: "does not receive" in bots.channels.problems().get("telegram:700001", ""), "said")


@pytest.mark.parametrize("public", [True, False])
@pytest.mark.parametrize("trouble", TROUBLES, ids=str)
async def test_the_staffs_bot_receives_without_its_command(public: bool, trouble: Trouble) -> None:
    async with on_telegram(public=public) as bot:
        bot.api.fail("setMyCommands", *[trouble] * OFTEN)
        stopping = asyncio.Event()
        task = asyncio.create_task(bot.staff.run(stopping))
        await so(bot.channel.warning, "a warning")
        assert bot.channel.problem() is None
        if public:
            await bot.claims()
        else:
            bot.api.bring(bot.message("/help"))
            await so(lambda: not bot.api.waiting, "received")
        stopping.set()
        task.cancel()
        await asyncio.wait({task})
