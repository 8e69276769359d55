"""The channel that sends to mailboxes, used by the web messenger, its recruiter's pane and the terminal."""

from collections.abc import Callable

from bot.channels.base import Capabilities, Channel, MediaGone, NothingToEdit, TryLater
from bot.channels.web.frames import CHANNEL, item_id, said
from bot.logs import log
from bot.media.archive import Archive, ArchiveDamaged, ArchiveUnavailable, NotArchived
from conversation.inbound import Media
from conversation.outbound import OutboundMessage
from storage.errors import StoreUnavailable
from storage.ports import Mailboxes


class MailboxChannel(Channel):
    """A channel whose conversations are kept in our own store. Repeating a send has no effect.

    Only the web messenger can edit messages. What candidates upload is already in the `archive`, from which
    `fetch` reads it.
    """

    def __init__(
        self,
        name: str,
        account: str,
        mailboxes: Mailboxes,
        now: Callable[[], int],
        base_url: Callable[[], str] | None = None,
        archive: Archive | None = None,
        *,
        pictures: bool = True,
        staff: bool = False,
        internal: bool = False,
    ) -> None:
        self.name = name
        self.account = account
        self.capabilities = Capabilities(
            edits=name == CHANNEL,
            silent=True,
            files=True,
            pictures=pictures,
            reaches=False,
            local=name == CHANNEL,
            kept=True,
            staff=staff,
            commands=staff,
            internal=internal,
        )
        self._mailboxes = mailboxes
        self._now = now
        self._base_url = base_url
        self._archive = archive

    async def send(self, message: OutboundMessage, key: str) -> str:
        await self._append(message, key, said(message, self._now(), key=key))
        return item_id(message, key) if self.capabilities.edits else ""

    async def edit(self, message: OutboundMessage, shown: str, key: str) -> None:
        if not self.capabilities.edits or not shown:
            raise NothingToEdit("nothing that was shown here can be changed")
        await self._append(message, key, said(message, self._now(), edits=shown))

    async def _append(self, message: OutboundMessage, key: str, item: bytes) -> None:
        try:
            await self._mailboxes.append(message.to, key, item)
        except StoreUnavailable as error:
            raise TryLater(str(error)) from None

    async def fetch(self, media: Media) -> bytes:
        """Return a file from the archive, in which uploads are stored before their event is accepted."""
        if self._archive is None:
            raise MediaGone("gone")
        try:
            return await self._archive.get(media.reference)
        except ArchiveUnavailable as error:
            raise TryLater(str(error)) from None
        except (NotArchived, ArchiveDamaged) as error:
            log.error("recording_gone", why=str(error))
            raise MediaGone("gone") from None

    def link(self, token: str) -> str | None:
        return f"{self._base_url()}/?start={token}" if self._base_url else None
