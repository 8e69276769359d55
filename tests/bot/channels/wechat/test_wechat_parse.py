"""Every documented message and event is parsed into its inbound event, or ignored."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wechat.parse import LONG, NOTHING, SHORT, parse, window
from bot.channels.wechat_api.elements import elements
from conversation.inbound import (
    Address,
    ChannelClosed,
    ChoicePressed,
    CommandReceived,
    Inbound,
    Media,
    OtherReceived,
    TextReceived,
    VoiceReceived,
    What,
    Window,
)
from tests.payloads import names, raw

ACCOUNT = "wx0123456789abcdef"
USER = "oMgHVjngRipVsoxg6TuX3vz6glDg"
NOW_S = 1_790_000_000.5
TOKEN = "kR3vX9dQ2mB7tL5wY8nC1A"
MEANINGS: dict[str, What | None] = {
    "text": TextReceived("this is a test"),
    "text-from-article": TextReceived("this is a test"),
    "text-unicode": TextReceived("我叫张三👨‍👩‍👧，来自“北京”。\n第二行 &amp; <b>"),
    "text-split-cdata": TextReceived("a]]>b"),
    "msgmenu-click": ChoicePressed("101"),
    "image": OtherReceived("photo", Media("media_id", "photo")),
    "voice": VoiceReceived(Media("media_id")),
    "voice-16k": VoiceReceived(Media("media_id_16k")),
    "voice-recognised": VoiceReceived(Media("media_id", recognised="腾讯微信团队")),
    "video": OtherReceived("video"),
    "shortvideo": OtherReceived("video"),
    "location": OtherReceived("location"),
    "link": OtherReceived("link"),
    "file": OtherReceived("document"),
    "kind-of-the-future": OtherReceived("hologram"),
    "subscribe": CommandReceived("start"),
    "subscribe-without-key": CommandReceived("start"),
    "subscribe-scene": CommandReceived("start", TOKEN),
    "unsubscribe": ChannelClosed("unsubscribed"),
    "scan": CommandReceived("start", TOKEN),
    "click": CommandReceived("status"),
    "click-of-another-menu": CommandReceived("help"),
    "view": None,
    "location-event": None,
    "template-finished": None,
    "template-blocked": None,
    "scancode-push": None,
}
TYPED = {"text", "text-from-article", "text-unicode", "text-split-cdata"}
EVENTS = {name for name in MEANINGS if b"![CDATA[event]]" in raw("wechat", name, "xml")}


def parsed(name: str, *, push: bool = True) -> Inbound | None:
    return parse(ACCOUNT, elements(raw("wechat", name, "xml")), NOW_S, push=push)


def test_all_payloads_have_a_meaning() -> None:
    assert set(names("wechat", "xml")) == set(MEANINGS)


@pytest.mark.parametrize("name", MEANINGS)
def test_meaning(name: str) -> None:
    inbound = parsed(name)
    assert (inbound.what if inbound else None) == MEANINGS[name]


@pytest.mark.parametrize("name", sorted(name for name, what in MEANINGS.items() if what is not None))
def test_who_when_and_which(name: str) -> None:
    fields, inbound = elements(raw("wechat", name, "xml")), parsed(name)
    assert inbound is not None
    assert inbound.sender == Address("wechat", ACCOUNT, USER)
    assert inbound.sent_ms == int(str(fields["CreateTime"])) * 1000
    if name in EVENTS:
        event, key = str(fields["Event"]).lower(), str(fields.get("EventKey") or "")
        assert inbound.id == f"wx:{ACCOUNT}:{USER}:{fields['CreateTime']}:{event}:{key}"
        assert inbound.message == ""
    else:
        assert inbound.id == f"wx:{ACCOUNT}:{fields['MsgId']}"
        assert inbound.message == fields["MsgId"]


@pytest.mark.parametrize("name", sorted(name for name, what in MEANINGS.items() if what is not None))
def test_what_may_be_sent_afterwards(name: str) -> None:
    """How many messages may be sent after this one, and for how long.

    After a message: five in 48 hours. After a click, following or scanning: three in a minute. Nothing may be sent
    after unfollowing, or from an account that may not send.
    """
    inbound, silent = parsed(name), parsed(name, push=False)
    assert inbound is not None
    assert silent is not None
    assert silent.window == NOTHING
    clicked = name in EVENTS or name == "msgmenu-click"
    seconds, messages = (60, 3) if clicked else (48 * 3600, 5)
    expected = Window(inbound.sent_ms + (seconds - 5) * 1000, messages)
    assert inbound.window == (NOTHING if name == "unsubscribe" else expected)


@pytest.mark.parametrize("allowed", [LONG, SHORT])
@given(sent_s=st.integers(0, 2**40), now_s=st.floats(1e9, 2e9))
def test_a_window_never_ends_later_than_the_platforms(allowed: tuple[int, int], sent_s: int, now_s: float) -> None:
    found = window(allowed, sent_s, now_s)
    begin = sent_s if 0 < sent_s <= now_s else now_s
    assert found.until_ms < (begin + allowed[0]) * 1000
    assert found.messages == allowed[1]


def test_the_same_message_of_two_accounts_is_two_events() -> None:
    fields = elements(raw("wechat", "text", "xml"))
    one, other = parse("wx1", fields, NOW_S, push=True), parse("wx2", fields, NOW_S, push=True)
    assert one is not None
    assert other is not None
    assert one.id != other.id
    assert one.sender != other.sender


@pytest.mark.parametrize(
    "change",
    [
        {"FromUserName": None},
        {"FromUserName": ""},
        {"FromUserName": "x" * 513},
        {"MsgType": None},
        {"MsgType": {"a": "b"}},
        {"MsgId": None},
        {"MsgId": ["1", "2"]},
        {"MsgId": "1" * 513},
        {"Content": {"b": "x"}},
        {"Content": "x" * 20_001},
        {"MsgType": "voice"},
        {"MsgType": "voice", "MediaId": ["a", "b"]},
    ],
    ids=str,
)
def test_what_is_no_message(change: dict[str, object]) -> None:
    fields = {**elements(raw("wechat", "text", "xml")), **change}
    with pytest.raises(ValueError, match=r"message|text"):
        parse(ACCOUNT, fields, NOW_S, push=True)


@pytest.mark.parametrize("stamp", ["", "soon", "-5", "9" * 30, "１２３", "1.5", None])
def test_a_time_that_is_none_is_not_known(stamp: str | None) -> None:
    fields = {**elements(raw("wechat", "text", "xml")), "CreateTime": stamp}
    inbound = parse(ACCOUNT, fields, NOW_S, push=True)
    assert inbound is not None
    assert inbound.sent_ms == 0
    assert inbound.window == Window(int((NOW_S + 48 * 3600 - 5) * 1000), 5)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("/exit", CommandReceived("exit")),
        ("／Exit ", CommandReceived("exit")),
        ("/correct 电话是\n138…", CommandReceived("correct", "电话是\n138…")),
        ("/退出", TextReceived("/退出")),
        ("/usr/bin/python", TextReceived("/usr/bin/python")),
        ("/", TextReceived("/")),
        ("/" + "a" * 33, TextReceived("/" + "a" * 33)),
        ("see /exit", TextReceived("see /exit")),
        ("", TextReceived("")),
    ],
)
def test_commands_may_be_typed(text: str, what: What) -> None:
    inbound = parse(ACCOUNT, {**elements(raw("wechat", "text", "xml")), "Content": text}, NOW_S, push=True)
    assert inbound is not None
    assert inbound.what == what


def test_an_account_that_may_not_fetch_recordings_does_not_take_them() -> None:
    for name, kind in (("voice", "voice"), ("image", "photo"), ("video", "video")):
        inbound = parse(ACCOUNT, elements(raw("wechat", name, "xml")), NOW_S, push=False, hears=False)
        assert inbound is not None
        assert inbound.what == OtherReceived(kind)


_VALUES = st.none() | st.text(max_size=30) | st.just({"a": "b"}) | st.just(["a"])
_NAMES = (
    "FromUserName",
    "MsgType",
    "Event",
    "EventKey",
    "CreateTime",
    "MsgId",
    "Content",
    "MediaId",
    "bizmsgmenuid",
)
_KINDS = st.sampled_from(["text", "event", "voice", "image", "TEXT"])


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(_NAMES, _VALUES)), _KINDS | st.none())
def test_whatever_comes_it_is_an_event_or_none_or_no_message(fields: dict[str, object], kind: str | None) -> None:
    known = {"FromUserName": "u", "MsgType": kind, **fields} if kind else fields
    try:
        inbound = parse(ACCOUNT, known, NOW_S, push=True)
    except ValueError:
        return
    assert inbound is None or (inbound.sender and len(inbound.id) <= 512)
