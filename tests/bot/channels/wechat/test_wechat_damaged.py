"""Genuine messages with what XML cannot contain, and those that cannot be read at all."""

import contextlib
from collections.abc import AsyncIterator

import pytest
import structlog
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.channels.wechat_api.elements import Damaged, Unreadable, elements
from bot.channels.wechat_api.xml_text import parsable
from conversation.visible_text import writable
from storage.memory.store import MemoryStore
from tests.bot.channels.test_damaged_text import cesu_8
from tests.bot.channels.wechat.wechat_accounts import GH, Desk, Phone, begin, in_either_mode

EMOJI = cesu_8("😀")


@pytest.fixture(params=["safe", "plain"])
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    async with in_either_mode(request.param) as desk:
        yield desk


def message(desk: Desk, phone: Phone, content: bytes, number: int = 1, kind: str = "text") -> bytes:
    told = f"<ToUserName><![CDATA[{GH}]]></ToUserName><FromUserName><![CDATA[{phone.user}]]></FromUserName>"
    told += f"<CreateTime>{int(desk.scene.now_s())}</CreateTime><MsgType><![CDATA[{kind}]]></MsgType>"
    return b"<xml>%s<Content>%s</Content><MsgId>%d</MsgId></xml>" % (told.encode(), content, 7_000 + number)


def section(typed: bytes) -> bytes:
    return b"<![CDATA[" + typed.replace(b"]]>", b"]]]]><![CDATA[>") + b"]]>"


async def parts(desk: Desk, phone: Phone) -> list[str]:
    interview = await desk.scene.store.directory.who(phone.address)
    assert interview
    return [part.text for part in (await desk.scene.state(interview)).parts]


def buried(desk: Desk) -> list[tuple[str, str, bytes]]:
    assert isinstance(desk.scene.store, MemoryStore)
    return desk.scene.store.outbox.buried


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        (section("我叫某某\x0b\x1f\x00做过数据分析".encode()), "我叫某某做过数据分析"),
        (section("我做过数据分析".encode()[:-1]), "我做过数据分"),
        (section(b"\xff" + "我做过\ufffe\uffff的".encode()), "我做过的"),
        (section("很".encode() + EMOJI + EMOJI[:3] + "快".encode()), "很😀快"),
        (section("很".encode() + EMOJI[3:] + "快".encode()), "很快"),
        (section(b"1 &#0; 2 &lt; 3 \x01]]> 4"), "1 &#0; 2 &lt; 3 ]]> 4"),
        (section(b"a]]\x02><FromUserName>b"), "a]]><FromUserName>b"),
        (section(b"a]\xffb]\x00]\x00><x>"), "a]b]]><x>"),
        (b"1&#0;2&#x1F;3&#xFFFF;4&#xD800;5&#60;6&#x110000;7&#99999999999999;8", "12345<678"),
        (b"a&#xD83D;&#xDE00;b&#55357;&#56832;&#xDE00;c", "a😀b😀c"),
    ],
)
async def test_the_rest_is_taken(desk: Desk, content: bytes, kept: str) -> None:
    phone = await begin(desk)
    answer = await desk.post_genuine(message(desk, phone, content))
    assert desk.said(answer, phone.user)
    assert await parts(desk, phone) == [kept]
    assert buried(desk) == []


@pytest.mark.parametrize(
    "content", [b"<![CDATA[a", b"<b>", b"&nbsp;", b"a & b", b"]]>", b"<a/>", b"&#0", b"x" * 30_000]
)
async def test_what_cannot_be_read_is_kept_and_acknowledged(desk: Desk, content: bytes) -> None:
    phone = await begin(desk)
    body = message(desk, phone, content)
    with structlog.testing.capture_logs() as lines:
        assert (await desk.post_genuine(body)).text == "success"
    assert [kept for _, _, kept in buried(desk)] == [body]
    assert "update_put_away" in [line["event"] for line in lines]
    assert await parts(desk, phone) == []


@pytest.mark.parametrize(
    "body", [b"<xml><MsgType>text</MsgType></xml>", b"<xml><FromUserName>o</FromUserName></xml>"]
)
async def test_so_is_a_message_without_sender_or_type(desk: Desk, body: bytes) -> None:
    assert (await desk.post_genuine(body)).text == "success"
    assert [kept for _, _, kept in buried(desk)] == [body]


@pytest.mark.parametrize("content", ["\x00\x01", "\u200b", "\u3164", "\u2800", "\u00ad", "\u202e", " \u3000"])
async def test_what_shows_nothing_is_no_answer(desk: Desk, content: str) -> None:
    phone = await begin(desk)
    answer = await desk.post_genuine(message(desk, phone, section(content.encode())))
    assert desk.said(answer, phone.user) == "还没有收到您的回答。可以打字或发语音。"
    assert await parts(desk, phone) == []


@pytest.mark.parametrize("mode", ["safe"])
@given(
    content=st.binary(max_size=60)
    | st.text("<>]![CDAT&#x0;\x00\ud800", max_size=30).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
async def test_any_bytes_in_a_genuine_message_are_acknowledged(mode: str, content: bytes) -> None:
    async with in_either_mode(mode) as desk:
        phone = desk.phone()
        for number, each in enumerate(
            (message(desk, phone, content), message(desk, phone, section(content)), content)
        ):
            assert (await desk.post_genuine(each)).status_code == 200, number
        assert len(buried(desk)) <= 2  # a section can always be read, unless it is ended


@given(st.text(st.characters(), max_size=60))
@example("a]]\x00>b")
@example("]\x00]>")
@example("\ud83d\ude00")
def test_everything_that_xml_can_contain_survives_in_order(text: str) -> None:
    raw = text.encode("utf-8", "surrogatepass")
    joined = text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
    found = str(elements(b"<xml><Content>" + section(raw) + b"</Content><a>1</a></xml>").get("Content") or "")
    wanted = writable(joined).replace("\r\n", "\n").replace("\r", "\n")
    assert found == wanted.strip()


@given(st.text(max_size=80).map(writable))
def test_xml_without_such_characters_stays_as_it_is(text: str) -> None:
    xml = f"<xml><a>&#60;{text}</a></xml>"
    assert parsable(xml.encode()) == xml


@given(st.binary(max_size=120).map(lambda raw: b"<xml>" + raw + b"</xml>"))
def test_whatever_comes_it_is_read_or_said_to_be_damaged(body: bytes) -> None:
    with contextlib.suppress(Damaged, Unreadable):
        assert elements(body)
