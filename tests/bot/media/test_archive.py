"""The archive, as a folder and in a bucket: it stores recordings unchanged and once, and reports failures."""

import asyncio
import errno
import hashlib
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import obstore
import pytest
from obstore.store import S3Store

from bot.media.archive import (
    Archive,
    ArchiveDamaged,
    ArchiveUnavailable,
    ArchiveWrong,
    FolderArchive,
    NotArchived,
    ObjectArchive,
    archive_at,
)
from tests.bot.media.object_stores import s3
from tests.bot.speech.recordings import sample

__all__ = ["s3"]

RECORDING = sample("zh-opus-telegram.ogg")
SHA256 = hashlib.sha256(RECORDING).hexdigest()
_KEY, _SECRET = "the-key", "the-Secret-of-the-key"


@dataclass(frozen=True)
class Place:
    """An archive. `held` returns what it stores, by name."""

    archive: Archive
    folder: Path
    store: S3Store | None = None

    def held(self) -> dict[str, bytes]:
        if self.store is not None:
            found = [entry["path"] for page in obstore.list(self.store) for entry in page]
            return {path: bytes(obstore.get(self.store, path).bytes()) for path in found}
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in self.folder.rglob("*")
            if path.is_file()
        }

    def overwrite(self, name: str, data: bytes) -> None:
        if self.store is not None:
            obstore.put(self.store, name, data)
        else:
            (self.folder / name).write_bytes(data)


@pytest.fixture(params=["folder", "s3"])
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    if request.param == "folder":
        archive = archive_at(None, tmp_path, None, None)
        store = None
    else:
        url = request.getfixturevalue("s3")
        setting = f"s3://recordings/{tmp_path.name}/voice?endpoint={url}"
        archive = archive_at(setting, tmp_path, _KEY, _SECRET)
        store = S3Store(
            "recordings",
            prefix=f"{tmp_path.name}/voice",
            endpoint=url,
            access_key_id=_KEY,
            secret_access_key=_SECRET,
            region="us-east-1",
            client_options={"allow_http": True},
        )
    yield Place(archive, tmp_path / "voice", store)
    await archive.close()


async def test_what_was_put_comes_back_byte_for_byte(place: Place) -> None:
    assert await place.archive.put(RECORDING) == SHA256
    assert await place.archive.get(SHA256) == RECORDING


@pytest.mark.parametrize("data", [b"", b"\x00", bytes(range(256)) * 40_000])
async def test_any_bytes_can_be_kept(place: Place, data: bytes) -> None:
    sha256 = await place.archive.put(data)
    assert sha256 == hashlib.sha256(data).hexdigest()
    assert await place.archive.get(sha256) == data


async def test_the_same_is_kept_once_however_often_and_at_once_it_comes(place: Place) -> None:
    assert set(await asyncio.gather(*(place.archive.put(RECORDING) for _ in range(8)))) == {SHA256}
    assert await place.archive.put(RECORDING) == SHA256
    assert list(place.held().values()) == [RECORDING]


async def test_different_recordings_do_not_touch_each_other(place: Place) -> None:
    many = [b"#!AMR\n" + bytes([number]) * 40 for number in range(20)]
    names = await asyncio.gather(*(place.archive.put(data) for data in many))
    assert [await place.archive.get(name) for name in names] == many
    assert len(place.held()) == 20


@pytest.mark.parametrize("name", ["0" * 64, "", "../../etc/passwd", SHA256.upper(), "*" * 64, "0" * 64 + "\n"])
async def test_what_was_never_put_is_not_archived(place: Place, name: str) -> None:
    await place.archive.put(RECORDING)
    with pytest.raises(NotArchived) as caught:
        await place.archive.get(name)
    assert caught.value.sha256 == name


@pytest.mark.parametrize("damaged", [RECORDING[:-1], b"", RECORDING + b"\x00", b"x" * len(RECORDING)])
async def test_a_damaged_recording_is_never_given_out_and_mended_by_another_put(
    place: Place, damaged: bytes
) -> None:
    await place.archive.put(RECORDING)
    (name,) = place.held()
    place.overwrite(name, damaged)
    with pytest.raises(ArchiveDamaged, match=SHA256):
        await place.archive.get(SHA256)
    await place.archive.put(RECORDING)
    assert await place.archive.get(SHA256) == RECORDING
    assert place.held() == {name: RECORDING}


async def test_a_new_archive_at_the_same_place_has_what_the_old_one_had(place: Place, tmp_path: Path) -> None:
    await place.archive.put(RECORDING)
    if isinstance(place.archive, FolderArchive):
        again: Archive = archive_at(str(place.folder), tmp_path / "elsewhere", None, None)
    else:
        assert place.store is not None
        again = ObjectArchive(place.store, "the bucket")
    assert await again.get(SHA256) == RECORDING
    await again.close()


async def test_the_folder_is_for_its_owner_only_and_its_names_say_the_format(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        await FolderArchive(tmp_path / "voice").put(RECORDING)
    finally:
        os.umask(before)
    file = tmp_path / "voice" / SHA256[:2] / f"{SHA256}.ogg"
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert file.parent.parent.stat().st_mode & 0o777 == 0o700


async def test_before_put_returns_file_and_folders_are_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    fsync, replace = os.fsync, os.replace

    def watched_fsync(handle: int) -> None:
        name = os.path.relpath(os.readlink(f"/proc/self/fd/{handle}"), tmp_path)
        done.append(f"fsync {'a part' if name.endswith('.part') else name}")
        fsync(handle)

    def watched_replace(old: str, new: Path) -> None:
        done.append("rename")
        replace(old, new)

    monkeypatch.setattr(os, "fsync", watched_fsync)
    monkeypatch.setattr(os, "replace", watched_replace)
    await FolderArchive(tmp_path / "voice").put(RECORDING)
    assert done == ["fsync .", "fsync voice", "fsync a part", "rename", f"fsync voice/{SHA256[:2]}"]


@pytest.mark.parametrize(
    ("name", "number"), [("fsync", errno.ENOSPC), ("replace", errno.EIO), ("fsync", errno.EDQUOT)]
)
async def test_a_full_disk_leaves_nothing_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, number: int
) -> None:
    archive = FolderArchive(tmp_path)
    (tmp_path / SHA256[:2]).mkdir()

    def full(*_arguments: Any) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as broken:
        broken.setattr(os, name, full)
        with pytest.raises(ArchiveUnavailable, match=os.strerror(number)):
            await archive.put(RECORDING)
    assert Place(archive, tmp_path).held() == {}
    with pytest.raises(NotArchived):
        await archive.get(SHA256)
    assert await archive.put(RECORDING) == SHA256


