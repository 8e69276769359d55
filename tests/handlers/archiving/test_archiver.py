"""Which records move into the archive, when, and in which portions."""

import pytest
import structlog

from bot.archiving.loop import Archiving
from conversation import inbound as i
from conversation.inbound import Inbound
from handlers.maintenance import archiving
from handlers.maintenance.archiving import AGAIN_MS, Archiver
from handlers.maintenance.erase import SETTLED_MS
from storage.errors import ArchiveOutOfReach
from storage.memory.store import MemoryStore
from tests.fakes.posts import LeaseBook, Leases
from tests.fakes.waiting import until
from tests.handlers.archiving.archives import UnsteadyArchive, nonce
from tests.handlers.archiving.conftest import Place, place_on
from tests.handlers.console.desk import Desk

DAY_MS = 24 * 3600_000
AFTER_DAYS = 30


@pytest.fixture
async def here() -> Place:
    return await place_on(MemoryStore())


def archiver(desk: Desk, after_days: int = AFTER_DAYS) -> Archiver:
    return Archiver(desk.store, after_days * DAY_MS, nonce, lambda: desk.now)


async def a_round(work: Archiver, desk: Desk, turns: int = 20) -> int:
    """Let a round begin and go on to its end. Returns how many records it moved."""
    desk.now += AGAIN_MS
    return sum([(await work.turn()).records for _ in range(turns)])


async def archived(desk: Desk) -> set[str]:
    """Return the names of those whose records are archived."""
    return {name for name in desk._invitations if await desk.store.archived.place(desk.interview_of(name))}


async def in_every_phase(desk: Desk) -> None:
    await desk.invites("Invited", "spring")
    await desk.opens("Guided", "spring")
    await desk.answers("Running", "spring", 1)
    await desk.answers("Completed", "spring", 4)
    await desk.exits("Exited", "spring")
    await desk.answers("Unreachable", "spring", 1)
    await desk.does("Unreachable", i.ChannelClosed("blocked"))
    await desk.answers("Erased", "spring", 1)
    await desk.says("boss", "/forget Erased")
    await desk.presses("boss", "Yes, do it")
    await desk.erases()
    desk.now += SETTLED_MS

    async def finished() -> bool:
        await desk.erases()
        return not await desk.store.erasures.ordered()

    await until(finished, "the store's files were not written anew")


async def test_ended_interviews_move_after_the_set_time_and_open_ones_stay(place: Place) -> None:
    desk = place.desk
    await in_every_phase(desk)
    work = archiver(desk)
    desk.now += (AFTER_DAYS - 1) * DAY_MS
    assert await a_round(work, desk) == 0
    await desk.intake.apply(desk.interview_of("Exited"), Inbound("outage:1", i.OutageEnded(3600_000)))
    desk.now += DAY_MS
    assert await a_round(work, desk) == 3
    ended = {"Completed", "Unreachable", "Erased"}
    assert await archived(desk) == ended, "of the one who left, something was recorded in between"
    desk.now += AFTER_DAYS * DAY_MS
    await a_round(work, desk)
    assert await archived(desk) == {*ended, "Exited"}
    await desk.ticks()
    for _ in range(3):
        desk.now += AFTER_DAYS * DAY_MS
        await desk.ticks()
    await a_round(work, desk)
    assert await archived(desk) == set(desk._invitations) - {"Invited"}, "the others lapsed"


async def test_what_comes_back_stays_for_the_set_time_again(here: Place) -> None:
    desk = here.desk
    mia = await desk.answers("Mia", "spring", 4)
    work = archiver(desk)
    desk.now += AFTER_DAYS * DAY_MS
    assert await a_round(work, desk) == 1
    await desk.says("boss", f"/note {mia} speaks well")
    assert await archived(desk) == set()
    assert await a_round(work, desk) == 0
    desk.now += AFTER_DAYS * DAY_MS
    assert await a_round(work, desk) == 1


async def test_without_the_setting_nothing_moves(here: Place) -> None:
    await here.desk.answers("Mia", "spring", 4)
    here.desk.now += 1000 * DAY_MS
    assert await a_round(archiver(here.desk, 0), here.desk) == 0


