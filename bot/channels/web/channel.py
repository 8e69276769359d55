"""Sending to mailboxes: for the web messenger, its recruiter's pane and the terminal."""

from collections.abc import Callable

from bot.channels.base import Capabilities, TryLater
from bot.channels.web.frames import MOST_CHARACTERS, said
from conversation.outbound import OutboundMessage
from storage.errors import StoreUnavailable
from storage.ports import Mailboxes


class MailboxChannel:
    """A channel whose conversations we keep ourselves. A repeated send changes nothing."""

    capabilities = Capabilities(buttons=True, max_text=MOST_CHARACTERS, edits=True)

    def __init__(
        self, name: str, account: str, mailboxes: Mailboxes, now: Callable[[], int], base_url: str | None = None
    ) -> None:
        self.name = name
        self.account = account
        self._mailboxes = mailboxes
        self._now = now
        self._base_url = base_url

    async def send(self, message: OutboundMessage, key: str) -> None:
        try:
            await self._mailboxes.append(message.to, key, said(message, self._now()))
        except StoreUnavailable as error:
            raise TryLater(str(error)) from None

    def link(self, token: str) -> str | None:
        return f"{self._base_url}/?start={token}" if self._base_url else None

    def problem(self) -> str | None:
        return None

    async def close(self) -> None:
        return
