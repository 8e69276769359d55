"""Whether there is room for recordings and files. They are refused first, so that text answers always fit."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Protocol

from bot.logs import log
from bot.media.archive import Archive, FolderArchive
from bot.runtime.periodic import Periodic
from bot.settings import Settings
from storage.errors import StoreUnavailable
from storage.redis.installation import Memory
from storage.redis.store import RedisStore

LEAST_BYTES = 512 * 1024 * 1024
LEAST_PERCENT = 2
MOST_MEMORY_PERCENT = 90
_MIB = 1024 * 1024


class Usage(Protocol):
    @property
    def total(self) -> int: ...
    @property
    def free(self) -> int: ...


class Space(Periodic):
    """Watches the free space of the folders that we write to, and the memory of Redis if that is limited.

    `problem` says what is short and what to do; it is empty while there is room.
    """

    every_s = 15
    waits = "space_unknown"
    temporary = (StoreUnavailable, OSError)

    def __init__(
        self,
        folders: Sequence[Path],
        memory: Callable[[], Awaitable[Memory]],
        usage: Callable[[Path], Usage] = shutil.disk_usage,
    ) -> None:
        super().__init__()
        self._folders = folders
        self._memory = memory
        self._usage = usage
        self.problem = ""

    def short(self) -> bool:
        """Return whether recordings and files must be refused."""
        return bool(self.problem)

    async def look(self) -> None:
        """Look at everything once. Writes a log line when room becomes short, and when there is room again."""
        problem = await asyncio.to_thread(self._on_disk) or await self._in_redis()
        if problem and not self.problem:
            log.error("space_short", what=problem)
        elif self.problem and not problem:
            log.info("space_again")
        self.problem = problem

    def _on_disk(self) -> str:
        for folder in self._folders:
            usage = self._usage(_existing(folder))
            if usage.free < max(LEAST_BYTES, usage.total * LEAST_PERCENT // 100):
                return (
                    f"only {usage.free // _MIB} MiB are free for {folder}: recordings and files are refused until "
                    "there is more; free some space or enlarge the disk"
                )
        return ""

    async def _in_redis(self) -> str:
        used, most = await self._memory()
        if not most or used * 100 <= most * MOST_MEMORY_PERCENT:
            return ""
        return (
            f"Redis uses {used // _MIB} of {most // _MIB} MiB: recordings and files are refused until it uses at "
            f"most {MOST_MEMORY_PERCENT} %; raise maxmemory"
        )


def space_of(settings: Settings, archive: Archive, store: RedisStore) -> Space:
    """Return what watches the archive, if that is a folder, and the store."""
    folders = [archive.folder] if isinstance(archive, FolderArchive) else []
    if not settings.redis_url:
        folders.append(settings.data_dir / "redis")
    return Space(folders, store.memory)


def _existing(folder: Path) -> Path:
    """Return the folder, or the nearest one above it that exists already."""
    absolute = folder.absolute()
    return next((each for each in (absolute, *absolute.parents) if each.exists()), Path("/"))
