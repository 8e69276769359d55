"""Moments in messages: `date_time` entities if the Bot API server knows them, otherwise the words alone."""

from typing import Any

import msgspec
import pytest

from bot.channels.base import Rejected
from bot.channels.telegram.render import render
from bot.channels.telegram_api.dates import WITHOUT_DATES_S
from conversation.inbound import Address
from conversation.outbound import Choice, OutboundMessage
from conversation.words import Instant
from tests.bot.channels.telegram.telegram_bots import BOT, telegram_bot
from tests.fakes.bot_api import FakeBotApi, Trouble
from tests.fakes.message_entities import refusal

TO = Address("telegram", BOT, "42")
AT_MS = 1_796_000_000_000
TEXT = "🎤 Come back before 16 Dec, 18:00."
PLACE = (TEXT.index("16"), len("16 Dec, 18:00"))
DATE = {"type": "date_time", "offset": 20, "length": 13, "unix_time": 1_796_000_000}
"""The emoji counts as two UTF-16 code units."""


def dated(text: str = TEXT, *, alone: bool = True) -> OutboundMessage:
    return OutboundMessage(TO, text, (Choice("continue", "Go on"),), instants=(Instant(*PLACE, AT_MS, alone),))


def entities(api: FakeBotApi, method: str = "sendMessage") -> list[Any]:
    return [call.get("entities") for call in api.of(method)]


def test_a_moment_is_an_entity_beside_words_that_stay() -> None:
    (call,) = render(dated())
    assert call["text"] == TEXT
    assert call["entities"] == [{**DATE, "date_time_format": "Dt"}]


def test_a_span_of_time_keeps_its_words() -> None:
    (call,) = render(dated(alone=False))
    assert call["entities"] == [DATE]


def test_a_moment_within_bold_text() -> None:
    message = msgspec.structs.replace(dated(), bold=((2, len(TEXT) - 2),))
    (call,) = render(message)
    assert [each["type"] for each in call["entities"]] == ["bold", "date_time"]
    assert not refusal(call, knows_dates=True)


def test_moments_of_a_text_in_pieces() -> None:
    """One that is cut in two is left out: each half would be shown as the whole date."""
    filler = "a" * 4090
    text = f"{filler}16 Dec, 18:00 {'b' * 4000} 16 Dec, 18:00"
    moments = (Instant(4090, 13, AT_MS), Instant(len(text) - 13, 13, AT_MS))
    calls = render(OutboundMessage(TO, text, instants=moments))
    assert [len(call.get("entities", ())) for call in calls] == [0, 1]
    assert calls[1]["text"][calls[1]["entities"][0]["offset"] :] == "16 Dec, 18:00"
    assert not any(refusal(call, knows_dates=True) for call in calls)


async def test_an_older_server_gets_the_words_and_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("bot.channels.telegram_api.dates.time.monotonic", lambda: now[0])
    async with telegram_bot() as bot:
        bot.api.knows_dates = False
        shown = await bot.channel.send(dated(), "1")
        await bot.channel.send(dated(), "2")
        assert [bool(each) for each in entities(bot.api)] == [True, False, False]
        assert bot.api.screen[42][int(shown)]["text"] == TEXT
        assert bot.api.screen[42][int(shown)]["reply_markup"]
        bot.api.knows_dates = True
        now[0] += WITHOUT_DATES_S
        await bot.channel.send(dated(), "3")
        assert entities(bot.api)[3]


async def test_an_edit_falls_back_as_well() -> None:
    async with telegram_bot() as bot:
        shown = await bot.channel.send(OutboundMessage(TO, "one moment"), "1")
        bot.api.knows_dates = False
        await bot.channel.edit(dated(), shown, "2")
        assert bot.api.screen[42][int(shown)]["text"] == TEXT
        assert [bool(each) for each in entities(bot.api, "editMessageText")] == [True, False]


async def test_another_refusal_is_not_blamed_on_the_date() -> None:
    async with telegram_bot() as bot:
        bot.api.fail("sendMessage", *[Trouble(400, "Bad Request: message is too long")] * 2)
        with pytest.raises(Rejected):
            await bot.channel.send(dated(), "1")
        await bot.channel.send(dated(), "2")
        assert [bool(each) for each in entities(bot.api)] == [True, False, True]


async def test_bold_outlives_a_refused_date() -> None:
    async with telegram_bot() as bot:
        bot.api.knows_dates = False
        await bot.channel.send(msgspec.structs.replace(dated(), bold=((2, 4),)), "1")
        assert entities(bot.api)[1] == [{"type": "bold", "offset": 3, "length": 4}]


def test_messages_stored_before_there_were_moments() -> None:
    stored = msgspec.msgpack.encode(OutboundMessage(TO, "hello"))
    assert b"instants" not in stored
    assert msgspec.msgpack.decode(stored, type=OutboundMessage).instants == ()
    again = msgspec.msgpack.decode(msgspec.msgpack.encode(dated()), type=OutboundMessage)
    assert again == dated()


@pytest.mark.parametrize(
    "wrong",
    [
        {"offset": 1},
        {"offset": -1},
        {"length": 0},
        {"length": 99},
        {"length": True},
        {"unix_time": "soon"},
        {"date_time_format": "long"},
        {"type": "deadline"},
        {"type": None},
        {"at_ms": 1},
    ],
    ids=str,
)
def test_what_the_fake_refuses(wrong: dict[str, Any]) -> None:
    assert not refusal({"text": TEXT, "entities": [DATE]}, knows_dates=True)
    assert refusal({"text": TEXT, "entities": [{**DATE, **wrong}]}, knows_dates=True)


def test_the_fake_refuses_what_crosses() -> None:
    bold = {"type": "bold", "offset": 22, "length": 12}
    assert "overlap" in refusal({"text": TEXT, "entities": [DATE, bold]}, knows_dates=True)
    assert "overlap" in refusal({"text": TEXT, "entities": [DATE, DATE]}, knows_dates=True)
