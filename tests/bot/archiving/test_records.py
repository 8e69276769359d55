"""Archived records as files and objects: beside recordings, apart from them, and told from what is damaged."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import obstore
import pytest

from bot.archiving.records import RecordFiles, record_files
from bot.media.archive import Bucket, archive_in, place_at
from bot.media.archive_listing import listed
from storage.errors import ArchiveOutOfReach
from tests.bot.media.object_stores import s3

__all__ = ["s3"]
DATA = b"\x1f\x8b a record"
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture(params=["folder", "s3", "s3 without a prefix"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | Bucket:
    if request.param == "folder":
        return place_at(None, tmp_path, None, None)
    prefix = f"/{tmp_path.name}/voice" if request.param == "s3" else ""
    return place_at(
        f"s3://recordings{prefix}?endpoint={request.getfixturevalue('s3')}", tmp_path, "the-key", "the-secret"
    )


@pytest.fixture
async def records(place: Path | Bucket) -> AsyncIterator[RecordFiles]:
    files = record_files(place)
    yield files
    await files.close()


def _overwrite(place: Path | Bucket, data: bytes) -> None:
    name = f"records/{SHA256[:2]}/{SHA256}"
    if isinstance(place, Path):
        (place / f"{name}.jsonl.gz").write_bytes(data)
    else:
        obstore.put(place.store, name, data)


async def test_what_was_put_comes_back_until_it_is_dropped(records: RecordFiles) -> None:
    assert await records.put(DATA) == SHA256
    assert await records.get(SHA256) == DATA
    for _ in range(2):
        await records.drop(SHA256)
        assert await records.get(SHA256) is None


async def test_what_is_damaged_is_empty(records: RecordFiles, place: Path | Bucket) -> None:
    await records.put(DATA)
    _overwrite(place, DATA[:-1])
    assert await records.get(SHA256) == b""


async def test_recordings_and_records_do_not_mix(records: RecordFiles, place: Path | Bucket) -> None:
    """A backup lists recordings, and an erasure deletes them."""
    archive = archive_in(place)
    recording = await archive.put(b"OggS a recording")
    await records.put(DATA)
    found = listed(place)
    assert recording in found
    assert SHA256 not in found
    await archive.drop(SHA256)
    await records.drop(recording)
    assert (await records.get(SHA256), await archive.get(recording)) == (DATA, b"OggS a recording")
    await archive.close()
    await records.drop(SHA256)


async def test_the_files_are_for_their_owner_only(tmp_path: Path) -> None:
    await record_files(tmp_path / "data" / "voice").put(DATA)
    (file,) = tmp_path.rglob("*.gz")  # noqa: ASYNC240
    assert file == tmp_path / "data" / "voice" / "records" / SHA256[:2] / f"{SHA256}.jsonl.gz"
    assert file.stat().st_mode & 0o777 == 0o600
    assert {each.stat().st_mode & 0o777 for each in (file.parent, file.parents[1], file.parents[2])} == {0o700}


async def test_a_place_that_cannot_be_used_is_out_of_reach(tmp_path: Path, s3: str) -> None:
    (tmp_path / "file").touch()
    nowhere = place_at(f"s3://nowhere/x?endpoint={s3}", tmp_path, "k", "s")
    for place in (tmp_path / "file", nowhere):
        records = record_files(place)
        for call in (records.put(DATA), records.get(SHA256)):
            with pytest.raises(ArchiveOutOfReach, match=r"does not work now|is not there"):
                await call
        await records.close()


async def test_a_share_that_is_not_mounted_has_lost_nothing(tmp_path: Path) -> None:
    with pytest.raises(ArchiveOutOfReach, match="is not there"):
        await record_files(tmp_path / "share").get(SHA256)
