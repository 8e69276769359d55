"""The archived records in a backup: exactly those to whose objects a stub in it refers."""

import asyncio

from bot.backups.folder import RECORDS, NewBackup
from storage.archive.records import RecordArchive
from storage.redis.copying import Interview, StoreCopy


class RecordCopies:
    """Copies the objects of archived records. `damaged`: those (SHA-256) that the archive has lost or damaged."""

    def __init__(self, archive: RecordArchive, backup: NewBackup) -> None:
        self._archive = archive
        self._backup = backup
        self._sizes: dict[str, int] = {}
        self._needed: dict[str, str] = {}
        self.damaged: set[str] = set()

    def begin(self) -> None:
        """Begin a copy of the store. Objects that were copied before need not be copied again."""
        self._needed.clear()
        self.damaged.clear()

    async def add(self, copy: StoreCopy, name: str, interview: Interview) -> Interview:
        """Copy the object with an interview's entries, if they are in the archive.

        Returns the interview as it is to be written: read once more, if it was brought back meanwhile. Raises
        ArchiveOutOfReach.
        """
        self._needed.pop(name, None)
        while (sha256 := interview.archived) and sha256 not in self._sizes:
            data = await self._archive.get(sha256)
            if data is None and (again := await copy.again(name)).archived != sha256:
                interview = again
                continue
            if not data:
                self.damaged.add(sha256)
                return interview
            await asyncio.to_thread(self._backup.add_file, sha256, data, RECORDS)
            self._sizes[sha256] = len(data)
        if sha256:
            self._needed[name] = sha256
        return interview

    def finish(self) -> None:
        """Leave out the objects of records that were brought back or erased, and list the others."""
        needed = set(self._needed.values())
        for sha256 in self._sizes.keys() - needed:
            self._backup.drop_file(sha256, RECORDS)
            del self._sizes[sha256]
        self._backup.list_files(self._sizes, RECORDS)
