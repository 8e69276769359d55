"""Anchors are made once a day, whatever processes do, and contain the heads of all records and nothing else."""

import asyncio
import gzip
from datetime import datetime
from pathlib import Path

import pytest

from conversation.inbound import Address
from conversation.record.anchors import AnchorWrong, Leaf, digest
from handlers.drill.request import DrillRequest
from handlers.maintenance.anchors import Anchors, Kept, list_name
from handlers.members import BATCH
from handlers.organisation.repository import claim_code
from handlers.organisation.state import NAME
from storage.memory.store import MemoryStore
from storage.ports import Campaign, Store
from tests.handlers.maintenance.anchoring import DAY_MS, NOON_MS, ZONE, Installation
from tests.storage.commits import commit

HOUR_MS = 3_600_000


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    return Installation(MemoryStore(), tmp_path)


def leaves(here: Installation, kept: Kept) -> list[str]:
    lines = gzip.decompress((here.folder / list_name(kept.anchor)).read_bytes()).decode().splitlines()
    return [line.rpartition(" ")[0] for line in lines]


async def test_an_anchor_has_all_records_with_their_heads(store: Store, tmp_path: Path) -> None:
    here = Installation(store, tmp_path)
    interviews = await here.invite(BATCH + 3)
    interviews += await here.invite(2, "autumn")
    await claim_code(store, lambda: NOON_MS, lambda: "code")
    kept = await here.anchored()
    assert (kept.anchor.number, kept.anchor.size, kept.anchor.previous) == (1, len(interviews) + 1, b"")
    assert leaves(here, kept) == sorted(f"{each} 1" for each in (*interviews, NAME))
    heads = await here.heads()
    assert heads.faults == []
    for each in (interviews[0], NAME):
        (head,) = await store.interviews.heads([each])
        assert head
        assert heads.of(each)[0][:2] == head


async def test_an_anchor_holds_no_word_of_anybody(here: Installation) -> None:
    ids = set(await here.invite(3))
    await here.anchored()
    stored = b"".join(
        gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
        for data in (path.read_bytes() for path in here.folder.iterdir())
    ).decode()
    parts = set(stored.replace("\n", " ").split())
    heads = {part for part in parts if len(part) == 64}
    known = {"xumian/anchors", "number", "made", "—", "1", "3"}
    assert ids <= parts
    assert (len(heads), len(parts - heads - ids - known)) == (3, 3), "root, time, signature"


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-11-24T07:59:59", "2026-11-23"),
        ("2026-11-24T08:00:00", "2026-11-24"),
        ("2026-11-24T23:59:59", "2026-11-24"),
        ("2026-11-25T07:59:59", "2026-11-24"),
    ],
)
def test_the_day_of_an_anchor_begins_in_the_morning(now: str, day: str, here: Installation) -> None:
    here.now_ms = int(datetime.fromisoformat(now).replace(tzinfo=ZONE).timestamp() * 1000)
    assert here.anchors.due_day() == day


async def test_there_is_one_anchor_a_day_however_often_it_is_asked_for(here: Installation) -> None:
    await here.invite(1)
    first = await here.anchors.of_today()
    assert first
    assert first.new
    for hours in (1, 15, 15.9):
        here.now_ms = NOON_MS + int(hours * HOUR_MS)
        await here.invite(1)
        assert await here.process().of_today() == first._replace(new=False)
    here.now_ms = NOON_MS + 16 * HOUR_MS
    second = await here.process().of_today()
    assert second
    assert (second.new, second.anchor.number, second.anchor.size) == (True, 2, 4)
    assert second.anchor.previous == digest(first.note)
    here.now_ms = NOON_MS
    assert await here.anchors.of_today() == second._replace(new=False), "a clock that was set back makes none"


async def test_after_days_without_a_process_the_anchor_is_made_at_once(here: Installation) -> None:
    await here.invite(1)
    await here.anchored()
    here.now_ms = NOON_MS + 5 * DAY_MS - 12 * HOUR_MS  # at night
    kept = await here.process().of_today()
    assert kept
    assert (kept.day, kept.anchor.number) == ("2026-09-26", 2)
    assert await here.faults() == []


async def test_processes_that_make_it_at_the_same_time_agree_on_one(here: Installation) -> None:
    await here.invite(3)
    made = await asyncio.gather(*(here.process().of_today() for _ in range(5)))
    assert len({each.note for each in made if each}) == 1
    assert [each.new for each in made if each].count(True) == 1
    assert await here.faults() == []


async def test_where_nothing_was_recorded_there_is_no_anchor_yet(here: Installation) -> None:
    assert await here.anchors.of_today() is None
    assert await here.files.names() == []
    await here.invite(1)
    assert await here.anchors.of_today()


async def test_all_records_gone_is_anchored_too(here: Installation) -> None:
    await here.invite(1)
    await here.anchored()
    emptied = Anchors(MemoryStore(), here.files, here.anchors._signer, lambda: here.now_ms, ZONE)
    kept = await emptied.of_today()
    assert kept
    assert (kept.anchor.number, kept.anchor.size) == (2, 0)
    assert await here.faults() == []


async def test_drills_are_left_out(here: Installation) -> None:
    """They are removed without a trace, so that they would be missed later."""
    address = Address("web", "local", "x")
    order = DrillRequest("0123456789abcdef-drill", "token", address, "en", "spring", "s", "v", "", NOON_MS)
    (interview,) = await here.invite(1)
    hidden = Campaign(order.hidden, "v", "s", NOON_MS)
    await here.store.interviews.commit(commit(order.interview, 1, campaign=hidden.id))
    assert leaves(here, await here.anchored()) == [f"{interview} 1"]


async def test_what_is_no_record_of_ours_keeps_no_other_from_being_anchored(here: Installation) -> None:
    (interview,) = await here.invite(1)
    for odd in ("two words", "two\nlines", "甲"):
        await here.store.interviews.commit(commit(odd, 1))
    assert leaves(here, await here.anchored()) == [f"{interview} 1"]
    assert await here.faults() == []


async def test_after_a_damaged_anchor_there_is_no_next_one_until_it_is_restored(here: Installation) -> None:
    await here.invite(1)
    kept = await here.anchored()
    path = here.folder / f"{kept.day}.note"
    path.chmod(0o600)
    path.write_bytes(b"damaged")
    with pytest.raises(AnchorWrong, match=f"anchors/{kept.day}.note is damaged"):
        await here.anchors.of_today()
    path.write_text(kept.note)
    assert (await here.anchored()).anchor.number == 2


async def test_a_crash_before_the_note_was_written_does_no_harm(here: Installation) -> None:
    await here.invite(1)
    kept = await here.anchored()
    (here.folder / f"{kept.day}.note").unlink()
    here.now_ms = NOON_MS
    await here.invite(1)
    assert (await here.anchored()).anchor.size == 2
    assert await here.faults() == []


async def test_any_head_can_be_a_leaf() -> None:
    """Whoever holds the store can write any version there, and must not keep others from being anchored."""
    for version in (0, 1, 2**64 - 1):
        leaf = Leaf("x", version, bytes(32))
        assert leaf.encoded().decode().split()[1] == str(version)
