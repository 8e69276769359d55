"""Files of the archive that have names, in a folder and in a bucket: each is written once and stays as it is."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import pytest

from bot.media.archive import ArchiveUnavailable, archive_at, place_at
from bot.media.named_files import named_files
from handlers.maintenance.anchors import Files
from tests.bot.media.object_stores import s3

__all__ = ["s3"]


@pytest.fixture(params=["folder", "s3"])
def setting(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "folder":
        return str(tmp_path / "archive")
    return f"s3://recordings/{tmp_path.name}?endpoint={request.getfixturevalue('s3')}"


@pytest.fixture
def files(setting: str, tmp_path: Path) -> Files:
    return named_files(place_at(setting, tmp_path, "the-key", "the-secret"), "anchors")


async def test_what_was_created_is_read_by_its_name(files: Files) -> None:
    assert await files.names() == []
    assert await files.read("b") is None
    assert await files.create("b", b"two")
    assert await files.create("a", b"")
    assert await files.names() == ["a", "b"]
    assert (await files.read("a"), await files.read("b")) == (b"", b"two")


async def test_a_file_is_written_once_also_if_several_try_at_the_same_time(files: Files) -> None:
    created = await asyncio.gather(*(files.create("a", b"%d" % number) for number in range(5)))
    assert sorted(created) == [False] * 4 + [True]
    assert await files.read("a") == b"%d" % created.index(True)
    assert await files.names() == ["a"]


async def test_nothing_that_deletes_recordings_reaches_them(files: Files, setting: str, tmp_path: Path) -> None:
    """The store says which recordings are deleted, so whoever holds it could name any file."""
    archive = archive_at(setting, tmp_path, "the-key", "the-secret")
    await files.create("2026-11-20.note", b"kept")
    for name in ("2026-11-20.note", "anchors/2026-11-20.note", "../anchors/2026-11-20.note"):
        await archive.drop(name)
    await archive.close()
    assert await files.read("2026-11-20.note") == b"kept"


async def test_a_place_that_cannot_be_used_is_unavailable(tmp_path: Path, s3: str) -> None:
    (tmp_path / "file").touch()
    nowhere = f"s3://nowhere/x?endpoint={s3}"
    for place in (place_at(str(tmp_path / "file"), tmp_path, None, None), place_at(nowhere, tmp_path, "k", "s")):
        files = named_files(place, "anchors")
        calls: list[Callable[[], Awaitable[object]]]
        calls = [partial(files.create, "a", b""), partial(files.read, "a"), files.names]
        for call in calls:
            with pytest.raises(ArchiveUnavailable):
                await call()
