"""Files that staff send: rosters, scripts.

Source: core.telegram.org/bots/api, "getFile" (read 2026-11): the link holds the bot's token.
"""

import asyncio

from telegram import Bot, Document
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from bot.channels.base import SendError, TryLater
from bot.channels.telegram_staff.client import our_errors
from bot.channels.telegram_staff.parse import MOST_FILE_BYTES
from bot.logs import log
from handlers.staff.turn import StaffFile

TRIES = 3
TOTAL_S = 40.0
"""Telegram waits a minute for a webhook's answer."""
_MOST_NAME = 200
_FIRST_PAUSE_S = 0.5


async def fetch(bot: Bot, document: Document) -> StaffFile | None:
    """The file, whole; None: it is too large, or cannot be had."""
    if (document.file_size or 0) > MOST_FILE_BYTES:
        return None
    try:
        async with asyncio.timeout(TOTAL_S):
            async for attempt in AsyncRetrying(
                retry=retry_if_exception_type(TryLater),
                stop=stop_after_attempt(TRIES),
                wait=wait_exponential(_FIRST_PAUSE_S),
                reraise=True,
            ):
                with attempt:
                    data = await _download(bot, document.file_id)
    except (SendError, TimeoutError) as error:
        log.warning("staff_file_not_fetched", why=str(error) or type(error).__name__)
        return None
    if data is None:
        return None
    return StaffFile((document.file_name or "")[:_MOST_NAME], data)


async def _download(bot: Bot, file_id: str) -> bytes | None:
    with our_errors():
        file = await bot.get_file(file_id)
        if (file.file_size or 0) > MOST_FILE_BYTES:
            return None
        # PTB reads a path that exists on this machine from its disk, and gives all others the server's address.
        if not (file.file_path or "").startswith(f"{bot.base_file_url}/"):
            raise TryLater("Telegram gives no link to the file")
        data = bytes(await file.download_as_bytearray())
    return data if len(data) <= MOST_FILE_BYTES else None
