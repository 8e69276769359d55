"""Every documented kind of update is parsed into its inbound event, or ignored."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.parse import MOST_DURATION_S, MOST_NAME, MOST_REFERENCE, MOST_SIZE, decode, parse
from conversation.inbound import (
    Address,
    ChannelClosed,
    ChannelReopened,
    ChoicePressed,
    CommandReceived,
    Media,
    OtherReceived,
    TextEdited,
    TextReceived,
    VoiceReceived,
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
    "guide-audio": VoiceReceived(Media("AwADBAADbXXXXXXXXXXXGBdhD2l6_XX", "audio", 243_000, 3_897_500)),
    "guide-voice": VoiceReceived(Media("AwADBAADbXXXXXXXXXXXGBdhD2l6_XX", "voice", 5_000, 23_000)),
    "guide-document": OtherReceived(
        "document", Media("AwADBAADbXXXXXXXXXXXGBdhD2l6_XX", "document", size=536_392), "Testfile.pdf"
    ),
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
    "photo": OtherReceived("photo", Media("AgACAgUAAxkBAAJ", "photo", size=88_211), text="我的证书"),
    "photo-captioned": OtherReceived("photo", Media("p", "photo"), text="我的回答写在图注里"),
    "photo-of-an-album": OtherReceived("photo", Media("AgACAgUAAxkBAAJ", "photo", size=88_211)),
    "document-of-an-album": OtherReceived(
        "document", Media("BQACAgUAAxkBAAIL", "document", size=536_392), "报告.pdf", "第一版"
    ),
    "voice": VoiceReceived(Media("AwACAgUAAxkBAAID", "voice", 42_000, 167_544)),
    "voice-captioned": VoiceReceived(Media("AwACAgUAAxkBAAIE", "voice", 7_000, 28_051), "补充一点"),
    "voice-forwarded": VoiceReceived(Media("AwACAgUAAxkBAAIF", "voice", 3_000, 11_873)),
    "audio": VoiceReceived(Media("CQACAgUAAxkBAAIG", "audio", 61_000, 523_311)),
    "video": VoiceReceived(Media("BAACAgUAAxkBAAIC", "video", 12_000, 530_211)),
    "video-note": VoiceReceived(Media("BAACAgUAAxkBAAIC", "video_note", 9_000, 530_211)),
    "document-audio": VoiceReceived(Media("BQACAgUAAxkBAAIH", "document", 0, 90_118)),
    "document-audio-by-name": VoiceReceived(Media("BQACAgUAAxkBAAII", "document", 0, 700_512)),
    "document-video": VoiceReceived(Media("BQACAgUAAxkBAAIJ", "document", 0, 3_211_034)),
    "document-nameless": OtherReceived("document", Media("BQACAgUAAxkBAAIK", "document")),
    "animation": OtherReceived("animation", Media("BAACAgUAAxkBAAIC", "animation", 2_000, 530_211)),
    "sticker": OtherReceived("sticker", text="👍"),
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
    "voice-quoting": VoiceReceived(Media("BAACAgUAAxkBAAIC", "voice", 42_000, 530_211)),
    "edited-caption": None,
    "edited-voice-caption": None,
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


@pytest.mark.parametrize(
    ("document", "spoken"),
    [
        ({"mime_type": "audio/ogg"}, True),
        ({"mime_type": "AUDIO/MPEG"}, True),
        ({"mime_type": "video/webm", "file_name": "x"}, True),
        ({"mime_type": "text/plain", "file_name": "voice.ogg"}, True),
        ({"file_name": "录音.opus"}, True),
        ({"file_name": "recording.final.OGA"}, True),
        ({"file_name": "recording.aiff"}, True),
        ({"mime_type": "application/pdf", "file_name": "audio.pdf"}, False),
        ({"file_name": "mp3"}, False),
        ({"file_name": "about.mp3.txt"}, False),
        ({"file_name": "x.wav\n"}, False),
        ({"mime_type": "audio"}, False),
        ({"mime_type": "application/audio/ogg"}, False),
        ({}, False),
    ],
    ids=str,
)
def test_which_documents_may_be_speech(document: dict[str, str], spoken: bool) -> None:
    update = payload("telegram", "document-nameless")
    update["message"]["document"] |= document
    inbound = parse(BOT, decode(msgspec.json.encode(update)))
    assert inbound is not None
    expected = Media("BQACAgUAAxkBAAIK", "document")
    other = OtherReceived("document", expected, document.get("file_name", ""))
    assert inbound.what == (VoiceReceived(expected) if spoken else other)


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ({"duration": 10**15, "file_size": 10**18}, ("AwACAgUAAxkBAAID", MOST_DURATION_S * 1000, MOST_SIZE)),
        ({"duration": -5, "file_size": -1}, ("AwACAgUAAxkBAAID", 0, 0)),
        ({"file_id": "x" * 100_000}, ("x" * MOST_REFERENCE, 42_000, 167_544)),
        ({"file_id": "", "duration": 0, "file_size": 0}, ("", 0, 0)),
    ],
    ids=["huge", "negative", "a long id", "nothing"],
)
def test_absurd_figures_are_bounded(told: dict[str, object], kept: tuple[str, int, int]) -> None:
    update = payload("telegram", "voice")
    update["message"]["voice"] |= told
    inbound = parse(BOT, decode(msgspec.json.encode(update)))
    assert inbound is not None
    reference, duration_ms, size = kept
    assert inbound.what == VoiceReceived(Media(reference, "voice", duration_ms, size))


@pytest.mark.parametrize("kind", ["voice", "audio", "video_note", "video", "document"])
@pytest.mark.parametrize(
    "strange", [17, "x", [], {}, {"file_id": 5}, {"file_id": "x", "duration": "long"}], ids=str
)
def test_a_malformed_recording_is_no_update(kind: str, strange: object) -> None:
    """Updates that cannot be decoded are kept whole among the dead letters."""
    update = payload("telegram", "photo")
    update["message"][kind] = strange
    with pytest.raises(msgspec.ValidationError):
        decode(msgspec.json.encode(update))


@given(
    st.sampled_from(["voice", "document"]),
    st.text(max_size=600),
    st.integers(-(2**63), 2**63 - 1),
    st.integers(-(2**63), 2**63 - 1),
    st.text(max_size=40),
)
def test_whatever_is_told_of_a_file_what_comes_of_it_is_bounded(
    kind: str, file_id: str, duration: int, size: int, name: str
) -> None:
    update = payload("telegram", "guide-text")
    del update["message"]["text"]
    file = {"file_id": file_id, "duration": duration, "file_size": size, "file_name": name, "mime_type": name}
    update["message"][kind] = file
    inbound = parse(BOT, decode(msgspec.json.encode(update)))
    assert inbound is not None
    assert isinstance(inbound.what, VoiceReceived | OtherReceived)
    media = inbound.what.media
    assert media is not None
    if isinstance(inbound.what, OtherReceived):
        assert kind == "document"
        assert inbound.what.name == name[:MOST_NAME]
    assert media.reference == file_id[:MOST_REFERENCE]
    assert 0 <= media.duration_ms <= MOST_DURATION_S * 1000
    assert 0 <= media.size <= MOST_SIZE


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
