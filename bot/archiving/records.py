"""The folder of the archive with the records that are not in Redis any more."""

from pathlib import Path
from typing import NoReturn

from bot.media.archive import (
    Archive,
    ArchiveDamaged,
    ArchiveUnavailable,
    Bucket,
    FolderArchive,
    NotArchived,
    ObjectArchive,
)
from storage.errors import ArchiveOutOfReach

FOLDER = "records"
SUFFIX = "jsonl.gz"


class RecordFiles:
    """Implements `storage.archive.records.RecordArchive`."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    async def put(self, data: bytes) -> str:
        try:
            return await self._archive.put(data)
        except ArchiveUnavailable as error:
            _raise(error)

    async def get(self, sha256: str) -> bytes | None:
        try:
            return await self._archive.get(sha256)
        except NotArchived:
            return None
        except ArchiveDamaged:
            return b""
        except ArchiveUnavailable as error:
            _raise(error)

    async def drop(self, sha256: str) -> None:
        try:
            await self._archive.drop(sha256)
        except ArchiveUnavailable as error:
            _raise(error)

    async def close(self) -> None:
        await self._archive.close()


def record_files(place: Path | Bucket) -> RecordFiles:
    """Return the records in an archive."""
    if isinstance(place, Path):
        return RecordFiles(FolderArchive(place / FOLDER, SUFFIX))
    return RecordFiles(ObjectArchive(place.store, place.place, f"{FOLDER}/"))


def _raise(error: ArchiveUnavailable) -> NoReturn:
    raise ArchiveOutOfReach(str(error)) from None
