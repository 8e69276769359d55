"""Measure how long a candidate waits for an answer while somebody attacks from one address.

`python benchmarks/under_attack.py [--seconds 60] [ATTACK…]` starts `xumian run` on a data folder of its own, takes
an interview on the web, and compares the 95th percentile with that at rest. Attackers are other processes on the
same machine: what they take of it is part of the figure.
"""

import argparse
import asyncio
import contextlib
import io
import json
import os
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

ROOT = Path(__file__).parents[1]
ATTACKER, FOREIGN = "127.0.0.2", {"X-Forwarded-For": "203.0.113.9"}
EVERY_S = 0.5
GONE = (OSError, TimeoutError, WebSocketException, httpx.HTTPError)
ACCOUNTS = {
    "XUMIAN_WECHAT_APP_ID": "wx0123456789abcdef",
    "XUMIAN_WECHAT_APP_SECRET": "0123456789abcdef0123456789abcdef",
    "XUMIAN_WECHAT_TOKEN": "a-token-of-ours",
    "XUMIAN_WECHAT_AES_KEY": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    "XUMIAN_WECHAT_API_URL": "http://127.0.0.1:9",
}


# attacks, each in a process of its own


async def callbacks(port: int) -> None:
    """Unsigned callbacks of 890 KB of flat XML."""
    body = b"<xml>" + b"<a>b</a>" * 111_000 + b"</xml>"
    transport = httpx.AsyncHTTPTransport(local_address=ATTACKER)
    async with httpx.AsyncClient(transport=transport, base_url=f"http://127.0.0.1:{port}") as http:
        while True:
            posts = [http.post("/webhooks/wechat/wx0123456789abcdef", content=body) for _ in range(8)]
            await asyncio.gather(*posts, return_exceptions=True)


async def decoders(_port: int) -> None:
    """Workbooks and recordings that unpack to gigabytes, in the children that read them, two at once."""
    from bot.media.decoding import decoded
    from bot.media.spreadsheets import read_roster
    from tests.bot.media.test_decoding import mp4

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", "<Types/>")
        book.writestr("xl/worksheets/sheet1.xml", b"<sheetData>" + b"<row/>" * 10_000_000)
    recording = mp4(50_000_000, bytes(8_000), 2)
    while True:
        jobs = [decoded(recording), read_roster(packed.getvalue(), "roster.xlsx")]
        await asyncio.gather(*jobs, return_exceptions=True)


async def sockets(port: int) -> None:
    """A thousand silent connections, five hundred tabs of one candidate, and one that floods."""
    key = secrets.token_urlsafe(24)

    async def silent() -> None:
        while True:
            with contextlib.suppress(*GONE):
                reader, _ = await asyncio.open_connection("127.0.0.1", port, local_addr=(ATTACKER, 0))
                await reader.read()
            await asyncio.sleep(1)

    async def tab(flood: bool) -> None:
        while True:
            with contextlib.suppress(*GONE):
                async with _socket(port, local_addr=(ATTACKER, 0)) as page:
                    await page.send(json.dumps({"hello": {"key": key}}))
                    while flood:
                        await page.send('{"ping":1}')
                    await page.wait_closed()
            await asyncio.sleep(1)

    await asyncio.gather(*(silent() for _ in range(1000)), *(tab(flood=number == 0) for number in range(500)))


async def uploads(port: int) -> None:
    """Twenty uploads that send a byte a second."""

    async def body():
        while True:
            yield b"x"
            await asyncio.sleep(1)

    async def upload(number: int) -> None:
        headers = {"x-xumian-key": f"a-key-of-the-attacker-{number}", **FOREIGN}
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as http:
            while True:
                with contextlib.suppress(*GONE):
                    await http.post(f"/voice/{secrets.token_hex(4)}?ms=1000", content=body(), headers=headers)
                await asyncio.sleep(0.2)

    await asyncio.gather(*(upload(number) for number in range(20)))


async def visitors(port: int) -> None:
    """New browsers, as fast as they come, at a walk-in campaign with a cap."""

    async def visitor() -> None:
        while True:
            with contextlib.suppress(*GONE):
                async with _socket(port, additional_headers=FOREIGN) as page:
                    await page.send(json.dumps({"hello": {"key": secrets.token_urlsafe(24), "start": "fair"}}))
                    await page.recv()

    await asyncio.gather(*(visitor() for _ in range(16)))


