"""Messages as in WeCom's documentation, and the inbound events that they become."""

import contextlib
from pathlib import Path
from typing import Any

import pytest
import xmltodict
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wecom.kf_parse import CODE_S, NOTHING, Pulled, hear, user_of
from bot.channels.wecom.parse import News, parse
from conversation.inbound import (
    Address,
    ChannelClosed,
    ChannelReopened,
    CommandReceived,
    Inbound,
    Media,
    OtherReceived,
    TextReceived,
    VoiceReceived,
    What,
    Window,
)
from tests.payloads import payload

CORP, KF = "ww0123456789abcdef", "wkAJ2GCAAASSm4_FhToWMFea0xAFfd3Q"
ANNA = "wmAJ2GCAAAme1XQRC-NI-q0_ZM9ukoAw"
SENT_S = 1615478585
_FILES = Path(__file__).parents[3] / "payloads" / "wecom"


def callback(name: str) -> Inbound | News | None:
    fields = xmltodict.parse((_FILES / f"{name}.xml").read_text())["xml"]
    return parse(CORP, fields)


def event(**inside: object) -> dict[str, Any]:
    told = {"open_kfid": KF, "external_userid": ANNA, **inside}
    return {"msgid": "e1", "send_time": SENT_S, "origin": 4, "msgtype": "event", "event": told}


# the app


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("text", TextReceived("hello")),
        ("image", OtherReceived("photo", Media("media_id", "photo"))),
        ("voice", VoiceReceived(Media("media_id"))),
        ("video", OtherReceived("video", Media("media_id", "video"))),
        ("location", OtherReceived("location")),
        ("link", OtherReceived("link")),
        ("subscribe", CommandReceived("start")),
        ("unsubscribe", ChannelClosed("unsubscribed")),
        ("enter-agent", ChannelReopened()),
        ("click", CommandReceived("support")),
    ],
)
def test_what_members_do(name: str, what: What) -> None:
    inbound = callback(f"app-{name}")
    assert isinstance(inbound, Inbound)
    assert inbound.what == what
    assert inbound.sender == Address("wecom", CORP, "mycreate")
    assert inbound.sent_ms == 1409659813_000
    assert inbound.window is None


@pytest.mark.parametrize("name", ["view", "batch-job"])
def test_what_does_not_concern_an_interview(name: str) -> None:
    assert callback(f"app-{name}") is None


def test_the_news_that_kf_has_something() -> None:
    assert callback("kf-news") == News("wkxxxxxxx", "ENCApHxnGDNAVNY4AaSJKj4Tb5mwsEMzxhFmHVGcra996NR")


def test_a_message_is_known_by_its_id_and_an_event_by_who_when_and_what() -> None:
    found = [callback(f"app-{name}") for name in ("text", "subscribe", "unsubscribe", "click")]
    ids = [each.id for each in found if isinstance(each, Inbound)]
    assert ids[0] == f"wc:{CORP}:4561255354251345929"
    assert len(set(ids)) == 4


# 微信客服


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("text", TextReceived("hello world")),
        ("voice", VoiceReceived(Media("2iSLeVyqzk4eX0IB5kTi9Ljfa2rt9dwfq5WKRQ4Nvvgw"))),
        ("image", OtherReceived("photo", Media("2iSLeVyqzk4eX0IB5kTi9Ljfa2rt9dwfq5WKRQ4Nvvgw", "photo"))),
        ("video", OtherReceived("video", Media("2iSLeVyqzk4eX0IB5kTi9Ljfa2rt9dwfq5WKRQ4Nvvgw", "video"))),
        ("file", OtherReceived("document", Media("2iSLeVyqzk4eX0IB5kTi9Ljfa2rt9dwfq5WKRQ4Nvvgw", "document"))),
        ("location", OtherReceived("location")),
        ("link", OtherReceived("link")),
        ("business-card", OtherReceived("business_card")),
        ("miniprogram", OtherReceived("miniprogram")),
    ],
)
def test_what_candidates_send_allows_five_messages_in_48_hours(name: str, what: What) -> None:
    heard = hear(KF, payload("wecom", f"kf-{name}"), SENT_S + 10)
    assert heard.inbound == Inbound(
        f"wk:{KF}:from_msgid_4622416642169452483",
        what,
        Address("wecom-kf", KF, ANNA),
        SENT_S * 1000,
        "from_msgid_4622416642169452483",
        window=Window((SENT_S + 48 * 3600 - 5) * 1000, 5),
    )


