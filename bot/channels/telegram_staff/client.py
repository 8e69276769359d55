"""python-telegram-bot's client as we use it: bounded, silent, and its errors as ours.

Source: docs.python-telegram-bot.org, "Bot", "HTTPXRequest", "telegram.error" (read 2026-11, version 22.8). Its own
messages and log lines quote addresses with the token in them, and whole answers with people's words: none goes on.
"""

import contextlib
import json
import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx

os.environ.setdefault("PTB_TIMEDELTA", "true")  # its way from numbers of seconds to timedelta, without a warning

from telegram import Bot
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from bot.channels.base import Rejected, SendError, TryLater, Unreachable

CONNECTIONS = 20
CONNECT_S = 10.0
ANSWER_S = 20.0
UPLOAD_S = 60.0
MOST_ANSWER_BYTES = 16 * 1024 * 1024
_GONE = ("blocked", "deactivated", "chat not found", "can't initiate", "kicked", "not a member")


class Request(HTTPXRequest):
    """Where an answer is not the Bot API's, PTB's own writes all of it into the log."""

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
    """Proxies of the environment are passed by, as for the candidates' bots."""
    return Request(
        connection_pool_size=connections,
        connect_timeout=CONNECT_S,
        read_timeout=ANSWER_S,
        write_timeout=ANSWER_S,
        media_write_timeout=UPLOAD_S,
        pool_timeout=ANSWER_S,
        httpx_kwargs={"event_hooks": {"response": [_bounded]}, "trust_env": False},
    )


async def _bounded(response: httpx.Response) -> None:
    """Called before the body is read."""
    told = response.headers.get("content-length", "0")
    if not told.isdecimal() or len(told) > 12 or int(told) > MOST_ANSWER_BYTES:
        raise httpx.RemoteProtocolError("the answer is too long")


def client(token: str, api_url: str, ordinary: Request, polling: Request) -> Bot:
    """`api_url` has no slash at its end."""
    return Bot(
        token,
        base_url=lambda its: f"{api_url}/bot{its}",
        base_file_url=lambda its: f"{api_url}/file/bot{its}",
        request=ordinary,
        get_updates_request=polling,
    )


class TokenRefused(TryLater):
    """Telegram does not know the token."""


@contextlib.contextmanager
def our_errors() -> Iterator[None]:
    """Raises SendError instead of PTB's errors, also where an answer has another form than the Bot API's."""
    try:
        yield
    except TelegramError as error:
        raise meaning(error) from None
    except (AttributeError, LookupError, TypeError, ValueError, RecursionError):
        raise TryLater("Telegram's answer is not the Bot API's") from None


def meaning(error: TelegramError) -> SendError:
    """What a refusal means for us."""
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
        case InvalidToken():  # it may be replaced; messages wait for that
            return TokenRefused("Telegram does not accept the staff bot's token")
        case Conflict():
            return TryLater("another program polls for the staff bot, or its webhook is set")
        case _:
            return TryLater(f"Telegram could not be reached ({type(error).__name__})")


def seconds(error: RetryAfter) -> float:
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
