"""Small calls over TLS: only a server with a trusted certificate for its name gets a request."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.channels.shared.http_calls import HttpCalls
from bot.channels.shared.http_connection import NoAnswer, Reply
from tests.bot.channels.shared.certificates import Authority
from tests.bot.channels.shared.raw_server import Visit, raw_server, response
from tests.bot.web.web_server import on_each_loop, run

Loop = Callable[[], asyncio.AbstractEventLoop]
pytestmark = on_each_loop
PATIENCE_S = 15.0


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


def test_calls_over_tls(loop: Loop, authority: Authority, tmp_path: Path) -> None:
    names: list[object] = []
    tls = authority.server("localhost", tmp_path)
    tls.sni_callback = lambda _connection, name, _context: names.append(name)

    async def play() -> None:
        async with raw_server(tls=tls) as server:
            calls = HttpCalls(server.url, authority.trusted())
            for body in (b"{}", b"", b"x" * 100_000):
                assert await calls.post("/bot1:token/getMe", body, PATIENCE_S) == Reply(200, body)
            answers = await asyncio.gather(*(calls.post("/", b"%d" % each, PATIENCE_S) for each in range(300)))
            assert [int(reply.body) for reply in answers] == list(range(300))
            await calls.close()
            await server.everybody_left()
            assert set(names) == {"localhost"}
            assert len(server.visits) <= 100

    run(loop, play())


@pytest.mark.parametrize("wrong", ["another name", "another authority", "the system's certificates"])
def test_a_server_without_the_right_certificate_gets_no_request(
    loop: Loop, authority: Authority, tmp_path: Path, wrong: str
) -> None:
    tls = authority.server("elsewhere.example" if wrong == "another name" else "localhost", tmp_path)
    trusted = {"another name": authority.trusted(), "another authority": Authority().trusted()}.get(wrong)

    async def play() -> None:
        async with raw_server(tls=tls) as server:
            calls = HttpCalls(server.url, trusted)
            for _ in range(3):
                with pytest.raises(NoAnswer, match=r"^SSLCertVerificationError$"):
                    await calls.post("/bot1:token/getMe", b"{}", PATIENCE_S)
            assert server.bodies == []
            await calls.close()

    run(loop, play())


@pytest.mark.parametrize(
    "answer",
    [b"", b"\0", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x15\x03\x03\x00\x02\x02\x28"],
    ids=["end", "junk", "no TLS", "alert"],
)
def test_a_handshake_that_fails(loop: Loop, authority: Authority, answer: bytes) -> None:
    async def serve(visit: Visit) -> None:
        await visit.say(answer)
        visit.writer.write_eof()
        await visit.left()

    async def play() -> None:
        async with raw_server(serve) as server:
            calls = HttpCalls(server.url.replace("http:", "https:"), authority.trusted())
            for _ in range(3):
                with pytest.raises(NoAnswer, match=r"^(SSL\w*Error|Connection\w+Error|ServerDisconnected)$"):
                    await calls.post("/bot1:token/getMe", b"{}", PATIENCE_S)
            await server.everybody_left()
            await calls.close()

    run(loop, play())


@pytest.mark.parametrize("cut", range(0, 90, 7))
def test_an_encrypted_response_that_is_cut(loop: Loop, authority: Authority, tmp_path: Path, cut: int) -> None:
    async def serve(visit: Visit) -> None:
        await visit.request()
        await visit.say(response(b"x" * 60)[:cut])

    async def play() -> None:
        async with raw_server(serve, authority.server("localhost", tmp_path)) as server:
            calls = HttpCalls(server.url, authority.trusted())
            with pytest.raises(NoAnswer, match=r"^(ServerDisconnected|ConnectionResetError)$"):
                await calls.post("/bot1:token/getMe", b"{}", PATIENCE_S)
            await server.everybody_left()
            await calls.close()

    run(loop, play())
