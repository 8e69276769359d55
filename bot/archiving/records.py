"""The folder of the archive with the records that are not in Redis any more."""

import asyncio
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
    """Implements `storage.archive.records.RecordArchive`. `folder`: where they are, if they are files."""

    def __init__(self, archive: Archive, folder: Path | None = None) -> None:
        self._archive = archive
        self._folder = folder

    async def put(self, data: bytes) -> str:
        try:
            return await self._archive.put(data)
        except ArchiveUnavailable as error:
            _raise(error)

    async def get(self, sha256: str) -> bytes | None:
        try:
            return await self._archive.get(sha256)
        except NotArchived:
            if self._folder and not await asyncio.to_thread(self._folder.is_dir):  # such as a share not mounted
                raise ArchiveOutOfReach(f"the archive's folder {self._folder} is not there") from None
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
        return RecordFiles(FolderArchive(place / FOLDER, SUFFIX), place / FOLDER)
    return RecordFiles(ObjectArchive(place.store, place.place, f"{FOLDER}/"))


def _raise(error: ArchiveUnavailable) -> NoReturn:
    raise ArchiveOutOfReach(str(error)) from None
