"""Small calls against a server on this machine: what is sent, over which connections, and in which order."""

import asyncio
import contextlib
import errno
import socket
from collections.abc import AsyncIterator, Callable

import pytest

from bot.channels.shared import http_calls
from bot.channels.shared.http_calls import CONNECTIONS, HttpCalls
from bot.channels.shared.http_connection import NoAnswer, Reply
from tests.bot.channels.shared.raw_server import Visit, addresses, raw_server, response, silent_port
from tests.bot.web.web_server import on_each_loop, run

Loop = Callable[[], asyncio.AbstractEventLoop]
pytestmark = on_each_loop
PATIENCE_S = 15.0


@contextlib.asynccontextmanager
async def client(url: str) -> AsyncIterator[HttpCalls]:
    calls = HttpCalls(url)
    try:
        yield calls
    finally:
        await calls.close()


async def post(calls: HttpCalls, body: bytes = b"{}", path: str = "/bot1:token/getMe") -> Reply:
    return await calls.post(path, body, PATIENCE_S)


def test_what_the_server_gets(loop: Loop) -> None:
    async def play() -> None:
        async with raw_server() as server, client(server.url) as calls:
            assert await post(calls, '{"text":"你好"}'.encode()) == Reply(200, '{"text":"你好"}'.encode())
            ((head, _),) = server.visits[0].requests
            assert head.decode().split("\r\n") == [
                "POST /bot1:token/getMe HTTP/1.1",
                f"Host: localhost:{server.port}",
                "Content-Type: application/json",
                "Content-Length: 17",
                "",
                "",
            ]

    run(loop, play())


def test_an_address_with_a_path_and_a_password(loop: Loop) -> None:
    async def play() -> None:
        async with raw_server() as server:
            url = f"http://us%C3%A9r:p%40ss@LOCALHOST:{server.port}/tele%20gram/v1/"
            async with client(url) as calls:
                await post(calls)
            head = server.visits[0].requests[0][0].decode()
            assert head.startswith(
                "POST /tele%20gram/v1/bot1:token/getMe HTTP/1.1\r\n"
                f"Host: localhost:{server.port}\r\n"
                "Authorization: Basic dXPDqXI6cEBzcw==\r\n"
            )

    run(loop, play())


def test_no_path_can_add_a_header_or_lead_to_another_method(loop: Loop) -> None:
    async def play() -> None:
        async with raw_server() as server, client(server.url) as calls:
            for path in (
                "/bot1: x HTTP/1.1\r\nEvil: 1\r\n\r\n",
                "/bot1?a=b#c/%0d%0a",
                "/bot你\ud800\0\t\n\\ /getMe",
            ):
                assert (await post(calls, path=path)).status == 200
            lines = [head.split(b"\r\n") for head, _ in server.visits[0].requests]
            assert [line[0] for line in lines] == [
                b"POST /bot1:%20x%20HTTP/1.1%0D%0AEvil:%201%0D%0A%0D%0A HTTP/1.1",
                b"POST /bot1%3Fa%3Db%23c/%250d%250a HTTP/1.1",
                b"POST /bot%E4%BD%A0%3F%00%09%0A%5C%20/getMe HTTP/1.1",
            ]
            assert {len(line) for line in lines} == {6}

    run(loop, play())


def test_prepared_heads_do_not_pile_up(loop: Loop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_calls, "MOST_HEADS", 3)

    async def play() -> None:
        async with raw_server() as server, client(server.url) as calls:
            for number in (*range(10), *range(10)):
                await post(calls, path=f"/bot{number}/getMe")
                assert len(calls._heads) <= 3
            heads = [head.split(b" ")[1] for head, _ in server.visits[0].requests]
            assert heads == [f"/bot{number}/getMe".encode() for number in (*range(10), *range(10))]

    run(loop, play())


def test_ipv6(loop: Loop) -> None:
    async def play() -> None:
        try:
            async with raw_server(host="::1") as server, client(f"http://[::1]:{server.port}") as calls:
                assert await post(calls, b"6") == Reply(200, b"6")
                assert f"\r\nHost: [::1]:{server.port}\r\n".encode() in server.visits[0].requests[0][0]
        except OSError as error:
            if error.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                raise
            pytest.skip("this machine has no IPv6")

    run(loop, play())


