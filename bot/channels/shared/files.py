"""Reading a file to send from the archive."""

from typing import Protocol

from bot.channels.base import Rejected, TryLater
from bot.media.archive import ArchiveDamaged, ArchiveUnavailable, NotArchived
from conversation.outbound import Attachment


class FileStore(Protocol):
    """The archive, as far as sending needs it."""

    async def get(self, sha256: str) -> bytes: ...


async def file_bytes(files: FileStore, file: Attachment, most_bytes: int) -> bytes:
    """Return the file's bytes.

    Raises TryLater while the archive is unavailable, and Rejected if the file is not there, damaged, empty, or
    larger than the platform takes.
    """
    try:
        data = await files.get(file.sha256)
    except ArchiveUnavailable as error:
        raise TryLater(str(error)) from None
    except (NotArchived, ArchiveDamaged) as error:
        raise Rejected(str(error)) from None
    if not 0 < len(data) <= most_bytes:
        raise Rejected(f"the platform takes no file of {len(data)} bytes")
    return data
