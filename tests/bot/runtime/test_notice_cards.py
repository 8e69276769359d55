"""Staff see one card per candidate, changed in place. What must be noticed is sent as a new card."""

import hashlib
from typing import Any

import pytest
from msgspec.structs import replace

from bot.channels.base import NothingToEdit, TryLater
from bot.channels.telegram_staff.channel import StaffChannel
from bot.channels.web import frames
from bot.channels.web.channel import MailboxChannel
from bot.runtime.message_edits import Showing
from conversation.inbound import Address
from conversation.outbound import Attachment, OutboundMessage
from storage.memory.mailboxes import MemoryMailboxes
from storage.memory.outbox import MemoryOutbox
from tests.bot.channels.telegram_staff.staff_bots import SECRET, STAFF_TOKEN, USERNAME
from tests.bot.runtime.offices import open_office
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.virtual_time import virtual_time
from tests.handlers.console.desk import STAFF_BOT

PNG = b"\x89PNG\r\n\x1a\n a picture"
PICTURE = Attachment("funnel.png", hashlib.sha256(PNG).hexdigest(), "image/png", "邀请 4，开始 3")


def card(text: str, *, quiet: bool = False, formerly: str = "") -> OutboundMessage:
    to = Address("telegram", "main", "staff")
    return OutboundMessage(to, text, interview="i", subject="card", quiet=quiet, formerly=formerly)


@virtual_time
async def test_an_end_stands_below_and_one_line_is_left_of_the_card() -> None:
    async with open_office(edits=1) as office:
        office.outbox.put(card("stalled"), card("going on", quiet=True), card("left", formerly="see below"))
        office.outbox.put(card("left, for a reason"), card("back"), card("done", formerly="see below"))
        office.start()
        await office.delivered()
        assert office.channel.sees("staff") == ["see below", "see below", "done"]
        assert office.channel.texts("staff") == ["stalled", "left", "done"]


@virtual_time
async def test_without_a_card_before_an_end_is_simply_sent() -> None:
    async with open_office(edits=1) as office:
        office.outbox.put(card("done", formerly="see below"))
        office.start()
        await office.delivered()
        assert office.channel.sees("staff") == ["done"]


@virtual_time
async def test_an_end_rings_where_nothing_can_be_edited() -> None:
    async with open_office() as office:
        office.outbox.put(card("stalled"), card("going on", quiet=True), card("done", formerly="see below"))
        office.start()
        await office.delivered()
        assert office.channel.texts("staff") == ["stalled", "done"]


@virtual_time
async def test_an_end_rings_where_the_card_is_gone_or_busy() -> None:
    async with open_office(edits=1) as office:
        office.outbox.put(card("stalled"))
        office.start()
        await office.delivered()
        office.channel.fail("staff", NothingToEdit("deleted"), TryLater("HTTP 502"), TryLater("HTTP 502"))
        office.outbox.put(card("done", formerly="see below"))
        await office.delivered()
        assert office.channel.texts("staff") == ["stalled", "done"]
        assert office.channel.sees("staff") == ["see below", "done"]


async def test_the_page_has_each_end_beside_the_card_once() -> None:
    boxes = MemoryMailboxes()
    pane = MailboxChannel("web", "staff", boxes, lambda: 1)
    showing = Showing(MemoryOutbox())
    story = [card("stalled"), card("left", formerly="see below"), card("back"), card("done", formerly="see below")]
    for number, message in enumerate(story):
        there = replace(message, to=frames.PANE)
        earlier = await showing.earlier(pane, there)
        await showing.show(pane, there, f"0:{number}", earlier)
        shown = await showing.show(pane, there, f"0:{number}", earlier)  # as after the death of a process
        await showing.remember(pane, there, shown)
    screen: dict[str, str] = {}
    for item in await boxes.read(frames.PANE, 0, 100):
        said = frames.decode_item(item.payload)
        screen[said.edits or said.id] = said.text
    assert list(screen.values()) == ["see below", "see below", "done"]


class _Archive:
    async def get(self, sha256: str) -> bytes:
        assert sha256 == PICTURE.sha256
        return PNG


@pytest.mark.parametrize("silent", [False, True])
async def test_on_telegram_pictures_are_shown_and_what_should_makes_no_sound(*, silent: bool) -> None:
    to = Address("telegram-staff", STAFF_BOT, "42")
    async with FakeBotApi(STAFF_TOKEN, USERNAME) as api:
        channel = StaffChannel(STAFF_TOKEN, api.url, _Archive(), SECRET)
        assert channel.capabilities.silent
        try:
            await channel.send(OutboundMessage(to, "text", silent=silent), "k1")
            await channel.send(OutboundMessage(to, "digest", file=PICTURE, silent=silent), "k2")
        finally:
            await channel.close()
    (text,), (photo,) = api.of("sendMessage"), api.of("sendPhoto")
    calls: list[dict[str, Any]] = [text, photo]
    assert [call.get("disable_notification", False) for call in calls] == [silent, silent]
    assert photo["caption"] == "digest"


def test_a_picture_for_the_page_says_what_is_to_be_seen() -> None:
    item = frames.decode_item(frames.said(OutboundMessage(frames.PANE, "digest", file=PICTURE), 1))
    assert item.file is not None
    assert item.file.picture
    assert item.file.alt == "邀请 4，开始 3"
    sheet = replace(PICTURE, media_type="text/csv")
    item = frames.decode_item(frames.said(OutboundMessage(frames.PANE, "links", file=sheet), 1))
    assert item.file is not None
    assert not item.file.picture
