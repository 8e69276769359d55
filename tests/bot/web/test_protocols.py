"""Connections that are slow, silent or too eager: each ends by itself, and meanwhile others are served."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any, cast

import pytest
from starlette.types import Receive, Scope, Send

from bot.web.http import ARRIVED, read_body, say
from tests.bot.web.web_server import ended, on_each_loop, run, web_server

Loop = Callable[[], asyncio.AbstractEventLoop]
_SOON_S = 0.05
_LATER_S = 1.0
"""Long enough for three requests on a busy machine."""
_NEVER_S = 600
_REQUEST = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"


@on_each_loop
@pytest.mark.parametrize("sent", [b"", b"G", b"GET / HTTP/1.1\r\nhost: x\r\n", b"POST / HTTP/1.1\r\n" * 3])
def test_who_sends_no_whole_request_is_disconnected(loop: Loop, sent: bytes) -> None:
    async def attack() -> None:
        async with web_server(request_s=_SOON_S) as server:
            lines = [await server.connect() for _ in range(20)]
            for _, writer in lines:
                writer.write(sent)
            await server.serves_somebody()
            for reader, _ in lines:
                await ended(reader)

    run(loop, attack())


@on_each_loop
def test_headers_that_come_byte_by_byte_are_waited_for_no_longer(loop: Loop) -> None:
    async def attack() -> None:
        async with web_server(request_s=_SOON_S) as server:
            reader, writer = await server.connect()
            end = asyncio.create_task(ended(reader))
            writer.write(b"GET / HTTP/1.1\r\nx: ")
            with contextlib.suppress(ConnectionError):
                while not end.done():
                    writer.write(b"x")
                    await writer.drain()
                    await asyncio.sleep(0)
            assert await end == b""
            await server.serves_somebody()

    run(loop, attack())


@on_each_loop
def test_headers_without_an_end_are_not_kept(loop: Loop) -> None:
    async def attack() -> None:
        async with web_server(request_s=_NEVER_S) as server:
            reader, writer = await server.connect()
            end = asyncio.create_task(ended(reader))
            writer.write(b"GET / HTTP/1.1\r\n")
            sent = 0
            with contextlib.suppress(ConnectionError):
                while not end.done():
                    writer.write(b"x: " + b"y" * 1000 + b"\r\n")
                    await writer.drain()
                    sent += 1000
            await end
            await server.serves_somebody()
            assert sent < 64 * 1024 * 1024

    run(loop, attack())


@on_each_loop
def test_between_two_requests_nobody_stays_longer(loop: Loop) -> None:
    async def attack() -> None:
        async with web_server(request_s=_LATER_S) as server:
            reader, writer = await server.connect()
            for _ in range(3):
                writer.write(_REQUEST)
                assert (await reader.readuntil(b"hello")).startswith(b"HTTP/1.1 200")
            writer.write(b"GET / HTT")  # ends uvicorn's own wait between requests
            assert await ended(reader) == b""

    run(loop, attack())


@on_each_loop
def test_the_rest_of_a_request_that_was_answered_is_not_waited_for(loop: Loop) -> None:
    async def attack() -> None:
        async with web_server(request_s=_NEVER_S, drain_s=_SOON_S) as server:
            reader, writer = await server.connect()
            writer.write(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000000000\r\n\r\n")
            end = asyncio.create_task(ended(reader))
            with contextlib.suppress(ConnectionError):
                while not end.done():
                    writer.write(b"x")
                    await writer.drain()
                    await asyncio.sleep(0)
            assert (await end).endswith(b"hello")

    run(loop, attack())


@on_each_loop
def test_a_slow_body_may_arrive_after_the_answer(loop: Loop) -> None:
    async def upload() -> None:
        async with web_server(request_s=_SOON_S, drain_s=_NEVER_S) as server:
            reader, writer = await server.connect()
            writer.write(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\n")
            for _ in range(3):
                await asyncio.sleep(_SOON_S)
                writer.write(b"x")
            await reader.readuntil(b"hello")
            writer.write(_REQUEST)
            await reader.readuntil(b"hello")

    run(loop, upload())


@on_each_loop
@pytest.mark.parametrize("limit", ["of_network", "connections"])
def test_silent_connections_give_way_to_whoever_comes(loop: Loop, limit: str) -> None:
    async def attack() -> None:
        full: dict[str, Any] = {limit: 10}
        async with web_server(request_s=_NEVER_S, **full) as server:
            lines = [await server.connect() for _ in range(100)]
            for reader, _ in lines[:90]:
                await ended(reader)
            await server.serves_somebody()
            await ended(lines[90][0])
            lines[-1][1].write(_REQUEST)
            await lines[-1][0].readuntil(b"hello")

    run(loop, attack())


@on_each_loop
def test_where_all_have_a_request_in_progress_the_newest_is_disconnected(loop: Loop) -> None:
    async def attack() -> None:
        go_on, begun = asyncio.Event(), asyncio.Semaphore(0)

        async def application(_scope: Scope, _receive: Receive, send: Send) -> None:
            begun.release()
            await go_on.wait()
            await say(send, "hello")

        async with web_server(application, request_s=_NEVER_S, connections=3) as server:
            lines = [await server.connect() for _ in range(3)]
            for _, writer in lines:
                writer.write(_REQUEST)
            for _ in lines:
                await begun.acquire()
            refused, _ = await server.connect()
            assert await ended(refused) == b""
            go_on.set()
            for reader, _ in lines:
                await reader.readuntil(b"hello")
            await server.serves_somebody()

    run(loop, attack())


@on_each_loop
def test_a_proxy_has_as_many_connections_as_there_are(loop: Loop) -> None:
    async def visit() -> None:
        async with web_server(request_s=_NEVER_S, of_network=2, trusted_proxies=["127.0.0.0/8"]) as server:
            lines = [await server.connect() for _ in range(20)]
            for reader, writer in lines:
                writer.write(_REQUEST)
                await reader.readuntil(b"hello")

    run(loop, visit())


@on_each_loop
def test_who_connects_over_and_over_waits_for_a_turn(loop: Loop) -> None:
    async def attack() -> None:
        async with web_server(request_s=_NEVER_S, new_at_once=0, new_per_s=1 / _LATER_S) as server:
            lines = [await server.connect() for _ in range(3)]
            for _, writer in lines:
                writer.write(_REQUEST[:10])
                await writer.drain()
                writer.write(_REQUEST[10:])
            now = asyncio.get_running_loop().time
            began, answered_s = now(), []
            for reader, _ in lines:
                await reader.readuntil(b"hello")
                answered_s.append(now() - began)
            assert answered_s[2] > _LATER_S
            lines[0][1].write(_REQUEST)  # it has had its turn
            await lines[0][0].readuntil(b"hello")

    run(loop, attack())


@on_each_loop
def test_who_does_not_read_the_answer_is_disconnected(loop: Loop) -> None:
    size = 64 * 1024 * 1024

    async def application(_scope: Scope, _receive: Receive, send: Send) -> None:
        await say(send, "x" * size)

    async def attack() -> None:
        async with web_server(application, stalled_s=_SOON_S) as server:
            reader, writer = await server.connect()
            writer.write(_REQUEST)
            cast(asyncio.Transport, writer.transport).pause_reading()
            while not writer.is_closing():
                await asyncio.sleep(_SOON_S)
                writer.write(b" ")  # fails once the server has disconnected
            assert len(await ended(reader)) < size

    run(loop, attack())


@on_each_loop
def test_requests_without_waiting_for_an_answer_end_the_connection(loop: Loop) -> None:
    begun = 0

    async def application(_scope: Scope, _receive: Receive, send: Send) -> None:
        nonlocal begun
        begun += 1
        await say(send, "hello")

    async def attack() -> None:
        async with web_server(application) as server:
            reader, writer = await server.connect()
            writer.write(_REQUEST * 10_000)
            await ended(reader)
            assert begun < 100
            await server.serves_somebody()

    run(loop, attack())


@on_each_loop
def test_a_body_counts_as_arrived_only_if_all_of_it_is_there(loop: Loop) -> None:
    begun = asyncio.Event()

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        arrived = ARRIVED in scope
        begun.set()
        body = await read_body(scope, receive)
        await say(send, f"{body.decode()} {arrived}\n")

    async def talk() -> None:
        async with web_server(application) as server:
            reader, writer = await server.connect()
            head = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n\r\n"
            writer.write(head + b"once")
            await reader.readuntil(b"once True\n")
            begun.clear()
            writer.write(head + b"in")
            await begun.wait()
            writer.write(b" 2")
            await reader.readuntil(b"in 2 False\n")
            writer.write(head + b"pipe" + head)  # the first of these says nothing about the second
            await reader.readuntil(b"pipe True\n")
            writer.write(b"line")
            await reader.readuntil(b"line False\n")

    run(loop, talk())