async def test_a_folder_that_cannot_be_one_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    archive = FolderArchive(tmp_path / "file")
    with pytest.raises(ArchiveUnavailable):
        await archive.put(RECORDING)


async def test_the_event_loop_goes_on_while_the_disk_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here the disk waits for the event loop. If writing blocked the loop, this would never end."""
    loop = asyncio.get_running_loop()
    went_on = asyncio.Event()
    fsync = os.fsync

    def slow(handle: int) -> None:
        asyncio.run_coroutine_threadsafe(_set(went_on), loop).result(timeout=20)
        fsync(handle)

    monkeypatch.setattr(os, "fsync", slow)
    await FolderArchive(tmp_path).put(RECORDING)
    assert went_on.is_set()


async def _set(event: asyncio.Event) -> None:
    event.set()


async def test_a_store_without_the_bucket_is_no_place_without_the_recording(s3: str, tmp_path: Path) -> None:
    """Otherwise a mistyped bucket would look as if every recording were lost."""
    archive = archive_at(f"s3://misspelt?endpoint={s3}", tmp_path, _KEY, _SECRET)
    with pytest.raises(ArchiveUnavailable, match="no such bucket"):
        await archive.get(SHA256)
    with pytest.raises(ArchiveUnavailable, match="no such bucket"):
        await archive.put(RECORDING)
    await archive.close()


async def test_a_store_that_does_not_answer_is_unavailable_and_tells_no_secret(
    tmp_path: Path, unused_tcp_port: int
) -> None:
    archive = archive_at(f"s3://recordings?endpoint=http://127.0.0.1:{unused_tcp_port}", tmp_path, _KEY, _SECRET)
    for call in (archive.put(RECORDING), archive.get(SHA256)):
        with pytest.raises(ArchiveUnavailable, match="bucket recordings") as caught:
            await call
        assert not {_KEY, _SECRET} & set(str(caught.value).split())
        assert caught.value.__cause__ is None
        assert caught.value.__suppress_context__
    assert _SECRET not in repr(archive)
    assert _KEY not in repr(archive)
    await archive.close()


@pytest.mark.parametrize("place", ["s3"], indirect=True)
async def test_a_bucket_is_told_the_media_type(place: Place) -> None:
    assert place.store is not None
    for data, media_type in ((RECORDING, "audio/ogg"), (b"whatever", "application/octet-stream")):
        sha256 = await place.archive.put(data)
        answer = obstore.get(place.store, f"{sha256[:2]}/{sha256}")
        assert answer.attributes["Content-Type"] == media_type


def test_where_the_archive_is(tmp_path: Path) -> None:
    def named(setting: str | None) -> str:
        return repr(archive_at(setting, tmp_path, _KEY, _SECRET))

    assert named(None) == named("") == f"FolderArchive('{tmp_path}/voice')"
    assert named("/srv/voice") == "FolderArchive('/srv/voice')"
    assert named("./voice") == "FolderArchive('voice')"
    assert named("s3://a-bucket") == "ObjectArchive('the bucket a-bucket')"
    assert named("s3://a-bucket/deep/er?region=eu-north-1") == "ObjectArchive('the bucket a-bucket')"


@pytest.mark.parametrize(
    "setting",
    [
        "https://s3.example.com/bucket",
        "s3://",
        "s3:///prefix",
        "s3://key:secret@bucket/",
        "s3://bucket:9000/",
        "s3://bucket?endpoint=minio:9000",
        "s3://bucket?endpoint=ftp://minio",
        "s3://bucket?endpoint=http://key:secret@minio",
        "s3://bucket?endpoint=",
        "s3://bucket?endpoint=http://minio:port",
        "s3://bucket?endpoint=http://a&endpoint=http://b",
        "s3://bucket?secret=hidden",
        "s3://[bucket",
    ],
)
def test_a_wrong_setting_says_what_to_write(setting: str, tmp_path: Path) -> None:
    with pytest.raises(ArchiveWrong, match=r"s3://bucket/prefix\?endpoint=") as caught:
        archive_at(setting, tmp_path, _KEY, _SECRET)
    assert "hidden" not in str(caught.value)
    assert "secret@" not in str(caught.value)


@pytest.mark.parametrize(("key", "secret"), [(_KEY, None), (None, _SECRET), (None, None), ("", _SECRET)])
def test_a_key_comes_with_its_secret(key: str | None, secret: str | None, tmp_path: Path) -> None:
    with pytest.raises(ArchiveWrong, match="both be set") as caught:
        archive_at("s3://bucket?endpoint=https://minio.example.com", tmp_path, key, secret)
    assert _SECRET not in str(caught.value)


def test_without_an_endpoint_the_machine_may_have_keys_of_its_own(tmp_path: Path) -> None:
    assert repr(archive_at("s3://bucket?region=eu-north-1", tmp_path, None, None)).startswith("ObjectArchive")
