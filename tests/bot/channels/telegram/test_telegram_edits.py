"""Editing sent messages on Telegram: what is called, what each refusal means, and edits through the delivery."""

import asyncio

import pytest

from bot.channels.base import NothingToEdit, Rejected, SendError, TryLater, Unreachable
from conversation.inbound import Address
from conversation.outbound import Choice, OutboundMessage
from tests.bot.channels.telegram.telegram_bots import BOT, TelegramBot, telegram_bot
from tests.bot.runtime.offices import open_office
from tests.fakes.bot_api import Trouble

TO = Address("telegram", BOT, "42")
RECEIPT = OutboundMessage(TO, "🎤 收到 0:42 的语音,正在转成文字…", interview="i", subject="voice:1")
TRANSCRIPT = OutboundMessage(
    TO, "🎤 我在青岛工作过三年。", (Choice("right@0", "没问题"),), ((3, 1),), interview="i", subject="voice:1"
)
DONE = OutboundMessage(TO, "🎤 我在青岛工作过三年。✓", interview="i", subject="voice:1", quiet=True)


def screen(bot: TelegramBot) -> list[str]:
    return [shown["text"] for shown in bot.api.screen[42].values()]


async def test_an_edit_as_telegram_gets_it() -> None:
    async with telegram_bot() as bot:
        shown = await bot.channel.send(RECEIPT, "1")
        await bot.channel.edit(TRANSCRIPT, shown, "2")
        assert bot.api.of("editMessageText") == [
            {
                "chat_id": 42,
                "message_id": 1,
                "text": "🎤 我在青岛工作过三年。",
                "entities": [{"type": "bold", "offset": 4, "length": 1}],  # in UTF-16 code units
                "link_preview_options": {"is_disabled": True},
                "reply_markup": {"inline_keyboard": [[{"text": "没问题", "callback_data": "right@0"}]]},
            }
        ]
        assert screen(bot) == [TRANSCRIPT.text]


async def test_an_edit_without_choices_takes_the_buttons_away() -> None:
    async with telegram_bot() as bot:
        shown = await bot.channel.send(TRANSCRIPT, "1")
        await bot.channel.edit(DONE, shown, "2")
        (call,) = bot.api.of("editMessageText")
        assert call["reply_markup"] == {"inline_keyboard": []}
        assert screen(bot) == [DONE.text]


async def test_the_id_is_that_of_the_piece_with_the_buttons() -> None:
    async with telegram_bot() as bot:
        assert await bot.channel.send(RECEIPT, "1") == "1"
        assert await bot.channel.send(OutboundMessage(TO, "x" * 9000, TRANSCRIPT.choices), "2") == "4"


@pytest.mark.parametrize("result", [b"{}", b"true", b"17", b'{"message_id":"x"}', b'{"message_id":0}'])
async def test_a_message_whose_id_is_not_told_was_sent_all_the_same(result: bytes) -> None:
    async with telegram_bot() as bot:
        bot.api.fail("sendMessage", Trouble(raw=b'{"ok":true,"result":%b}' % result))
        assert await bot.channel.send(RECEIPT, "1") == ""


async def test_what_is_as_it_should_be_needs_no_change() -> None:
    async with telegram_bot() as bot:
        shown = await bot.channel.send(TRANSCRIPT, "1")
        await bot.channel.edit(TRANSCRIPT, shown, "2")
        bot.api.fail("editMessageText", Trouble(400, "Bad Request: MESSAGE_NOT_MODIFIED"))
        await bot.channel.edit(TRANSCRIPT, shown, "2")
        assert len(bot.api.of("editMessageText")) == 2


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (Trouble(400, "Bad Request: message to edit not found"), NothingToEdit),
        (Trouble(400, "Bad Request: message can't be edited"), NothingToEdit),
        (Trouble(400, "Bad Request: MESSAGE_ID_INVALID"), NothingToEdit),
        (Trouble(400, "Bad Request: there is no text in the message to edit"), NothingToEdit),
        (Trouble(400, "Bad Request: chat not found"), Unreachable),
        (Trouble(403, "Forbidden: bot was blocked by the user"), Unreachable),
        (Trouble(429, "Too Many Requests: retry after 7", 7), TryLater),
        (Trouble(401, "Unauthorized"), TryLater),
        (Trouble(500, "Internal Server Error"), TryLater),
        (Trouble(502, raw=b"<html>Bad Gateway</html>"), TryLater),
        (Trouble(200, raw=b"<html>please log in</html>"), TryLater),
        (Trouble(cut=True), TryLater),
    ],
    ids=str,
)
async def test_what_a_refused_edit_means(trouble: Trouble, error: type[SendError]) -> None:
    async with telegram_bot() as bot:
        shown = await bot.channel.send(RECEIPT, "1")
        bot.api.fail("editMessageText", trouble)
        with pytest.raises(error) as caught:
            await bot.channel.edit(TRANSCRIPT, shown, "2")
        assert type(caught.value) is error
        assert getattr(caught.value, "retry_after_s", None) == trouble.retry_after


