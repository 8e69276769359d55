"""The callback URL: which requests are accepted, what each status means, and what record and log show."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import structlog

from bot.channels.wechat.reply import xml
from bot.channels.wechat_api.callback import FRESH_S, Callback, Query
from bot.channels.wechat_api.elements import elements
from bot.channels.wechat_api.webhook import MOST_BODY
from storage.errors import StoreUnavailable
from storage.memory.store import MemoryStore
from tests.bot.channels.wechat.wechat_accounts import (
    BOX,
    EARLIER_KEY,
    GH,
    KEY,
    NONCE,
    TOKEN,
    WEBHOOK,
    Desk,
    begin,
    cdata,
    in_either_mode,
    version,
)
from tests.fakes.wechat_api import APP_ID
from tests.fakes.wechat_crypto import Box, signed
from tests.payloads import names, raw

MIB = 1024 * 1024


@pytest.fixture(params=["safe", "plain"])
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    async with in_either_mode(request.param) as desk:
        yield desk


@pytest.fixture
async def safe() -> AsyncIterator[Desk]:
    async with in_either_mode("safe") as desk:
        yield desk


# the address is checked


async def check(desk: Desk, **change: str) -> tuple[int, str]:
    stamp = str(int(desk.scene.now_s()))
    query = {"signature": signed(TOKEN, stamp, NONCE), "timestamp": stamp, "nonce": NONCE, "echostr": "5713401"}
    answer = await desk.webs[0].get(WEBHOOK, params={**query, **change})
    return answer.status_code, answer.text


async def test_the_address_check_is_answered_bare(desk: Desk) -> None:
    assert await check(desk) == (200, "5713401")


@pytest.mark.parametrize(
    "change",
    [
        {"signature": ""},
        {"signature": "0" * 40},
        {"signature": "密" * 40},
        {"nonce": "x"},
        {"timestamp": "0"},
        {"timestamp": "soon"},
        {"timestamp": "1" * 200},
        {"timestamp": "1" * 300},
    ],
    ids=str,
)
async def test_a_check_that_is_not_the_platforms_is_refused(desk: Desk, change: dict[str, str]) -> None:
    status, text = await check(desk, **change)
    assert status == 403
    assert "5713401" not in text


async def test_wecoms_form_of_the_check_is_read_too() -> None:
    """In WeCom's form of the URL check, the text to be echoed is encrypted."""
    callback = Callback(TOKEN, APP_ID, [KEY], lambda: 1_409_304_348)
    encrypted = BOX.seal("5713401")
    given = signed(TOKEN, "1409304348", NONCE, encrypted)
    asked = Query(msg_signature=given, timestamp="1409304348", nonce=NONCE, echostr=encrypted)
    assert callback.echo(asked) == "5713401"


# who is let in


async def test_a_conversation_in_either_mode(desk: Desk) -> None:
    phone = await begin(desk)
    reply = await phone.says("我叫张三")
    assert "已保存" in reply
    assert "提交" in reply


async def test_compatible_mode_is_read_with_and_without_our_keys(desk: Desk) -> None:
    """In compatible mode the body contains both the plain and the encrypted message."""
    await desk.scene.walk_in(code="poster")
    phone = desk.phone()
    message = phone.message("text", Content="poster", MsgId="1")
    encrypted = BOX.seal(message)
    both = message.replace("</xml>", f"<Encrypt>{cdata(encrypted)}</Encrypt></xml>").encode()
    stamp = str(int(desk.scene.now_s()))
    answer = await desk.post(both, encrypt_type="aes", msg_signature=signed(TOKEN, stamp, NONCE, encrypted))
    assert "同意" in desk.said(answer, phone.user)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"msg_signature": "0" * 40}, 403),
        ({"msg_signature": ""}, 403),
        ({"signature": "0" * 40}, 403),
        ({"nonce": "another"}, 403),
        ({"timestamp": "1"}, 403),
        ({"encrypt_type": ""}, 200),
        ({"signature": ""}, 200),
    ],
    ids=str,
)
async def test_in_safe_mode_the_signature_over_the_ciphertext_counts(
    safe: Desk, change: dict[str, str], status: int
) -> None:
    phone = await begin(safe)
    before = await version(safe, phone)
    query, body = safe.request(phone.message("text", Content="我叫张三", MsgId="77"))
    parameters = {name: value for name, value in (query | change).items() if value}
    answer = await safe.webs[0].post(WEBHOOK, params=parameters, content=body)
    assert answer.status_code == status
    assert (await version(safe, phone) > before) == (status == 200)


