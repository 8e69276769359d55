"""A fake Feishu server: tokens, messages, cards, files, and a gateway for the long connection.

Source: open.feishu.cn, "自建应用获取 tenant_access_token", "发送消息", "更新已发送的消息卡片",
"获取消息中的资源文件", "上传图片", "上传文件", "获取机器人信息"; the long connection as in
larksuite/oapi-sdk-python 1.7.5, lark_oapi/ws (read 2026-11).
"""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from types import TracebackType
from typing import Any, Self

from aiohttp import WSMsgType, web

from bot.channels.feishu import frames

APP = "cli_9f5343c580712544"
SECRET = "app-secret-0123456789-abcdefghij"
BOT = "ou_e6e14f667cfe239d7b129b521dce0569"
MEMBER, MANAGER, OTHER = "ou_84aad35d084aa403a838cf73ee18467", "ou_manager1", "ou_manager2"
GROUP = "oc_5ce6d572455d361153b7xx51da133945"
LIFE_S = 7200
MOST_CARD_BYTES = 30_000


@dataclass(slots=True)
class Shown:
    """A message as its reader sees it. `buttons` are (label, value). `markdown`: parts of it are formatted;
    `raw` is what was sent."""

    id: str
    text: str
    buttons: tuple[tuple[str, dict[str, Any]], ...] = ()
    file: str = ""
    markdown: bool = False
    edited: int = 0
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """How the next call of a path fails: a code, or a raw answer."""

    status: int = 400
    code: int = 0
    raw: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def response(self) -> web.Response:
        body = self.raw or json.dumps({"code": self.code, "msg": "failed"}).encode()
        return web.Response(status=self.status, body=body, headers=self.headers)


@dataclass(slots=True)
class Sent:
    """An event sent over the long connection, how often, and the answer to it."""

    id: str
    payload: bytes
    times: int = 0
    answer: dict[str, Any] | None = None


