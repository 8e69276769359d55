"""The webhook: unsigned requests do not reach a parser, and events that cannot be handled are kept."""

import json

import pytest
from pydantic import SecretStr

from bot.channels.feishu.signature import Forged, check, decrypt, signature
from storage.errors import StoreUnavailable
from tests.bot.channels.feishu.feishu_bots import KEY, TOKEN, WEBHOOK, OnFeishu, headers, on_feishu, seal
from tests.fakes.feishu_api import GROUP, MEMBER, Trouble
from tests.payloads import raw

CHECK = {"challenge": "ajls384kdjxxxx", "token": TOKEN, "type": "url_verification"}


def test_the_documented_vectors() -> None:
    assert decrypt("P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=", SecretStr("test key")) == b"hello world"
    body = (
        b'{"encrypt":"AAECAwQFBgcICQoLDA0ODw9mLTIAZS9jAmGTQ1wAhHp7T0KSqa6xlIO2zHinxKSs92xBEzx62WmjiWXxpJKSX7'
        b'eIqMQJa19cS3RNDgfDxdWDJHddVFEJa98+FlrvbE/4"}'
    )
    expected = "83dcc776bc1119d174f056426f48aaa0210ab5f3d0c6c5974b46ce4afbc40800"
    assert signature("1609073151", "abc", SecretStr("test key"), body) == expected
    check("1609073151", "abc", expected, SecretStr("test key"), body, 1609073151 + 7 * 3600)
    for now in (1609073151 + 9 * 3600, 1609073151 - 3600):
        with pytest.raises(Forged):
            check("1609073151", "abc", expected, SecretStr("test key"), body, now)


async def test_a_new_address_is_checked_and_needs_no_signature() -> None:
    async with on_feishu() as bot:
        answer = await bot.web.post(WEBHOOK, content=seal(json.dumps(CHECK).encode()))
        assert (answer.status_code, answer.json()) == (200, {"challenge": "ajls384kdjxxxx"})
        assert answer.headers["content-type"] == "application/json"
        signed = await bot.post(CHECK)
        assert signed.json() == {"challenge": "ajls384kdjxxxx"}


async def _refused(bot: OnFeishu, body: bytes, given: dict[str, str], status: int = 403) -> None:
    answer = await bot.web.post(WEBHOOK, content=body, headers=given)
    assert answer.status_code == status, answer.text
    assert bot.store.directory._who == {}
    assert bot.store.outbox.buried == []


async def test_what_is_not_signed_is_refused() -> None:
    async with on_feishu() as bot:
        body = seal(json.dumps(bot.message("/start demo")).encode())
        now = bot.desk.now // 1000
        good = headers(body, now)
        await _refused(bot, body, {})
        await _refused(bot, body, {**good, "X-Lark-Signature": "0" * 64})
        await _refused(bot, body + b" ", good)
        await _refused(bot, body, headers(body, now, "another key"))
        await _refused(bot, body, headers(body, now - 9 * 3600))
        await _refused(bot, body, {**good, "X-Lark-Request-Timestamp": "x"})
        plain = json.dumps(bot.message("/start demo")).encode()
        await _refused(bot, plain, headers(plain, now), 400)
        await _refused(bot, plain, {})
        await _refused(bot, b"x" * 5000, {})
        other = seal(json.dumps(bot.message("/start demo")).encode(), "another key")
        await _refused(bot, other, headers(other, now))
        for wrong in ({**CHECK, "token": "wrong"}, {"type": "url_verification", "challenge": "x"}):
            await _refused(bot, seal(json.dumps(wrong).encode()), {})


async def test_events_of_another_app_or_with_another_token_are_refused() -> None:
    async with on_feishu() as bot:
        event = bot.message("/start demo")
        for change in ({"app_id": "cli_other"}, {"token": "wrong"}):
            answer = await bot.post({**event, "header": {**event["header"], **change}})
            assert answer.status_code == 403
        assert bot.store.directory._who == {}


async def test_addresses_methods_and_sizes() -> None:
    async with on_feishu() as bot:
        for path in ("/webhooks/feishu/cli_other", "/webhooks/feishu/", f"{WEBHOOK}/x"):
            assert (await bot.web.post(path, content=b"{}")).status_code == 404
        for method in ("GET", "PUT", "DELETE"):
            assert (await bot.web.request(method, WEBHOOK)).status_code == 405
        assert (await bot.web.post(WEBHOOK, content=b"x" * (1024 * 1024 + 1))).status_code == 413


@pytest.mark.parametrize(
    "name", ["recalled", "entered", "system", "group-text", "sticker", "hongbao", "menu", "media", "post", "image"]
)
async def test_whatever_else_happens_there_is_confirmed(name: str) -> None:
    async with on_feishu() as bot:
        event = json.loads(raw("feishu", name))
        event["header"]["token"] = TOKEN
        assert (await bot.post(event)).status_code == 200
        assert bot.store.outbox.buried == []


async def test_what_cannot_be_understood_is_kept_and_confirmed() -> None:
    async with on_feishu() as bot:
        for change in (
            {"content": "[]"},
            {"content": "{"},
            {"message_type": "audio"},
            {"chat_type": "p2x", "chat_id": "x"},
        ):
            assert (await bot.post(bot.message("x", **change))).status_code == 200
        broken = bot.message("x")
        del broken["event"]["sender"]
        assert (await bot.post(broken)).status_code == 200
        assert len(bot.store.outbox.buried) == 5
        assert TOKEN not in str(bot.store.outbox.buried)
        assert (await bot.says("/start demo")) != []


async def test_while_the_store_is_away_the_event_must_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async with on_feishu() as bot:
        event = bot.message("/start demo")

        async def away(*_: object) -> None:
            raise StoreUnavailable("away")

        with monkeypatch.context() as patched:
            patched.setattr(bot.desk.intake, "receive", away)
            answer = await bot.post(event)
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
        assert (await bot.brings(event, MEMBER)) != []


@pytest.mark.parametrize("answer", [Trouble(502, raw=b"x"), Trouble(200, raw=b'{"code":0,"bot":{"open_id":""}}')])
async def test_until_our_own_id_is_known_only_messages_with_mentions_must_come_again(answer: Trouble) -> None:
    async with on_feishu() as bot:
        bot.api.fail("bot/v3/info", answer)
        event = bot.message("/stats demo", chat=GROUP)
        assert (await bot.post(bot.message("/start demo"))).status_code == 200
        assert (await bot.post(event)).status_code == 503
        assert (await bot.post(event)).status_code == 200
        assert KEY not in repr(bot.receiver)


async def test_an_event_of_the_first_format_is_confirmed() -> None:
    async with on_feishu() as bot:
        old = {"uuid": "4d7e", "token": "x", "type": "event_callback", "event": {"type": "leave_approval"}}
        assert (await bot.post(old)).status_code == 200
        assert bot.store.outbox.buried == []


async def test_what_nobody_wrote_is_passed_over() -> None:
    async with on_feishu() as bot:
        for mentions, sender in ((None, None), (None, {"open_id": None}), ([], {"open_id": MEMBER})):
            event = bot.message("hello", mentions=mentions)
            event["event"]["sender"] = {"sender_id": sender, "sender_type": "app"}
            assert await bot.brings(event, MEMBER) == []
        event = bot.message("/start demo", mentions=None)
        assert await bot.brings(event, MEMBER) != []
