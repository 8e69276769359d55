"""Restoring a backup into an empty installation.

Everything that can be refused is refused before anything is written. Recordings and files come first, then the
store, which is marked as incomplete until it has been compared with the backup. An interrupted restore can be
repeated.
"""

import asyncio
import contextlib
import itertools
from collections.abc import Callable
from pathlib import Path

from bot.backups.folder import ANCHORS, FILES, RECORDS, SECRET, STORE, Backup, Manifest, file_path
from bot.clock import nonce, now_ms
from bot.media.archive import Archive, archive_in
from bot.media.named_files import named_files
from bot.runtime.secret_key import put_secret
from bot.settings import Settings
from bot.store import opened
from conversation.errors import BotError
from handlers.organisation.events import Acted
from handlers.organisation.repository import append
from storage.archive.records import RecordArchive
from storage.backup.pieces import read
from storage.errors import StoreUnavailable
from storage.ports import Head
from storage.redis import restoring
from storage.redis.store import RedisStore

LEASE_MS = 15_000
_TOLD_EVERY = 10_000
_HEADS_AT_ONCE = 500
_AGAIN_S = 1.0
_ATTEMPTS = 30
Tell = Callable[[str], None]


class RestoreRefused(BotError):
    """The backup cannot be restored here; the message says what to do. Nothing was changed."""


class RestoreFailed(BotError):
    """The restored store is not what the backup says, or another process interfered. It stays marked as
    incomplete."""


async def restore(settings: Settings, folder: Path, tell: Tell) -> Manifest:
    """Restore a backup into the installation of these settings, and return what it was.

    Raises BackupDamaged, RestoreRefused, RestoreFailed, ArchiveUnavailable, StoreUnavailable.
    """
    backup = Backup(folder)
    await asyncio.to_thread(backup.check)
    async with opened(settings, restoring=True) as store:
        await _refuse_if_in_use(store)
        await _check_beside(settings, backup)
        await _Restoring(settings, store, backup, tell).restore()
    return backup.manifest


async def _refuse_if_in_use(store: RedisStore) -> None:
    if not (await restoring.is_partial(store.client) or await restoring.is_empty(store.client)):
        raise RestoreRefused(
            "this installation is not empty, and a backup is restored into an empty one only: set XUMIAN_DATA_DIR "
            "to a new folder (or XUMIAN_REDIS_URL to an empty database), and start nothing on it until then"
        )


async def _check_beside(settings: Settings, backup: Backup) -> None:
    """Raise RestoreRefused if there are other anchors or another key already."""
    anchors = named_files(settings.archive_place, ANCHORS)
    for name in backup.anchors():
        if await anchors.read(name) not in (None, backup.read(f"{ANCHORS}/{name}")):
            raise RestoreRefused(
                f"the archive has another {ANCHORS}/{name} than the backup: it belongs to another installation; "
                "set XUMIAN_VOICE_ARCHIVE (or XUMIAN_DATA_DIR) to an empty place"
            )
    secret = settings.data_dir / SECRET
    if SECRET in backup.manifest.contents and secret.exists() and secret.read_bytes() != backup.read(SECRET):
        raise RestoreRefused(f"{secret} is another key than the one in the backup: move it away first")


class _Restoring:
    def __init__(self, settings: Settings, store: RedisStore, backup: Backup, tell: Tell) -> None:
        self._settings = settings
        self._store = store
        self._backup = backup
        self._tell = tell
        self._leases = store.leases(restoring.LEASE, nonce(), LEASE_MS)

    async def restore(self) -> None:
        await self._files()
        await self._only_one()
        try:
            await self._restore_store()
        finally:
            with contextlib.suppress(StoreUnavailable):  # it ends by itself
                await self._leases.release(0)

    async def _restore_store(self) -> None:
        client = self._store.client
        await _refuse_if_in_use(self._store)  # copying the files took time
        if await restoring.is_partial(client):
            self._tell("an interrupted restore is begun anew")
        else:
            await restoring.begin(client, self._backup.manifest.id)
            if not await restoring.is_empty(client):  # something started in between
                await restoring.finish(client)
                await _refuse_if_in_use(self._store)
        await restoring.clear(client)
        await self._records()
        await self._compare()
        await self._record()
        if await restoring.is_worked_on(client):
            raise RestoreFailed("another process was started on this installation: stop it, and restore again")
        await restoring.finish(client)

    async def _only_one(self) -> None:
        """Wait until no other restore is at work on this store, or until its lease shows that it was killed."""
        for attempt in range(_ATTEMPTS):
            if await self._leases.take(0):
                return
            if not attempt:
                self._tell("waiting for another restore, or until it is clear that it was killed")
            await asyncio.sleep(_AGAIN_S)
        raise RestoreRefused("another xumian restore is at work on this installation: let it finish")

    async def _files(self) -> None:
        """Restore the key, the anchors, recordings, files and archived records. Repeating it changes nothing."""
        if SECRET in self._backup.manifest.contents:
            await asyncio.to_thread(put_secret, self._settings.data_dir, self._backup.read(SECRET))
        anchors = named_files(self._settings.archive_place, ANCHORS)
        for name in self._backup.anchors():
            await anchors.create(name, self._backup.read(f"{ANCHORS}/{name}"))
        archive = archive_in(self._settings.archive_place)
        try:
            await self._archive(archive, FILES)
        finally:
            await archive.close()
        await self._archive(self._store.archived.archive, RECORDS)

    async def _archive(self, archive: Archive | RecordArchive, of: str) -> None:
        for number, (sha256, _) in enumerate(self._backup.files(of), start=1):
            await archive.put(await asyncio.to_thread(self._backup.read, file_path(sha256, of)))
            if number % _TOLD_EVERY == 0:
                self._tell(f"… {number} {'recordings and files' if of == FILES else 'archived records'}")

    async def _records(self) -> None:
        writer = restoring.Writer(self._store.client, self._still_ours)
        with self._backup.compressed(STORE) as file:
            for number in itertools.count(1):
                record = read(file)
                if record is None:
                    break
                await writer.write(record)
                if number % _TOLD_EVERY == 0:
                    self._tell(f"… {number} pieces")
        await writer.flush()

    async def _still_ours(self) -> None:
        if not await self._leases.renew(0):
            raise RestoreFailed("another xumian restore has taken over: let that one finish")

    async def _compare(self) -> None:
        """Compare how far every record has come with what the backup says."""
        differing: dict[str, Head] = {}
        heads = self._backup.heads()
        while some := list(itertools.islice(heads, _HEADS_AT_ONCE)):
            wanted = {name: Head(version, head) for name, version, head in some}
            differing = {name: head for name, head in differing.items() if name not in wanted}
            differing |= await self._differing(wanted)
            await self._still_ours()
        # A line of a record that was copied again later differed, unless the later line has been compared, too.
        if wrong := await self._differing(differing):
            raise RestoreFailed(
                f"the restored record {min(wrong)} is not what the backup says ({len(wrong)} are not): restore it "
                "again"
            )

    async def _differing(self, wanted: dict[str, Head]) -> dict[str, Head]:
        found = await self._store.interviews.heads(list(wanted))
        return {name: head for (name, head), here in zip(wanted.items(), found, strict=True) if here != head}

    async def _record(self) -> None:
        """Note in the organisation's record, if there is one, that it was restored."""
        acted = (Acted(f"xumian restore {self._backup.manifest.made_at}", "done"),)
        await append(self._store, lambda r: acted if r.version else None, f"restore:{nonce()}", "cli", now_ms)