async def test_the_signature_without_the_ciphertext_opens_nothing(safe: Desk) -> None:
    """The plain signature does not depend on the body, so it must not be enough."""
    phone = await begin(safe)
    before = await version(safe, phone)
    mine, _ = safe.request(phone.message("text", Content="我叫张三", MsgId="78"))
    _, other = safe.request(phone.message("text", Content="退出面试", MsgId="79"))
    answers = [
        await safe.webs[0].post(WEBHOOK, params=mine, content=other),
        await safe.post(phone.message("text", Content="退出面试", MsgId="80").encode()),
    ]
    assert [each.status_code for each in answers] == [403, 403]
    assert await version(safe, phone) == before


@pytest.mark.parametrize("late_s", [-FRESH_S - 2, FRESH_S + 2, 10**9])
async def test_what_is_stale_or_from_the_future_is_refused(desk: Desk, late_s: int) -> None:
    phone = await begin(desk)
    before = await version(desk, phone)
    stamp = str(int(desk.scene.now_s()) - late_s)
    answer = await desk.post(phone.message("text", Content="我叫张三", MsgId="81"), timestamp=stamp)
    assert answer.status_code == 403
    assert await version(desk, phone) == before


async def test_what_is_replayed_in_time_changes_nothing(desk: Desk) -> None:
    phone = await begin(desk)
    query, body = desk.request(phone.message("text", Content="我叫张三", MsgId="82"))
    first = await desk.webs[0].post(WEBHOOK, params=query, content=body)
    after = await version(desk, phone)
    for late_ms in (5_000, 5_000, 60_000):
        desk.scene.clock.forward(late_ms)
        again = await desk.webs[0].post(WEBHOOK, params=query, content=body)
        assert desk.said(again, phone.user) == desk.said(first, phone.user)
    assert await version(desk, phone) == after


@pytest.mark.parametrize(
    ("box", "statuses"),
    [
        (Box(TOKEN, KEY, "wxfedcba9876543210"), {403}),
        (Box(TOKEN, KEY, APP_ID + "x"), {403}),
        (Box(TOKEN, KEY, ""), {403}),
        (Box(TOKEN, "Z" * 42 + "8", APP_ID), {400, 403}),
    ],
    ids=["another account", "a longer id", "no id", "an unknown key"],
)
async def test_what_is_sealed_for_others_is_refused(safe: Desk, box: Box, statuses: set[int]) -> None:
    phone = await begin(safe)
    before = await version(safe, phone)
    encrypted = box.seal(phone.message("text", Content="我叫张三", MsgId="83"))
    stamp = str(int(safe.scene.now_s()))
    body = f"<xml><Encrypt>{cdata(encrypted)}</Encrypt></xml>".encode()
    answer = await safe.post(body, msg_signature=signed(TOKEN, stamp, NONCE, encrypted))
    assert answer.status_code in statuses
    assert await version(safe, phone) == before


async def test_during_a_rotation_the_earlier_key_still_opens(safe: Desk) -> None:
    await safe.scene.walk_in(code="poster")
    phone, earlier = safe.phone(), Box(TOKEN, EARLIER_KEY, APP_ID)
    encrypted = earlier.seal(phone.message("text", Content="poster", MsgId="84"))
    stamp = str(int(safe.scene.now_s()))
    body = f"<xml><Encrypt>{cdata(encrypted)}</Encrypt></xml>".encode()
    answer = await safe.post(body, msg_signature=signed(TOKEN, stamp, NONCE, encrypted))
    assert answer.status_code == 200
    sealed = answer.text.split("<Encrypt><![CDATA[")[1].split("]]>")[0]
    assert "同意" in earlier.open(sealed)[0]


