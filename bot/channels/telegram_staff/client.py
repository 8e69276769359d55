"""python-telegram-bot's client (PTB) with size limits, without its log lines, and with its errors translated.

Source: docs.python-telegram-bot.org, "Bot", "HTTPXRequest", "telegram.error" (read 2026-11, version 22.8). PTB's
error messages and log lines quote URLs containing the token, and whole answers with people's messages, so none of
them is passed on.
"""

import contextlib
import json
import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx

os.environ.setdefault("PTB_TIMEDELTA", "true")  # let PTB use timedelta for seconds; it warns otherwise

from telegram import Bot
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from bot.channels.base import Rejected, SendError, TryLater, Unreachable
from bot.channels.shared.http_client import certificates

CONNECTIONS = 20
CONNECT_S = 10.0
ANSWER_S = 20.0
UPLOAD_S = 60.0
MOST_ANSWER_BYTES = 16 * 1024 * 1024
_GONE = ("blocked", "deactivated", "chat not found", "can't initiate", "kicked", "not a member")


class Request(HTTPXRequest):
    """PTB's request class, changed not to log the whole answer if that is not from the Bot API."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        try:
            answer = json.loads(payload)
        except (ValueError, RecursionError):
            raise TelegramError("not the Bot API's answer") from None
        if not isinstance(answer, dict):
            raise TelegramError("not the Bot API's answer")
        return answer


def request(connections: int = CONNECTIONS) -> Request:
    """Return a request object with timeouts. It ignores proxies set in the environment, as the other bots do."""
    return Request(
        connection_pool_size=connections,
        connect_timeout=CONNECT_S,
        read_timeout=ANSWER_S,
        write_timeout=ANSWER_S,
        media_write_timeout=UPLOAD_S,
        pool_timeout=ANSWER_S,
        httpx_kwargs={"event_hooks": {"response": [_bounded]}, "trust_env": False, "verify": certificates()},
    )


async def _bounded(response: httpx.Response) -> None:
    """Refuse answers whose announced length is too large. Called before the body is read."""
    told = response.headers.get("content-length", "0")
    if not told.isdecimal() or len(told) > 12 or int(told) > MOST_ANSWER_BYTES:
        raise httpx.RemoteProtocolError("the answer is too long")


def client(token: str, api_url: str, ordinary: Request, polling: Request) -> Bot:
    """Return a client for the bot with this token. `api_url` must not end in a slash."""
    return Bot(
        token,
        base_url=lambda its: f"{api_url}/bot{its}",
        base_file_url=lambda its: f"{api_url}/file/bot{its}",
        request=ordinary,
        get_updates_request=polling,
    )


class TokenRefused(TryLater):
    """Telegram does not accept the token."""


@contextlib.contextmanager
def our_errors() -> Iterator[None]:
    """Raise SendError in place of PTB's errors, and of errors from answers with an unexpected structure."""
    try:
        yield
    except TelegramError as error:
        raise meaning(error) from None
    except (AttributeError, LookupError, TypeError, ValueError, RecursionError):
        raise TryLater("Telegram's answer is not the Bot API's") from None


def meaning(error: TelegramError) -> SendError:
    """Return the SendError that corresponds to an error of PTB."""
    text = str(error).lower()
    match error:
        case RetryAfter():
            return TryLater("Telegram asks for patience", seconds(error), whole_account=True)
        case Forbidden():
            return Unreachable("blocked" if "blocked" in text else "chat_gone")
        case BadRequest() if any(phrase in text for phrase in _GONE):
            return Unreachable("chat_gone")
        case BadRequest():
            return Rejected("Telegram refused the message (400)")
        case InvalidToken():  # the token may be replaced, and messages wait until then
            return TokenRefused("Telegram does not accept the staff bot's token")
        case Conflict():
            return TryLater("another program polls for the staff bot, or its webhook is set")
        case _:
            return TryLater(f"Telegram could not be reached ({type(error).__name__})")


def seconds(error: RetryAfter) -> float:
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
