"""The web messenger's real WebSocket: mutated frames, mutated bytes of frames, and mutated requests to open one.

Nothing may be answered with a 5xx, no error may be in the log, and afterwards a visitor must be served. A tab
gets its pong after any nonsense, or a close code that the protocol knows.
"""

import asyncio
import contextlib
import json
from ipaddress import IPv4Address
from random import Random

import structlog
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.bot.whole_app import KEY, WholeApp
from tests.fakes.logbook import says_too_much
from tests.fuzz.mutate import Mutator
from tests.fuzz.targets import FRAMES

_PATIENCE_S = 20
_FEW = 8
"""How many frames a tab sends: too many would be refused for their number."""
_REQUEST = (
    "GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{cookie}\r\n"
)
_HELLO = json.dumps({"hello": {"key": KEY, "language": "en"}})
_CLOSE_CODES = {1000, 1002, 1003, 1007, 1008, 1009, 1013, 4001}


class Sockets:
    """Opens connections to a running app, each from an address of its own, and sends what is mutated."""

    def __init__(self, app: WholeApp, rng: Random) -> None:
        self._app = app
        self._rng = rng
        self._texts = Mutator(rng, "json")
        self._bytes = Mutator(rng, "bytes")
        self._lines = Mutator(rng, "text")
        self._connections = 0

    async def tab(self) -> str:
        """Send mutated frames as a page's, and return how the server ended it, or that it answered at the end."""
        hello = self._mutated(_HELLO) if self._rng.random() < 0.2 else _HELLO
        sent = [self._mutated(self._rng.choice(FRAMES)) for _ in range(self._rng.randint(1, _FEW))]
        try:
            async with connect(
                f"ws://127.0.0.1:{self._app.app.port}/ws",
                additional_headers={"Cookie": self._app.cookie},
                local_addr=(self._address(), 0),
                max_size=None,
            ) as page:
                for frame in (hello, *sent, '{"ping":77}'):
                    await page.send(frame)
                async with asyncio.timeout(_PATIENCE_S):
                    while json.loads(await page.recv()).get("pong") != 77:
                        pass
        except ConnectionClosed as end:
            return f"closed {end.rcvd.code if end.rcvd else None}"
        except InvalidHandshake as refused:
            return f"refused: {refused}"
        return "pong"

    async def stream(self) -> str:
        """Send mutated bytes, most often after a genuine request, and return the first line of the answer."""
        cookie = f"Cookie: {self._app.cookie}\r\n" if self._app.cookie else ""
        request = _REQUEST.format(port=self._app.app.port, cookie=cookie).encode()
        if self._rng.random() < 0.3:
            request = self._lines(request, request)
        frames = b"".join(self._frame(each) for each in (_HELLO, *self._rng.sample(FRAMES, 3)))
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", self._app.app.port, local_addr=(self._address(), 0)
        )
        said = b"cut"
        with contextlib.suppress(ConnectionError):
            writer.write(request + self._bytes(frames, frames))
            writer.write_eof()
            async with asyncio.timeout(_PATIENCE_S):
                said = await reader.read()
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
        return said.partition(b"\r\n")[0].decode("latin-1")[:40]

    def _mutated(self, frame: str) -> str | bytes:
        data = self._texts(frame.encode(), self._rng.choice(FRAMES).encode())
        if self._rng.random() < 0.05:
            return data  # a binary frame
        return data.decode("utf-8", "replace")

    def _frame(self, text: str) -> bytes:
        """Return a frame that may break the protocol's rules (RFC 6455, section 5.2)."""
        rng, data = self._rng, text.encode()
        kind = 0x81 if rng.random() < 0.7 else rng.randrange(256)
        length = bytes([len(data)]) if len(data) < 126 else b"\x7e" + len(data).to_bytes(2)
        if rng.random() < 0.05:
            return bytes([kind]) + length + data  # not masked
        mask = rng.randbytes(4)
        masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(data))
        return bytes([kind, length[0] | 0x80]) + length[1:] + mask + masked

    def _address(self) -> str:
        self._connections += 1
        return str(IPv4Address("127.1.0.1") + 256 * self._connections)


async def send_many(app: WholeApp, inputs: int, rng: Random) -> tuple[dict[str, int], list[str]]:
    """Open this many connections. Returns how often each outcome came, and the faults."""
    sockets = Sockets(app, rng)
    outcomes: dict[str, int] = {}
    faults: list[str] = []
    with structlog.testing.capture_logs() as lines:
        for number in range(inputs):
            outcome = await (sockets.stream() if number % 2 else sockets.tab())
            outcomes[outcome] = outcomes.get(outcome, 0) + 1
            faults += [f"{outcome!r} at connection {number}"] * _is_wrong(outcome)
            faults += [f"in the log: {line}" for line in lines if line.get("exc_info") or says_too_much(str(line))]
            lines.clear()
        async with app.visitor("a-key-of-the-last-page-012") as page:
            await page.until("caughtup")
    return outcomes, faults


def _is_wrong(outcome: str) -> bool:
    if outcome.startswith("closed"):
        return outcome not in {f"closed {code}" for code in _CLOSE_CODES}
    return outcome.startswith(("HTTP/1.1 5", "refused"))