async def test_who_is_being_erased_does_not_move(here: Place) -> None:
    desk = here.desk
    await desk.answers("Mia", "spring", 4)
    await desk.answers("Leo", "spring", 4)
    desk.now += AFTER_DAYS * DAY_MS
    await desk.says("boss", "/forget Mia")
    await desk.presses("boss", "Yes, do it")
    await a_round(archiver(desk), desk)
    assert await archived(desk) == {"Leo"}


async def test_a_turn_is_bounded_and_rounds_have_pauses(here: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = here.desk
    for number in range(5):
        await desk.answers(f"Mia {number}", "spring", 4)
    monkeypatch.setattr(archiving, "PAGE", 2)
    desk.now += AFTER_DAYS * DAY_MS
    work = archiver(desk)
    assert [(await work.turn()).records for _ in range(4)] == [2, 2, 1, 0]
    await here.records.bring_back(desk.interview_of("Mia 0"))
    assert [(await work.turn()).records for _ in range(4)] == [0, 0, 0, 0]
    desk.now += AGAIN_MS
    assert sum([(await work.turn()).records for _ in range(4)]) == 1


async def test_a_broken_record_is_named_and_the_others_move(here: Place) -> None:
    desk = here.desk
    broken = await desk.answers("Mia", "spring", 4)
    await desk.answers("Leo", "spring", 4)
    store = here.store
    assert isinstance(store, MemoryStore)
    del store.interviews._logs[broken][1]
    desk.now += AFTER_DAYS * DAY_MS
    moved = await archiver(desk).turn()
    assert moved.records == 1
    (fault,) = moved.faults
    assert broken in fault
    assert await archived(desk) == {"Leo"}


async def test_an_archive_out_of_reach_is_waited_for(here: Place) -> None:
    desk = here.desk
    await desk.answers("Mia", "spring", 4)
    desk.now += AFTER_DAYS * DAY_MS
    work = archiver(desk)
    here.archive.away = True
    with pytest.raises(ArchiveOutOfReach):
        await work.turn()
    here.archive.away = False
    assert await a_round(work, desk) == 1


# the loop


def process(place: Place, book: LeaseBook, name: str) -> Archiving:
    desk = place.desk
    return Archiving(place.store, Leases(book, name, "archiving"), archiver(desk), lambda: desk.now)


async def test_one_process_at_a_time_moves_them_and_says_so(here: Place) -> None:
    desk, book = here.desk, LeaseBook()
    mia = await desk.answers("Mia", "spring", 4)
    desk.now += AFTER_DAYS * DAY_MS
    first, second = process(here, book, "first"), process(here, book, "second")
    with structlog.testing.capture_logs() as log:
        await first.look()
        await second.look()
    assert [line for line in log if line["event"] == "archived"] == [
        {"event": "archived", "records": 1, "log_level": "info"}
    ]
    await desk.says("boss", f"/note {mia} speaks well")
    assert len(here.archive.objects) == 1
    desk.now += 60_000
    await first.look()
    assert here.archive.objects == {}, "what came back is deleted in the archive"


async def test_a_stop_ends_a_turn_between_two_records(here: Place) -> None:
    desk = here.desk
    for name in ("Mia", "Leo"):
        await desk.answers(name, "spring", 4)
    desk.now += AFTER_DAYS * DAY_MS
    loop = process(here, LeaseBook(), "first")
    put = UnsteadyArchive.put

    async def stopping(data: bytes) -> str:
        loop.stop()
        return await put(here.archive, data)

    here.archive.put = stopping  # type: ignore[method-assign]
    await loop.look()
    assert len(await archived(desk)) == 1


async def test_a_record_that_cannot_move_is_in_the_log(here: Place) -> None:
    desk = here.desk
    broken = await desk.answers("Mia", "spring", 4)
    store = here.store
    assert isinstance(store, MemoryStore)
    del store.interviews._logs[broken][1]
    desk.now += AFTER_DAYS * DAY_MS
    with structlog.testing.capture_logs() as log:
        await process(here, LeaseBook(), "first").look()
    (line,) = [line for line in log if line["event"] == "not_archived"]
    assert broken in line["why"]
