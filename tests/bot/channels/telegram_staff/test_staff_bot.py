"""The staff's bot from the claim to commands, in private chats and groups, with buttons and files."""

import asyncio
import logging
from typing import Any

import pytest
import structlog

from bot import logs
from bot.channels.telegram_staff.files import MOST_FILE_BYTES, TRIES
from handlers.console.command_line import Line
from handlers.console.console import Console
from handlers.console.context import Command, CommandContext, StaffInbound
from handlers.organisation.repository import claim_code
from storage.errors import StoreUnavailable
from tests.bot.channels.telegram_staff.staff_bots import (
    BOSS,
    GROUP,
    SECRET,
    STAFF_TOKEN,
    STRANGER,
    USERNAME,
    on_telegram,
    words,
)
from tests.fakes.bot_api import Trouble
from tests.fakes.bot_files import FileTrouble, Kept
from tests.payloads import names, raw


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[StaffInbound]:
    """Record and return what is passed to the console."""
    given: list[StaffInbound] = []
    handle = Console.receive

    async def noted(self: Console, inbound: StaffInbound) -> Any:
        given.append(inbound)
        return await handle(self, inbound)

    monkeypatch.setattr(Console, "receive", noted)
    return given


def document(size: int | None, name: str = "roster.csv") -> dict[str, Any]:
    told = {} if size is None else {"file_size": size}
    return {"file_id": "F1", "file_unique_id": "U1", "file_name": name, "mime_type": "text/csv", **told}


async def test_from_the_claim_to_the_first_commands() -> None:
    async with on_telegram() as bot:
        assert "owner" in words(await bot.claims()).lower()
        assert "/staff" in words(await bot.says("/help"))
        assert "华东" in words(await bot.says('/org add "华东"'))
        sent = bot.api.of("sendMessage")[-1]
        assert sent["chat_id"] == BOSS
        assert sent["link_preview_options"] == {"is_disabled": True}
        assert "parse_mode" not in sent


async def test_a_link_with_the_code_claims_as_well() -> None:
    async with on_telegram() as bot:
        await bot.channel.learn_link()
        assert bot.channel.staff_link("code-1") == f"https://t.me/{USERNAME}?start=code-1"
        code = await claim_code(bot.store, lambda: bot.desk.now, lambda: "a-code-of-the-test")
        assert "owner" in words(await bot.says(f"/start {code}")).lower()


async def test_a_button_brings_its_command_line_and_its_spinner_stops() -> None:
    async with on_telegram() as bot:
        await bot.claims()
        buttons = bot.api.of("sendMessage")[-1]["reply_markup"]["inline_keyboard"]
        data = buttons[0][0]["callback_data"]
        assert data == "/help"
        press = bot.press(data)
        assert await bot.post(press) == 200
        assert "/staff" in words(await bot.deliver())
        await bot.channel.close()
        assert [each["callback_query_id"] for each in bot.api.of("answerCallbackQuery")] == [
            press["callback_query"]["id"]
        ]


