"""Every URL of the web server, called by strangers: it answers with the documented status, never a 500."""

import asyncio
import math
import re
import socket
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.web.routes import PAGE
from bot.clock import now_ms
from bot.pane.addresses import PREFIX
from storage.errors import StoreUnavailable
from tests.bot.channels.telegram.telegram_bots import BOT, HEADER, SECRET, WEBHOOK
from tests.bot.whole_app import WholeApp, whole_app

pytestmark = pytest.mark.redis
POST = f"POST {WEBHOOK} HTTP/1.1\r\nHost: x\r\n".encode()


async def raw_request(app: WholeApp, request: bytes) -> bytes:
    """Send exactly these bytes and return the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", app.app.port)
    writer.write(request)
    async with asyncio.timeout(15):
        answer = await reader.read(65_536)
    writer.close()
    return answer


def status_of(answer: bytes) -> int:
    assert answer.startswith(b"HTTP/1."), answer[:100]
    return int(answer.split(b" ", 2)[1])


async def test_the_page_and_its_parts(app: WholeApp) -> None:
    page = await app.web.get("/")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    for path, kind in (
        ("/page/messenger.js", "javascript"),
        ("/page/messenger.css", "css"),
        ("/page/texts.json", "json"),
    ):
        answer = await app.web.get(path)
        assert answer.status_code == 200
        assert kind in answer.headers["content-type"]
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"


async def test_the_staff_pages_are_there_for_whoever_signs_in(app: WholeApp) -> None:
    for path in ("/staff", "/staff/candidates", "/staff/blind/spring/1"):
        answer = await app.web.get(path)
        assert answer.status_code == 401
        assert "/web" in answer.text
        assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert (await app.web.get("/staff/staff.css")).headers["content-type"].startswith("text/css")
    assert (await app.web.get("/staff/sign-in/nothing")).status_code == 404
    assert (await app.web.post("/staff/do")).status_code == 403


def test_the_page_asks_at_no_address_that_is_answered_by_something_else() -> None:
    scripts = "".join(file.read_text(encoding="utf-8") for file in PAGE.glob("*.js"))
    addresses = set(re.findall(r"`(/\w+/)\$\{", scripts))
    assert {"/own/", "/pane/"} <= addresses
    assert addresses.isdisjoint({f"{PREFIX}/", "/api/", "/r/"})


@pytest.mark.parametrize(
    "path",
    [
        "/page/../app.py", "/page/../../socket.py", "/page/%2e%2e/%2e%2e/socket.py", "/page/..%2f..%2fsocket.py",
        "/page/..%5c..%5csocket.py", "/page//etc/passwd", "/page/%2fetc%2fpasswd", "/page/....//....//socket.py",
        "/page/%00", "/page/x%00.js", "/page/" + "a" * 300, "/page/" + "a/" * 2000, "/page/", "/page", "/page/.",
        "/page/messenger.js%00", "/page/nul", "/page/%F0%9F%98%80", "/page/~root", "/page/*", "/page/%ff",
    ],
)  # fmt: skip
async def test_nothing_but_the_page_is_served(app: WholeApp, path: str) -> None:
    answer = await raw_request(app, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    assert status_of(answer) in (400, 404), answer[:200]
    for leaked in (b"import ", b"root:", b"Traceback"):
        assert leaked not in answer


@pytest.mark.parametrize(
    "path", ["/nothing", "//", "/.env", "/r/x", "/docs", "/webhooks/other/1", "/healthz/", "/%00", "/%"]
)
async def test_unknown_addresses(app: WholeApp, path: str) -> None:
    answer = await raw_request(app, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    assert status_of(answer) == 404
    for header in (b"x-content-type-options: nosniff", b"content-security-policy:"):
        assert header in answer.lower()


@pytest.mark.parametrize("path", ["/", "/healthz", "/readyz", "/metrics", "/page/messenger.js"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_addresses_that_are_only_read(app: WholeApp, path: str, method: str) -> None:
    assert (await app.web.request(method, path, content=b"x")).status_code == 405


@pytest.mark.parametrize("path", ["/ws", WEBHOOK])
async def test_addresses_that_are_no_pages(app: WholeApp, path: str) -> None:
    assert (await app.web.get(path)).status_code in (404, 405)


async def test_liveness_readiness_metrics(app: WholeApp) -> None:
    assert (await app.web.get("/healthz")).text == "ok\n"
    ready = await app.web.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["ready"] is True
    metrics = await app.web.get("/metrics")
    assert metrics.status_code == 200
    assert "xumian_inbound_total" in metrics.text


async def test_an_account_that_only_lacks_its_description_is_told_from_one_that_does_not_receive(
    app: WholeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = next(each for each in app.app.channels.all() if not each.problem())
    name = f"{one.name}:{one.account}"
    monkeypatch.setattr(one, "warning", lambda: "the commands are not set")
    told = (await app.web.get("/readyz")).json()
    assert (told["ready"], told["warnings"].get(name), told["problems"].get(name)) == (
        True,
        "the commands are not set",
        None,
    )
    monkeypatch.setattr(one, "problem", lambda: "does not receive")
    told = (await app.web.get("/readyz")).json()
    assert (told["ready"], told["warnings"].get(name), told["problems"][name]) == (True, None, "does not receive")


async def test_how_old_the_oldest_waiting_message_is(app: WholeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    async def gauge() -> float:
        (line,) = re.findall(r"^xumian_outbox_oldest_seconds (.+)$", (await app.web.get("/metrics")).text, re.M)
        return float(line)

    async def posted(partition: int) -> int:
        return now_ms() - 90_000 * (partition % 3)

    async def away(_partition: int) -> int:
        raise StoreUnavailable("away")

    assert await gauge() == 0
    monkeypatch.setattr(app.store.outbox, "oldest_ms", posted)
    assert await gauge() == pytest.approx(180, abs=10)
    monkeypatch.setattr(app.store.outbox, "oldest_ms", away)
    assert math.isnan(await gauge())


async def test_readiness_says_what_is_wrong(app: WholeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away() -> None:
        raise StoreUnavailable("away")

    async def hang() -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(app.store, "ping", away)
    ready = await app.web.get("/readyz")
    assert ready.status_code == 503
    assert ready.json()["ready"] is False
    assert ready.json()["problems"]["redis"] == "cannot be written"
    assert (await app.web.get("/healthz")).status_code == 200
    monkeypatch.setattr("bot.app.asyncio.timeout", lambda _seconds: asyncio.timeouts.timeout(0.02))
    monkeypatch.setattr(app.store, "ping", hang)
    assert (await app.web.get("/readyz")).status_code == 503


async def test_no_personal_data_in_the_metrics(app: WholeApp) -> None:
    update = (
        '{"update_id":1,"message":{"message_id":1,"date":1790000000,"text":"/start demo",'
        '"chat":{"id":987654321,"type":"private"},"from":{"id":987654321,"first_name":"Quetzalcoatl"}}}'
    )
    answer = await app.web.post(WEBHOOK, content=update, headers={HEADER: SECRET})
    assert answer.status_code == 200
    metrics = (await app.web.get("/metrics")).text
    for personal in ("987654321", "Quetzalcoatl", SECRET):
        assert personal not in metrics


@pytest.mark.parametrize(("secret", "status"), [(SECRET, 413), ("wrong", 401)])
async def test_too_much_is_refused_as_announced_and_as_it_comes(app: WholeApp, secret: str, status: int) -> None:
    head = f"POST {WEBHOOK} HTTP/1.1\r\nHost: x\r\n{HEADER}: {secret}\r\n"
    announced = await raw_request(app, f"{head}Content-Length: 5000000\r\n\r\n".encode())
    assert status_of(announced) == status

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"x" * 65_536

    try:
        answer = await app.web.post(WEBHOOK, content=pieces(), headers={HEADER: secret})
        assert answer.status_code == status
    except httpx.WriteError:
        pass  # the server answered and closed the connection while we were still sending
    assert (await app.web.get("/healthz")).status_code == 200


@pytest.mark.parametrize(
    "request_",
    [
        b"\x00\x01\x02\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\r\n\r\n",
        POST + b"Content-Length: -1\r\n\r\n",
        POST + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n",
        POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        POST + f"{HEADER}: {SECRET}\r\n".encode() + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 200_000 + b"\r\n\r\n",
        b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
    ],
)  # fmt: skip
async def test_what_is_no_proper_http(app: WholeApp, request_: bytes) -> None:
    answer = await raw_request(app, request_)
    assert not answer or status_of(answer) in (200, 400, 401, 404, 413, 426, 431)
    assert b"Traceback" not in answer
    assert (await app.web.get("/healthz")).status_code == 200


async def test_a_body_that_breaks_off(app: WholeApp) -> None:
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", app.app.port)) as connection:
            head = f"POST {WEBHOOK} HTTP/1.1\r\nHost: x\r\n{HEADER}: {SECRET}\r\nContent-Length: 1000\r\n\r\n"
            connection.sendall(head.encode() + b'{"update_id":1')
    assert (await app.web.get("/healthz")).status_code == 200
    assert await app.store.client.xlen("xm:{p00}:dead") == 0


async def test_a_secret_that_is_no_ascii(app: WholeApp) -> None:
    request = f"POST {WEBHOOK} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n".encode()
    for secret in ("密".encode(), b"\xff\xfe", b"", b" " * 10, SECRET.encode() + b"\x7f"):
        answer = await raw_request(
            app, request + HEADER.encode() + b": " + secret + b"\r\nContent-Length: 2\r\n\r\n{}"
        )
        assert status_of(answer) in (400, 401)


async def test_the_telegram_secret_belongs_to_its_bot(app: WholeApp) -> None:
    assert BOT in app.app.channels._channels["telegram", BOT].account
    answer = await app.web.post("/webhooks/telegram/700002", content=b"{}", headers={HEADER: SECRET})
    assert answer.status_code == 404


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    tail=st.binary(max_size=200), head=st.sampled_from(["/", "/page/", "/webhooks/telegram/", "/r/", "/ws", ""])
)
def test_any_path_at_all(tail: bytes, head: str, fuzzed: "Fuzzed") -> None:
    path = head.encode() + bytes(byte for byte in tail if byte not in b" \r\n?#\x00")
    assert fuzzed.status(b"GET /" + path.lstrip(b"/") + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") < 500


class Fuzzed:
    """Gives tests that are not async access to the app, through a runner of its event loop."""

    def __init__(self, app: WholeApp, runner: asyncio.Runner) -> None:
        self._app = app
        self._runner = runner

    def status(self, request: bytes) -> int:
        return status_of(self._runner.run(raw_request(self._app, request)))


@pytest.fixture
def fuzzed(one_redis: str) -> Iterator[Fuzzed]:
    with asyncio.Runner() as runner:
        running = whole_app(one_redis)
        app = runner.run(running.__aenter__())
        yield Fuzzed(app, runner)
        runner.run(running.__aexit__(None, None, None))
