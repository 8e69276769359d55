"""The long connection: events come over a WebSocket that we open, so that no public address is needed.

Source: open.feishu.cn, "使用长连接接收事件", "使用长连接接收回调", and the protocol in larksuite/oapi-sdk-python
1.7.5 (read 2026-11): an app has at most 50 connections, and each event comes over a random one of them. It comes
again unless it is handled within three seconds. The answer is the same frame with `{"code":200}`, and for a
pressed button also its result in Base64. Only opening the connection is authenticated; events are neither
encrypted nor signed.
"""

import asyncio
import base64
import contextlib
import json
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from cachetools import TTLCache
from websockets.asyncio.client import ClientConnection

from bot.channels.base import TryLater
from bot.channels.feishu import frames
from bot.channels.feishu.channel import FeishuChannel
from bot.channels.feishu.parse import CHANNEL, conversation_of
from bot.channels.feishu.receive import Receiver
from bot.channels.feishu.signature import Forged
from bot.channels.shared.long_connection import OPEN_S, LongConnection
from bot.logs import log

PING_S = 120.0
_SHORTEST_PING_S = 5.0
_PARTS_S = 5.0
"""How long the received parts of an event are kept while others are missing, in seconds."""
_MOST_PARTS = 16
_OK, _REFUSED = 200, 400
_WRONG = {
    514: "the App ID or the App Secret is wrong",
    1000040344: "the App ID or the App Secret is wrong",
    1000040350: "the app has too many connections",
    1000040351: "the app is Lark's: set XUMIAN_FEISHU_API_URL to https://open.larksuite.com",
}


class Stream(LongConnection):
    """Receives one app's events and acknowledges them after the commit."""

    def __init__(self, receiver: Receiver, channel: FeishuChannel, **options: float) -> None:
        """`options` are those of LongConnection."""
        super().__init__(CHANNEL, channel.report, **options)
        self._receiver = receiver
        self._api = channel.api
        self._ping_s = PING_S
        self._service = 0
        self._parts: TTLCache[str, dict[int, bytes]] = TTLCache(1000, _PARTS_S)

    async def open(self) -> str:
        """Return the address, which is a secret because it contains a ticket. Raises TryLater."""
        app, secret = self._api.credentials
        try:
            async with asyncio.timeout(OPEN_S):
                response = await self._api.http.post(
                    f"{self._api.url}/callback/ws/endpoint",
                    json={"AppID": app, "AppSecret": secret},
                    headers={"locale": "zh"},
                )
            told = response.json()
            code, data = told["code"], told.get("data") or {}
            url = data.get("URL", "")
            parts = urlsplit(url)
        except (httpx.HTTPError, TimeoutError, OSError) as error:
            raise TryLater(f"the platform is out of reach ({type(error).__name__})") from None
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise TryLater(f"the platform answered {response.status_code}") from None
        if code or parts.scheme not in ("ws", "wss"):
            raise TryLater(_WRONG.get(code, f"the platform refuses a connection (code {code})"))
        (service, *_) = parse_qs(parts.query).get("service_id", ["0"])
        known = service.isascii() and service.isdigit() and len(service) < 10
        self._service = int(service) if known else 0
        self._configure(data.get("ClientConfig"))
        return str(url)

    def _configure(self, config: Any) -> None:
        """Set how often to ping. The platform may change it at any time."""
        asked = config.get("PingInterval") if isinstance(config, dict) else None
        if isinstance(asked, int | float) and 0 < asked <= 24 * 3600:
            self._ping_s = max(_SHORTEST_PING_S, float(asked))

    async def opened(self) -> None:
        await self._receiver.connect()

    async def ping(self, socket: ClientConnection) -> None:
        while True:
            await socket.send(frames.ping(self._service))
            await asyncio.sleep(self._ping_s)

    async def read(self, raw: str | bytes, socket: ClientConnection) -> bool:
        try:
            frame = frames.read(raw if isinstance(raw, bytes) else raw.encode())
        except ValueError:
            log.warning("stream_frame_unknown", channel=CHANNEL)
            return True
        headers = frames.headers_of(frame)
        if frame.method == frames.CONTROL:
            with contextlib.suppress(ValueError, RecursionError):
                self._configure(json.loads(frame.payload) if frame.payload else None)
            return True
        body = self._whole(headers, bytes(frame.payload))
        if body is not None:
            started = time.monotonic()
            await self.in_order(conversation_of(body), lambda: self._answer(frame, body, socket, started))
        return True

    def _whole(self, headers: dict[str, str], payload: bytes) -> bytes | None:
        """Return an event's body, or None while parts of it are missing."""
        try:
            number, of = int(headers.get("seq", "0")), int(headers.get("sum", "1"))
        except ValueError:
            return payload
        if of <= 1:
            return payload
        if of > _MOST_PARTS or not 0 <= number < of:
            return None
        name = headers.get("message_id", "")
        known = self._parts.setdefault(name, {})
        known[number] = payload
        if not all(each in known for each in range(of)):
            return None
        self._parts.pop(name, None)
        return b"".join(known[each] for each in range(of))

    async def _answer(self, frame: Any, body: bytes, socket: ClientConnection, started: float) -> None:
        """Handle an event and acknowledge it.

        If this raises StoreUnavailable, nothing was answered, so the event comes again.
        """
        try:
            answer = await self._receiver.take(body, posted=False)
            said: dict[str, object] = {"code": _REFUSED if answer is None else _OK}
        except Forged as error:
            log.warning("callback_refused", channel=CHANNEL, why=str(error))
            answer, said = None, {"code": _REFUSED}
        if answer:
            said["data"] = base64.b64encode(answer).decode()
        took = {"biz_rt": str(int(1000 * (time.monotonic() - started)))}
        await socket.send(frames.acknowledgement(frame, json.dumps(said).encode(), took))
