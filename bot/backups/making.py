"""Making a backup beside the running installation."""

import asyncio
import shutil
from collections.abc import Callable
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec

from bot.backups.folder import ANCHORS, HEADS, SECRET, STORE, Manifest, NewBackup
from bot.backups.notes import is_left_out
from bot.backups.records import RecordCopies
from bot.clock import nonce, now_ms
from bot.installation import Installation
from bot.media.archive import ArchiveDamaged, NotArchived
from bot.media.archive_listing import listed
from bot.media.named_files import named_files
from conversation.errors import BotError
from conversation.record.audit import HASH_BYTES
from handlers.maintenance.erasure_entries import erasures_in
from handlers.organisation.audit import read_entries
from handlers.organisation.events import Acted
from handlers.organisation.repository import append
from handlers.organisation.state import NAME
from storage import keys
from storage.backup.pieces import records_of, write
from storage.codec import FORMAT as RECORD_FORMAT
from storage.redis.copying import Interview, StoreCopy

_TOLD_EVERY = 10_000
_ROUNDS = 10
"""How often the store is copied if people are erased meanwhile. An erasure has four steps."""
Tell = Callable[[str], None]


class Made(NamedTuple):
    """A finished backup. `damaged`: files (SHA-256) that are damaged in the archive and so not in it."""

    manifest: Manifest
    damaged: list[str]
    secret: bool


class BackupBusy(BotError):
    """People are erased again and again while a backup is made."""


async def make(app: Installation, folder: Path, tell: Tell, *, secrets: bool, files: bool) -> Made:
    """Write a backup into a folder that is empty or does not exist.

    `tell` reports progress. With `secrets`, it gets the data folder's key; without `files`, no recordings and
    files. If it fails, nothing is left in the folder.
    """
    await asyncio.to_thread(_prepare, folder)
    try:
        return await _Making(app, NewBackup(folder), tell).make(secrets=secrets, files=files)
    except BaseException:
        _empty(folder)
        raise


def _prepare(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)


def _empty(folder: Path) -> None:
    for each in folder.iterdir():
        if each.is_dir():
            shutil.rmtree(each)
        else:
            each.unlink()


