"""A fake DingTalk stream gateway: it issues tickets by HTTP and sends frames by WebSocket.

Source: the protocol in open-dingtalk/dingtalk-stream-sdk-python, `dingtalk_stream/stream.py`, `frames.py` (read
2026-11).
"""

import asyncio
import json
from collections import deque
from dataclasses import dataclass
from typing import Any

from aiohttp import WSMsgType, web

TOPIC = "/v1.0/im/bot/messages/get"


@dataclass(slots=True)
class Frame:
    """A frame. `sent` counts how often it was sent, and `answer` is its acknowledgement, if any."""

    id: str
    data: str
    sent: int = 0
    answer: dict[str, Any] | None = None


class Gateway:
    """The gateway. `connections` counts connections opened, and `changed` is notified of every change."""

    def __init__(self, key: str, secret: str) -> None:
        self.url = ""
        self.frames: list[Frame] = []
        self.connections = 0
        self.pongs: list[dict[str, Any]] = []
        self.refuse_next: deque[int] = deque()
        self.changed = asyncio.Condition()
        self._key, self._secret = key, secret
        self._tickets: set[str] = set()
        self._sockets: list[web.WebSocketResponse] = []

    def open(self, body: dict[str, Any]) -> web.Response:
        if self.refuse_next:
            return web.Response(status=self.refuse_next.popleft())
        if (body["clientId"], body["clientSecret"]) != (self._key, self._secret):
            return web.json_response({"code": "authFailed", "message": "鉴权失败"}, status=401)
        assert {"type": "CALLBACK", "topic": TOPIC} in body["subscriptions"]
        ticket = f"ticket+{len(self._tickets)}/="
        self._tickets.add(ticket)
        return web.json_response({"endpoint": f"{self.url}/connect", "ticket": ticket})

    async def connect(self, request: web.Request) -> web.StreamResponse:
        if request.query["ticket"] not in self._tickets:
            return web.Response(status=401)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets.append(socket)
        async with self.changed:
            self.connections += 1
            self.changed.notify_all()
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                await self._hear(json.loads(message.data))
        self._sockets.remove(socket)
        return socket

    async def _hear(self, answer: dict[str, Any]) -> None:
        async with self.changed:
            known = [each for each in self.frames if each.id == answer["headers"]["messageId"]]
            for each in known:
                each.answer = answer
            if not known:
                self.pongs.append(answer)
            self.changed.notify_all()

    async def bring(self, body: dict[str, Any], *, to_all: bool = False) -> Frame:
        """Send a message to one connection, or to all, as DingTalk may."""
        frame = Frame(f"frame-{len(self.frames)}", json.dumps(body, ensure_ascii=False))
        self.frames.append(frame)
        for socket in self._sockets if to_all else self._sockets[:1]:
            await self._send(socket, frame)
        return frame

    async def bring_again(self) -> int:
        """Send all unacknowledged frames again. Returns their number."""
        left = [each for each in self.frames if each.answer is None]
        for each in left:
            await self._send(self._sockets[-1], each)
        return len(left)

    async def ping(self) -> None:
        await self._system("ping", '{"opaque":"abc"}')

    async def say_disconnect(self) -> None:
        await self._system("disconnect", '{"reason":"persistent connection is timeout"}')

    async def raw(self, text: str) -> None:
        await self._sockets[0].send_str(text)

    async def cut(self) -> None:
        """Close all connections without notice."""
        for socket in list(self._sockets):
            await socket.close()

    async def until(self, happened: Any, what: str) -> None:
        try:
            async with asyncio.timeout(15), self.changed:
                await self.changed.wait_for(happened)
        except TimeoutError:
            raise AssertionError(f"never: {what}") from None

    async def close(self) -> None:
        await self.cut()

    async def _system(self, topic: str, data: str) -> None:
        headers = {"topic": topic, "messageId": f"system-{topic}", "contentType": "application/json", "time": "1"}
        await self._sockets[0].send_str(
            json.dumps({"specVersion": "1.0", "type": "SYSTEM", "headers": headers, "data": data})
        )

    async def _send(self, socket: web.WebSocketResponse, frame: Frame) -> None:
        frame.sent += 1
        headers = {
            "appId": "app",
            "connectionId": "c1",
            "contentType": "application/json",
            "messageId": frame.id,
            "time": "1790000000000",
            "topic": TOPIC,
        }
        told = {"specVersion": "1.0", "type": "CALLBACK", "headers": headers, "data": frame.data}
        await socket.send_str(json.dumps(told))
