"""Recordings and files are refused before answers are: when the disk or Redis is nearly full."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
import structlog

from bot.runtime.space import LEAST_BYTES, Space
from storage.errors import StoreUnavailable
from storage.redis.installation import Memory
from tests.bot.whole_app import WholeApp

GIB = 1024**3


class Disk(NamedTuple):
    total: int
    free: int


ROOMY, FULL = Disk(20 * GIB, 10 * GIB), Disk(20 * GIB, LEAST_BYTES - 1)


class Machine:
    """A machine with disks by folder, and a Redis."""

    def __init__(self, tmp_path: Path) -> None:
        self.folder = tmp_path
        self.disks: Mapping[str, Disk] = {}
        self.memory = Memory(1, 0)
        self.asked: list[Path] = []
        self.space = Space([tmp_path / "voice" / "deep", tmp_path], self._memory, self._usage)

    async def _memory(self) -> Memory:
        return self.memory

    def _usage(self, folder: Path) -> Disk:
        self.asked.append(folder)
        return self.disks.get(folder.name, ROOMY)

    async def short(self) -> bool:
        await self.space.look()
        return self.space.short()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


async def test_with_room_everything_is_taken(machine: Machine) -> None:
    assert not machine.space.short()  # before the first look
    assert not await machine.short()
    assert machine.asked == [machine.folder] * 2  # `voice` does not exist yet


@pytest.mark.parametrize(
    ("disk", "short"),
    [
        (FULL, True),
        (Disk(20 * GIB, LEAST_BYTES), False),
        (Disk(100 * GIB, 2 * GIB - 1), True),
        (Disk(100 * GIB, 2 * GIB), False),
    ],
)
@pytest.mark.parametrize("which", ["voice", "the data"])
async def test_the_floor_of_a_disk(machine: Machine, disk: Disk, short: bool, which: str) -> None:
    (machine.folder / "voice").mkdir()
    machine.disks = {"voice" if which == "voice" else machine.folder.name: disk}
    assert await machine.short() is short


@pytest.mark.parametrize(
    ("memory", "short"),
    [(Memory(901, 1000), True), (Memory(900, 1000), False), (Memory(10**12, 0), False)],
)
async def test_the_memory_of_redis(machine: Machine, memory: Memory, short: bool) -> None:
    machine.memory = memory
    assert await machine.short() is short


async def test_staff_are_told_once_and_when_it_is_over(machine: Machine) -> None:
    with structlog.testing.capture_logs() as lines:
        machine.disks = {machine.folder.name: FULL}
        for _ in range(3):
            await machine.short()
        assert "511 MiB are free" in machine.space.problem
        assert "free some space" in machine.space.problem
        machine.disks = {}
        for _ in range(3):
            await machine.short()
    assert [line["event"] for line in lines] == ["space_short", "space_again"]
    assert machine.space.problem == ""


async def test_what_is_not_known_changes_nothing(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.memory = Memory(99, 100)
    assert await machine.short()

    async def gone() -> Memory:
        raise StoreUnavailable("gone")

    monkeypatch.setattr(machine.space, "_memory", gone)
    with pytest.raises(StoreUnavailable):
        await machine.space.look()
    assert machine.space.short()


@pytest.mark.redis
async def test_the_service_says_so_and_goes_on_taking_answers(
    app: WholeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with app.visitor() as page:
        await page.begin()
        monkeypatch.setattr(app.app.space, "_usage", lambda _folder: FULL)
        await app.app.space.look()
        ready = await app.web.get("/readyz")
        assert ready.status_code == 200
        assert "recordings and files are refused" in ready.json()["problems"]["space"]
        headers = {"x-xumian-key": "a-key-of-a-page-0123456789"}
        refused = await app.web.post("/voice/v1?ms=1000", content=b"OggS" + bytes(60), headers=headers)
        assert (refused.status_code, refused.json()) == (409, {"why": "no_space"})
        await page.say(id="1", text="I am Li Lei.")
        assert await page.until("ack") == "1"
        monkeypatch.setattr(app.app.space, "_usage", lambda _folder: ROOMY)
        await app.app.space.look()
        taken = await app.web.post("/voice/v1?ms=1000", content=b"OggS" + bytes(60), headers=headers)
        assert taken.status_code == 200
        assert "space" not in (await app.web.get("/readyz")).json()["problems"]
