"""The setting of the archive, and what the timers make of it."""

from types import SimpleNamespace
from typing import cast

import pytest

from bot.archiving.loop import Archiving
from bot.installation import Installation
from bot.runtime.timer_loops import _archiving
from bot.settings import Settings, SettingsWrong, load
from storage.memory.store import MemoryStore
from tests.fakes.posts import LeaseBook, Leases
from tests.handlers.console.desk import Desk

LONG_AGO_MS = 1_577_836_800_000
"""2020, which is less than ten years ago."""


@pytest.mark.parametrize("value", ["0", "-1", "3651", "a month", "1.5"])
def test_a_wrong_number_of_days_is_named_with_an_example(value: str) -> None:
    with pytest.raises(SettingsWrong, match=r"XUMIAN_ARCHIVE_AFTER.*for example XUMIAN_ARCHIVE_AFTER=30"):
        load({"archive_after": value})


@pytest.mark.parametrize(
    ("settings", "moved"), [({}, 0), ({"archive_after": "3650"}, 0), ({"archive_after": "1"}, 1)]
)
async def test_the_timers_move_records_if_the_setting_says_so(settings: dict[str, str], moved: int) -> None:
    store = MemoryStore()
    desk = Desk(store, "en", LONG_AGO_MS)
    await desk.campaign("spring")
    interview = await desk.answers("Mia", "spring", 4)
    await _loop(store, load(settings)).look()
    assert bool(await store.archived.place(interview)) == bool(moved)


def _loop(store: MemoryStore, settings: Settings) -> Archiving:
    leased = SimpleNamespace(
        interviews=store.interviews,
        directory=store.directory,
        erasures=store.erasures,
        archived=store.archived,
        leases=lambda role, owner, life_ms: Leases(LeaseBook(), owner, role, life_ms),
    )
    return _archiving(cast(Installation, SimpleNamespace(store=leased, settings=settings, owner="first")))