class _Making:
    def __init__(self, app: Installation, backup: NewBackup, tell: Tell) -> None:
        self._app = app
        self._backup = backup
        self._tell = tell
        self._records = 0
        self._sizes: dict[str, int] = {}
        self._damaged: set[str] = set()
        self._archived = RecordCopies(app.store.archived.archive, backup)

    async def make(self, *, secrets: bool, files: bool) -> Made:
        begun_ms = now_ms()
        await self._record()
        await self._anchors()  # first: what they say must be in the records
        for _ in range(_ROUNDS):
            if await self._store(files=files):
                break
            self._tell("somebody is being erased: the records are copied once more, without them")
        else:
            raise BackupBusy("people are being erased again and again: make the backup at a quieter time")
        await self._list_files()
        self._archived.finish()
        secret = self._secret() if secrets else False
        made_at = datetime.fromtimestamp(begun_ms / 1000, self._app.settings.zone).isoformat(timespec="seconds")
        number, copied = self._records, len(self._sizes)
        manifest = Manifest(
            nonce(), made_at, version("xumian"), RECORD_FORMAT, keys.PARTITIONS, number, copied, {}
        )
        await asyncio.to_thread(self._backup.finish, manifest)
        return Made(manifest, sorted(self._damaged | self._archived.damaged), secret)

    async def _store(self, *, files: bool) -> bool:
        """Copy the store, and recordings and files that are not copied yet. Returns False if an erasure has come
        further meanwhile, so that what it has deleted may be in the copy."""
        copy = StoreCopy(self._app.store.client, is_left_out)
        self._records = 0
        self._archived.begin()
        before = await self._erasures()
        with self._backup.compressed(STORE) as store, self._backup.compressed(HEADS) as heads:
            await self._everything(copy, store, heads)
            if files:
                await self._files()
            await self._under_way(copy, store, heads)
            async for found in copy.waiting():
                if isinstance(found, tuple):
                    await self._add(copy, store, heads, *found)
                else:
                    write(store, found)
        return await self._erasures() == before

    async def _record(self) -> None:
        """Note in the organisation's record, if there is one, that somebody takes everything with them."""
        acted = (Acted("xumian backup", "done"),)
        cause = f"backup:{nonce()}"
        await append(self._app.store, lambda r: acted if r.version else None, cause, "cli", now_ms)

    async def _anchors(self) -> None:
        files = named_files(self._app.settings.archive_place, ANCHORS)
        for name in await files.names():
            if (data := await files.read(name)) is not None:
                self._backup.add(f"{ANCHORS}/{name}", data)

    async def _everything(self, copy: StoreCopy, store: BinaryIO, heads: BinaryIO) -> None:
        async for record in copy.begin():
            write(store, record)
        async for name, interview in copy.interviews():
            await self._add(copy, store, heads, name, interview)
            self._records += 1
            if self._records % _TOLD_EVERY == 0:
                self._tell(f"… {self._records} records")
        async for record in copy.others():
            write(store, record)

    async def _files(self) -> None:
        """Copy what the archive has more than the backup."""
        for sha256 in await asyncio.to_thread(listed, self._app.settings.archive_place):
            if sha256 in self._sizes:
                continue
            try:
                data = await self._app.archive.get(sha256)
            except NotArchived:  # erased meanwhile
                continue
            except ArchiveDamaged:
                self._damaged.add(sha256)
                continue
            await asyncio.to_thread(self._backup.add_file, sha256, data)
            self._sizes[sha256] = len(data)
            if len(self._sizes) % _TOLD_EVERY == 0:
                self._tell(f"… {len(self._sizes)} recordings and files")

    async def _list_files(self) -> None:
        """Write which recordings and files are in the backup, without those erased since they were copied."""
        if self._sizes:
            there = set(await asyncio.to_thread(listed, self._app.settings.archive_place))
            for sha256 in self._sizes.keys() - there:
                self._backup.drop_file(sha256)
                del self._sizes[sha256]
        self._backup.list_files(self._sizes)

    async def _under_way(self, copy: StoreCopy, store: BinaryIO, heads: BinaryIO) -> None:
        """Copy the orders to erase people, and after them once more the records concerned. Restored, an erasure is
        then as far as if the process had been killed in the middle of it."""
        orders = await self._app.store.erasures.ordered()
        for record in await copy.hash(keys.ERASURES):
            write(store, record)
        for name in (*(order.interview for order in orders), NAME):
            await self._add(copy, store, heads, name, await copy.again(name))

    async def _erasures(self) -> object:
        """Return how far all erasures are."""
        stored = await self._app.store.interviews.entries(NAME)
        try:
            stated = frozenset(erasures_in(read_entries(stored)))
        except (msgspec.MsgspecError, ValueError):  # `audit` says so; a copy is made all the same
            stated = frozenset()
        orders = await self._app.store.erasures.ordered()
        return stated, {(each.interview, each.collected, bool(each.swept_ms), each.bare) for each in orders}

    def _secret(self) -> bool:
        """Copy the data folder's key. Returns whether there is one."""
        try:
            data = (self._app.settings.data_dir / SECRET).read_bytes()
        except FileNotFoundError:
            return False
        self._backup.add(SECRET, data)
        return True

    async def _add(
        self, copy: StoreCopy, store: BinaryIO, heads: BinaryIO, name: str, interview: Interview
    ) -> None:
        interview = await self._archived.add(copy, name, interview)
        for record in records_of(interview.pieces):
            write(store, record)
        if interview.head:
            number = int.from_bytes(interview.head[:-HASH_BYTES], "big")
            heads.write(f"{name} {number} {interview.head[-HASH_BYTES:].hex()}\n".encode())
