"""Parsing of Feishu's events into inbound events."""

import json

import pytest

from bot.channels.feishu.parse import Received, conversation_of, decode, inbound, parse, to_console
from conversation.inbound import (
    Address,
    ChoicePressed,
    CommandReceived,
    Media,
    OtherReceived,
    TextReceived,
    VoiceReceived,
    What,
)
from tests.fakes.feishu_api import APP, BOT, GROUP, MEMBER
from tests.payloads import raw

FILE = "75235e0c-4f92-430a-a99b-8446610223cg"
ID = "om_5ce6d572455d361153b7cb51da13394"

MEANS: list[tuple[str, What | None]] = [
    ("text", TextReceived("Bold and italics")),
    ("text-command", CommandReceived("start", "kR3vX9dQ2mB7tL5wY8nC1A")),
    ("group-text", TextReceived("@Tom hello")),
    ("group-command", CommandReceived("stats", "demo")),
    ("image", OtherReceived("photo", Media(f"{ID}5|image|img_4adb3cc3-902b-4187-b0f1-842f67fd017g", "photo"))),
    ("file", OtherReceived("document", Media(f"{ID}6|file|{FILE}", "document"), "test.txt")),
    ("audio", VoiceReceived(Media(f"{ID}7|file|{FILE}", "audio", 2000))),
    ("media", OtherReceived("video", Media(f"{ID}8|file|{FILE}", "video", 2000), "测试视频.mp4")),
    ("sticker", OtherReceived("sticker")),
    ("hongbao", OtherReceived("hongbao")),
    ("post-without-picture", TextReceived("Bold and italics")),
    ("card", ChoicePressed("submit@0")),
    ("menu", CommandReceived("status")),
    ("recalled", None),
    ("entered", None),
    ("system", None),
]


@pytest.mark.parametrize(("name", "what"), MEANS)
def test_what_it_means(name: str, what: What | None) -> None:
    received = parse(APP, decode(raw("feishu", name)), BOT)
    assert (received.what if received else None) == what
    if received:
        assert received.sender == Address("feishu", APP, MEMBER)


def test_a_rich_text_keeps_its_words_and_its_first_picture() -> None:
    received = parse(APP, decode(raw("feishu", "post")), BOT)
    assert received is not None
    assert isinstance(received.what, OtherReceived)
    assert received.what.media == Media(f"{ID}3|image|img_47354fbc-a159-40ed-86ab-2ad0f1acb42g", "photo")
    lines = received.text.split("\n")
    assert lines[:2] == ["我是一个标题", "第一行 :超链接 (http://www.feishu.cn)@Tom"]
    assert "第二行:文本测试" in lines
    assert "[SMILE]" in lines


def parsed(kind: str, content: object) -> Received:
    event = json.loads(raw("feishu", "text"))
    event["event"]["message"] |= {"message_type": kind, "content": json.dumps(content, ensure_ascii=False)}
    received = parse(APP, decode(json.dumps(event).encode()), BOT)
    assert received is not None
    return received


def test_a_video_in_a_rich_text_is_fetched_and_a_long_text_is_cut() -> None:
    video = parsed("post", {"content": [[{"tag": "media", "file_key": "file_1", "image_key": "img_1"}]]}).what
    assert isinstance(video, OtherReceived)
    assert video.media == Media(f"{ID}1|file|file_1", "video")
    for kind, content in (
        ("text", {"text": "长" * 30_000}),
        ("post", {"content": [[{"tag": "text", "text": "长" * 30_000}]] * 2}),
    ):
        assert parsed(kind, content).what == TextReceived("长" * 20_000)


@pytest.mark.parametrize("open_id", ["", None])
def test_who_mentions_everybody_does_not_mean_us(open_id: str | None) -> None:
    event = json.loads(raw("feishu", "group-text"))
    event["event"]["message"]["mentions"] = [{"key": "@_all", "id": {"open_id": open_id}, "name": "所有人"}]
    for bot in ("", BOT):
        received = parse(APP, decode(json.dumps(event).encode()), bot)
        assert received is not None
        assert not received.addressed


def test_in_a_group_the_answer_goes_to_the_group_and_only_a_mention_of_ours_counts() -> None:
    ours, others = (parse(APP, decode(raw("feishu", name)), BOT) for name in ("group-command", "group-text"))
    assert ours
    assert others
    assert (ours.addressed, others.addressed) == (True, False)
    assert (ours.chat, ours.private) == (Address("feishu", APP, GROUP), False)
    told = to_console(ours)
    assert (told.text, told.chat, told.sender) == ("/stats demo", ours.chat, ours.sender)


def test_a_message_is_known_by_its_own_id_and_a_press_by_its_events() -> None:
    text, card = (parse(APP, decode(raw("feishu", name)), BOT) for name in ("text", "card"))
    assert text
    assert card
    assert inbound(text).id == f"fs:{APP}:{ID}1"
    assert (inbound(text).sent_ms, inbound(text).message) == (1609073151345, f"{ID}1")
    assert inbound(card).id == f"fs:{APP}:f7984f25108f8137722bb63c00001"


def test_the_conversation_by_which_order_is_kept() -> None:
    assert conversation_of(raw("feishu", "group-text")) == GROUP
    assert conversation_of(raw("feishu", "card")) == "oc_e4d2605ca917e695f54f11aaf56"
    assert conversation_of(raw("feishu", "menu")) == MEMBER
    for body in (b"", b"[]", b'{"event": []}', b'{"event": {"operator": {"operator_id": 1}}}'):
        assert conversation_of(body) == ""
