"""The archive of recordings and files, stored unchanged under their SHA-256, so that equal files are stored once.

It is a folder by default, or any S3-compatible store if the settings say so.
"""

import asyncio
import contextlib
import hashlib
import os
import re
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple, Protocol
from urllib.parse import SplitResult, parse_qs, urlsplit

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

from bot.media.formats import MEDIA_TYPES, sniff
from conversation.errors import BotError

_SHA256 = re.compile(r"[0-9a-f]{64}")
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,62}")
_EXAMPLE = "s3://bucket/prefix?endpoint=https://s3.example.com&region=eu-central-1"
_CONNECT = timedelta(seconds=5)
_ANSWER = timedelta(seconds=30)  # per attempt, including the transfer
_MOST_RETRIES = 2
_RETRIES = timedelta(seconds=20)
_TRANSFERS = 8  # in parallel
NO_BUCKET = "NoSuchBucket"  # docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html (read 2026-11)


class ArchiveWrong(BotError):
    """The archive setting is invalid; the message says how to write it."""


class ArchiveUnavailable(BotError):
    """The archive cannot be used at the moment; the same call may succeed later."""


class NotArchived(BotError):
    """The archive has no file with this SHA-256."""

    def __init__(self, sha256: str) -> None:
        super().__init__(f"the archive has no recording {sha256[:64]!r}: check that all processes use one archive")
        self.sha256 = sha256


class ArchiveDamaged(BotError):
    """The archived file's content does not match its SHA-256."""

    def __init__(self, sha256: str) -> None:
        super().__init__(f"the recording {sha256} is damaged in the archive: restore it from a backup")
        self.sha256 = sha256


class Archive(Protocol):
    """Stores files by the SHA-256 of their content. All calls may raise ArchiveUnavailable."""

    async def put(self, data: bytes) -> str:
        """Store a file durably and return its SHA-256 in hex."""
        ...

    async def get(self, sha256: str) -> bytes:
        """Return a file's content. Raises NotArchived, or ArchiveDamaged."""
        ...

    async def drop(self, sha256: str) -> None:
        """Delete a file if it exists."""
        ...

    async def close(self) -> None: ...


class FolderArchive:
    """An archive of files named `ab/abcdef….ogg` in a folder, created so that only this user can read it.

    `suffix`: how the names of files end; empty: by what they are.
    """

    def __init__(self, folder: Path, suffix: str = "") -> None:
        self._folder = folder
        self._suffix = suffix

    @property
    def folder(self) -> Path:
        return self._folder

    def __repr__(self) -> str:
        return f"FolderArchive({str(self._folder)!r})"

    async def put(self, data: bytes) -> str:
        return await asyncio.to_thread(self._put, data)

    async def get(self, sha256: str) -> bytes:
        return await asyncio.to_thread(self._get, sha256)

    async def drop(self, sha256: str) -> None:
        await asyncio.to_thread(self._drop, sha256)

    async def close(self) -> None:
        """Do nothing: no resources are held between calls."""

    def _put(self, data: bytes) -> str:
        sha256 = _hash(data)
        try:
            held = self._find(sha256)
            if held is None or _hash(held.read_bytes()) != sha256:  # replace a damaged file
                self._write(held or self._subfolder(sha256) / f"{sha256}.{self._suffix or _suffix(data)}", data)
        except OSError as error:
            raise unavailable(f"the folder {self._folder}", error) from None
        return sha256

    def _get(self, sha256: str) -> bytes:
        if not _SHA256.fullmatch(sha256):
            raise NotArchived(sha256)
        try:
            held = self._find(sha256)
            data = held.read_bytes() if held else None
        except OSError as error:
            raise unavailable(f"the folder {self._folder}", error) from None
        if data is None:
            raise NotArchived(sha256)
        return _checked(data, sha256)

    def _drop(self, sha256: str) -> None:
        if not _SHA256.fullmatch(sha256):
            return
        try:
            while held := self._find(sha256):
                held.unlink(missing_ok=True)
                sync_folder(held.parent)
        except OSError as error:
            raise unavailable(f"the folder {self._folder}", error) from None

    def _subfolder(self, sha256: str) -> Path:
        return self._folder / sha256[:2]

    def _find(self, sha256: str) -> Path | None:
        return next(self._subfolder(sha256).glob(f"{sha256}.*"), None)

    def _write(self, path: Path, data: bytes) -> None:
        """Write a file atomically, even if the power fails."""
        for folder in (self._folder, path.parent):
            make_folder(folder)
        handle, name = tempfile.mkstemp(prefix=f".{path.stem}.", suffix=".part", dir=path.parent)  # mode 0600
        with contextlib.ExitStack() as undo:
            undo.callback(Path(name).unlink, missing_ok=True)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, path)
        sync_folder(path.parent)