def test_redirections_and_proxies_of_the_environment_are_not_followed(
    loop: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    async def elsewhere(visit: Visit) -> None:
        while True:
            await visit.request()
            await visit.say(response(b"", "307 Temporary Redirect", "Location: /elsewhere", "Set-Cookie: a=b"))

    async def play() -> None:
        async with raw_server(elsewhere) as server, client(server.url) as calls:
            for _ in range(2):
                assert (await post(calls)).status == 307
            heads = [head for head, _ in server.visits[0].requests]
            assert len(heads) == 2
            assert heads[0] == heads[1]

    run(loop, play())


def test_one_connection_serves_calls_one_after_the_other(loop: Loop) -> None:
    async def play() -> None:
        async with raw_server() as server, client(server.url) as calls:
            for number in range(50):
                assert (await post(calls, b"%d" % number)).body == b"%d" % number
            assert len(server.visits) == 1

    run(loop, play())


def test_answers_that_arrive_byte_by_byte(loop: Loop) -> None:
    async def serve(visit: Visit) -> None:
        while True:
            body = await visit.request()
            chunks = b"".join(b"1\r\n%c\r\n" % each for each in body)
            for each in b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n":
                await visit.say(bytes([each]))
                await asyncio.sleep(0)

    async def play() -> None:
        async with raw_server(serve) as server, client(server.url) as calls:
            for _ in range(3):
                assert await post(calls, b"0123456789") == Reply(200, b"0123456789")
            assert len(server.visits) == 1

    run(loop, play())


def test_connections_that_the_server_closes_are_replaced(loop: Loop) -> None:
    async def once(visit: Visit) -> None:
        await visit.say(response(await visit.request()))
        visit.writer.write_eof()
        await visit.left()

    async def play() -> None:
        async with raw_server(once) as server, client(server.url) as calls:
            for number in range(1, 6):
                assert (await post(calls)).status == 200
                await server.everybody_left()
                assert len(server.visits) == number

    run(loop, play())


@pytest.mark.parametrize("begun", [0, 1], ids=["a new connection", "a used connection"])
@pytest.mark.parametrize("ending", ["closed", "reset", "some bytes"])
def test_a_call_is_never_repeated(loop: Loop, begun: int, ending: str) -> None:
    async def serve(visit: Visit) -> None:
        for _ in range(begun):
            await visit.say(response(await visit.request()))
        await visit.request()
        if ending == "reset":
            visit.writer.transport.abort()
        elif ending == "some bytes":
            await visit.say(b"HTTP/1.1 2")

    async def play() -> None:
        async with raw_server(serve) as server, client(server.url) as calls:
            for _ in range(begun):
                await post(calls)
            with pytest.raises(NoAnswer, match=r"^(ServerDisconnected|ConnectionResetError)$"):
                await post(calls, b"once")
            assert server.bodies.count(b"once") == 1
            await server.everybody_left()
            assert len(server.visits) == 1

    run(loop, play())


def test_many_calls_share_few_connections_in_their_order(loop: Loop) -> None:
    async def play() -> None:
        begun = asyncio.Queue[int]()
        released = [asyncio.Event() for _ in range(500)]

        async def serve(visit: Visit) -> None:
            while True:
                number = int(await visit.request())
                begun.put_nowait(number)
                await released[number].wait()
                await visit.say(response(b"%d" % number))

        async with raw_server(serve) as server, client(server.url) as calls:
            tasks = [asyncio.create_task(post(calls, b"%d" % number)) for number in range(500)]
            running = [await begun.get() for _ in range(CONNECTIONS)]
            assert sorted(running) == list(range(CONNECTIONS))
            for number in range(CONNECTIONS, 500):
                released[running.pop(0)].set()
                assert await begun.get() == number
                running.append(number)
            for event in released:
                event.set()
            assert [int((await task).body) for task in tasks] == list(range(500))
            assert len(server.visits) == CONNECTIONS

    run(loop, play())


def test_nobody_listens(loop: Loop) -> None:
    async def play() -> None:
        async with client(f"http://127.0.0.1:{closed_port()}") as calls:
            results = await asyncio.gather(*(post(calls) for _ in range(250)), return_exceptions=True)
            assert {repr(result) for result in results} == {"NoAnswer('ConnectionRefusedError')"}

    run(loop, play())


@pytest.mark.parametrize("host", ["x" * 64 + ".invalid", "a..invalid"])
def test_a_name_that_no_host_can_have(loop: Loop, host: str) -> None:
    async def play() -> None:
        async with client(f"http://{host}") as calls:
            with pytest.raises(NoAnswer, match=r"^(gaierror|Unicode\w*Error)$"):
                await post(calls)

    run(loop, play())


def test_a_name_that_is_not_known_is_looked_up_once_at_a_time(loop: Loop, monkeypatch: pytest.MonkeyPatch) -> None:
    async def play() -> None:
        asked, answer = [], asyncio.Event()

        async def look_up() -> object:
            asked.append(1)
            await answer.wait()
            raise socket.gaierror(socket.EAI_AGAIN, "try again")

        async with client("http://telegram.invalid") as calls:
            monkeypatch.setattr(calls, "_look_up", look_up)
            tasks = [asyncio.create_task(post(calls)) for _ in range(CONNECTIONS)]
            for task in tasks[::2]:
                await asyncio.sleep(0)
                task.cancel()
            answer.set()
            results = await asyncio.gather(*tasks, return_exceptions=True)
            assert {repr(result) for result in results[1::2]} == {"NoAnswer('gaierror')"}
            assert len(asked) == 1
            with pytest.raises(NoAnswer, match=r"^gaierror$"):
                await post(calls)
            assert len(asked) == 2

    run(loop, play())


def test_a_dead_address_does_not_hold_up(loop: Loop, monkeypatch: pytest.MonkeyPatch) -> None:
    async def play() -> None:
        async with raw_server() as server, client(server.url) as calls:
            with silent_port() as dead:
                monkeypatch.setattr(calls, "_look_up", addresses(dead, server.port))
                assert (await calls.post("/", b"", 5)).status == 200

    run(loop, play())


def closed_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
