"""A reader of report pages as a fixture, and candidates whose answer is spoken."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from conversation import inbound as i
from storage.memory.store import MemoryStore
from tests.handlers.console.commands.candidates.report_reader import Reader, reader_of


@pytest.fixture
async def reader(tmp_path: Path) -> AsyncIterator[Reader]:
    made = await reader_of(MemoryStore(), tmp_path)
    yield made
    await made.web.aclose()


async def spoken(reader: Reader, name: str, data: bytes) -> tuple[str, str]:
    """Create a candidate with a transcribed voice answer. Returns interview id and sha256 of the recording."""
    desk = reader.desk
    interview = await desk.starts(name, "spring")
    await desk.does(name, i.VoiceReceived(i.Media("file", duration_ms=42_000)))
    sha256 = await reader.archive.put(data)
    segments = (i.Segment(0, 20_000, "我来自", 0.97), i.Segment(20_000, 42_000, "北京大学", 0.31))
    told: list[i.What] = [
        i.AudioArchived(1, sha256, len(data), "ogg-opus"),
        i.TranscriptReady(1, "我来自北京大学", 0.934, "tiny", 42_000, segments),
    ]
    for number, what in enumerate(told):
        await desk.intake.apply(interview, i.Inbound(f"voice:{number}", what))
    return interview, sha256
