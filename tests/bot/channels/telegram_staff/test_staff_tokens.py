"""A bot's token sent to the staff's bot does not stay in the chat, regardless of who sends it and how."""

import logging
from typing import Any

import pytest
import structlog

from handlers.console.command_line import Line
from handlers.console.context import Command, CommandContext
from tests.bot.channels.telegram_staff.staff_bots import BOSS, GROUP, STRANGER, on_telegram, words
from tests.fakes.bot_api import Trouble
from tests.handlers.console.keeper import TOKEN

SECRET = TOKEN.partition(":")[2]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.telegram_staff.token_redaction._FIRST_PAUSE_S", 0.001)


@pytest.mark.parametrize("chat", [0, GROUP], ids=["private", "group"])
@pytest.mark.parametrize(
    "text",
    [f"/bot add {TOKEN}", "/bot add 700003:AAZ-unknown-0123456789-abcdefghij-klm", f"/bots {TOKEN}", f"/{TOKEN}"],
)
async def test_it_is_deleted_at_once(text: str, chat: int) -> None:
    async with on_telegram() as bot:
        await bot.claims()
        update = bot.message(text, chat=chat)
        assert await bot.post(update) == 200
        deleted = {"chat_id": chat or BOSS, "message_id": update["message"]["message_id"]}
        assert bot.api.of("deleteMessage") == [deleted]
        answer = words(await bot.deliver())
        assert SECRET not in answer
        assert "delete it yourself" not in answer


async def test_also_where_its_sender_may_not_add_bots() -> None:
    async with on_telegram() as bot:
        await bot.claims()
        invited = words(await bot.says("/staff invite auditor"))
        await bot.says(invited[invited.index("/claim") :].split("\n")[0][:39].strip(), STRANGER)
        await bot.says(f"/bot add {TOKEN}", STRANGER)
        assert len(bot.api.of("deleteMessage")) == 1
        assert bot.desk.keeper.asked == []


async def test_of_strangers_nothing_is_deleted() -> None:
    async with on_telegram() as bot:
        await bot.claims()
        for chat in (0, GROUP):
            assert await bot.says(f"/bot add {TOKEN}", STRANGER, chat) == []
        assert bot.api.of("deleteMessage") == []


async def test_what_has_no_token_stays() -> None:
    async with on_telegram() as bot:
        await bot.claims()
        for text in ("/help", "/bot add", "/bot add 12:short", "at 10:30 in room 700002"):
            await bot.says(text)
        assert bot.api.of("deleteMessage") == []


async def test_where_it_cannot_be_deleted_they_are_asked_to() -> None:
    async with on_telegram() as bot:
        await bot.claims()
        bot.api.fail("deleteMessage", Trouble(400, "Bad Request: message can't be deleted"))
        with structlog.testing.capture_logs() as lines:
            answers = await bot.says(f"/bot add {TOKEN}", chat=GROUP)
        assert any("please delete it yourself" in answer for answer in answers)
        assert [sent["chat_id"] for sent in bot.api.of("sendMessage")][-2:] == [GROUP, GROUP]
        assert [line["event"] for line in lines] == ["token_not_deleted"]


async def test_trouble_on_the_way_is_overcome() -> None:
    async with on_telegram() as bot:
        await bot.claims()
        bot.api.fail("deleteMessage", Trouble(502, "Bad Gateway"), Trouble(cut=True))
        answers = await bot.says(f"/bot add {TOKEN}")
        assert len(bot.api.of("deleteMessage")) == 3
        assert "delete it yourself" not in words(answers)
        bot.api.fail("deleteMessage", *(Trouble(502, "Bad Gateway") for _ in range(3)))
        assert "delete it yourself" in words(await bot.says(f"/help {TOKEN}"))


async def test_the_same_update_again_finds_it_gone() -> None:
    async with on_telegram() as bot:
        await bot.claims()
        update = bot.message(f"/bot add {TOKEN}")
        assert await bot.post(update) == 200
        assert len(await bot.deliver()) == 1
        bot.api.fail("deleteMessage", Trouble(400, "Bad Request: message to delete not found"))
        assert await bot.post(update) == 200
        assert await bot.deliver() == []


async def test_a_command_that_breaks_buries_no_token(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    async with on_telegram() as bot:
        await bot.claims()

        async def broken(_turn: CommandContext, line: Line) -> None:
            raise KeyError(line.rest)

        commands: dict[str, Any] = dict(bot.desk.console.commands)
        bot.desk.console.commands = {**commands, "bot": Command("bot", frozenset({"owner"}), broken, secret=True)}
        with structlog.testing.capture_logs() as lines:
            assert await bot.post(bot.message(f"/bot add {TOKEN}")) == 200
        ((_, why, payload),) = bot.store.outbox.buried
        assert why == "KeyError"
        assert SECRET.encode() not in payload
        assert SECRET not in str([{**line, "exc_info": None} for line in lines])
