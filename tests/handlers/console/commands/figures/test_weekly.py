"""/weekly: which days it covers, a row for every unit, changes, and what somebody who reads no names sees."""

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from conversation.inbound import Address
from storage.memory.store import MemoryStore
from tests.handlers.console.desk import MONDAY, Desk

DAY_MS = 24 * 3600_000
WEEK_MS = 7 * DAY_MS


async def desk_at(ms: int, language: str = "en") -> Desk:
    desk = Desk(MemoryStore(), language, ms)
    await desk.claims()
    for unit, code in (("East", "spring"), ("South", "autumn"), ("West", "winter")):
        await desk.says("boss", f"/org add {unit}")
        await desk.campaign(code, unit)
    return desk


async def ended(desk: Desk, campaign: str, completed: int, exited: int) -> None:
    for number in range(completed):
        await desk.answers(f"{desk.now}-{number}", campaign, 4)
    for number in range(exited):
        await desk.exits(f"{desk.now}-{number}", campaign)
    await desk.sent()


async def report(desk: Desk, who: str = "boss", line: str = "/weekly") -> str:
    (said,) = await desk.says(who, line)
    return said.text


@pytest.mark.parametrize("days", [0, 1, 6])
async def test_it_is_about_the_last_full_week_from_monday_to_sunday(days: int) -> None:
    desk = await desk_at(MONDAY - WEEK_MS)
    await ended(desk, "spring", 2, 1)
    desk.now = MONDAY - DAY_MS
    await ended(desk, "spring", 1, 0)
    desk.now = MONDAY
    await ended(desk, "spring", 4, 0)
    desk.now = MONDAY + days * DAY_MS
    said = await report(desk)
    assert "11-16 to 11-22" in said
    assert "**" not in said
    assert "Total: started 4 · completed 3 · stopped midway 1 = left 1" in said
    desk.now = MONDAY + 7 * DAY_MS
    assert "Total: started 4 · completed 4 · stopped midway 0" in await report(desk)


async def test_every_unit_is_there_and_the_total_is_their_sum() -> None:
    desk = await desk_at(MONDAY - WEEK_MS)
    await ended(desk, "spring", 5, 1)
    await ended(desk, "autumn", 1, 1)
    desk.now = MONDAY
    said = await report(desk)
    assert (
        "East: started 6 · completed 5 · stopped midway 1 = left 1 · completion rate of those who began 83%"
        in said
    )
    assert "South: started 2 · completed 1 · stopped midway 1 = left 1 · most frequent reason: " in said
    assert (
        "Total: started 8 · completed 6 · stopped midway 2 = left 2 · completion rate of those who began 75%"
        in said
    )
    assert "No interview began or ended last week: West" in said
    assert "begun and over = " in said


async def test_only_ones_own_units_are_there() -> None:
    desk = await desk_at(MONDAY - WEEK_MS)
    await desk.joins("lee", "recruiter", "East")
    await ended(desk, "spring", 5, 1)
    await ended(desk, "autumn", 4, 1)
    desk.now = MONDAY
    said = await report(desk, "lee")
    assert "Total: started 6 · completed 5 · stopped midway 1" in said
    assert "South" not in said
    assert "South" not in (await report(desk, "lee", "/weekly South")).replace("“South”", "")


async def test_the_parts_of_those_who_stopped_and_their_reason_are_there() -> None:
    desk = await desk_at(MONDAY - WEEK_MS)
    await desk.exits("Ann", "spring", "network")
    await desk.exits("Bob", "spring", "too_long")
    await desk.exits("Cid", "spring", "network")
    desk.now = MONDAY
    said = await report(desk)
    assert "stopped midway 3 = left 3" in said
    assert "most frequent reason: Network and devices 2" in said


async def test_a_week_that_was_counted_before_there_were_parts_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = await desk_at(MONDAY - WEEK_MS)
    await desk.exits("Ann", "spring")
    day_counts = desk.store.interviews.day_counts

    async def of_before(campaign: str, days: Sequence[str]) -> dict[str, dict[str, int]]:
        found = await day_counts(campaign, days)
        return {
            day: {k: n for k, n in each.items() if not k.startswith("stopped")} | _whole(each)
            for day, each in found.items()
        }

    monkeypatch.setattr(desk.store.interviews, "day_counts", of_before)
    desk.now = MONDAY
    said = await report(desk)
    assert "started 1 · completed 0 · stopped midway 1" in said
    assert "= left" not in said
    assert "reason" not in said


def _whole(counts: dict[str, int]) -> dict[str, int]:
    return {"stopped": counts["stopped"]} if "stopped" in counts else {}


@pytest.mark.parametrize(
    ("before", "now", "arrow"),
    [((5, 0), (0, 5), "▼"), ((0, 5), (5, 0), "▲"), ((4, 2), (5, 1), "＝"), ((2, 2), (5, 1), "")],
)
async def test_a_change_has_an_arrow_if_it_is_hardly_chance_and_both_weeks_have_enough(
    before: tuple[int, int], now: tuple[int, int], arrow: str
) -> None:
    desk = await desk_at(MONDAY - 2 * WEEK_MS)
    await ended(desk, "spring", *before)
    desk.now = MONDAY - WEEK_MS
    await ended(desk, "spring", *now)
    desk.now = MONDAY
    said = await report(desk)
    assert [each for each in "▲▼＝" if each in said] == [each for each in [arrow] if each]


async def test_there_is_one_picture_of_the_units_and_of_the_trend() -> None:
    desk = await desk_at(MONDAY - 2 * WEEK_MS)
    await ended(desk, "spring", 4, 2)
    desk.now = MONDAY - WEEK_MS
    await ended(desk, "spring", 5, 1)
    await ended(desk, "autumn", 1, 0)
    desk.now = MONDAY
    (said,) = await desk.says("boss", "/weekly")
    assert said.file
    assert said.file.name == "weekly.png"
    assert desk.archive[said.file.sha256].startswith(b"\x89PNG")
    assert "East 83%" in said.file.alt
    assert "South too few people" in said.file.alt
    assert "11-09 67%" in said.file.alt
    assert "11-16 8" in said.file.alt


async def test_an_analyst_sees_the_total_without_small_numbers_and_no_unit() -> None:
    desk = await desk_at(MONDAY - WEEK_MS)
    await desk.joins("fay", "analyst")
    await ended(desk, "spring", 6, 1)
    await ended(desk, "autumn", 3, 0)
    desk.now = MONDAY
    said = await report(desk, "fay")
    assert not any(unit in said for unit in ("East", "South", "West"))
    assert "9" not in said.split("Total")[1].split("\n")[0]
    assert "%" not in said.split("Total")[1].split("\n")[0]


async def test_a_group_that_does_not_get_the_notices_sees_what_an_analyst_sees() -> None:
    desk = await desk_at(MONDAY - WEEK_MS)
    await ended(desk, "spring", 6, 1)
    await ended(desk, "autumn", 5, 5)
    desk.now = MONDAY
    group = Address("telegram-staff", "700900", "-100")
    (said,) = await desk.receive(replace(desk.message("boss", "/weekly", "staff:group"), chat=group))
    assert "East" not in said.text
    assert "Total: completed 11 · stopped midway 6 ·" in said.text
