"""Time stamps prove when an anchor was there: each is one of its note, and none can be had later."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from conversation.record.anchors import digest
from handlers.maintenance.anchor_audit import AnchoredHeads, Note, notes_in
from handlers.maintenance.anchor_stamps import (
    LATEST,
    Stamp,
    StampReader,
    Stamps,
    StampWrong,
    stamp_name,
    stamps_of,
)
from storage.memory.store import MemoryStore
from tests.handlers.maintenance.anchoring import THEIRS, Installation


def read(stamp: bytes, note: bytes) -> Stamp:
    """Read a time stamp in the form of these tests: its time, and the SHA-256 of its note."""
    at, _, of = stamp.partition(b" ")
    if of != digest(note.decode()):
        raise StampWrong("it is of something else than this anchor's note")
    return Stamp(datetime.fromisoformat(at.decode()).astimezone(UTC), "CN=Example TSA")


def stamp_of(note: str, at: datetime) -> bytes:
    return at.isoformat().encode() + b" " + digest(note)


class Stamped(Installation):
    """An installation whose anchors are stamped a few seconds later."""

    async def stamped(self, days: int = 1, after: timedelta = timedelta(seconds=4)) -> None:
        for _ in range(days):
            kept = await self.anchored()
            self.put(kept.day, stamp_of(kept.note, kept.anchor.made + after))

    def put(self, day: str, stamp: bytes) -> None:
        (self.folder / f"{day}.tsr").write_bytes(stamp)

    def stamp(self, day: str) -> bytes:
        return (self.folder / f"{day}.tsr").read_bytes()

    async def stamps(self, *handed: Note, reader: StampReader | None = read) -> tuple[AnchoredHeads, Stamps]:
        notes = [*await notes_in(self.files), *handed]
        heads = await self.heads(*handed)
        return heads, await stamps_of(self.files, notes, heads.anchors, reader)

    async def stamp_faults(self, *handed: Note) -> list[str]:
        heads, stamps = await self.stamps(*handed)
        assert heads.faults == []
        return stamps.faults


@pytest.fixture
async def here(tmp_path: Path) -> Stamped:
    made = Stamped(MemoryStore(), tmp_path)
    await made.invite(2)
    return made


async def test_time_stamps_are_read(here: Stamped) -> None:
    await here.stamped(2)
    await here.anchored()
    heads, stamps = await here.stamps()
    assert (heads.faults, stamps.faults, stamps.unread) == ([], [], 0)
    times = [each.stamp.at.isoformat() for each in stamps.among(heads.anchors)]
    assert times == ["2026-09-22T08:00:04+00:00", "2026-09-23T08:00:04+00:00"]
    assert [bool(stamps.of(each)) for each in heads.anchors] == [True, True, False]


async def test_one_of_another_anchor_is_found(here: Stamped) -> None:
    await here.stamped(3)
    here.put("2026-09-23", here.stamp("2026-09-22"))
    why = "does not hold: it is of something else than this anchor's note"
    assert await here.stamp_faults() == [f"the time stamp 2026-09-23.tsr {why}"]
    _, stamps = await here.stamps()
    heads, _ = await here.stamps()
    assert [each.signed.anchor.number for each in stamps.among(heads.anchors)] == [1, 3]


async def test_one_without_its_anchor_is_found(here: Stamped) -> None:
    await here.stamped(3)
    (here.folder / "2026-09-24.note").unlink()
    assert await here.stamp_faults() == ["the time stamp 2026-09-24.tsr is there, but its anchor is gone"]


@pytest.mark.parametrize(("after", "held"), [(LATEST, True), (LATEST + timedelta(seconds=1), False)])
async def test_whoever_has_all_keys_cannot_have_old_anchors_stamped_anew(
    after: timedelta, held: bool, here: Stamped
) -> None:
    await here.stamped(2)
    await here.stamped(after=after)
    found = await here.stamp_faults()
    assert len(found) == int(not held)
    if found:
        assert found[0].startswith(
            "the time stamp 2026-09-24.tsr does not hold: it is of 2026-09-25, but its anchor"
        )
        heads, stamps = await here.stamps()
        assert stamps.of(heads.anchors[2]) is None


async def test_one_that_is_early_by_a_wrong_clock_holds(here: Stamped) -> None:
    await here.stamped(after=timedelta(hours=-9))
    assert await here.stamp_faults() == []


async def test_without_a_reader_they_are_counted(here: Stamped) -> None:
    await here.stamped(2)
    _, stamps = await here.stamps(reader=None)
    assert (stamps.unread, stamps.faults) == (2, [])


async def test_those_of_anchors_that_do_not_hold_count_for_nothing(here: Stamped) -> None:
    await here.stamped()
    here.anchors = here.process(THEIRS)
    await here.stamped()
    heads, stamps = await here.stamps()
    assert "none of the known keys has signed it" in heads.faults[0]
    assert len(stamps.among(heads.anchors)) == 1


async def test_one_beside_a_note_from_outside_is_read(here: Stamped, tmp_path: Path) -> None:
    await here.stamped(2)
    notes = await notes_in(here.files)
    other = Stamped(here.store, tmp_path / "outside")
    await other.files.create("kept in a chat.tsr", here.stamp("2026-09-22"))
    (here.folder / "2026-09-22.tsr").unlink()
    handed = Note(str(tmp_path / "outside" / "kept in a chat.txt"), notes[0].text, other.files)
    heads, stamps = await here.stamps(handed)
    assert (heads.faults, stamps.faults) == ([], [])
    assert [each.signed.anchor.number for each in stamps.among(heads.anchors)] == [1, 2]
    other.put("kept in a chat", here.stamp("2026-09-23"))
    assert await here.stamp_faults(handed) == [
        "the time stamp kept in a chat.tsr does not hold: it is of something else than this anchor's note"
    ]


def test_a_time_stamp_is_named_like_its_note() -> None:
    assert stamp_name("2026-09-22.note") == "2026-09-22.tsr"
    assert stamp_name("/somewhere/else/a.b.txt") == "a.b.tsr"
