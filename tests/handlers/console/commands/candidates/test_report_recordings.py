"""The recordings that report pages play: whole or in parts, and only those of the interview."""

import pytest

from tests.handlers.console.commands.candidates.report_reader import Reader, sample
from tests.handlers.console.commands.candidates.spoken_reports import reader, spoken
from tests.speech.recordings import FOLDER

__all__ = ["reader"]


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("", 200, slice(None)),
        ("bytes=0-9", 206, slice(0, 10)),
        ("bytes=10-", 206, slice(10, None)),
        ("bytes=-7", 206, slice(-7, None)),
        ("bytes=0-99999999", 206, slice(None)),
        ("bytes=-99999999", 206, slice(None)),
        ("Bytes=5-5", 206, slice(5, 6)),
        ("bytes=9-3", 200, slice(None)),  # not a valid range: ignored
        ("bytes=0-1,4-5", 200, slice(None)),
        ("bytes=-", 200, slice(None)),
        ("pages=1-2", 200, slice(None)),
        ("bytes=99999999-", 416, slice(0, 0)),
        ("bytes=-0", 416, slice(0, 0)),
    ],
)
async def test_recordings_come_in_parts(reader: Reader, asked: str, status: int, part: slice) -> None:
    data = sample("zh.ogg")
    interview, sha256 = await spoken(reader, "张三", data)
    address = f"/r/{reader.token(interview)}/audio/{sha256}"
    answer = await reader.web.get(address, headers={"range": asked} if asked else {})
    assert answer.status_code == status
    assert answer.content == data[part]
    assert answer.headers["accept-ranges"] == "bytes"
    if status == 206:
        first, _, _ = part.indices(len(data))
        assert answer.headers["content-range"] == f"bytes {first}-{first + len(answer.content) - 1}/{len(data)}"
        assert answer.headers["content-type"] == "audio/ogg"
    if status == 416:
        assert answer.headers["content-range"] == f"bytes */{len(data)}"


async def test_a_part_of_something_else_is_not_given(reader: Reader) -> None:
    data = sample("zh.ogg")
    interview, sha256 = await spoken(reader, "张三", data)
    address = f"/r/{reader.token(interview)}/audio/{sha256}"
    etag = (await reader.web.get(address)).headers["etag"]
    for known, status in ((etag, 206), ('"another"', 200)):
        answer = await reader.web.get(address, headers={"range": "bytes=0-9", "if-range": known})
        assert answer.status_code == status


async def test_only_recordings_of_that_interview(reader: Reader) -> None:
    interview, _ = await spoken(reader, "张三", sample("zh.ogg"))
    other = await reader.archive.put(sample("en.ogg"))
    for sha256 in (other, "0" * 64, "..%2f..%2fetc", "x"):
        assert (await reader.web.get(f"/r/{reader.token(interview)}/audio/{sha256}")).status_code == 404


async def test_what_no_browser_plays_becomes_wav_and_can_be_had_as_it_came(reader: Reader) -> None:
    data = (FOLDER / "formats" / "dtx.amr").read_bytes()
    interview, sha256 = await spoken(reader, "张三", data)
    address = f"/r/{reader.token(interview)}/audio/{sha256}"
    played = await reader.web.get(address)
    assert played.headers["content-type"] == "audio/wav"
    assert played.content[:4] + played.content[8:12] == b"RIFFWAVE"
    assert len(played.content) > 16_000
    part = await reader.web.get(address, headers={"range": "bytes=100-199"})
    assert part.content == played.content[100:200]
    original = await reader.web.get(f"{address}?original")
    assert original.content == data
    assert original.headers["content-disposition"] == f'attachment; filename="{sha256[:12]}.amr"'


async def test_a_broken_recording_is_said_to_be_broken(reader: Reader) -> None:
    interview, sha256 = await spoken(reader, "张三", b"#!AMR\n")
    assert (await reader.web.get(f"/r/{reader.token(interview)}/audio/{sha256}")).status_code == 415