def make_folder(folder: Path) -> None:
    """Create a folder that only this user can read, and those above it, durably, unless it exists."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Flush a folder's entries to disk; new file names are durable only after this."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class ObjectArchive:
    """An archive of objects named `prefix/ab/abcdef…` in a bucket, or `prefix/folder/ab/abcdef…` if `folder` is
    `folder/`. `place` is its name in error messages.

    Calls of obstore are made in a thread pool. Its asynchronous calls occasionally abort the process if it ends
    soon after one (github.com/PyO3/pyo3-async-runtimes/issues/40, read 2026-11; seen with obstore 0.12).
    """

    def __init__(self, store: S3Store, place: str, folder: str = "") -> None:
        self._store = store
        self._place = place
        self._folder = folder
        self._threads = ThreadPoolExecutor(_TRANSFERS, thread_name_prefix="archive")

    def __repr__(self) -> str:
        return f"ObjectArchive({self._place!r})"

    async def put(self, data: bytes) -> str:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._put, data)

    async def get(self, sha256: str) -> bytes:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._get, sha256)

    async def drop(self, sha256: str) -> None:
        await asyncio.get_running_loop().run_in_executor(self._threads, self._drop, sha256)

    async def close(self) -> None:
        """Accept no more calls. Calls in progress are not waited for; calls not yet begun are cancelled."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _put(self, data: bytes) -> str:
        sha256 = _hash(data)
        media_type = MEDIA_TYPES.get(sniff(data), ("", "application/octet-stream"))[1]
        try:
            # No multipart upload: an interrupted one leaves parts behind. Writing an object twice is harmless.
            obstore.put(
                self._store, self._key(sha256), data, attributes={"Content-Type": media_type}, use_multipart=False
            )
        except (BaseError, OSError) as error:
            raise unavailable(self._place, error) from None
        return sha256

    def _get(self, sha256: str) -> bytes:
        if not _SHA256.fullmatch(sha256):
            raise NotArchived(sha256)
        try:
            data = bytes(obstore.get(self._store, self._key(sha256)).bytes())
        except (BaseError, OSError) as error:
            if isinstance(error, FileNotFoundError) and NO_BUCKET not in str(error):
                raise NotArchived(sha256) from None
            raise unavailable(self._place, error) from None
        return _checked(data, sha256)

    def _drop(self, sha256: str) -> None:
        """Delete an object. A bucket with versioning keeps the old version unless configured otherwise."""
        if not _SHA256.fullmatch(sha256):
            return
        try:
            obstore.delete(self._store, self._key(sha256))
        except FileNotFoundError:
            return
        except (BaseError, OSError) as error:
            raise unavailable(self._place, error) from None

    def _key(self, sha256: str) -> str:
        return f"{self._folder}{sha256[:2]}/{sha256}"


class Bucket(NamedTuple):
    """A bucket of an S3-compatible store, with its name in error messages."""

    store: S3Store
    place: str


