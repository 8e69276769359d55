"""The log of the real process contains nothing personal and nothing secret, whatever fails.

The tests look for words that occur nowhere else.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from websockets.asyncio.client import connect

from bot import logs
from tests.bot.channels.telegram.telegram_bots import HEADER, WEBHOOK
from tests.bot.commands.commands import Running
from tests.fakes.bot_api import TOKEN, FakeBotApi, Trouble
from tests.fakes.logbook import says_too_much
from tests.fakes.waiting import until

SECRET = "hush-Quetzalcoatl-secret"
NAME = "Zaphod-Beeblebrox"
WORDS = "flibbertigibbet-answer"
PAGE_KEY = "page-key-xylophone-0123456789"
PAGE_ID = "page-id-wombat"
USER = 8877665544
PRIVATE = (SECRET, TOKEN, TOKEN.partition(":")[2], NAME, WORDS, PAGE_KEY, PAGE_ID, str(USER), "crashing-words")

FAILING = """
from conversation.engine import Engine
from bot.channels.telegram import channel
step = Engine.step
def failing(self, record, inbound, script, now, staffing=None):
    text = getattr(inbound.what, "text", "")
    if "crashing" in text:
        try:
            raise KeyError(text)
        except KeyError as error:
            raise ValueError(f"cannot handle {text} of {inbound.name}") from error
    return step(self, record, inbound, script, now, staffing)
Engine.step = failing
"""


@pytest.fixture
async def api() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi() as api:
        yield api


def settings(api: FakeBotApi) -> dict[str, str]:
    return {
        "XUMIAN_TELEGRAM_TOKENS": TOKEN,
        "XUMIAN_TELEGRAM_WEBHOOK_SECRET": SECRET,
        "XUMIAN_TELEGRAM_API_URL": api.url,
        "XUMIAN_NONSENSE": SECRET,
    }


def update(number: int, text: str) -> dict[str, Any]:
    who = {"id": USER, "first_name": NAME, "language_code": "en"}
    chat = {"id": USER, "type": "private"}
    message = {"message_id": number, "date": 1_790_000_000, "chat": chat, "from": who, "text": text}
    return {"update_id": number, "message": message}


async def talk_on_telegram(web: httpx.AsyncClient, api: FakeBotApi) -> None:
    bodies: list[bytes] = [
        json.dumps(update(n, text)).encode() for n, text in enumerate(("/start demo", WORDS), 1)
    ]
    bodies += [json.dumps(update(3, f"crashing-words {WORDS}")).encode()]
    bodies += [json.dumps({"update_id": 4, "message": {"text": WORDS, "from": NAME}}).encode()]
    bodies += [f'{{"update_id":5,"{WORDS}'.encode(), b'{"update_id":6,"message":' + b"[" * 50_000]
    api.fail(
        "sendMessage",
        Trouble(429, f"Too Many Requests {WORDS}", 0.05),
        Trouble(502, raw=WORDS.encode()),
        Trouble(cut=True),
        *2 * (Trouble(400, f"Bad Request: {WORDS}"),),  # with moments, and without
        Trouble(403, f"Forbidden: bot was blocked by the user {NAME}"),
    )
    for body in bodies:
        answer = await web.post(WEBHOOK, content=body, headers={HEADER: SECRET})
        assert answer.status_code in (200, 400)
    wrong = await web.post(WEBHOOK, content=json.dumps(update(7, WORDS)), headers={HEADER: f"{SECRET}x"})
    assert wrong.status_code == 401
    await web.get(f"/{WORDS}?{NAME}={SECRET}")


async def talk_on_the_page(port: int) -> None:
    async with connect(f"ws://127.0.0.1:{port}/ws") as socket:
        await socket.send(json.dumps({"hello": {"key": PAGE_KEY, "language": "en"}}))
        for number, text in enumerate((WORDS, f"crashing-words {WORDS}", f"/{WORDS}", f"{NAME} " * 2000)):
            await socket.send(json.dumps({"id": f"{PAGE_ID}-{number}", "text": text}))
        await socket.send(f"{{{WORDS}")
        await socket.send(WORDS.encode())
        answered = 0
        while answered < 4:
            frame = json.loads(await socket.recv())
            answered += "ack" in frame or "refused" in frame


@contextlib.asynccontextmanager
async def started(running: Running) -> AsyncIterator[Running]:
    """Start and end the process without blocking this event loop, which runs the fake Bot API."""
    await asyncio.to_thread(running.__enter__)
    try:
        yield running
    finally:
        await asyncio.to_thread(running.__exit__, None, None, None)


@pytest.mark.redis
async def test_nothing_private_in_the_log_of_a_conversation_where_everything_fails(
    tmp_path: Path, api: FakeBotApi
) -> None:
    async with (
        started(Running(tmp_path, settings(api), FAILING)) as running,
        httpx.AsyncClient(base_url=running.address, timeout=20) as web,
    ):
        await talk_on_telegram(web, api)
        await talk_on_the_page(running.port)

        async def failures_are_logged() -> bool:
            return all(event in running.log for event in ("update_failed", "update_put_away", "message_put_away"))

        await until(failures_are_logged, "the log of what failed")
    lines = running.log
    assert [private for private in PRIVATE if private in lines] == []
    assert "Traceback" not in lines
    assert "ValueError at" in lines
    assert "< KeyError at" in lines
    assert "XUMIAN_NONSENSE" in lines


def test_the_conversation_would_be_seen() -> None:
    """The test above looks for words that really occur in the updates."""
    assert WORDS in json.dumps(update(1, WORDS))
    assert NAME in json.dumps(update(1, WORDS))


@contextlib.contextmanager
def configured() -> Iterator[None]:
    """Configure our logging, to the current standard error, until the context ends."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    logs.configure()
    structlog.configure(cache_logger_on_first_use=False)
    try:
        yield
    finally:
        structlog.reset_defaults()
        root.handlers[:] = before
        root.setLevel(level)


