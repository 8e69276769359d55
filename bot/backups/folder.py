"""The folder of a backup.

manifest.json      what it is, and the size and SHA-256 of every other file; written last
store.gz           everything that was in Redis
heads.gz           a line `ID VERSION HEAD` for each record, so that a restore can be compared
files.gz           a line `SHA256 BYTES` for each recording and file
files/ab/abcd…     these, named by their SHA-256
records.gz         a line `SHA256 BYTES` for each archived record, if there are any
records/ab/abcd…   these
anchors/…          the daily anchors
secret.key         only if asked for
"""

import gzip
import hashlib
import io
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import msgspec

from bot.media.archive import sync_folder
from bot.runtime import secret_key
from conversation.errors import BotError
from handlers.maintenance import anchors
from storage import keys
from storage.codec import FORMAT as RECORD_FORMAT

MANIFEST, STORE, HEADS, FILES, RECORDS = "manifest.json", "store.gz", "heads.gz", "files.gz", "records.gz"
SECRET, ANCHORS = secret_key.FILE, anchors.FOLDER
FORMAT = 1
_CHUNK = 1024 * 1024
_LEVEL = 5
_NAME = re.compile(rf"{STORE}|{HEADS}|{FILES}|{RECORDS}|{re.escape(SECRET)}|{ANCHORS}/[A-Za-z0-9][A-Za-z0-9._-]*")


class BackupDamaged(BotError):
    """The folder holds no backup that can be restored. Nothing was written."""

    def __init__(self, folder: Path, why: str) -> None:
        super().__init__(f"the backup in {folder} cannot be restored: {why}")


class Sealed(msgspec.Struct, frozen=True):
    """A file as it must be."""

    sha256: str
    size: int


class Manifest(msgspec.Struct, frozen=True):
    """What a backup is.

    - `id`: made at random.
    - `made_at`: when it was begun (ISO 8601).
    - `version`: of the program that made it; `schema` and `partitions`: of its records.
    - `records`: how many interviews and other records there are; `files`: how many files of the archive.
    - `contents`: all other files, by their path in the folder, except those below `files/` and `records/`.
    - `sha256`: of the other fields.
    """

    id: str
    made_at: str
    version: str
    schema: int
    partitions: int
    records: int
    files: int
    contents: dict[str, Sealed]
    format: int = FORMAT
    sha256: str = ""