@pytest.mark.parametrize("name", ["wxfedcba9876543210", "x", APP_ID.upper(), f"{APP_ID}%00", "%2e%2e"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_an_unknown_account(desk: Desk, method: str, name: str) -> None:
    assert (await desk.webs[0].request(method, f"/webhooks/wechat/{name}")).status_code == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
async def test_only_get_and_post(desk: Desk, method: str) -> None:
    assert (await desk.webs[0].request(method, WEBHOOK)).status_code == 405


# sizes and parameters


async def test_more_than_the_platform_sends_is_not_read(desk: Desk) -> None:
    for body in (b"<xml>" + b"x" * MIB, b"x" * (MOST_BODY + 1)):
        assert (await desk.post(body)).status_code == 413
    assert (await desk.post(b"x" * MOST_BODY)).status_code in (400, 403)


@pytest.mark.parametrize(
    "query", ["a=" + "b" * 9000, "&".join(f"a{n}=1" for n in range(50)), "%ff=%fe", "=", "&&&"]
)
async def test_strange_parameters(desk: Desk, query: str) -> None:
    for method in ("GET", "POST"):
        answer = await desk.webs[0].request(method, f"{WEBHOOK}?{query}", content=b"<xml><a>1</a></xml>")
        assert answer.status_code in (400, 403)


# what is understood


@pytest.mark.parametrize("name", names("wechat", "xml"))
async def test_everything_that_the_platform_sends_is_acknowledged(desk: Desk, name: str) -> None:
    for _ in range(3):
        answer = await desk.post(raw("wechat", name, "xml").decode())
        assert answer.status_code == 200
    assert isinstance(desk.scene.store, MemoryStore)
    assert desk.scene.store.outbox.buried == []


@pytest.mark.parametrize("text", ["a]]>b", "]]>", "]]]]>>", "<b>&amp;", "👨‍👩‍👧", "]]><Content>x</Content>"])
async def test_what_a_candidate_writes_comes_back_as_text(desk: Desk, text: str) -> None:
    """The response repeats the answer so far, which must not be able to close its XML element."""
    phone = await begin(desk)
    await phone.says(f"{text} 完")
    reply = await phone.says("继续面试")
    assert f"{text} 完" in reply


def test_what_xml_cannot_hold_is_left_out_of_an_answer() -> None:
    text = "a\x00\x0b\x1f\ufffe\uffff\ud800b\t\n👋"
    said = elements(xml("to", "from", text, 1.0).encode())
    assert said["Content"] == "ab\t\n👋"


async def test_while_the_store_is_away_the_platform_is_asked_to_come_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = await begin(desk)
    commit = desk.scene.store.interviews.commit
    before = await version(desk, phone)

    async def away(_commit: object) -> None:
        raise StoreUnavailable("away")

    monkeypatch.setattr(desk.scene.store.interviews, "commit", away)
    message = phone.message("text", Content="我叫张三", MsgId="90")
    answer = await desk.post(message)
    assert answer.status_code == 503
    assert 0 < int(answer.headers["Retry-After"]) <= 5
    assert await version(desk, phone) == before
    monkeypatch.setattr(desk.scene.store.interviews, "commit", commit)
    assert "已保存" in desk.said(await desk.post(message), phone.user)


async def test_a_message_that_takes_too_long_is_asked_for_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The platform waits for five seconds. Before that it is told to send the message again."""
    phone = await begin(desk)

    async def never(_commit: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(desk.scene.store.interviews, "commit", never)
    monkeypatch.setattr("bot.channels.wechat_api.webhook.ANSWER_S", 0.01)
    answer = await desk.post(phone.message("text", Content="我叫张三", MsgId="95"))
    assert answer.status_code == 503


async def test_sealed_messages_without_a_key_of_ours_are_a_mistake_that_is_told() -> None:
    async with in_either_mode("plain") as desk:
        body = f"<xml><ToUserName>{cdata(GH)}</ToUserName><Encrypt>{cdata('QUFB')}</Encrypt></xml>"
        with structlog.testing.capture_logs() as lines:
            assert (await desk.post(body.encode())).status_code == 400
        (line,) = lines
        assert "EncodingAESKey" in line["why"]


@pytest.mark.parametrize("deep", [1, 12])
async def test_a_genuine_message_that_is_not_understood_is_put_away_whole(desk: Desk, deep: int) -> None:
    phone = await begin(desk)
    before = await version(desk, phone)
    inside = "<a>" * deep + "</a>" * deep
    message = phone.message("text", MsgId="91").replace("</xml>", f"<Content>{inside}</Content></xml>")
    answer = await desk.post(message)
    assert (answer.status_code, answer.text) == (200, "success")
    assert isinstance(desk.scene.store, MemoryStore)
    assert desk.scene.store.outbox.buried == [("update", "ValueError", message.encode())]
    assert await version(desk, phone) == before


async def test_a_message_whose_handling_fails_is_put_away_whole(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = await begin(desk)
    assert isinstance(desk.scene.store, MemoryStore)
    monkeypatch.setattr(desk.scene.store.interviews, "commit", _broken)
    message = phone.message("text", Content="我叫张三", MsgId="92")
    with structlog.testing.capture_logs() as lines:
        assert (await desk.post(message)).text == "success"
    assert desk.scene.store.outbox.buried == [("update", "KeyError", message.encode())]
    assert [line["event"] for line in lines] == ["update_failed", "update_put_away"]


async def _broken(_commit: object) -> None:
    raise KeyError("我叫张三")


async def test_nothing_personal_and_nothing_secret_is_logged(
    desk: Desk, capfd: pytest.CaptureFixture[str]
) -> None:
    phone = await begin(desk)
    with structlog.testing.capture_logs() as lines:
        for change in ({"signature": "0" * 40}, {"timestamp": "1"}, {"nonce": "密"}):
            await desk.post(phone.message("text", Content="我叫张三", MsgId="93"), **change)
        await desk.post(b"<xml><Content>\xe6\x88\x91" + b"</a>")
        await desk.post(phone.message("text", Content="x" * 30_000, MsgId="94"))
    text = str([{**line, "exc_info": ""} for line in lines]) + "".join(capfd.readouterr())
    assert len(lines) >= 4
    for secret in (TOKEN, KEY, phone.user, "张三", GH, NONCE, "x" * 100):
        assert secret not in text
