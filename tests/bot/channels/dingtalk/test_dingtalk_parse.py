"""Parsing of DingTalk's messages."""

import contextlib
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.dingtalk.parse import (
    MARGIN_MS,
    SESSION_MESSAGES,
    Received,
    Session,
    decode,
    inbound,
    parse,
    said,
    to_console,
)
from conversation.inbound import (
    Address,
    CommandReceived,
    Media,
    OtherReceived,
    TextReceived,
    VoiceReceived,
    What,
    Window,
)
from tests.fakes.dingtalk_api import ROBOT
from tests.payloads import names, payload, raw

MEMBER = Address("dingtalk", ROBOT, "0123456789")
GROUP = Address("dingtalk", ROBOT, "cid:cidGroup7VbGs0cLkP3nD9==")
OUTSIDE = Address("dingtalk", ROBOT, "out:$:LWCP_v1:$Kp7cVt3yQe1dWf6b")


def read(name: str, **more: Any) -> Received:
    body = {**payload("dingtalk", name), **more}
    return parse(ROBOT, decode(json.dumps(body).encode()))


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("text", TextReceived("Bold and italics")),
        ("text-command", CommandReceived("start", "kR3vX9dQ2mB7tL5wY8nC1A")),
        ("text-full-width-command", CommandReceived("退出")),
        ("audio", VoiceReceived(Media("mIofN681YE3f", "audio", 4000, recognised="钉钉，让进步发生"))),
        ("audio-without-duration", VoiceReceived(Media("mIofN681YE3f", "audio"))),
        ("picture", OtherReceived("photo", Media("mIofN682YE3f", "photo"))),
        ("file", OtherReceived("document", Media("mIofN683YE3f", "document"), "简历.pdf")),
        ("video", OtherReceived("video", Media("mIofN684YE3f", "video"))),
        ("rich-text", TextReceived("第一行\n第二行")),
        (
            "rich-text-with-picture",
            OtherReceived("photo", Media("mIofN685YE3f", "photo"), text="作品：谢谢"),
        ),
        (
            "rich-text-around-pictures",
            OtherReceived("photo", Media("dc1", "photo"), text="第一段\n第二段第三段"),
        ),
        ("kind-of-the-future", OtherReceived("hologram")),
        ("times-as-text", TextReceived("Bold and italics")),
    ],
)
def test_what_a_member_sends(name: str, what: What) -> None:
    received = read(name)
    assert received.what == what
    assert received.private
    told = inbound(received)
    assert told.what == what
    assert told.sender == MEMBER
    assert told.id == f"dt:{ROBOT}:{payload('dingtalk', name)['msgId']}"
    assert told.message == payload("dingtalk", name)["msgId"]
    assert told.sent_ms == 1_790_000_000_000
    assert told.name == "李雷"
    assert told.window is None, "members can be written to at any time"
    assert received.session == Session(
        "https://oapi.dingtalk.com/robot/sendBySession?session=5f1c7a9e2b", 1_790_005_400_000
    )


@pytest.mark.parametrize("name", ["text-from-outside", "text-without-staff-id"])
def test_whoever_is_no_member_can_be_answered_for_as_long_as_the_session_lives(name: str) -> None:
    told = inbound(read(name))
    assert told.sender == OUTSIDE
    assert told.window == Window(1_790_005_400_000 - MARGIN_MS, SESSION_MESSAGES)


def test_without_a_session_nobody_outside_can_be_answered() -> None:
    assert inbound(read("text-from-outside", sessionWebhook=None)).window == Window(0, SESSION_MESSAGES)


def test_in_a_group_the_answer_goes_to_the_group() -> None:
    received = read("group-text")
    assert not received.private
    assert received.chat == GROUP
    assert received.sender == MEMBER
    told = to_console(received, MEMBER)
    assert (told.sender, told.chat, told.text, told.name) == (MEMBER, GROUP, "/stats", "李雷")


def test_in_a_group_people_from_outside_have_no_name_that_counts() -> None:
    assert read("group-text-from-outside").sender is None


def test_what_was_typed() -> None:
    assert said(read("text-command")) == "/start kR3vX9dQ2mB7tL5wY8nC1A"
    assert said(read("rich-text")) == "第一行\n第二行"
    assert said(read("audio")) == ""


@pytest.mark.parametrize(
    "change",
    [
        {"msgId": ""},
        {"msgId": None},
        {"msgtype": ""},
        {"conversationType": "3"},
        {"conversationId": ""},
        {"senderStaffId": "cid:another"},
        {"senderStaffId": "", "senderId": ""},
        {"sessionWebhookExpiredTime": -1},
        {"text": "no object"},
        {"text": {"content": "x" * 20_001}},
    ],
)
def test_what_is_not_as_described_is_no_message(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        read("text", **change)


@pytest.mark.parametrize("content", [None, [], "x", {}, {"downloadCode": 5}, {"downloadCode": "x" * 3000}])
def test_a_recording_needs_its_code(content: object) -> None:
    with pytest.raises(ValueError):
        read("audio", content=content)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=6,
    ),
    st.sampled_from(sorted(payload("dingtalk", "audio"))),
    st.sampled_from(names("dingtalk")),
)
def test_strange_fields_are_read_or_refused_as_values(value: object, field: str, name: str) -> None:
    body = {**payload("dingtalk", name), field: value}
    with contextlib.suppress(ValueError, msgspec.MsgspecError):
        parse(ROBOT, decode(json.dumps(body).encode()))


def test_every_payload_is_read() -> None:
    for name in names("dingtalk"):
        assert parse(ROBOT, decode(raw("dingtalk", name))).id.startswith(f"dt:{ROBOT}:msg")
