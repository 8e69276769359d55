"""The connection goes to the checked address, and its certificate has to be the host's."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels.webhook import posting
from bot.channels.webhook.posting import NoAnswer, Poster
from tests.bot.channels.shared.certificates import Authority

HOST = "ats.example.com"
MOVED = b"HTTP/1.1 307 Moved\r\nLocation: https://127.0.0.1/\r\nContent-Length: 0\r\n\r\n"


@contextlib.asynccontextmanager
async def server(
    authority: Authority, host: str, folder: Path, answer: bytes
) -> AsyncIterator[tuple[int, list[bytes]]]:
    """Answer each request. Yields the port and the heads of the requests that arrived."""
    heads: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                heads.append(await reader.readuntil(b"\r\n\r\n"))
                await reader.readexactly(2)
                writer.write(answer)
        writer.close()

    context = authority.server(host, folder)
    async with await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context) as listening:
        yield listening.sockets[0].getsockname()[1], heads


@pytest.fixture
def authority(monkeypatch: pytest.MonkeyPatch) -> Authority:
    """Issues certificates that webhooks trust, while this machine counts as public."""
    authority = Authority()
    monkeypatch.setattr(posting, "certificates", authority.trusted)
    monkeypatch.setattr(posting, "is_public", lambda _: True)
    return authority


async def look_up(_host: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


async def test_the_host_s_certificate_is_accepted_at_the_checked_address(
    authority: Authority, tmp_path: Path
) -> None:
    poster = Poster(look_up)
    ok = b"HTTP/1.1 204 No Content\r\n\r\n"
    async with server(authority, HOST, tmp_path, ok) as (port, heads):
        for _ in range(2):
            assert (await poster.post(f"https://{HOST}:{port}/events?key=1", "{}", {})).status == 204
        await poster.close()
    for head in heads:
        assert head.startswith(b"POST /events?key=1 HTTP/1.1\r\n")
        assert f"Host: {HOST}:{port}\r\n".encode() in head
    assert len(heads) == 2


async def test_another_host_s_certificate_is_not(authority: Authority, tmp_path: Path) -> None:
    poster = Poster(look_up)
    async with server(authority, "other.example.com", tmp_path, b"") as (port, heads):
        with pytest.raises(NoAnswer, match="ConnectError"):
            await poster.post(f"https://{HOST}:{port}/", "{}", {})
        await poster.close()
    assert not heads


async def test_a_redirect_is_not_followed(authority: Authority, tmp_path: Path) -> None:
    poster = Poster(look_up)
    async with server(authority, HOST, tmp_path, MOVED) as (port, heads):
        assert (await poster.post(f"https://{HOST}:{port}/", "{}", {})).status == 307
        await poster.close()
    assert len(heads) == 1