class _Hashing(io.RawIOBase):
    """A file that computes the SHA-256 of what is written to it."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file
        self._hash = hashlib.sha256()
        self._size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        some = memoryview(data).cast("B")  # type: ignore[arg-type]
        self._hash.update(some)
        self._size += len(some)
        self._file.write(some)
        return len(some)

    @property
    def sealed(self) -> Sealed:
        return Sealed(self._hash.hexdigest(), self._size)


class NewBackup:
    """A backup that is being written. It is one only once `finish` has been called."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._contents: dict[str, Sealed] = {}

    @contextmanager
    def compressed(self, name: str) -> Iterator[BinaryIO]:
        """Open a compressed file, which is written anew. It is on the disk afterwards."""
        with (self.folder / name).open("wb") as file:
            hashing = _Hashing(file)
            with gzip.GzipFile("", "wb", _LEVEL, hashing, mtime=0) as packed:
                yield packed  # type: ignore[misc]
            file.flush()
            os.fsync(file.fileno())
        self._contents[name] = hashing.sealed

    def add(self, name: str, data: bytes) -> None:
        """Write a small file, named by its path in the folder."""
        self._write(name, data)
        self._contents[name] = Sealed(hashlib.sha256(data).hexdigest(), len(data))

    def add_file(self, sha256: str, data: bytes, of: str = FILES) -> None:
        """Write a file of the archive, which is listed in `of`."""
        self._write(file_path(sha256, of), data)

    def drop_file(self, sha256: str, of: str = FILES) -> None:
        """Delete a file of the archive again."""
        (self.folder / file_path(sha256, of)).unlink()

    def list_files(self, sizes: Mapping[str, int], of: str = FILES) -> None:
        """Write the list of the files of the archive, with their sizes."""
        with self.compressed(of) as file:
            for sha256, size in sizes.items():
                file.write(f"{sha256} {size}\n".encode())

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest, which makes this a backup."""
        whole = msgspec.structs.replace(manifest, contents=self._contents)
        whole = msgspec.structs.replace(whole, sha256=_digest(whole))
        for folder in {path.parent for path in self.folder.rglob("*")}:
            sync_folder(folder)
        self._write(f"{MANIFEST}.part", json.dumps(msgspec.to_builtins(whole), indent=1).encode() + b"\n")
        (self.folder / f"{MANIFEST}.part").rename(self.folder / MANIFEST)
        sync_folder(self.folder)

    def _write(self, name: str, data: bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())


class Backup:
    """A backup to be restored."""

    def __init__(self, folder: Path) -> None:
        """Read the manifest. Raises BackupDamaged if this program cannot restore such a backup."""
        self.folder = folder
        self.manifest = self._manifest()

    def check(self) -> None:
        """Read all files and compare them with the manifest. Raises BackupDamaged."""
        for name, sealed in self.manifest.contents.items():
            self._check(name, sealed)
        listed = 0
        for sha256, size in self.files():
            self._check(file_path(sha256), Sealed(sha256, size))
            listed += 1
        for sha256, size in self.files(RECORDS):
            self._check(file_path(sha256, RECORDS), Sealed(sha256, size))
        if listed != self.manifest.files:
            raise self._damaged(f"{FILES} lists {listed} files, not {self.manifest.files}")

    @contextmanager
    def compressed(self, name: str) -> Iterator[BinaryIO]:
        with gzip.open(self.folder / name, "rb") as file:
            yield file  # type: ignore[misc]

    def files(self, of: str = FILES) -> Iterator[tuple[str, int]]:
        """Yield each file of the archive in a list: SHA-256, bytes. There may be no list of archived records."""
        if of not in self.manifest.contents:
            return
        with self.compressed(of) as file:
            for line in file:
                sha256, size = line.decode().split()
                yield sha256, int(size)

    def heads(self) -> Iterator[tuple[str, int, bytes]]:
        """Yield how far records had come: id, version, hash. The last line of an id counts."""
        with self.compressed(HEADS) as file:
            for line in file:
                name, version, head = line.decode().rsplit(maxsplit=2)
                yield name, int(version), bytes.fromhex(head)

    def anchors(self) -> list[str]:
        """Return the names of the files of anchors."""
        return [name.partition("/")[2] for name in self.manifest.contents if name.startswith(f"{ANCHORS}/")]

    def read(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()

    def _manifest(self) -> Manifest:
        try:
            read = json.loads((self.folder / MANIFEST).read_bytes())
        except FileNotFoundError:
            raise self._damaged(f"it has no {MANIFEST}, so it was never finished, or it is no backup") from None
        except ValueError:
            raise self._damaged(f"{MANIFEST} is damaged; take another copy of it") from None
        if not isinstance(read, dict) or not isinstance(read.get("format"), int):
            raise self._damaged(f"{MANIFEST} is damaged; take another copy of it")
        if read["format"] > FORMAT:
            raise self._damaged(f"it was made by a newer version ({read.get('version')}): install that one")
        try:
            manifest = msgspec.convert(read, Manifest)
        except msgspec.ValidationError:
            raise self._damaged(f"{MANIFEST} is damaged; take another copy of it") from None
        if manifest.sha256 != _digest(manifest):
            raise self._damaged(f"{MANIFEST} was changed or is damaged; take another copy of it")
        if manifest.schema > RECORD_FORMAT:
            raise self._damaged(
                f"its records are of schema {manifest.schema}, this version reads up to {RECORD_FORMAT}: "
                f"install Xumian {manifest.version} or later"
            )
        if manifest.partitions != keys.PARTITIONS:
            raise self._damaged(
                f"it has {manifest.partitions} partitions, this version works with {keys.PARTITIONS}"
            )
        if not all(map(_NAME.fullmatch, manifest.contents)):
            raise self._damaged(f"{MANIFEST} names a file outside its folder")
        if missing := {STORE, HEADS, FILES} - manifest.contents.keys():
            raise self._damaged(f"its {MANIFEST} does not name {', '.join(sorted(missing))}")
        return manifest

    def _check(self, name: str, sealed: Sealed) -> None:
        try:
            found, size = _hash(self.folder / name)
        except FileNotFoundError:
            raise self._damaged(f"{name} is missing; take another copy of it") from None
        if (found, size) != (sealed.sha256, sealed.size):
            raise self._damaged(
                f"{name} is damaged ({size} bytes, not {sealed.size}, or changed); take another copy"
            )

    def _damaged(self, why: str) -> BackupDamaged:
        return BackupDamaged(self.folder, why)


def file_path(sha256: str, of: str = FILES) -> str:
    """Return where a file of the archive, which is listed in `of`, is in the folder."""
    return f"{of.removesuffix('.gz')}/{sha256[:2]}/{sha256}"


def _digest(manifest: Manifest) -> str:
    plain = msgspec.to_builtins(msgspec.structs.replace(manifest, sha256=""))
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


def _hash(path: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while some := file.read(_CHUNK):
            digest.update(some)
            size += len(some)
    return digest.hexdigest(), size
