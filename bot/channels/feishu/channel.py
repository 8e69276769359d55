"""The channel of the app's bot: sending, editing and fetching files."""

import asyncio
import hashlib
from functools import partial

from bot.channels.base import Capabilities, Channel, MediaGone, Mode, NothingToEdit, Rejected, SendError
from bot.channels.feishu.api import Api
from bot.channels.feishu.parse import CHANNEL
from bot.channels.feishu.render import Part, render
from bot.channels.shared.files import FileStore, file_bytes
from bot.channels.shared.steps import Steps
from bot.logs import log_wait
from bot.runtime.polling import pause
from conversation.inbound import Media
from conversation.outbound import Attachment, OutboundMessage
from storage.errors import StoreUnavailable

MOST_PICTURE_BYTES = 10 * 1024 * 1024
MOST_FILE_BYTES = 30 * 1024 * 1024
MOST_MEDIA_BYTES = 20 * 1024 * 1024
"""What we fetch of a candidate's file; the platform gives up to 100 MB."""
_AGAIN_S = 60.0
_PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


class FeishuChannel(Channel):
    """One bot, for candidates and for staff. Its account is the App ID.

    No link can open the chat with a token in it, so candidates type the invitation's code.
    """

    name = CHANNEL
    capabilities = Capabilities(
        edits=True,
        bulk_per_s=15,
        chat_burst=5,
        chat_period_s=2,
        most_media_bytes=MOST_MEDIA_BYTES,
        files=True,
        pictures=True,
        typed=True,
        commands=True,
    )

    def __init__(self, api: Api, archive: FileStore, mode: Mode) -> None:
        self.account = api.app_id
        self.api = api
        self.mode = mode
        self._archive = archive
        self._steps = Steps()
        self._trouble: str | None = None
        self._bot = ""

    async def send(self, message: OutboundMessage, key: str) -> str:
        """Send the message in as many parts as needed. Return the id of the last part.

        The platform itself drops what is repeated within an hour.
        """
        calls = [
            partial(self._send, message.to.user, part, _uuid(key, number))
            for number, part in enumerate(render(message))
        ]
        return await self._steps.run(key, calls) or ""

    async def _send(self, to: str, part: Part, uuid: str) -> str:
        if part.file is None:
            return await self.api.send(to, "interactive", part.card, uuid)
        kind, content = await self._uploaded(part.file)
        return await self.api.send(to, kind, content, uuid)

    async def _uploaded(self, file: Attachment) -> tuple[str, str]:
        """Upload a file. Return the kind and the content of the message that sends it.

        Raises SendError, StoreUnavailable.
        """
        picture = file.media_type in _PICTURES
        data = await file_bytes(self._archive, file, MOST_PICTURE_BYTES if picture else MOST_FILE_BYTES)
        key = await self.api.upload(file.name, data, picture=picture)
        if not key:
            raise Rejected("the platform gives no key for the file")
        return ("image", f'{{"image_key":"{key}"}}') if picture else ("file", f'{{"file_key":"{key}"}}')

    async def edit(self, message: OutboundMessage, shown: str, key: str) -> None:  # noqa: ARG002 - an edit may repeat
        """Replace the card of the message `shown`.

        Raises NothingToEdit also for files, and if the text takes more than one message.
        """
        parts = render(message)
        if len(parts) != 1 or message.file or not shown:
            raise NothingToEdit("this cannot be put in the place of one message")
        await self.api.edit(shown, parts[0].card)

    async def fetch(self, media: Media) -> bytes:
        """Return the bytes of a candidate's file. Raises MediaGone, TryLater, StoreUnavailable."""
        if media.reference.count("|") != 2:
            raise MediaGone("gone")
        return await self.api.download(media.reference, MOST_MEDIA_BYTES)

    async def bot(self) -> str:
        """Return the open_id of our bot, which mentions of it contain. Raises SendError, StoreUnavailable."""
        self._bot = self._bot or await self.api.bot()
        return self._bot

    async def connect(self, stopping: asyncio.Event) -> None:
        """Learn our bot's id, tried until it works: what is wrong with the settings is known from the start."""
        while not stopping.is_set():
            try:
                await self.bot()
            except (SendError, StoreUnavailable) as error:
                log_wait("bot_unknown", error, channel=CHANNEL)
                await pause(stopping, _AGAIN_S)
            else:
                return

    def report(self, trouble: str | None) -> None:
        """Note what keeps messages from coming in, or None if nothing does."""
        self._trouble = trouble

    def problem(self) -> str | None:
        return self.api.problem or self._trouble

    async def close(self) -> None:
        await self.api.close()


def _uuid(key: str, number: int) -> str:
    """Return the same id for every attempt. The platform allows at most 50 characters."""
    return hashlib.sha256(f"{key}:{number}".encode()).hexdigest()[:40]
