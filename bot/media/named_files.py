"""Files in the archive that are found by their names, in a folder of their own. Each is written once.

`handlers.maintenance.anchors.Files` says what the calls do. All of them may raise ArchiveUnavailable.

Unlike recordings, nothing in the store refers to them: whoever can write to the store can neither hide nor delete
one.
"""

import asyncio
import contextlib
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError

from bot.media.archive import NO_BUCKET, Bucket, make_folder, sync_folder, unavailable


class FolderFiles:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def create(self, name: str, data: bytes) -> bool:
        return await asyncio.to_thread(self._create, name, data)

    async def read(self, name: str) -> bytes | None:
        return await asyncio.to_thread(self._read, name)

    async def names(self) -> list[str]:
        return await asyncio.to_thread(self._names)

    def _create(self, name: str, data: bytes) -> bool:
        try:
            make_folder(self._folder.parent)
            make_folder(self._folder)
            handle, draft = tempfile.mkstemp(prefix=".", suffix=".part", dir=self._folder)  # mode 0600
            with contextlib.ExitStack() as undo:
                undo.callback(Path(draft).unlink)
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                try:
                    os.link(draft, self._folder / name)  # fails if it exists, unlike renaming
                except FileExistsError:
                    return False
            sync_folder(self._folder)
        except OSError as error:
            raise self._unavailable(error) from None
        return True

    def _read(self, name: str) -> bytes | None:
        try:
            return (self._folder / name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._unavailable(error) from None

    def _names(self) -> list[str]:
        try:
            return sorted(each.name for each in self._folder.iterdir() if not each.name.startswith("."))
        except FileNotFoundError:
            return []
        except OSError as error:
            raise self._unavailable(error) from None

    def _unavailable(self, error: Exception) -> Exception:
        return unavailable(f"the folder {self._folder}", error)


class ObjectFiles:
    """Objects named `prefix/folder/name`. For the thread pool, see `ObjectArchive`."""

    def __init__(self, bucket: Bucket, folder: str) -> None:
        self._bucket = bucket
        self._folder = folder
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="named-files")

    async def create(self, name: str, data: bytes) -> bool:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._create, name, data)

    async def read(self, name: str) -> bytes | None:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._read, name)

    async def names(self) -> list[str]:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._names)

    def _create(self, name: str, data: bytes) -> bool:
        store, key = self._bucket.store, f"{self._folder}/{name}"
        try:
            obstore.put(store, key, data, mode="create", use_multipart=False)
        except AlreadyExistsError:
            return False
        except (BaseError, OSError) as error:
            raise unavailable(self._bucket.place, error) from None
        return True

    def _read(self, name: str) -> bytes | None:
        try:
            return bytes(obstore.get(self._bucket.store, f"{self._folder}/{name}").bytes())
        except (BaseError, OSError) as error:
            if isinstance(error, FileNotFoundError) and NO_BUCKET not in str(error):
                return None
            raise unavailable(self._bucket.place, error) from None

    def _names(self) -> list[str]:
        try:
            found = [
                each["path"] for page in obstore.list(self._bucket.store, f"{self._folder}/") for each in page
            ]
        except (BaseError, OSError) as error:
            raise unavailable(self._bucket.place, error) from None
        return sorted(path.rpartition("/")[2] for path in found)


def named_files(place: Path | Bucket, folder: str) -> FolderFiles | ObjectFiles:
    """Return the files in a folder of an archive."""
    return FolderFiles(place / folder) if isinstance(place, Path) else ObjectFiles(place, folder)