def test_who_enters_by_a_link_may_be_told_one_thing_with_the_events_code() -> None:
    heard = hear(KF, payload("wecom", "kf-enter-session"), SENT_S + 3)
    assert heard.inbound is not None
    assert heard.inbound.what == CommandReceived("start", "abc")
    assert heard.inbound.window is not None
    assert heard.inbound.window.messages == 1
    assert (heard.user, heard.code, heard.code_until_s) == (ANNA, "aaaaaa", SENT_S + CODE_S)


def test_who_merely_opens_the_chat_is_left_in_peace() -> None:
    assert hear(KF, event(event_type="enter_session", scene="", scene_param=""), SENT_S) == NOTHING
    first = hear(KF, event(event_type="enter_session", welcome_code="code"), SENT_S)
    assert first.inbound is not None
    assert first.inbound.what == CommandReceived("start", "")


def test_what_did_not_arrive() -> None:
    heard = hear(KF, payload("wecom", "kf-msg-send-fail"), SENT_S)
    assert heard.inbound is not None
    assert heard.inbound.what == ChannelClosed("kf:4")
    refused = hear(KF, event(event_type="msg_send_fail", fail_msgid="m", fail_type=10), SENT_S)
    assert refused.inbound is not None
    assert refused.inbound.what == ChannelClosed("blocked")
    assert "unverified" in hear(KF, event(event_type="msg_send_fail", fail_msgid="m", fail_type=8), SENT_S).trouble


@pytest.mark.parametrize(("change", "people"), [(1, True), (2, True), (3, False), (4, True), (9, None)])
def test_who_has_the_conversation(change: int, people: bool | None) -> None:
    heard = hear(KF, event(event_type="session_status_change", change_type=change), SENT_S)
    assert heard == Pulled(ANNA, people=people, at_ms=SENT_S * 1000, code_until_s=SENT_S + CODE_S)
    assert hear(KF, payload("wecom", "kf-session-status-change"), SENT_S).code == "MSG_CODE"


@pytest.mark.parametrize("name", ["from-a-colleague", "servicer-status-change", "user-recall-msg"])
def test_what_is_none_of_ours(name: str) -> None:
    assert hear(KF, payload("wecom", f"kf-{name}"), SENT_S) == NOTHING


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "msgid": _json,
            "send_time": _json,
            "origin": st.just(3) | _json,
            "external_userid": st.just(ANNA) | _json,
            "msgtype": st.sampled_from(["text", "voice", "event", "image"]) | _json,
            "text": _json,
            "voice": _json,
            "image": _json,
            "event": st.fixed_dictionaries(
                {"event_type": st.sampled_from(["enter_session", "msg_send_fail", "session_status_change"])},
                optional={"external_userid": st.just(ANNA) | _json, "scene_param": _json, "change_type": _json},
            )
            | _json,
        },
    )
)
def test_whatever_comes_is_understood_or_refused_in_a_known_way(message: dict[str, Any]) -> None:
    user_of(message)
    with contextlib.suppress(KeyError, TypeError, ValueError, OverflowError):
        hear(KF, message, SENT_S)


@pytest.mark.parametrize("strange", [-1, 10**11, 10**400, "9" * 5000, "-5", "soon", None, [], 1e300])
def test_a_time_that_is_none_is_refused(strange: object) -> None:
    message = {"msgid": "m", "origin": 3, "msgtype": "text", "text": {"content": "x"}, "external_userid": "wm1"}
    with pytest.raises((ValueError, TypeError)):
        hear("wk1", {**message, "send_time": strange}, 0)
    assert hear("wk1", {**message, "send_time": "1790000000"}, 0).inbound


def test_a_message_is_an_object() -> None:
    with pytest.raises(TypeError):
        hear("wk1", [1], 0)
