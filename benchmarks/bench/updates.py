"""Telegram updates as whole HTTP requests. Source: core.telegram.org/bots/api, "Update" (read 2026-11)."""

import itertools
import time
from typing import Any

import msgspec

from bench.bot_api import BOT

_ids = itertools.count(int(time.time()) % 100_000 * 1_000)


class Webhook:
    """Encodes updates as POST requests to a webhook, with the secret's header."""

    def __init__(self, path: str, secret: str) -> None:
        self._head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"X-Telegram-Bot-Api-Secret-Token: {secret}\r\nContent-Length: "
        ).encode()

    def text(self, chat: int, text: str) -> bytes:
        """Return a message. If the text begins with a slash, it is a command."""
        update = next(_ids)
        message: dict[str, Any] = {
            "message_id": update,
            "from": _user(chat),
            "chat": _chat(chat),
            "date": int(time.time()),
            "text": text,
        }
        if text.startswith("/"):
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
        return self._request({"update_id": update, "message": message})

    def press(self, chat: int, data: str) -> bytes:
        """Return the press of an inline button below one of the bot's messages."""
        update = next(_ids)
        under = {"message_id": 1, "from": BOT, "chat": _chat(chat), "date": int(time.time()), "text": "…"}
        query = {"id": str(update), "from": _user(chat), "message": under, "chat_instance": "1", "data": data}
        return self._request({"update_id": update, "callback_query": query})

    def _request(self, update: dict[str, Any]) -> bytes:
        body = msgspec.json.encode(update)
        return b"%b%d\r\n\r\n%b" % (self._head, len(body), body)


def _user(chat: int) -> dict[str, Any]:
    name = {"first_name": f"C{chat}", "username": f"c{chat}"}
    return {"id": chat, "is_bot": False, **name, "language_code": "zh-hans"}


def _chat(chat: int) -> dict[str, Any]:
    return {"id": chat, "type": "private", "first_name": f"C{chat}", "username": f"c{chat}"}
