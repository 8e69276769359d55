"""The webhook answers with the documented status, and only after the commit."""

import asyncio

import pytest

from conversation.inbound import Address
from storage.errors import StoreUnavailable
from tests.bot.channels.telegram.telegram_bots import BOT, HEADER, SECRET, WEBHOOK, TelegramBot, telegram_bot
from tests.payloads import names, raw


async def begin(bot: TelegramBot) -> None:
    """Open the walk-in link as a candidate and agree."""
    assert (await bot.post(bot.update("/start demo"))).status_code == 200
    assert (await bot.post(bot.press("agree@-1"))).status_code == 200


async def test_a_conversation_through_the_webhook() -> None:
    async with telegram_bot() as bot:
        await begin(bot)
        assert (await bot.state()).phase == "running"
        assert (await bot.post(bot.update("我叫李雷。"))).status_code == 200
        assert len((await bot.state()).parts) == 1
        await bot.channel.close()
        assert len(bot.api.of("answerCallbackQuery")) == 1


async def test_the_same_update_again_is_acknowledged_and_changes_nothing() -> None:
    async with telegram_bot() as bot:
        await begin(bot)
        update = bot.update("我叫李雷。")
        for _ in range(3):
            assert (await bot.post(update)).status_code == 200
        answers = await asyncio.gather(*(bot.post(update) for _ in range(5)))
        assert {answer.status_code for answer in answers} == {200}
        assert len((await bot.state()).parts) == 1


async def test_an_edit_changes_what_was_said() -> None:
    async with telegram_bot() as bot:
        await begin(bot)
        update = bot.update("我叫李")
        await bot.post(update)
        message = {**update["message"], "text": "我叫李雷", "edit_date": 1_790_000_100}
        assert (await bot.post({"update_id": 5000, "edited_message": message})).status_code == 200
        assert [part.text for part in (await bot.state()).parts] == ["我叫李雷"]


async def test_blocking_and_unblocking() -> None:
    async with telegram_bot() as bot:
        await begin(bot)
        chat, who = {"id": 42, "type": "private"}, {"id": 42, "is_bot": False, "first_name": "李雷"}
        for number, (status, phase) in enumerate((("kicked", "unreachable"), ("member", "running"))):
            member = {"chat": chat, "from": who, "date": 1_790_000_000, "new_chat_member": {"status": status}}
            assert (await bot.post({"update_id": 9000 + number, "my_chat_member": member})).status_code == 200
            assert (await bot.state()).phase == phase


@pytest.mark.parametrize("name", names("telegram"))
async def test_everything_that_telegram_sends_is_acknowledged(name: str) -> None:
    async with telegram_bot() as bot:
        for _ in range(2):
            assert (await bot.post(raw("telegram", name))).status_code == 200
        wrong = name == "guide-text-without-chat-type"
        assert [payload for _, _, payload in bot.buried] == ([raw("telegram", name)] * 2 if wrong else [])


@pytest.mark.parametrize(
    "secret", [None, "", "wrong", SECRET[:-1], SECRET + "x", SECRET.upper(), "密".encode(), b"\xff"]
)
@pytest.mark.parametrize("body", [b"{}", b"not json", b"x" * 2_000_000], ids=["json", "garbage", "huge"])
async def test_without_the_secret_nothing_is_even_read(secret: str | bytes | None, body: bytes) -> None:
    async with telegram_bot() as bot:
        assert (await bot.post(body, secret)).status_code == 401
        assert bot.buried == []


async def test_an_unset_secret_never_lets_anybody_in() -> None:
    async with telegram_bot() as bot:
        bot.receiver._secret = b""
        assert (await bot.post(b"{}", "")).status_code == 401
        assert (await bot.post(b"{}", None)).status_code == 401


@pytest.mark.parametrize(
    "account", ["700002", "0", "-1", "700001 ", "７00001", "a" * 5000, "..", "700001%00", "700001:AAE", "%2e%2e"]
)
async def test_an_unknown_account(account: str) -> None:
    async with telegram_bot() as bot:
        assert (await bot.post({}, to=f"/webhooks/telegram/{account}")).status_code == 404


