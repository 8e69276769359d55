"""Downloading files that staff send: rosters and scripts, and files for candidates.

Source: core.telegram.org/bots/api, "getFile" (read 2026-11): at most 20 MB; the link contains the bot's token.
"""

import asyncio

from telegram import Bot
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from bot.channels.base import SendError, TryLater
from bot.channels.telegram_staff.client import our_errors
from bot.channels.telegram_staff.parse import Upload
from bot.logs import log
from bot.media.attachments import media_type, named
from handlers.console.context import FileTrouble, StaffFile

MIB = 1024 * 1024
MOST_FILE_BYTES = 2 * MIB
"""The largest file that comes with a command."""
MOST_PASSED_BYTES = 20 * MIB
"""The largest file for a candidate."""
AT_A_TIME = 4
"""How many files for candidates a process downloads in parallel, as they are held in memory."""
TRIES = 3
TOTAL_S = 40.0
"""Time limit of a download, in seconds. Telegram waits a minute for a webhook's answer."""
_FIRST_PAUSE_S = 0.5


class _TooLarge(Exception):
    pass


async def fetch(bot: Bot, upload: Upload, most_bytes: int = MOST_FILE_BYTES) -> StaffFile | FileTrouble:
    """Return the whole file, or why it could not be downloaded."""
    try:
        if upload.size > most_bytes:
            raise _TooLarge
        async with asyncio.timeout(TOTAL_S):
            async for attempt in AsyncRetrying(
                retry=retry_if_exception_type(TryLater),
                stop=stop_after_attempt(TRIES),
                wait=wait_exponential(_FIRST_PAUSE_S),
                reraise=True,
            ):
                with attempt:
                    data = await _download(bot, upload.reference, most_bytes)
    except _TooLarge:
        return FileTrouble("too_large", most_bytes // MIB)
    except (SendError, TimeoutError) as error:
        log.warning("staff_file_not_fetched", why=str(error) or type(error).__name__)
        return FileTrouble("failed", most_bytes // MIB)
    name = upload.name if upload.kind == "document" else named(data, upload.kind, upload.name)
    return StaffFile(name, data, media_type(data, upload.kind))


async def _download(bot: Bot, file_id: str, most_bytes: int) -> bytes:
    with our_errors():
        file = await bot.get_file(file_id)
        if (file.file_size or 0) > most_bytes:
            raise _TooLarge
        # PTB would read a path that exists on this machine from its disk; others get the server's URL as a prefix.
        if not (file.file_path or "").startswith(f"{bot.base_file_url}/"):
            raise TryLater("Telegram gives no link to the file")
        data = bytes(await file.download_as_bytearray())
    if len(data) > most_bytes:
        raise _TooLarge
    return data
