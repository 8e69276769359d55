"""Deleting messages that contain a bot's token from the chat.

Source: core.telegram.org/bots/api, "deleteMessage" (read 2026-11): bots can delete incoming messages in private
chats for 48 hours; in groups they need the right to delete messages.
"""

import asyncio

from telegram import Bot, Message
from telegram.error import BadRequest
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from bot.channels.base import SendError, TryLater
from bot.channels.telegram_staff.client import our_errors
from bot.logs import log
from conversation.outbound import OutboundMessage
from handlers.actions.context import Tools
from handlers.console.command_line import has_token
from handlers.console.context import StaffInbound
from handlers.organisation.repository import load

TRIES = 3
TOTAL_S = 20.0
_ANSWER_S = 8.0
_FIRST_PAUSE_S = 0.5
_SAID_AGAIN_S = 60


async def hide(bot: Bot, message: Message, inbound: StaffInbound, tools: Tools) -> None:
    """Delete a message if it contains a token. If that fails, ask its sender to delete it."""
    if not has_token(message.text or message.caption or ""):
        return
    if await _deleted(bot, message):
        return
    log.warning("token_not_deleted", bot=inbound.sender.account)
    person = (await load(tools.store)).state.person_at(inbound.sender)
    styled = tools.words[person.language if person else "en"].say("staff.bot.delete_it")
    asked = OutboundMessage(inbound.chat, styled.text, (), styled.bold)
    await tools.store.outbox.post(inbound.chat, "token", asked, window_s=_SAID_AGAIN_S)


async def _deleted(bot: Bot, message: Message) -> bool:
    try:
        async with asyncio.timeout(TOTAL_S):
            async for attempt in AsyncRetrying(
                retry=retry_if_exception_type(TryLater),
                stop=stop_after_attempt(TRIES),
                wait=wait_exponential(_FIRST_PAUSE_S),
                reraise=True,
            ):
                with attempt, our_errors():
                    return await _delete(bot, message)
    except (SendError, TimeoutError):
        pass
    return False


async def _delete(bot: Bot, message: Message) -> bool:
    try:
        return await bot.delete_message(message.chat.id, message.message_id, read_timeout=_ANSWER_S)
    except BadRequest as error:
        return "not found" in str(error).lower()  # already deleted