@pytest.mark.parametrize("shown", ["", "x", "-1", "1.5", "١", "1 "])
async def test_an_id_that_is_none_is_nothing_to_edit(shown: str) -> None:
    async with telegram_bot() as bot:
        with pytest.raises(NothingToEdit):
            await bot.channel.edit(TRANSCRIPT, shown, "1")
        assert bot.api.calls == []


async def test_a_text_for_several_messages_begins_in_the_place_of_the_old_one() -> None:
    long = OutboundMessage(TO, "😀" * 2048 + "x", TRANSCRIPT.choices)
    async with telegram_bot() as bot:
        shown = await bot.channel.send(RECEIPT, "1")
        bot.api.fail("sendMessage", Trouble(500, "Internal Server Error"))
        with pytest.raises(TryLater):
            await bot.channel.edit(long, shown, "2")
        await bot.channel.edit(long, shown, "2")
        assert screen(bot) == ["😀" * 2048, "x"]
        (edited,) = bot.api.of("editMessageText")
        assert edited["reply_markup"] == {"inline_keyboard": []}  # the choices are below the last piece


async def test_a_quiet_text_for_several_messages_does_not_go_on() -> None:
    async with telegram_bot() as bot:
        shown = await bot.channel.send(RECEIPT, "1")
        await bot.channel.edit(OutboundMessage(TO, "😀" * 2048 + "x", quiet=True), shown, "2")
        assert screen(bot) == ["😀" * 2048]


# through the delivery


async def delivered(bot: TelegramBot, *messages: OutboundMessage) -> None:
    """Deliver all of these messages by a process of their own."""
    async with asyncio.timeout(20), open_office() as office:
        office.outbox._shown = bot.store.outbox._shown
        office.channels.add(bot.channel)
        office.outbox.put(*messages, partition=3)
        process = office.start()
        await office.delivered()
        await process.stop()
        assert office.outbox.buried == []


async def test_receipt_transcript_and_confirmation_are_one_message() -> None:
    async with telegram_bot() as bot:
        await delivered(bot, RECEIPT, TRANSCRIPT, DONE, OutboundMessage(TO, "下一题"))
        assert screen(bot) == [DONE.text, "下一题"]
        assert [call.method for call in bot.api.calls] == [
            "sendMessage",
            "editMessageText",
            "editMessageText",
            "sendMessage",
        ]


async def test_another_process_edits_what_the_first_one_sent() -> None:
    async with telegram_bot() as bot:
        await delivered(bot, RECEIPT)
        await delivered(bot, TRANSCRIPT)
        assert screen(bot) == [TRANSCRIPT.text]


async def test_what_the_candidate_deleted_comes_anew() -> None:
    async with telegram_bot() as bot:
        await delivered(bot, RECEIPT)
        bot.api.screen[42].clear()
        await delivered(bot, TRANSCRIPT, DONE)
        assert screen(bot) == [DONE.text]
        assert len(bot.api.texts()) == 2


async def test_what_is_quiet_and_deleted_stays_away() -> None:
    async with telegram_bot() as bot:
        await delivered(bot, RECEIPT)
        bot.api.screen[42].clear()
        await delivered(bot, DONE)
        assert screen(bot) == []
        assert bot.api.texts() == [RECEIPT.text]


async def test_a_transcript_that_is_too_long_for_the_place_goes_on_below() -> None:
    async with telegram_bot() as bot:
        long = "".join(f"{number:04}\n" for number in range(1500))
        await delivered(bot, RECEIPT, OutboundMessage(TO, long, interview="i", subject="voice:1"))
        assert len(screen(bot)) == 2
        assert "".join(screen(bot)) == long


async def test_telegram_fails_and_the_edit_comes_all_the_same() -> None:
    async with telegram_bot() as bot:
        bot.api.fail("editMessageText", Trouble(429, "Too Many Requests", 0.01), Trouble(429, "Too Many", 0.01))
        await delivered(bot, RECEIPT, TRANSCRIPT, OutboundMessage(TO, "下一题"))
        assert screen(bot) == [TRANSCRIPT.text, "下一题"]
        assert [call.method for call in bot.api.calls] == ["sendMessage"] + ["editMessageText"] * 3 + [
            "sendMessage"
        ]


def test_a_refused_edit_is_no_refused_message() -> None:
    assert not issubclass(NothingToEdit, Rejected)