def test_an_error_is_its_type_and_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    with configured():
        try:
            json.loads(f'{{"{WORDS}')
        except ValueError:
            structlog.get_logger().exception("failed", interview="i1")
    line = json.loads(capsys.readouterr().err)
    assert line["event"] == "failed"
    assert line["interview"] == "i1"
    assert line["error"].startswith("JSONDecodeError at json/decoder.py:")
    assert "test_logs.py" in line["error"]
    assert "exc_info" not in line


@pytest.mark.parametrize("name", ["uvicorn.error", "asyncio", "aiogram", "some.library"])
def test_the_errors_of_libraries_as_well(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with configured():
        try:
            raise ValueError(f"cannot parse {WORDS}")
        except ValueError as error:
            logging.getLogger(name).error("Exception in ASGI application\n", exc_info=error)
    line = capsys.readouterr().err
    assert "ValueError at" in line
    assert WORDS not in line
    assert "Traceback" not in line


def test_asyncios_own_lines_quote_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with configured():
        text = f"Task exception was never retrieved\nfuture: <Task finished exception=ValueError('{WORDS}')>"
        logging.getLogger("asyncio").error(text, exc_info=ValueError(WORDS))
    line = capsys.readouterr().err
    assert "never retrieved" in line
    assert WORDS not in line


@pytest.mark.parametrize(
    "text",
    [f"https://api.telegram.org/bot{TOKEN}/getMe", f"the token is {TOKEN}.", f"'{TOKEN}'", f"{TOKEN}\n{TOKEN}"],
)
def test_tokens_are_hidden_wherever_they_stand(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with configured():
        structlog.get_logger().warning("odd", what=text)
        logging.getLogger("some.library").warning(text)
    lines = capsys.readouterr().err
    assert TOKEN.partition(":")[2] not in lines
    assert "<token>" in lines


def test_a_groups_first_error_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with configured():
        try:
            raise ExceptionGroup(WORDS, [KeyError(WORDS)])
        except ExceptionGroup:
            structlog.get_logger().exception("failed")
    line = capsys.readouterr().err
    assert "ExceptionGroup at" in line
    assert "KeyError" in line
    assert WORDS not in line


@pytest.mark.parametrize(
    "line",
    [
        '{"event": "x", "why": "700002:AAG-second-0123456789-abcdefghij-klm"}',
        '{"event": "/claim 0123456789abcdef"}',
        '{"event": "https://t.me/bot?start=0123456789abcdefgh"}',
        '{"event": "GET /cgi-bin/media/get?access_token=abc"}',
        '{"event": "answered", "text": "我学统计，做过预测课题。"}',
    ],
)
def test_the_suites_logbook_notices(line: str) -> None:
    assert says_too_much(line)
    assert not says_too_much('{"event": "bot_added", "bot": "700002", "interview": "0123456789abcdef"}')
