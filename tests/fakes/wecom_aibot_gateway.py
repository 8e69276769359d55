"""A fake of WeCom's server for 智能机器人: one connection per bot, commands that are answered, and uploads.

Source: developer.work.weixin.qq.com, document 101463 (长连接), and the SDK wecom-aibot-python-sdk 1.0.2 (read
2026-12).
"""

import asyncio
import base64
import contextlib
import hashlib
import itertools
import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

BOT, SECRET = "aibAbCdEfGh0123456789", "the-secret-of-the-long-connection"
_PATIENCE_S = 15


@dataclass(slots=True)
class Shown:
    """A message in a chat: its text, the labels and keys of its buttons, and the bytes of its file."""

    text: str = ""
    buttons: list[tuple[str, str]] = field(default_factory=list)
    card: str = ""
    file: bytes = b""
    name: str = ""


class Gateway:
    """The server. `refuse_next` holds error codes for the next commands; None stands for no answer at all."""

    def __init__(self) -> None:
        self.url = ""
        self.chats: dict[str, list[Shown]] = defaultdict(list)
        self.connections = 0
        self.pings = 0
        self.refuse_next: deque[int | None] = deque()
        self.changed = asyncio.Condition()
        self._socket: ServerConnection | None = None
        self._uploads: dict[str, dict[str, Any]] = {}
        self._numbers = itertools.count(1)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["Gateway"]:
        async with serve(self._serve, "127.0.0.1", 0) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            self.url = f"ws://127.0.0.1:{port}"
            yield self

    # what comes from the bot

    async def _serve(self, socket: ServerConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for raw in socket:
                frame = json.loads(raw)
                code, body = await self._obey(socket, frame["cmd"], frame.get("body", {}))
                if code is not None:
                    told = {
                        "headers": frame["headers"],
                        "errcode": code,
                        "errmsg": "ok" if not code else "refused",
                    }
                    await socket.send(json.dumps({**told, "body": body} if body else told))
        async with self.changed:
            self._socket = None if self._socket is socket else self._socket
            self.changed.notify_all()

    async def _obey(
        self, socket: ServerConnection, command: str, body: dict[str, Any]
    ) -> tuple[int | None, dict[str, Any]]:
        if command == "aibot_subscribe":
            return await self._log_in(socket, body), {}
        assert socket is self._socket, "only a bot that has logged in gives commands"
        if command == "ping":
            async with self.changed:
                self.pings += 1
                self.changed.notify_all()
            return 0, {}
        if self.refuse_next:
            return self.refuse_next.popleft(), {}
        answer = {
            "aibot_send_msg": self._show,
            "aibot_upload_media_init": self._begin_upload,
            "aibot_upload_media_chunk": self._add_piece,
            "aibot_upload_media_finish": self._end_upload,
        }[command](body)
        async with self.changed:
            self.changed.notify_all()
        return 0, answer

    async def _log_in(self, socket: ServerConnection, body: dict[str, Any]) -> int:
        if (body["bot_id"], body["secret"]) != (BOT, SECRET):
            return 40001
        if self._socket is not None:
            await self._push(
                self._socket, "aibot_event_callback", self.body(event={"eventtype": "disconnected_event"})
            )
            await self._socket.close()
        async with self.changed:
            self._socket = socket
            self.connections += 1
            self.changed.notify_all()
        return 0

    def _show(self, body: dict[str, Any]) -> dict[str, Any]:
        assert body["chat_type"] in (1, 2)
        kind = body["msgtype"]
        if kind == "markdown":
            shown = Shown(body["markdown"]["content"])
            assert len(shown.text.encode()) <= 20_480
        elif kind == "template_card":
            card = body["template_card"]
            buttons = card["button_list"]
            assert card["card_type"] == "button_interaction"
            assert 0 < len(card["main_title"]["title"]) <= 26
            assert 1 <= len(buttons) <= 6
            shown = Shown("", [(each["text"], each["key"]) for each in buttons], card["task_id"])
        else:
            upload = self._uploads[body[kind]["media_id"]]
            shown = Shown(file=upload["data"], name=upload["filename"])
        self.chats[body["chatid"]].append(shown)
        return {}

    def _begin_upload(self, body: dict[str, Any]) -> dict[str, Any]:
        assert body["total_chunks"] <= 100
        name = f"upload-{next(self._numbers)}"
        self._uploads[name] = {**body, "pieces": {}}
        return {"upload_id": name}

    def _add_piece(self, body: dict[str, Any]) -> dict[str, Any]:
        piece = base64.b64decode(body["base64_data"])
        assert len(piece) <= 512 * 1024
        self._uploads[body["upload_id"]]["pieces"][body["chunk_index"]] = piece
        return {}

    def _end_upload(self, body: dict[str, Any]) -> dict[str, Any]:
        upload = self._uploads.pop(body["upload_id"])
        data = b"".join(upload["pieces"][number] for number in range(upload["total_chunks"]))
        assert (len(data), hashlib.md5(data).hexdigest()) == (upload["total_size"], upload["md5"])
        name = f"media-{next(self._numbers)}"
        self._uploads[name] = {**upload, "data": data}
        return {"type": upload["type"], "media_id": name, "created_at": "1790000000"}

    # what comes to the bot

    def body(self, text: str = "", user: str = "manager", chat: str = "", **more: Any) -> dict[str, Any]:
        """Return the body of a callback. With `chat`, it mentions the bot in this group."""
        told = {"msgid": f"m{next(self._numbers)}", "aibotid": BOT, "from": {"userid": user}}
        where = {"chattype": "group", "chatid": chat} if chat else {"chattype": "single"}
        if "event" in more:
            return {**told, **where, "msgtype": "event", "create_time": 1_790_000_000, **more}
        said = f"@面试助手 {text}" if chat else text
        return {**told, **where, "msgtype": "text", "text": {"content": said}, **more}

    def press(self, shown: Shown, label: str, user: str = "manager", chat: str = "") -> dict[str, Any]:
        key = next(key for said, key in shown.buttons if said == label)
        pressed = {"card_type": "button_interaction", "event_key": key, "task_id": shown.card}
        event = {"eventtype": "template_card_event", "template_card_event": pressed}
        return self.body(user=user, chat=chat, event=event)

    async def bring(self, body: dict[str, Any]) -> None:
        """Send a callback to the bot, once."""
        assert self._socket is not None
        kind = "aibot_event_callback" if body["msgtype"] == "event" else "aibot_msg_callback"
        await self._push(self._socket, kind, body)

    async def raw(self, text: str) -> None:
        assert self._socket is not None
        await self._socket.send(text)

    async def _push(self, socket: ServerConnection, command: str, body: dict[str, Any]) -> None:
        headers = {"req_id": f"r{next(self._numbers)}"}
        await socket.send(json.dumps({"cmd": command, "headers": headers, "body": body}, ensure_ascii=False))

    async def cut(self, code: int = 1000) -> None:
        """Close the connection, in order by default."""
        if self._socket is not None:
            await self._socket.close(code)

    async def until(self, happened: Callable[[], object], what: str) -> None:
        try:
            async with asyncio.timeout(_PATIENCE_S), self.changed:
                await self.changed.wait_for(happened)
        except TimeoutError:
            raise AssertionError(f"never: {what}") from None