async def fragments(port: int) -> None:
    """A candidate who sends fragments without end."""
    while True:
        with contextlib.suppress(*GONE):
            async with _socket(port, additional_headers=FOREIGN) as page:
                await _begin(page, os.environ["TOKEN"], secrets.token_urlsafe(24))
                reading = asyncio.create_task(_drain(page))
                try:
                    while True:
                        await page.send(json.dumps({"id": secrets.token_hex(8), "text": "word " * 200}))
                finally:
                    reading.cancel()


ATTACKS = {each.__name__: each for each in (callbacks, decoders, sockets, uploads, visitors, fragments)}


# the candidate


def _socket(port: int, **options):
    return connect(f"ws://127.0.0.1:{port}/ws", **options)


async def _drain(page: ClientConnection) -> None:
    async for _ in page:
        pass


async def _until(page: ClientConnection, wanted) -> None:
    async with asyncio.timeout(60):
        while not wanted(json.loads(await page.recv())):
            pass


def _offers(name: str):
    return lambda frame: any(token.startswith(name) for token, _ in frame.get("item", {}).get("choices", ()))


async def _begin(page: ClientConnection, token: str, key: str) -> None:
    await page.send(json.dumps({"hello": {"key": key, "start": token, "language": "en"}}))
    await _until(page, _offers("agree"))
    await page.send(json.dumps({"id": "agree", "choice": "agree@-1", "label": "Agree"}))
    await _until(page, _offers("submit"))


async def waits(port: int, token: str, seconds: float) -> list[float]:
    """Take an interview, a message every EVERY_S, and return the seconds that each took to be stored."""
    took = []
    async with _socket(port) as page:
        await _begin(page, token, secrets.token_urlsafe(24))
        end = time.monotonic() + seconds
        for number in range(95):  # an answer takes a hundred messages
            if time.monotonic() > end:
                break
            started = time.monotonic()
            await page.send(json.dumps({"id": f"m{number}", "text": f"part {number}"}))
            await _until(page, lambda frame, name=f"m{number}": frame.get("ack") == name)
            took.append(time.monotonic() - started)
            await asyncio.sleep(max(EVERY_S, seconds / 95))
    return took


def p95(took: list[float]) -> float:
    return 1000 * statistics.quantiles(took, n=20)[-1]


async def measure(port: int, names: list[str], seconds: float, environment: dict[str, str]) -> None:
    def token() -> str:
        said = _xumian(environment, "invite", "victims", "--count", "1", "--format", "json")
        return str(json.loads(said)[0]["token"])

    rest = p95(await waits(port, token(), seconds))
    print(f"{'at rest':12} p95 {rest:6.1f} ms")
    for name in names:
        command = [sys.executable, __file__, "--attack", name, "--port", str(port)]
        attacker = subprocess.Popen(command, env={**environment, "TOKEN": token()}, stderr=subprocess.DEVNULL)
        try:
            await asyncio.sleep(2)
            took = await waits(port, token(), seconds)
        finally:
            attacker.kill()
            attacker.wait()
        print(f"{name:12} p95 {p95(took):6.1f} ms  {p95(took) / rest:4.1f} x  most {1000 * max(took):6.1f} ms")
        await asyncio.sleep(3)


def _xumian(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--attack", choices=ATTACKS)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("names", nargs="*", default=list(ATTACKS))
    options = parser.parse_args()
    if options.attack:
        asyncio.run(ATTACKS[options.attack](options.port))
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="xumian-attack-") as folder:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("XUMIAN_")},
            **ACCOUNTS,
            "PYTHONPATH": str(ROOT),
            "XUMIAN_DATA_DIR": folder,
            "XUMIAN_SCRIPTS_DIR": str(ROOT / "interviews"),
            "XUMIAN_HTTP_PORT": str(port),
            "XUMIAN_PUBLIC_URL": f"http://127.0.0.1:{port}",
        }
        server = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            while not _ready(port):
                time.sleep(0.1)
            _xumian(environment, "open", "campus-analyst", "--code", "victims")
            _xumian(environment, "open", "campus-analyst", "--code", "fair", "--walk-in", "--cap", "50")
            asyncio.run(measure(port, options.names, options.seconds, environment))
        finally:
            server.terminate()
            server.wait()


def _ready(port: int) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200
    return False


if __name__ == "__main__":
    main()
