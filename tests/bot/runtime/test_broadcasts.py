"""The broadcast loop: a broadcast is sent once by any process, and given up with a notice if it cannot be sent."""

import pytest

from bot.media.archive import ArchiveUnavailable, NotArchived
from bot.runtime.broadcasts import SETTLED_MS, Broadcasting
from handlers.catalogues import staff_vocabulary
from handlers.maintenance.broadcasts import Sender
from handlers.organisation.repository import load
from storage.memory.store import MemoryStore
from tests.fakes.posts import LeaseBook, Leases
from tests.handlers.console.desk import ZONE, Desk, texts


class House:
    """Processes that send the broadcasts of one desk."""

    def __init__(self) -> None:
        self.desk = Desk(MemoryStore(), "en")
        self.book = LeaseBook()
        self.trouble: Exception | None = None

    async def open(self) -> None:
        await self.desk.claims()
        await self.desk.campaign("spring")
        for name in ("Anna", "Ben", "Cleo"):
            await self.desk.answers(name, "spring", 1)
        await self.desk.says("boss", "/broadcast spring We move.")
        await self.desk.presses("boss", "Yes, do it")
        await self.desk.sent()
        self.desk.heard.clear()

    async def kept(self, sha256: str) -> bytes:
        if self.trouble:
            raise self.trouble
        return await self.desk.tools.get_file(sha256)

    def process(self, owner: str) -> Broadcasting:
        desk = self.desk
        sender = Sender(desk.store, desk.intake, self.kept, lambda _: False, staff_vocabulary(), lambda: desk.now)
        leases = Leases(self.book, owner, "broadcasting", life_ms=30_000)
        return Broadcasting(leases, sender, lambda: desk.watch.organisation, lambda: desk.now, ZONE)

    async def told(self) -> int:
        await self.desk.sent()
        return sum("We move." in text for text in texts(self.desk.heard))


@pytest.fixture
async def house() -> House:
    house = House()
    await house.open()
    return house


async def test_not_before_its_minute_is_over(house: House) -> None:
    house.desk.now += 60_000 + SETTLED_MS - 1
    await house.process("one").look()
    assert await house.told() == 0
    house.desk.now += 1
    await house.process("one").look()
    assert await house.told() == 3


async def test_any_number_of_processes_send_it_once(house: House) -> None:
    house.desk.now += 70_000
    for owner in ("one", "two", "one"):
        await house.process(owner).look()
    assert await house.told() == 3


async def test_stopped_in_the_middle_another_goes_on(house: House) -> None:
    house.desk.now += 70_000
    stopped = house.process("one")
    stopped.stop()
    await stopped.look()
    assert await house.told() == 0
    await house.process("two").look()
    assert await house.told() == 3
    await house.desk.watch.look()
    assert house.desk.watch.organisation.broadcasts == {}


async def test_while_the_archive_is_away_it_waits(house: House) -> None:
    house.desk.now += 70_000
    house.trouble = ArchiveUnavailable("the archive does not work now")
    with pytest.raises(ArchiveUnavailable):
        await house.process("one").look()
    house.trouble = None
    await house.process("one").look()
    assert await house.told() == 3


async def test_a_text_that_is_gone_is_given_up_and_told(house: House) -> None:
    house.desk.now += 70_000
    house.trouble = NotArchived("0" * 64)
    await house.process("one").look()
    (report,) = await house.desk.sent()
    assert "could not be sent" in report.text
    assert (await load(house.desk.store)).state.broadcasts == {}
    house.trouble = None
    await house.process("one").look()
    assert await house.told() == 0
