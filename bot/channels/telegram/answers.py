"""Decoding the Bot API's answers, and translating its errors to ours.

Source: core.telegram.org/bots/api, "Making requests", "ResponseParameters" (read 2026-11).
"""

from typing import TypeVar

import msgspec

from bot.channels.base import Rejected, TryLater, Unreachable
from bot.channels.shared.damaged_text import UNREADABLE, read_json
from bot.channels.telegram.session import Answer

_Kind = TypeVar("_Kind")
_GONE = (
    "bot was blocked by the user",
    "user is deactivated",
    "chat not found",
    "bot can't initiate conversation",
)


class Me(msgspec.Struct):
    username: str = ""


class Hook(msgspec.Struct):
    """The state of a bot's webhook. Source: core.telegram.org/bots/api, "WebhookInfo" (read 2026-11).

    The error is that of the last failed delivery to our webhook; its date is in epoch seconds.
    """

    pending_update_count: int = 0
    last_error_date: int = 0
    last_error_message: str = ""


class UpdateId(msgspec.Struct):
    update_id: int


class Sent(msgspec.Struct):
    message_id: int = 0


def understood(answer: Answer, kind: type[_Kind]) -> _Kind:
    """Return the answer's result. Raises TryLater if it has another structure, so is not from Telegram."""
    return decoded(answer.result, kind)


def decoded(raw: msgspec.Raw, kind: type[_Kind]) -> _Kind:
    try:
        return read_json(bytes(raw), lambda body: msgspec.json.decode(body, type=kind))
    except UNREADABLE:
        raise TryLater("Telegram's answer is not the Bot API's") from None


def check(answer: Answer) -> None:
    """Raise the matching SendError if the answer is an error: TryLater, Unreachable or Rejected."""
    if answer.ok:
        return
    code, description = answer.error_code, answer.description
    if code == 429:
        wait = answer.parameters.retry_after
        raise TryLater("Telegram asks for patience", 1.0 if wait is None else wait, whole_account=True)
    if code == 403 or (code == 400 and any(phrase in description for phrase in _GONE)):
        raise Unreachable("blocked" if "blocked" in description else "chat_gone")
    if code >= 500 or code < 400:  # below 400: answered by something between us and Telegram
        raise TryLater(f"Telegram answered {code}")
    if code in (401, 404):  # a revoked token may be replaced, and messages wait until then
        raise TryLater(f"Telegram answered {code}: it does not accept the token")
    if code == 409:
        raise TryLater("Telegram answered 409: another program polls for this bot, or its webhook is set")
    raise Rejected(f"Telegram refused the message ({code})")
