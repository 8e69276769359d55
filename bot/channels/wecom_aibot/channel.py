"""The channel of the staff's bot. Its messages go out over the connection, which only one process has."""

from functools import partial

import httpx
import msgspec

from bot.channels.base import Capabilities, Channel, TryLater
from bot.channels.shared.files import FileStore, file_bytes
from bot.channels.shared.steps import Steps
from bot.channels.wecom_aibot.files import (
    MOST_FILE_BYTES,
    MOST_PICTURE_BYTES,
    PICTURES,
    Call,
    fetch,
    upload,
)
from bot.channels.wecom_aibot.relay import Relay
from bot.channels.wecom_aibot.render import Part, place, render
from bot.channels.wecom_aibot.settings import CHANNEL
from conversation.inbound import Media
from conversation.outbound import OutboundMessage
from storage.ports import Kv


class AibotChannel(Channel):
    """One bot, for staff only. Its account is the Bot ID. It may write to those who have written to it before."""

    name = CHANNEL
    mode = "stream"
    capabilities = Capabilities(
        chat_burst=10, chat_period_s=20, files=True, pictures=True, commands=True, staff=True
    )  # 30 a minute in a conversation, as public bots say; not documented for pushed messages

    def __init__(self, account: str, http: httpx.AsyncClient, archive: FileStore, kv: Kv) -> None:
        self.account = account
        self._http = http
        self._archive = archive
        self._relay = Relay(kv, account, self._deliver)
        self._steps = Steps()
        self._call: Call | None = None
        self._trouble: str | None = None

    async def send(self, message: OutboundMessage, key: str) -> str:
        """Send the message in as many parts as needed. Raises SendError, StoreUnavailable."""
        calls = [partial(self._send, part, f"{key}:{number}") for number, part in enumerate(render(message, key))]
        await self._steps.run(key, calls)
        return ""

    async def _send(self, part: Part, key: str) -> None:
        await (self._relay.ask(part, key) if self._call is None else self._deliver(part))

    async def _deliver(self, part: Part) -> None:
        """Send a part over the connection of this process. Raises SendError."""
        call = self._call
        if call is None:
            raise TryLater("the connection was lost")
        if part.file:
            picture = part.file.media_type in PICTURES
            data = await file_bytes(self._archive, part.file, MOST_PICTURE_BYTES if picture else MOST_FILE_BYTES)
            body = await upload(call, part.file.name, data, picture=picture)
        else:
            body = msgspec.json.decode(part.body)
        await call("aibot_send_msg", {**place(part.chat), **body})

    async def send_for_others(self) -> None:
        """Send what other processes ask for, until this is cancelled."""
        await self._relay.serve()

    def connected(self, call: Call | None) -> None:
        """Note that this process is connected, or with None that it no longer is."""
        self._call = call

    async def download(self, media: Media, most_bytes: int) -> bytes:
        """Return the bytes of a file that a colleague has just sent. Raises MediaGone, TryLater."""
        return await fetch(self._http, media, most_bytes)

    def report(self, trouble: str | None) -> None:
        """Note what keeps this process from being connected, or None if nothing does."""
        self._trouble = trouble

    def problem(self) -> str | None:
        return self._trouble

    async def close(self) -> None:
        await self._http.aclose()
