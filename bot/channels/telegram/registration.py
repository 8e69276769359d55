"""Setting a bot's profile texts and commands with aiogram.

Importing aiogram builds several hundred models, which takes seconds of CPU time. So only this module imports it,
and it is itself imported in the background of the running service (see `TelegramChannel.describe`).
"""

from collections.abc import AsyncGenerator, Sequence
from typing import Any, cast

import aiohttp
import msgspec
from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import AiogramError, TelegramNetworkError, TelegramUnauthorizedError
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import BotCommand, BotCommandScopeAllPrivateChats

from bot.channels.base import Rejected, TryLater
from bot.channels.telegram.session import Answer, Session
from conversation.words import Vocabulary

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
        except (aiohttp.ClientError, TimeoutError) as error:
            raise TelegramNetworkError(method=method, message=type(error).__name__) from None
        status = 200 if answer.ok else answer.error_code
        checked = self.check_response(bot, method, status, _encode(_as_sent(answer)).decode())
        return cast(TelegramType, checked.result)

    def stream_content(self, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:
        raise NotImplementedError("files are fetched by Session.download, which bounds them")

    async def close(self) -> None:
        pass


async def describe(session: Session, token: str, menu: Sequence[str], vocabulary: Vocabulary) -> None:
    """Set the bot's descriptions and commands in each language. `menu` are the names of the commands.

    Raises Rejected if the token is not accepted, TryLater for other failures.
    """
    bot = Bot(token, session=AiogramSession(session))
    try:
        await _describe(bot, menu, vocabulary)
    except TelegramUnauthorizedError:
        raise Rejected("the token is not accepted") from None
    except AiogramError as error:
        raise TryLater(type(error).__name__) from None


async def _describe(bot: Bot, menu: Sequence[str], vocabulary: Vocabulary) -> None:
    for code, language in ((None, "en"), ("zh", "zh")):
        words = vocabulary[language]
        commands = [BotCommand(command=name, description=words.text(f"menu.{name}")) for name in menu]
        await bot.set_my_commands(commands, scope=BotCommandScopeAllPrivateChats(), language_code=code)
        await bot.set_my_description(words.text("bot.description"), language_code=code)
        await bot.set_my_short_description(words.text("bot.about"), language_code=code)


def _as_sent(answer: Answer) -> dict[str, Any]:
    sent: dict[str, Any] = {"ok": answer.ok, "result": answer.result}
    if not answer.ok:
        sent = {"ok": False, "error_code": answer.error_code, "description": answer.description}
        if answer.parameters.retry_after is not None:
            sent["parameters"] = {"retry_after": int(answer.parameters.retry_after)}
    return sent