async def test_a_stranger_gets_no_answer_and_leaves_no_trace(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with on_telegram() as bot:
        bot.api.files.keep("F1", Kept(b"name\n", "documents/file_1.csv"))
        before = len(bot.api.calls)
        with structlog.testing.capture_logs() as lines:
            for text in ("/help", "/start", "/claim wrong-code", "hello", f"@{USERNAME} help", "/staff"):
                assert await bot.says(text, STRANGER) == []
                assert await bot.says(text, STRANGER, GROUP) == []
            assert await bot.says(None, STRANGER, document=document(5), caption="/invite spring") == []
            assert await bot.post(bot.press("/help", STRANGER)) == 200
            await asyncio.sleep(0)
        assert lines == []
        assert bot.api.calls[before:] == [], "nothing was asked of Telegram, no file was fetched"
        assert await bot.version() == 0
        assert str(STRANGER) not in caplog.text


@pytest.mark.parametrize(
    ("text", "more", "meant"),
    [
        ("/help", {}, "/help"),
        (f"/help@{USERNAME}", {}, f"/help@{USERNAME}"),
        (f"/help@{USERNAME.upper()} org", {}, f"/help@{USERNAME.upper()} org"),
        ("／帮助", {}, "／帮助"),
        ("/help@another_bot", {}, None),
        (f"/help@{USERNAME}x", {}, None),
        (f"@{USERNAME} help", {}, "help"),
        (f"@{USERNAME}，帮助", {}, "帮助"),
        (f"help @{USERNAME.title()}", {}, "help "),
        (f"ask @{USERNAME}2 please", {}, None),
        (f"mail@{USERNAME}", {}, None),
        ("help", {}, None),
        ("good morning", {}, None),
        ("help", {"reply_to": 700900}, "help"),
        ("help", {"reply_to": 5}, None),
        (None, {"caption": "/invite spring", "document": document(3)}, "/invite spring"),
        (None, {"caption": "our figures", "document": document(3)}, None),
        (None, {"document": document(3)}, None),
        ("/help", {"sender_chat": {"id": GROUP, "type": "supergroup", "title": "招聘组"}}, None),
    ],
)
async def test_in_groups_it_hears_what_is_meant_for_it(
    text: str | None, more: dict[str, Any], meant: str | None, heard: list[StaffInbound]
) -> None:
    async with on_telegram() as bot:
        await bot.claims()
        await bot.channel.learn_link()
        heard.clear()
        if replied := more.pop("reply_to", 0):
            sender = {"id": replied, "is_bot": replied == 700900, "first_name": "x"}
            chat = {"id": GROUP, "type": "supergroup", "title": "招聘组"}
            more["reply_to_message"] = {"message_id": 9, "date": 1, "chat": chat, "from": sender, "text": "…"}
        await bot.says(text, chat=GROUP, **more)
        assert [each.text for each in heard] == ([] if meant is None else [meant])
        for each in heard:
            assert each.sender.user == str(BOSS)
            assert each.chat.user == str(GROUP)
            assert each.id.startswith("tgs:700900:")
            assert each.addressed


async def test_an_answer_goes_where_the_question_was_asked() -> None:
    async with on_telegram() as bot:
        await bot.claims()
        await bot.says("/help", chat=GROUP)
        assert await bot.post(bot.press("/help", chat=GROUP)) == 200
        await bot.deliver()
        assert [sent["chat_id"] for sent in bot.api.of("sendMessage")][-2:] == [GROUP, GROUP]


@pytest.mark.parametrize(
    "message",
    [
        {"from": {"id": 1, "is_bot": True, "first_name": "another bot"}},
        {"new_chat_title": "招聘"},
        {"sticker": {}, "text": None},
        {"from": None},
    ],
    ids=str,
)
async def test_bots_service_messages_and_other_things_are_passed_by(
    message: dict[str, Any], heard: list[StaffInbound]
) -> None:
    async with on_telegram() as bot:
        update = bot.message(None if "new_chat_title" in message else "/help")
        merged = {**update["message"], **message}
        update["message"] = {key: value for key, value in merged.items() if value not in (None, {})}
        assert await bot.post(update) == 200
        assert heard == []
        assert bot.store.outbox.buried == []


@pytest.mark.parametrize("name", names("telegram"))
async def test_everything_that_telegram_sends_is_acknowledged(name: str) -> None:
    async with on_telegram() as bot:
        assert await bot.post(raw("telegram", name)) == 200
        assert await bot.deliver() == []
        assert await bot.version() == 0
        assert all(payload == raw("telegram", name) for _, _, payload in bot.store.outbox.buried)
        assert not bot.store.outbox.buried or name.startswith("guide-"), "those are of Telegram's first years"


# files


async def test_a_file_comes_with_its_caption(heard: list[StaffInbound]) -> None:
    async with on_telegram() as bot:
        await bot.claims()
        bot.api.files.keep("F1", Kept("姓名\n张三\n".encode(), "documents/file_1.csv"))
        await bot.says(None, document=document(14, "名单.csv"), caption="/invite spring")
        (inbound,) = heard[1:]
        assert inbound.text == "/invite spring"
        assert inbound.file is not None
        assert (inbound.file.name, inbound.file.data.decode()) == ("名单.csv", "姓名\n张三\n")
        assert [asked.path for asked in bot.api.files.asked] == ["documents/file_1.csv"]


@pytest.mark.parametrize("tells", [True, False], ids=["announced", "not announced"])
async def test_a_file_that_is_too_large_is_left_out(tells: bool, heard: list[StaffInbound]) -> None:
    async with on_telegram() as bot:
        await bot.claims()
        data = b"x" * (MOST_FILE_BYTES + 1)
        bot.api.files.keep("F1", Kept(data, "documents/file_1.csv", tells=tells))
        told = document(len(data) if tells else None)
        assert "larger than 2 MB" in words(await bot.says(None, document=told, caption="/help"))
        assert [(each.text, each.file) for each in heard[1:]] == [("/help", None)]
        assert len(bot.api.files.asked) == (0 if tells else 1)
        bot.api.files.keep("F1", Kept(data[1:], "documents/file_1.csv"))
        await bot.says(None, document=document(len(data) - 1), caption="/help")
        file = heard[2].file
        assert file is not None
        assert len(file.data) == MOST_FILE_BYTES


async def test_a_download_is_tried_again_and_then_given_up(
    heard: list[StaffInbound], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram_staff.files._FIRST_PAUSE_S", 0.001)
    async with on_telegram() as bot:
        await bot.claims()
        bot.api.files.keep("F1", Kept(b"a,b\n", "documents/file_1.csv"))
        bot.api.files.fail(FileTrouble(code=502), FileTrouble(cut=True))
        await bot.says(None, document=document(4), caption="/help")
        assert heard[1].file is not None
        bot.api.files.fail(*(FileTrouble(code=502) for _ in range(TRIES)))
        with structlog.testing.capture_logs() as lines:
            assert "send it again" in words(await bot.says(None, document=document(4), caption="/help"))
        assert heard[2].file is None
        assert [line["event"] for line in lines] == ["staff_file_not_fetched"]
        assert "AAF-staff" not in str(lines)
        await bot.says(None, document={**document(4), "file_id": "gone"}, caption="/help")
        assert heard[3].file is None


async def test_a_path_on_this_machine_is_never_read(
    heard: list[StaffInbound], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram_staff.files._FIRST_PAUSE_S", 0.001)
    async with on_telegram() as bot:
        await bot.claims()
        bot.api.files.keep("F1", Kept(b"a", __file__))
        await bot.says(None, document=document(1), caption="/help")
        assert heard[1].file is None
        assert bot.api.files.asked == []


# the webhook


async def test_only_with_the_secret() -> None:
    async with on_telegram() as bot:
        for secret in ("", "wrong", SECRET[:-1]):
            assert await bot.post(bot.message("/help"), secret) == 401
        assert await bot.post(b"no json") == 400
        assert await bot.post(b"[1, 2]") == 200
        assert [payload for _, _, payload in bot.store.outbox.buried] == [b"[1, 2]"]


async def test_while_the_store_is_away_it_must_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async with on_telegram() as bot:
        await bot.claims()

        async def away(_commit: object) -> None:
            raise StoreUnavailable("away")

        update = bot.press("/language")
        with monkeypatch.context() as broken:
            broken.setattr(bot.store.interviews, "commit", away)
            assert await bot.post(update) == 503
        await asyncio.sleep(0)
        assert bot.api.of("answerCallbackQuery") == []
        assert await bot.post(update) == 200
        assert len(await bot.deliver()) == 1


async def test_what_comes_again_after_the_commit_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulates a process that dies between the commit and the answer to Telegram."""
    async with on_telegram() as bot:
        await bot.claims()
        update, handle = bot.message('/org add "华东"'), Console.receive

        async def killed(self: Console, inbound: StaffInbound) -> Any:
            await handle(self, inbound)
            raise asyncio.CancelledError

        with monkeypatch.context() as dying:
            dying.setattr(Console, "receive", killed)
            with pytest.raises(asyncio.CancelledError):
                await bot.post(update)
        version = await bot.version()
        for _ in range(3):
            assert await bot.post(update) == 200
        assert await bot.version() == version
        assert len(await bot.deliver()) == 1
        assert bot.store.outbox.buried == []


async def test_a_command_that_breaks_is_put_away_without_its_words(caplog: pytest.LogCaptureFixture) -> None:
    async with on_telegram() as bot:
        await bot.claims()

        async def broken(_turn: CommandContext, line: Line) -> None:
            raise KeyError(line.rest)

        bot.desk.console.commands = {
            **bot.desk.console.commands,
            "help": Command("help", frozenset({"owner"}), broken),
        }
        with structlog.testing.capture_logs() as lines:
            assert await bot.post(bot.message("/help hush-hush")) == 200
        assert [why for _, why, _ in bot.store.outbox.buried] == ["KeyError"]
        assert "hush-hush" not in str([{**line, "exc_info": None} for line in lines])
        assert "hush-hush" not in caplog.text


async def test_no_library_says_the_token_or_what_was_said(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in logs._LIBRARIES:
        caplog.set_level(logging.WARNING, name)
    async with on_telegram() as bot:
        bot.api.fail("sendMessage", Trouble(200, raw=b"<html>private words</html>"), Trouble(cut=True))
        await bot.claims()
        await bot.says("/help private words")
        await bot.post({**bot.message("private words"), "message": {"text": "private words"}})
        assert len(bot.store.outbox.buried) == 1
    assert STAFF_TOKEN not in caplog.text
    assert "private words" not in caplog.text


@pytest.mark.parametrize(
    "strange",
    [{"text": 1}, {"date": 10**13}, {"from": []}, {"chat": {"id": "1", "type": "private"}},
     {"reply_to_message": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "text": {}}}],
    ids=str,
)  # fmt: skip
async def test_a_field_of_another_type_than_documented_is_kept_as_unreadable(strange: dict[str, Any]) -> None:
    async with on_telegram() as bot:
        await bot.claims()
        update = bot.message("/help")
        update["message"] |= strange
        assert await bot.post(update) == 200
        ((_, why, _),) = bot.store.outbox.buried
        assert why == "ValidationError"
