"""A fake Telegram Bot API in the driver's own process, which sees a bot's messages without another network hop.

Source of the JSON structures: core.telegram.org/bots/api, "Making requests", "Message", "User" (read 2026-11).
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from bench.http import ServerConnection

BOT = {"id": 123456, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
TOKEN = f"{BOT['id']}:AAbenchmarkbenchmarkbenchmarkbenchma"

Listener = Callable[[int, str, list[dict[str, str]]], None]
"""Called for each message sent, with the chat, the text, and the inline buttons below it."""


def _nobody(_chat: int, _text: str, _buttons: list[dict[str, str]]) -> None:
    return


class BotApi:
    """Answers the calls of a text bot and passes each message to `listener`."""

    def __init__(self) -> None:
        self.listener: Listener = _nobody
        self.calls: Counter[str] = Counter()
        self._messages = 0
        self._server: asyncio.Server | None = None

    async def start(self) -> int:
        """Listen on a free local port and return it."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: ServerConnection(self._answer), "127.0.0.1", 0, backlog=1024
        )
        return int(self._server.sockets[0].getsockname()[1])

    def close(self) -> None:
        if self._server:
            self._server.close()

    def _answer(self, path: str, kind: str, body: bytes) -> bytes:
        method = path.rpartition("/")[2].partition("?")[0].lower()
        self.calls[method] += 1
        match method:
            case "sendmessage":
                result: object = self._send(_parameters(kind, body))
            case "getme":
                result = {**BOT, "can_join_groups": False, "can_read_all_group_messages": False}
            case "getwebhookinfo":
                result = {"url": "", "has_custom_certificate": False, "pending_update_count": 0}
            case "getupdates":
                result = []
            case _:
                result = True
        return msgspec.json.encode({"ok": True, "result": result})

    def _send(self, parameters: dict[str, Any]) -> dict[str, Any]:
        self._messages += 1
        chat, text = int(parameters["chat_id"]), parameters["text"]
        message = {
            "message_id": self._messages,
            "from": BOT,
            "chat": {"id": chat, "type": "private", "first_name": "Candidate"},
            "date": int(time.time()),
            "text": text,
        }
        markup = parameters.get("reply_markup") or {}
        if markup:
            message["reply_markup"] = markup
        self.listener(chat, text, [button for row in markup.get("inline_keyboard", ()) for button in row])
        return message


def _parameters(kind: str, body: bytes) -> dict[str, Any]:
    """Return the parameters of a call, in either of the two encodings that the tested libraries use.

    Raises ValueError for any other encoding.
    """
    if kind.startswith("application/json"):
        decoded: dict[str, Any] = msgspec.json.decode(body)
        return decoded
    if kind.startswith("application/x-www-form-urlencoded"):
        fields: dict[str, Any] = dict(parse_qsl(body.decode()))
        if "reply_markup" in fields:
            fields["reply_markup"] = msgspec.json.decode(fields["reply_markup"])
        return fields
    raise ValueError(f"sendMessage came as {kind!r}, which this Bot API does not read")