class FakeFeishu:
    """The server. `now` gives epoch milliseconds. `chats` has the messages by person or group."""

    def __init__(self, now: Callable[[], int]) -> None:
        self.now = now
        self.url = ""
        self.reachable = {MEMBER, MANAGER, OTHER, GROUP}
        self.chats: dict[str, list[Shown]] = defaultdict(list)
        self.calls: list[str] = []
        self.files: dict[tuple[str, str], bytes] = {}
        self.uploads: dict[str, bytes] = {}
        self.tokens = 0
        self.connections = 0
        self.pings = 0
        self.events: list[Sent] = []
        self.changed = asyncio.Condition()
        self._uuids: dict[str, str] = {}
        self._token = ("", 0)
        self._troubles: dict[str, deque[Trouble]] = defaultdict(deque)
        self._sockets: list[web.WebSocketResponse] = []
        self._runner: web.AppRunner | None = None

    # used by tests

    def fail(self, path: str, *troubles: Trouble) -> None:
        """The next calls of the path (`im/v1/messages`) fail."""
        self._troubles[path].extend(troubles)

    def revoke_token(self) -> None:
        self._token = ("", 0)

    def texts(self, chat: str) -> list[str]:
        return [each.text for each in self.chats[chat]]

    async def bring(self, event: dict[str, Any], parts: int = 1) -> Sent:
        """Send an event over one connection, perhaps in several frames."""
        sent = Sent(f"ev-{len(self.events)}", json.dumps(event, ensure_ascii=False).encode())
        self.events.append(sent)
        await self.send(sent, parts)
        return sent

    async def send(self, sent: Sent, parts: int = 1) -> None:
        sent.times += 1
        size = -(-len(sent.payload) // parts)
        for number in range(parts):
            frame = frames.Frame(SeqID=1, LogID=2, service=7, method=frames.DATA)
            for key, value in {"type": "event", "message_id": sent.id, "sum": parts, "seq": number}.items():
                frame.headers.add(key=key, value=str(value))
            frame.payload = sent.payload[number * size : (number + 1) * size]
            await self._sockets[0].send_bytes(frame.SerializeToString())

    async def until(self, true: Callable[[], object], what: str) -> None:
        async with self.changed, asyncio.timeout(20):
            await self.changed.wait_for(true)

    async def drop_connections(self) -> None:
        for socket in list(self._sockets):
            await socket.close()

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_post("/callback/ws/endpoint", self._endpoint)
        app.router.add_get("/ws/v2", self._connect)
        app.router.add_route("*", "/open-apis/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner:
            await self._runner.cleanup()

    # the API

    async def _answer(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        self.calls.append(f"{request.method} {path}")
        if self._troubles[path]:
            return self._troubles[path].popleft().response()
        if path == "auth/v3/tenant_access_token/internal":
            return await self._new_token(request)
        token, until = self._token
        if request.headers.get("Authorization") != f"Bearer {token}" or not token or self.now() > until:
            return _refused(99991663, 401)
        match request.method, path.split("/"):
            case "POST", ["im", "v1", "messages"]:
                return await self._message(request)
            case "PATCH", ["im", "v1", "messages", message]:
                return self._edited(message, await request.json())
            case "GET", ["im", "v1", "messages", message, "resources", key]:
                data = self.files.get((message, key))
                return _refused(234003) if data is None else _file(data)
            case "POST", ["im", "v1", "images" | "files" as kind]:
                return await self._uploaded(request, kind)
            case "GET", ["bot", "v3", "info"]:
                return web.json_response({"code": 0, "msg": "ok", "bot": {"open_id": BOT, "app_name": "面试助手"}})
            case _:
                return _refused(99991400, 404)

    async def _new_token(self, request: web.Request) -> web.Response:
        body = await request.json()
        if (body["app_id"], body["app_secret"]) != (APP, SECRET):
            return _refused(10014, 200)
        if not self._token[0]:
            self.tokens += 1
            self._token = f"t-{self.tokens}", self.now() + LIFE_S * 1000
        return web.json_response({"code": 0, "msg": "ok", "tenant_access_token": self._token[0], "expire": LIFE_S})

    async def _message(self, request: web.Request) -> web.Response:
        body = await request.json()
        to = body["receive_id"]
        assert request.query["receive_id_type"] == ("chat_id" if to.startswith("oc_") else "open_id")
        assert len(body["uuid"]) <= 50
        if to not in self.reachable:
            return _refused(230002 if to.startswith("oc_") else 230013)
        if known := self._uuids.get(body["uuid"]):
            return _done(message_id=known)
        if len(body["content"].encode()) > MOST_CARD_BYTES:
            return _refused(230025)
        name = f"om_{len(self._uuids)}"
        self._uuids[body["uuid"]] = name
        self.chats[to].append(self._shown(name, body["msg_type"], json.loads(body["content"])))
        async with self.changed:
            self.changed.notify_all()
        return _done(message_id=name)

    def _shown(self, name: str, kind: str, content: dict[str, Any]) -> Shown:
        if kind in ("image", "file"):
            key = content[f"{kind}_key"]
            assert key in self.uploads
            return Shown(name, "", file=key)
        assert kind == "interactive", "texts would interpret what candidates write"
        return _card(name, content)

    def _edited(self, message: str, body: dict[str, Any]) -> web.Response:
        for shown in self.chats.values():
            for number, each in enumerate(shown):
                if each.id == message:
                    changed = _card(message, json.loads(body["content"]))
                    changed.edited = each.edited + 1
                    shown[number] = changed
                    return _done()
        return _refused(230011)

    async def _uploaded(self, request: web.Request, kind: str) -> web.Response:
        form = await request.post()
        part = form["image" if kind == "images" else "file"]
        assert isinstance(part, web.FileField)
        key = f"{'img' if kind == 'images' else 'file'}_{len(self.uploads)}"
        self.uploads[key] = part.file.read()
        return _done(**{"image_key" if kind == "images" else "file_key": key})

    # the long connection

    async def _endpoint(self, request: web.Request) -> web.Response:
        body = await request.json()
        if self._troubles["ws"]:
            return self._troubles["ws"].popleft().response()
        if (body["AppID"], body["AppSecret"]) != (APP, SECRET):
            return web.json_response({"code": 514, "msg": "auth failed"})
        url = f"{self.url.replace('http', 'ws', 1)}/ws/v2?device_id=1&service_id=7&ticket=secret-ticket"
        config = {"ReconnectCount": -1, "ReconnectInterval": 120, "ReconnectNonce": 30, "PingInterval": 120}
        return web.json_response({"code": 0, "msg": "", "data": {"URL": url, "ClientConfig": config}})

    async def _connect(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets.append(socket)
        async with self.changed:
            self.connections += 1
            self.changed.notify_all()
        async for message in socket:
            if message.type == WSMsgType.BINARY:
                await self._hear(frames.read(message.data))
        self._sockets.remove(socket)
        return socket

    async def _hear(self, frame: Any) -> None:
        headers = frames.headers_of(frame)
        async with self.changed:
            if headers["type"] == "ping":
                assert (frame.method, frame.service) == (frames.CONTROL, 7)
                self.pings += 1
            for each in self.events:
                if each.id == headers.get("message_id"):
                    each.answer = json.loads(frame.payload)
            self.changed.notify_all()


def _card(name: str, content: dict[str, Any]) -> Shown:
    assert content["config"]["update_multi"] is True
    text, raw, buttons, markdown = "", "", list[tuple[str, dict[str, Any]]](), False
    for element in content["elements"]:
        if element["tag"] == "div":
            raw = element["text"]["content"]
            markdown = element["text"]["tag"] == "lark_md"
            text = unescape(raw) if markdown else raw
        else:
            buttons += [(each["text"]["content"], each["value"]) for each in element["actions"]]
    return Shown(name, text, tuple(buttons), markdown=markdown, raw=raw)


def _file(data: bytes) -> web.Response:
    return web.Response(body=data, content_type="application/json" if data[:1] == b"{" else "audio/ogg")


def _done(**data: object) -> web.Response:
    return web.json_response({"code": 0, "msg": "success", "data": data})


def _refused(code: int, status: int = 400) -> web.Response:
    return web.json_response({"code": code, "msg": "failed"}, status=status)
