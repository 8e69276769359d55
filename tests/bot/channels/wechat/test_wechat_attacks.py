"""Callbacks that are not messages of the platform: entities, external entities, very deep nesting.

They are rejected before a document is built.
"""

import contextlib
from collections.abc import AsyncIterator

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wechat_api.callback import Callback, Forged, Query
from bot.channels.wechat_api.elements import Damaged, Unreadable, elements
from bot.channels.wechat_api.webhook import MOST_BODY
from storage.memory.store import MemoryStore
from tests.bot.channels.wechat.wechat_accounts import (
    BOX,
    KEY,
    NONCE,
    TOKEN,
    Desk,
    begin,
    cdata,
    in_either_mode,
    version,
)
from tests.fakes.wechat_api import APP_ID
from tests.fakes.wechat_crypto import signed


@pytest.fixture(params=["safe", "plain"])
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    async with in_either_mode(request.param) as desk:
        yield desk


@pytest.fixture
async def safe() -> AsyncIterator[Desk]:
    async with in_either_mode("safe") as desk:
        yield desk


def nested(depth: int) -> bytes:
    return b"<a>" * depth + b"</a>" * depth


NOT_XML = {
    "empty": b"",
    "space": b" ",
    "json": b'{"a":1}',
    "another root": b"<html><a/></html>",
    "no elements": b"<xml>text</xml>",
    "empty root": b"<xml/>",
    "utf-16": "<xml><Content>x</Content></xml>".encode("utf-16"),
    "doctype": b"<!DOCTYPE xml><xml><Content>x</Content></xml>",
    "internal entity": b'<!DOCTYPE xml [<!ENTITY a "b">]><xml><Content>&a;</Content></xml>',
    "external entity": b'<!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><C>&a;</C></xml>',
    "external dtd": b'<!DOCTYPE xml SYSTEM "http://127.0.0.1:9/x.dtd"><xml><Content>x</Content></xml>',
    "parameter entity": b'<!DOCTYPE xml [<!ENTITY % a SYSTEM "http://127.0.0.1:9/">%a;]><xml><C>x</C></xml>',
    "entity bomb": b'<!DOCTYPE x [<!ENTITY a "'
    + b"ha" * 100
    + b'">'
    + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 20 if n else b"&a;" * 20) for n in range(8))
    + b"]><xml><Content>&a7;</Content></xml>",
    "as deep as it fits": b"<xml>" + nested((MOST_BODY - 11) // 7) + b"</xml>",
    "opening tags only": b"<a>" * (MOST_BODY // 3),
}


@pytest.mark.parametrize("name", NOT_XML)
async def test_what_is_no_message_is_a_400_and_changes_nothing(desk: Desk, name: str) -> None:
    phone = await begin(desk)
    before = await version(desk, phone)
    with structlog.testing.capture_logs() as lines:
        answer = await desk.post(NOT_XML[name], **({"msg_signature": "0" * 40} if desk.sealed else {}))
    assert answer.status_code == 400
    assert await version(desk, phone) == before
    assert [line["event"] for line in lines] == ["callback_refused"]


@pytest.mark.parametrize("name", NOT_XML)
async def test_in_a_ciphertext_it_is_genuine_and_kept(safe: Desk, name: str) -> None:
    inside = NOT_XML[name][: 45 * 1024]  # encryption makes it a third longer
    assert (await safe.post_genuine(inside)).text == "success"
    assert isinstance(safe.scene.store, MemoryStore)
    assert [kept for _, _, kept in safe.scene.store.outbox.buried] == [inside]
    assert not safe.scene.counted


@pytest.mark.parametrize("encrypted", ["", "x", "====", "密", "QUFB", "A" * 43, "A" * 44, "A" * 64, "A" * 1024])
async def test_a_ciphertext_that_is_none(safe: Desk, encrypted: str) -> None:
    stamp = str(int(safe.scene.now_s()))
    body = f"<xml><Encrypt>{cdata(encrypted)}</Encrypt></xml>".encode()
    answer = await safe.post(body, msg_signature=signed(TOKEN, stamp, NONCE, encrypted))
    assert answer.status_code in (400, 403)


@pytest.mark.parametrize("name", ["entity bomb", "external entity", "as deep as it fits", "opening tags only"])
def test_nothing_is_built_of_what_is_hostile(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of unencrypted callbacks, only the parameters are signed."""
    built: list[str] = []
    monkeypatch.setattr("xmltodict.parse", built.append)
    with pytest.raises(Unreadable):
        elements(NOT_XML[name])
    assert built == []


_TEXTS = st.text(max_size=80) | st.sampled_from(
    ["<xml/>", "<xml><FromUserName>a</FromUserName></xml>", "QUFB", "A" * 88]
)


@given(
    body=st.binary(max_size=200) | _TEXTS.map(str.encode), encrypted=_TEXTS, plain=_TEXTS, how=st.integers(0, 2)
)
def test_whatever_comes_it_is_opened_or_refused(body: bytes, encrypted: str, plain: str, how: int) -> None:
    """Try garbage, a signed text that is not a ciphertext, and a ciphertext of any text."""
    sealed = encrypted if how == 1 else BOX.seal(plain)
    if how:
        body = f"<xml><Encrypt>{cdata(sealed)}</Encrypt></xml>".encode()
    callback = Callback(TOKEN, APP_ID, [KEY], lambda: 1_409_304_348)
    asked = Query(msg_signature=signed(TOKEN, "1409304348", NONCE, sealed), timestamp="1409304348", nonce=NONCE)
    with contextlib.suppress(Forged, Unreadable, Damaged):
        assert callback.open(asked, body).fields
