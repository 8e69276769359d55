"""Making a backup beside the running installation."""

import asyncio
import shutil
from collections.abc import Callable
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec

from bot.backups.folder import ANCHORS, FILES, HEADS, SECRET, STORE, Manifest, NewBackup
from bot.backups.notes import is_left_out
from bot.clock import nonce, now_ms
from bot.installation import Installation
from bot.media.archive import ArchiveDamaged, NotArchived
from bot.media.archive_listing import listed
from bot.media.named_files import named_files
from conversation.errors import BotError
from conversation.events import SCHEMA
from conversation.record.audit import HASH_BYTES
from handlers.maintenance.erasure_entries import erasures_in
from handlers.organisation import events
from handlers.organisation.audit import read_entries
from handlers.organisation.events import Acted
from handlers.organisation.repository import append
from handlers.organisation.state import NAME
from storage import keys
from storage.backup.pieces import records_of, write
from storage.redis.copying import Interview, StoreCopy

_TOLD_EVERY = 10_000
_ROUNDS = 20
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
        self._copy = StoreCopy(app.store.client, is_left_out)
        self._records = 0

    async def make(self, *, secrets: bool, files: bool) -> Made:
        begun_ms = now_ms()
        await self._record()
        await self._anchors()  # first: what they say must be in the records
        started = len(await self._organisation())
        damaged: list[str] = []
        with self._backup.compressed(STORE) as store, self._backup.compressed(HEADS) as heads:
            await self._everything(store, heads)
            with self._backup.compressed(FILES) as list_:
                copied = await self._files(list_, damaged) if files else 0
            await self._erased(store, heads, started)
            await self._waiting(store, heads)
        secret = self._secret() if secrets else False
        made_at = datetime.fromtimestamp(begun_ms / 1000, self._app.settings.zone).isoformat(timespec="seconds")
        manifest = Manifest(
            nonce(), made_at, version("xumian"), SCHEMA, keys.PARTITIONS, self._records, copied, contents={}
        )
        await asyncio.to_thread(self._backup.finish, manifest)
        return Made(manifest, damaged, secret)

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

    async def _everything(self, store: BinaryIO, heads: BinaryIO) -> None:
        async for record in self._copy.begin():
            write(store, record)
        async for name, interview in self._copy.interviews():
            self._add(store, heads, name, interview)
            self._records += 1
            if self._records % _TOLD_EVERY == 0:
                self._tell(f"… {self._records} records")
        async for record in self._copy.others():
            write(store, record)

    async def _files(self, list_: BinaryIO, damaged: list[str]) -> int:
        """Copy the archive and return how many files it has."""
        copied = 0
        for sha256 in await asyncio.to_thread(listed, self._app.settings.archive_place):
            try:
                data = await self._app.archive.get(sha256)
            except NotArchived:  # erased meanwhile
                continue
            except ArchiveDamaged:
                damaged.append(sha256)
                continue
            await asyncio.to_thread(self._backup.add_file, sha256, data)
            list_.write(f"{sha256} {len(data)}\n".encode())
            copied += 1
            if copied % _TOLD_EVERY == 0:
                self._tell(f"… {copied} recordings and files")
        return copied

    async def _erased(self, store: BinaryIO, heads: BinaryIO, started: int) -> None:
        """Copy once more the records of people who were erased meanwhile or are being erased, after the orders to
        do so. Restored, an erasure is then as far as if the process had been killed in the middle of it."""
        done: set[str] = set()
        for _ in range(_ROUNDS):
            for record in await self._copy.hash(keys.ERASURES):
                write(store, record)
            stated = await self._stated(started)
            under_way = {order.interview for order in await self._app.store.erasures.ordered()}
            for name in sorted((stated - done) | under_way):
                self._add(store, heads, name, await self._copy.again(name))
            done |= stated
            self._add(store, heads, NAME, await self._copy.again(NAME))
            if await self._stated(started) <= done:
                return
        raise BackupBusy("people are being erased again and again: make the backup at a quieter time")

    async def _stated(self, started: int) -> set[str]:
        """Return the interviews whose erasure the organisation's record has stated since the backup began."""
        return set(erasures_in((await self._organisation())[started:]))

    async def _organisation(self) -> list[events.OrganisationEntry]:
        stored = await self._app.store.interviews.entries(NAME)
        try:
            return read_entries(stored)
        except (msgspec.MsgspecError, ValueError):  # `audit` says so; a copy is made all the same
            return []

    async def _waiting(self, store: BinaryIO, heads: BinaryIO) -> None:
        async for found in self._copy.waiting():
            if isinstance(found, tuple):
                self._add(store, heads, *found)
            else:
                write(store, found)

    def _add(self, store: BinaryIO, heads: BinaryIO, name: str, interview: Interview) -> None:
        for record in records_of(interview.pieces):
            write(store, record)
        if interview.head:
            number = int.from_bytes(interview.head[:-HASH_BYTES], "big")
            heads.write(f"{name} {number} {interview.head[-HASH_BYTES:].hex()}\n".encode())

    def _secret(self) -> bool:
        """Copy the data folder's key. Returns whether there is one."""
        try:
            data = (self._app.settings.data_dir / SECRET).read_bytes()
        except FileNotFoundError:
            return False
        self._backup.add(SECRET, data)
        return True
