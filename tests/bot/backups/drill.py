"""A drill: an installation that is backed up, and an empty one into which the backup is restored."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from bot.archiving.records import record_files
from storage import keys
from storage.redis.store import RedisStore
from tests.bot.backups.office import Office
from tests.bot.commands.commands import Commands
from tests.fakes.running import CLUSTER, RunningServers

T = TypeVar("T")


class Drill(NamedTuple):
    """`here` is a store with its data folder; so is `there`, empty, of another kind of server."""

    xumian: Commands
    here: str
    there: str

    @property
    def data(self) -> Path:
        return self.xumian.folder / "data"

    @property
    def folder(self) -> Path:
        return self.xumian.folder / "backup"

    def at(self, url: str, act: Callable[[Office], Awaitable[T]]) -> T:
        async def with_store() -> T:
            data = self.data if url == self.here else self.xumian.folder / "elsewhere"
            store = RedisStore.at(url, archive=record_files(data / "voice"))
            try:
                return await act(Office(store))
            finally:
                await store.close()

        return asyncio.run(with_store())

    def fill(self) -> dict[str, str]:
        return self.at(self.here, lambda office: office.fill(self.data))

    def back_up(self, *options: str) -> None:
        self.xumian.well("backup", str(self.folder), *options)

    def move(self) -> None:
        """Go to another machine."""
        self.xumian.set(XUMIAN_REDIS_URL=self.there, XUMIAN_DATA_DIR=str(self.xumian.folder / "elsewhere"))

    def manifest(self) -> Any:
        return json.loads((self.folder / "manifest.json").read_text())

    def is_untouched(self) -> bool:
        """Return whether nothing was written into the other installation."""

        async def names(office: Office) -> set[str]:
            return {key.decode() async for key in office.store.client.scan_iter(match="xm:*")}

        return self.at(self.there, names) <= {keys.CONFIG} and not (self.xumian.folder / "elsewhere").exists()


def drill_between(xumian: Commands, servers: RunningServers, source: str, target: str) -> Drill:
    here, there = servers.empty(source), servers.empty(target)
    xumian.set(XUMIAN_REDIS_URL=here, XUMIAN_DATA_DIR=str(xumian.folder / "data"))
    return Drill(xumian, here, f"{there}/1" if target != CLUSTER else there)
