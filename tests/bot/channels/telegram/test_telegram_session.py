"""The session: calls and uploads fail in the same way, without telling the token."""

import pytest

from bot.channels.shared.http_connection import NoAnswer
from bot.channels.telegram.session import NOT_THE_API, Answer, Session
from tests.fakes.bot_api import TOKEN, FakeBotApi, Trouble

FILE = ("document", "answers.txt", b"content", "text/plain")


async def upload(session: Session, timeout_s: float = 10) -> Answer:
    return await session.upload(TOKEN, "sendDocument", {"chat_id": 42, "caption": "hello"}, FILE, timeout_s)


async def test_a_call_and_an_upload() -> None:
    async with FakeBotApi() as api:
        session = Session(api.url + "/")
        assert (await session.call(TOKEN, "sendMessage", {"chat_id": 42, "text": "您好"})).ok
        assert (await upload(session)).ok
        assert api.of("sendMessage") == [{"chat_id": 42, "text": "您好"}]
        assert api.of("sendDocument") == [
            {"chat_id": 42, "caption": "hello", "document": ("answers.txt", b"content")}
        ]
        await session.close()


@pytest.mark.parametrize("trouble", [Trouble(cut=True), Trouble(hang=True)], ids=["cut", "hang"])
async def test_no_answer(trouble: Trouble) -> None:
    async with FakeBotApi() as api:
        session = Session(api.url)
        for method in ("sendMessage", "sendDocument"):
            api.fail(method, trouble)
        limit_s = 0.1 if trouble.hang else 10
        with pytest.raises(NoAnswer, match=r"^(TimeoutError|ServerDisconnected)$"):
            await session.call(TOKEN, "sendMessage", {"chat_id": 42, "text": "hello"}, limit_s)
        with pytest.raises(NoAnswer, match=r"^\w*(TimeoutError|ServerDisconnectedError)$"):
            await upload(session, limit_s)
        await session.close()


async def test_nobody_listens() -> None:
    session = Session("http://127.0.0.1:9")
    with pytest.raises(NoAnswer, match=r"^ConnectionRefusedError$"):
        await session.call(TOKEN, "sendMessage", {"chat_id": 42, "text": "hello"})
    with pytest.raises(NoAnswer, match=r"^ClientConnectorError$"):
        await upload(session)
    await session.close()


async def test_a_redirection_is_an_answer_that_is_not_the_apis() -> None:
    async with FakeBotApi() as api:
        session = Session(api.url)
        api.fail("sendMessage", Trouble(307, raw=b"<html>log in</html>"))
        answer = await session.call(TOKEN, "sendMessage", {"chat_id": 42, "text": "hello"})
        assert answer == Answer(False, error_code=307, description=NOT_THE_API)
        await session.close()