@pytest.mark.parametrize(
    "path", ["/webhooks/telegram/", "/webhooks/telegram", f"{WEBHOOK}/", f"{WEBHOOK}/x", "/webhooks"]
)
async def test_no_such_address(path: str) -> None:
    async with telegram_bot() as bot:
        assert (await bot.post({}, to=path)).status_code == 404


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"])
async def test_only_post(method: str) -> None:
    async with telegram_bot() as bot:
        answer = await bot.web.request(method, WEBHOOK, headers={HEADER: SECRET})
        assert answer.status_code == 405


@pytest.mark.parametrize(
    "body",
    [
        b"", b" ", b"{", b'{"update_id":1', b'{"update_id":1}x', b"[1,2", b"nul", b"\xff\xfe", b"\x00", b"<xml/>",
        b'{"update_id":NaN}', b"a=b&c=d", b'{"update_id":1,"message":{"text":"\xff}}',
        '{"update_id":1}'.encode("utf-16"),
    ],
)  # fmt: skip
async def test_what_is_not_json(body: bytes) -> None:
    async with telegram_bot() as bot:
        assert (await bot.post(body)).status_code == 400
        assert bot.buried == []


async def test_at_most_one_mebibyte() -> None:
    async with telegram_bot() as bot:
        update = bot.update("x")
        body = b'{"update_id":1,"pad":"' + b"x" * (1024 * 1024 - 24) + b'"}'
        assert len(body) == 1024 * 1024
        assert (await bot.post(body)).status_code == 200
        assert (await bot.post(body[:-2] + b'x"}')).status_code == 413
        assert (await bot.post(update)).status_code == 200


async def test_an_announced_length_is_believed_without_reading() -> None:
    async with telegram_bot() as bot:
        for length in ("1048577", "9" * 20, "9" * 5000):
            headers = {HEADER: SECRET, "Content-Length": length}
            answer = await bot.web.post(WEBHOOK, content=b"{}", headers=headers)
            assert answer.status_code == 413


async def test_while_the_store_is_away_telegram_is_asked_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async with telegram_bot() as bot:
        await begin(bot)
        update, commit = bot.update("我叫李雷。"), bot.store.interviews.commit

        async def away(_commit: object) -> None:
            raise StoreUnavailable("away")

        monkeypatch.setattr(bot.store.interviews, "commit", away)
        for body in (update, bot.press("submit@0")):
            answer = await bot.post(body)
            assert answer.status_code == 503
            assert 0 < int(answer.headers["Retry-After"]) <= 60
        await bot.channel.close()
        assert len(bot.api.of("answerCallbackQuery")) == 1, "only the press that was committed"
        monkeypatch.setattr(bot.store.interviews, "commit", commit)
        assert (await bot.post(update)).status_code == 200
        assert [part.text for part in (await bot.state()).parts] == ["我叫李雷。"]


async def test_what_cannot_even_be_put_away_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async with telegram_bot() as bot:

        async def away(*_: object) -> None:
            raise StoreUnavailable("away")

        monkeypatch.setattr(bot.store.outbox, "dead_letter", away)
        assert (await bot.post(raw("telegram", "guide-text-without-chat-type"))).status_code == 503


async def test_an_update_whose_handling_fails_is_put_away_whole_and_acknowledged() -> None:
    async with telegram_bot() as bot:
        await begin(bot)
        bot.intake._scripts.clear()
        bot.store.directory._scripts.clear()
        update = bot.update("我叫李雷。")
        assert (await bot.post(update)).status_code == 200
        ((kind, why, payload),) = bot.buried
        assert (kind, why) == ("update", "ScriptMissing")
        assert "我叫李雷。".encode() in payload or b"\\u6211" in payload


async def test_a_candidate_of_two_bots_is_two_candidates() -> None:
    async with telegram_bot() as bot:
        await begin(bot)
        assert await bot.store.directory.who(Address("telegram", BOT, "42"))
        assert await bot.store.directory.who(Address("telegram", "700002", "42")) is None
