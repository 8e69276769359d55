"""Moments in what the staff bot says: `date_time` entities, or the words alone if its server is too old."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.channels.base import NothingToEdit
from bot.channels.telegram_staff.channel import StaffChannel
from conversation.inbound import Address
from conversation.outbound import OutboundMessage
from conversation.words import Instant
from tests.bot.channels.telegram_staff.staff_bots import SECRET, STAFF_TOKEN, USERNAME
from tests.bot.channels.telegram_staff.test_staff_channel import ARCHIVE, FILE
from tests.fakes.bot_api import FakeBotApi, Trouble
from tests.handlers.console.desk import STAFF_BOT

TO = Address("telegram-staff", STAFF_BOT, "42")
TEXT = "⏸ 李雷 · until 16 Dec, 18:00"
MESSAGE = OutboundMessage(TO, TEXT, bold=((2, 2),), instants=(Instant(TEXT.index("16"), 13, 1_796_000_000_000),))


@pytest.fixture
async def api() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi(STAFF_TOKEN, USERNAME) as api:
        yield api


@pytest.fixture
async def channel(api: FakeBotApi) -> AsyncIterator[StaffChannel]:
    channel = StaffChannel(STAFF_TOKEN, api.url, ARCHIVE, SECRET)
    yield channel
    await channel.close()


def kinds(calls: list[dict[str, Any]]) -> list[list[str]]:
    return [[each["type"] for each in call.get("entities", ())] for call in calls]


async def test_a_deadline_on_a_card(api: FakeBotApi, channel: StaffChannel) -> None:
    await channel.send(MESSAGE, "1")
    (sent,) = api.of("sendMessage")
    assert sent["text"] == TEXT
    assert sent["entities"][1] == {
        "type": "date_time",
        "offset": TEXT.index("16"),
        "length": 13,
        "unix_time": 1_796_000_000,
        "date_time_format": "Dt",
    }


async def test_an_older_server_gets_the_words_and_is_not_asked_again(
    api: FakeBotApi, channel: StaffChannel
) -> None:
    api.knows_dates = False
    shown = await channel.send(MESSAGE, "1")
    await channel.send(MESSAGE, "2")
    await channel.edit(MESSAGE.__class__(TO, TEXT + ".", instants=MESSAGE.instants), shown, "3")
    assert kinds(api.of("sendMessage")) == [["bold", "date_time"], ["bold"], ["bold"]]
    assert kinds(api.of("editMessageText")) == [[]]
    assert api.screen[42][int(shown)]["text"] == TEXT + "."


async def test_an_edit_that_is_refused_for_another_reason(api: FakeBotApi, channel: StaffChannel) -> None:
    api.fail("editMessageText", Trouble(400, "Bad Request: message to edit not found"))
    with pytest.raises(NothingToEdit):
        await channel.edit(MESSAGE, "7", "1")
    await channel.send(MESSAGE, "2")
    assert len(api.of("editMessageText")) == 1
    assert kinds(api.of("sendMessage")) == [["bold", "date_time"]]


async def test_captions_name_dates_in_words(api: FakeBotApi, channel: StaffChannel) -> None:
    await channel.send(OutboundMessage(TO, TEXT, file=FILE, instants=MESSAGE.instants), "1")
    (sent,) = api.of("sendDocument")
    assert sent["caption"] == TEXT
    assert "caption_entities" not in sent
