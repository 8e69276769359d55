"""Each interview with a due timer is told once, and a failing one does not hold up the others."""

import asyncio

import pytest

from bot.runtime.partition_leases import Holder
from bot.runtime.timers import Timers
from conversation import events as e
from conversation.record.audit import unseal
from conversation.state import Record
from storage.errors import KeyDamaged, StoreUnavailable
from tests.bot.runtime.offices import Office, open_office
from tests.fakes.posts import LeaseBook, Leases
from tests.fakes.virtual_time import now_ms, virtual_time


class Clockwork:
    """Timer loops on the store of one office."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._book = LeaseBook()
        self.running: list[tuple[Timers, asyncio.Task[None]]] = []

    def start(self) -> Timers:
        leases = Leases(self._book, f"timers-{len(self.running)}", "timers")
        timers = Timers(self._office.store, Holder(leases, "timers", now_ms), self._office.intake(), now_ms)
        self.running.append((timers, asyncio.create_task(timers.run())))
        return timers

    async def stop(self) -> None:
        for timers, _ in self.running:
            timers.stop()
        await asyncio.gather(*(task for _, task in self.running))


async def reminders(office: Office, interview: str) -> int:
    entries = [unseal(stored)[1] for stored in await office.store.interviews.entries(interview)]
    return sum(isinstance(event, e.Reminded) for entry in entries for event in entry.events)


@virtual_time
async def test_a_reminder_is_sent_when_it_is_due_and_once() -> None:
    async with open_office() as office:
        interview = await office.interview("a")
        clockwork = Clockwork(office)
        clockwork.start()
        clockwork.start()
        await asyncio.sleep(9 * 60)
        assert await reminders(office, interview) == 0
        await asyncio.sleep(90)
        assert await reminders(office, interview) == 1
        await asyncio.sleep(600)
        assert await reminders(office, interview) == 1
        await clockwork.stop()


@virtual_time
async def test_all_that_are_due_are_told() -> None:
    async with open_office() as office:
        interviews = [await office.interview(f"u{number}") for number in range(40)]
        clockwork = Clockwork(office)
        clockwork.start()
        await asyncio.sleep(11 * 60)
        assert [await reminders(office, interview) for interview in interviews] == [1] * 40
        await clockwork.stop()


@pytest.mark.parametrize("error", [KeyError("张三 said something"), KeyDamaged("of one", code="WRONGTYPE")])
@virtual_time
async def test_one_that_fails_is_put_away_and_tried_later_and_the_others_are_told(error: Exception) -> None:
    async with open_office() as office:
        broken, whole = await office.interview("a"), await office.interview("b")
        load = office.store.interviews.load

        async def failing(interview: str) -> object:
            if interview == broken:
                raise error
            return await load(interview)

        office.store.interviews.load = failing  # type: ignore[method-assign, assignment] # only it fails
        clockwork = Clockwork(office)
        clockwork.start()
        await asyncio.sleep(11 * 60)
        assert await reminders(office, whole) == 1
        assert office.outbox.buried == [("timer", type(error).__name__, broken.encode())]
        office.store.interviews.load = load  # type: ignore[method-assign] # mended
        await asyncio.sleep(11 * 60)
        assert await reminders(office, broken) == 1
        await clockwork.stop()


@virtual_time
async def test_an_interview_that_is_gone_is_forgotten() -> None:
    async with open_office() as office:
        await office.store.interviews.reschedule("gone", now_ms())
        clockwork = Clockwork(office)
        clockwork.start()
        await asyncio.sleep(5)
        assert [
            due for partition in range(16) for due in await office.store.interviews.due(partition, 2**52, 9)
        ] == []
        assert office.outbox.buried == []
        await clockwork.stop()


@virtual_time
async def test_the_store_may_be_away_for_a_while() -> None:
    async with open_office() as office:
        interview = await office.interview("a")
        due = office.store.interviews.due
        failures = 0

        async def away(partition: int, now_ms: int, limit: int) -> list[tuple[str, int]]:
            nonlocal failures
            if failures < 50:
                failures += 1
                raise StoreUnavailable("away")
            return await due(partition, now_ms, limit)

        office.store.interviews.due = away  # type: ignore[method-assign] # comes back by itself
        clockwork = Clockwork(office)
        clockwork.start()
        await asyncio.sleep(11 * 60)
        assert failures == 50
        assert await reminders(office, interview) == 1
        await clockwork.stop()


@virtual_time
async def test_stopping_takes_no_second() -> None:
    async with open_office() as office:
        clockwork = Clockwork(office)
        clockwork.start()
        await asyncio.sleep(5)
        begun = asyncio.get_running_loop().time()
        await clockwork.stop()
        assert asyncio.get_running_loop().time() - begun < 0.1


@virtual_time
async def test_a_record_that_redis_refuses_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_office() as office:
        broken, well = await office.interview("a"), await office.interview("b")
        load = office.store.interviews.load

        async def refused(interview: str) -> Record | None:
            if interview == broken:
                raise StoreUnavailable("something else is under this key", code="WRONGTYPE", passes=False)
            return await load(interview)

        monkeypatch.setattr(office.store.interviews, "load", refused)
        clockwork = Clockwork(office)
        clockwork.start()
        await asyncio.sleep(11 * 60)
        assert await reminders(office, broken) == 0
        assert await reminders(office, well) == 1
        assert office.outbox.buried == []
        await clockwork.stop()