def archive_at(setting: str | None, data_dir: Path, key: str | None, secret: str | None) -> Archive:
    """Return the archive that the setting names. Raises ArchiveWrong."""
    return archive_in(place_at(setting, data_dir, key, secret))


def archive_in(place: Path | Bucket) -> Archive:
    return FolderArchive(place) if isinstance(place, Path) else ObjectArchive(place.store, place.place)


def place_at(setting: str | None, data_dir: Path, key: str | None, secret: str | None) -> Path | Bucket:
    """Return the place that the setting names, a path or an S3 address.

    Without a setting, it is the folder `voice` in `data_dir`. Raises ArchiveWrong.
    """
    if not setting:
        return data_dir / "voice"
    scheme = setting.partition("://")[0] if "://" in setting else ""
    if not scheme:
        return Path(setting).expanduser()
    if scheme != "s3":
        raise ArchiveWrong(f"the voice archive is a folder or {_EXAMPLE}, not {scheme[:20]}://…")
    try:
        parts = urlsplit(setting)
        if parts.username or parts.password or not _BUCKET.fullmatch(parts.netloc):
            raise ArchiveWrong(f"the voice archive's address must be like {_EXAMPLE}, without key or secret")
        return _s3(parts, key, secret)
    except ValueError:
        raise ArchiveWrong(f"the voice archive's address cannot be read: write it like {_EXAMPLE}") from None


def _s3(parts: SplitResult, key: str | None, secret: str | None) -> Bucket:
    options = _options(parts.query)
    endpoint = options.get("endpoint", "")
    if bool(key) != bool(secret) or (endpoint and not key):
        raise ArchiveWrong("the voice archive's key and secret must both be set")
    store = S3Store(
        parts.netloc,
        prefix=parts.path.strip("/") or None,
        config={
            "region": options.get("region", "us-east-1"),
            "virtual_hosted_style_request": not endpoint,
            **({"endpoint": endpoint} if endpoint else {}),
            **({"access_key_id": key, "secret_access_key": secret} if key and secret else {}),
        },
        client_options={
            "allow_http": endpoint.startswith("http://"),
            "connect_timeout": _CONNECT,
            "timeout": _ANSWER,
        },
        retry_config={"max_retries": _MOST_RETRIES, "retry_timeout": _RETRIES},
    )
    return Bucket(store, f"the bucket {parts.netloc}")


def _options(query: str) -> dict[str, str]:
    """Return the options `endpoint` and `region` of an S3 address. Raises ArchiveWrong."""
    given = parse_qs(query, keep_blank_values=True)
    for name, values in given.items():
        if name not in ("endpoint", "region") or len(values) > 1 or not values[0]:
            raise ArchiveWrong(f"the voice archive's address may have one endpoint and one region: {_EXAMPLE}")
    options = {name: values[0] for name, values in given.items()}
    if endpoint := options.get("endpoint"):
        at = urlsplit(endpoint)
        if at.scheme not in ("http", "https") or not at.hostname or at.port == 0 or at.username or at.query:
            raise ArchiveWrong(f"the voice archive's endpoint must be a web address: {_EXAMPLE}")
        options["endpoint"] = endpoint.rstrip("/")
    return options


def _suffix(data: bytes) -> str:
    return MEDIA_TYPES.get(sniff(data), ("audio", ""))[0]


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _checked(data: bytes, sha256: str) -> bytes:
    if _hash(data) != sha256:
        raise ArchiveDamaged(sha256)
    return data


def unavailable(place: str, error: Exception) -> ArchiveUnavailable:
    """Return the error to raise. Its message omits library errors that quote addresses and responses."""
    match error:
        case FileNotFoundError(strerror=None):
            why = "there is no such bucket"
        case PermissionDeniedError() | UnauthenticatedError():
            why = "the key or the secret is not accepted"
        case OSError(strerror=str() as why):
            pass
        case _:
            why = f"no right answer ({type(error).__name__})"
    return ArchiveUnavailable(f"the voice archive ({place}) does not work now: {why}; it is tried again")
