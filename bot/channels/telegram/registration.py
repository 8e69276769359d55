"""Setting a bot's profile texts and commands with aiogram.

Importing aiogram takes half a second of CPU time, even by `lean_aiogram`. So only this module does it, and is
itself imported in the background of the running service (see `TelegramChannel.describe`), and only if something
has changed.
"""

from collections.abc import AsyncGenerator
from typing import Any, cast

import msgspec

from bot.channels.base import Rejected, TryLater
from bot.channels.shared.http_connection import NoAnswer
from bot.channels.telegram.lean_aiogram import (
    AiogramError,
    BaseSession,
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    TelegramBadRequest,
    TelegramMethod,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramType,
    TelegramUnauthorizedError,
)
from bot.channels.telegram.session import Answer, Session
from bot.channels.telegram_api.describing import Part

_encode = msgspec.json.Encoder().encode


class AiogramSession(BaseSession):
    """Makes aiogram's calls with our own session and connection pool, which is not closed with it."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram's own signature
    ) -> TelegramType:
        parameters = method.model_dump(
            mode="json", exclude_none=True, by_alias=True, warnings=False, fallback=lambda _default: None
        )
        plain = {key: value for key, value in parameters.items() if value is not None}
        try:
            answer = await self._session.call(bot.token, method.__api_method__, plain, timeout)
        except NoAnswer as error:
            raise TelegramNetworkError(method=method, message=str(error)) from None
        status = 200 if answer.ok else answer.error_code
        checked = self.check_response(bot, method, status, _encode(_as_sent(answer)).decode())
        return cast(TelegramType, checked.result)

    def stream_content(self, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:
        raise NotImplementedError("files are fetched by Session.download, which bounds them")

    async def close(self) -> None:
        pass


async def send(session: Session, token: str, part: Part) -> None:
    """Set one part of the bot's description. Raises Rejected if it or the token is refused, otherwise TryLater."""
    bot, language = Bot(token, session=AiogramSession(session)), part.language or None
    try:
        if not isinstance(part.value, str):
            commands = [BotCommand(command=name, description=text) for name, text in part.value]
            await bot.set_my_commands(commands, scope=BotCommandScopeAllPrivateChats(), language_code=language)
        elif part.kind == "description":
            await bot.set_my_description(part.value, language_code=language)
        else:
            await bot.set_my_short_description(part.value, language_code=language)
    except TelegramUnauthorizedError:
        raise Rejected("Telegram does not accept the token") from None
    except TelegramRetryAfter as error:
        raise TryLater(f"Telegram asks for patience with the {part.kind}", error.retry_after) from None
    except TelegramBadRequest:
        raise Rejected(f"Telegram refused the {part.kind}") from None
    except AiogramError as error:
        raise TryLater(f"Telegram did not take the {part.kind} ({type(error).__name__})") from None


def _as_sent(answer: Answer) -> dict[str, Any]:
    sent: dict[str, Any] = {"ok": answer.ok, "result": answer.result}
    if not answer.ok:
        sent = {"ok": False, "error_code": answer.error_code, "description": answer.description}
        if answer.parameters.retry_after is not None:
            sent["parameters"] = {"retry_after": int(answer.parameters.retry_after)}
    return sent
