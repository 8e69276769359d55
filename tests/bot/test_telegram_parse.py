"""Every documented kind of update becomes the inbound event that it is, or nothing."""

import msgspec
import pytest

from bot.channels.telegram.parse import decode, parse
from conversation.inbound import (
    Address,
    ChannelClosed,
    ChannelReopened,
    ChoicePressed,
    CommandReceived,
    OtherReceived,
    TextEdited,
    TextReceived,
    What,
)
from tests.payloads import names, payload, raw

BOT = "700001"
MEANINGS: dict[str, What | None] = {
    "guide-text": CommandReceived("start"),
    "guide-forwarded": CommandReceived("start"),
    "guide-forwarded-channel": CommandReceived("start"),
    "guide-reply": CommandReceived("start"),
    "guide-edited": TextEdited("Edited text"),
    "guide-entities": TextReceived("Bold and italics"),
    "guide-audio": OtherReceived("audio"),
    "guide-voice": OtherReceived("voice"),
    "guide-document": OtherReceived("document"),
    "guide-inline-query": None,
    "guide-chosen-inline-result": None,
    "guide-callback-query": ChoicePressed("Data from button callback"),
    "text-unicode": TextReceived("我叫张三👨‍👩‍👧，来自“北京”。\n第二行\u202e"),
    "start-with-payload": CommandReceived("start", "kR3vX9dQ2mB7tL5wY8nC1A"),
    "start-with-botname": CommandReceived("start", "demo"),
    "command-upper-case": CommandReceived("exit"),
    "command-with-lines": CommandReceived("correct", "电话是 138…"),
    "slash-but-no-command": TextReceived("/退出"),
    "path-but-no-command": TextReceived("/usr/bin/python"),
    "photo": OtherReceived("photo"),
    "video": OtherReceived("video"),
    "video-note": OtherReceived("video_note"),
    "animation": OtherReceived("animation"),
    "sticker": OtherReceived("sticker"),
    "location": OtherReceived("location"),
    "venue": OtherReceived("venue"),
    "contact": OtherReceived("contact"),
    "poll": OtherReceived("poll"),
    "dice": OtherReceived("dice"),
    "story": OtherReceived("story"),
    "game": OtherReceived("game"),
    "checklist": OtherReceived("checklist"),
    "paid-media": OtherReceived("paid_media"),
    "invoice": OtherReceived("invoice"),
    "voice-quoting": OtherReceived("voice"),
    "edited-caption": None,
    "edited-live-location": None,
    "service-pinned": None,
    "service-auto-delete": None,
    "service-background": None,
    "service-write-access": None,
    "service-web-app-data": None,
    "group-text": None,
    "group-member-joined": None,
    "group-anonymous": None,
    "channel-post": None,
    "from-another-bot": None,
    "callback": ChoicePressed("submit@0"),
    "callback-old-message": ChoicePressed("option.2@3"),
    "callback-in-group": None,
    "callback-game": ChoicePressed(""),
    "member-blocked": ChannelClosed("blocked"),
    "member-unblocked": ChannelReopened(),
    "member-in-group": None,
    "reaction": None,
    "kind-of-the-future": None,
}
UNREADABLE = {"guide-text-without-chat-type"}


def test_all_payloads_have_a_meaning() -> None:
    assert set(names("telegram")) == set(MEANINGS) | UNREADABLE


@pytest.mark.parametrize("name", MEANINGS)
def test_meaning(name: str) -> None:
    inbound = parse(BOT, decode(raw("telegram", name)))
    assert (inbound.what if inbound else None) == MEANINGS[name]


@pytest.mark.parametrize("name", sorted(name for name, what in MEANINGS.items() if what is not None))
def test_who_when_and_which(name: str) -> None:
    update = payload("telegram", name)
    kind, body = next((key, value) for key, value in update.items() if key != "update_id")
    inbound = parse(BOT, decode(raw("telegram", name)))
    assert inbound is not None
    assert inbound.id == f"tg:{BOT}:{update['update_id']}"
    assert inbound.sender == Address("telegram", BOT, str(body["from"]["id"]))
    assert inbound.language == body["from"].get("language_code", "")
    assert inbound.name == " ".join((body["from"]["first_name"], body["from"]["last_name"]))
    if kind in ("message", "edited_message"):
        assert inbound.sent_ms == body["date"] * 1000
        assert inbound.message == str(body["message_id"])


def test_an_edit_names_the_message_that_it_changes() -> None:
    first = parse(BOT, decode(raw("telegram", "guide-entities")))
    edit = parse(BOT, decode(raw("telegram", "guide-edited")))
    assert first is not None
    assert edit is not None
    assert first.message == edit.message == "1365"


@pytest.mark.parametrize("name", sorted(UNREADABLE))
def test_what_lacks_a_required_field_is_no_update(name: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        decode(raw("telegram", name))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("/start", CommandReceived("start")),
        ("/start  two  words ", CommandReceived("start", "two  words ")),
        ("/start@Other_Bot", CommandReceived("start")),
        ("/start@", TextReceived("/start@")),
        ("/", TextReceived("/")),
        ("//", TextReceived("//")),
        ("/" + "a" * 32, CommandReceived("a" * 32)),
        ("/" + "a" * 33, TextReceived("/" + "a" * 33)),
        (" /start", TextReceived(" /start")),
        ("", TextReceived("")),
        ("/start\x00", TextReceived("/start\x00")),
    ],
)
def test_commands(text: str, what: What) -> None:
    update = payload("telegram", "guide-text")
    update["message"]["text"] = text
    inbound = parse(BOT, decode(msgspec.json.encode(update)))
    assert inbound is not None
    assert inbound.what == what


@pytest.mark.parametrize("first_name", ["张三", "👩🏽‍💻", "א‏", "a" * 64, "", "\u200b", "Zoë\u0301"])
def test_names_are_taken_as_they_are(first_name: str) -> None:
    update = payload("telegram", "guide-text")
    update["message"]["from"]["first_name"] = first_name
    del update["message"]["from"]["last_name"]
    inbound = parse(BOT, decode(msgspec.json.encode(update)))
    assert inbound is not None
    assert inbound.name == first_name.strip()


def test_the_same_update_of_two_bots_is_two_events() -> None:
    update = decode(raw("telegram", "guide-text"))
    one, other = parse("700001", update), parse("700002", update)
    assert one is not None
    assert other is not None
    assert one.id != other.id
    assert one.sender != other.sender
