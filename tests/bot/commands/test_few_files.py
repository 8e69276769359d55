"""The whole product in a process that may open few files, while somebody opens more connections than it may."""

import asyncio
import contextlib
import json
import socket
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect

from bot.web import open_files
from storage.embedded.binary import find_server
from tests.bot.commands.commands import PATIENCE_S, Running
from tests.fakes.skips import skip_or_fail

pytestmark = pytest.mark.redis
_FILES = 512
_FEW = f"import resource; resource.setrlimit(resource.RLIMIT_NOFILE, ({_FILES}, {_FILES}))"


async def _gets_an_answer(running: Running, key: str) -> None:
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as http:
        assert (await http.get(running.address)).status_code == 200
    async with connect(f"ws://127.0.0.1:{running.port}/ws") as page:
        await page.send(json.dumps({"hello": {"key": key}}))
        while "item" not in json.loads(await page.recv()):
            pass


async def _attack(running: Running) -> None:
    """Open more connections than the process has files: every other one silent, or with half a request."""
    async with asyncio.timeout(PATIENCE_S):
        with contextlib.ExitStack() as stack:
            for number in range(_FILES + 50):
                line = stack.enter_context(socket.create_connection(("127.0.0.1", running.port)))
                if number % 2:
                    line.sendall(b"GET / HTTP/1.1\r\nhost: x\r\n")
                if number % 100 == 0:
                    await _gets_an_answer(running, f"a-key-of-a-page-{number:05}")
            await _gets_an_answer(running, "a-key-of-a-page-at-the-end")


def test_more_connections_than_files_keep_nobody_out(tmp_path: Path) -> None:
    if find_server() is None:
        skip_or_fail("no redis-server or valkey-server is on this machine")
    open_files.raise_limit()
    with Running(tmp_path, {}, _FEW) as running:
        asyncio.run(_attack(running))
        assert "few_open_files" in running.log
        assert "Traceback" not in running.log
        assert '"error"' not in running.log
