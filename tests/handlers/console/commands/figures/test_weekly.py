"""/weekly: which days it covers, a row for every unit, changes, and what somebody who reads no names sees."""

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from conversation.inbound import Address, CommandReceived, Inbound
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
    assert "Total: invited 4 · started 4 · completed 3 · stopped midway 1 = left 1" in said
    desk.now = MONDAY + 7 * DAY_MS
    assert "Total: invited 4 · started 4 · completed 4 · stopped midway 0" in await report(desk)


async def test_every_unit_is_there_and_the_total_is_their_sum() -> None:
    desk = await desk_at(MONDAY - WEEK_MS)
    await ended(desk, "spring", 5, 1)
    await ended(desk, "autumn", 1, 1)
    desk.now = MONDAY
    said = await report(desk)
    rate = "completion rate of those who began"
    assert f"East: invited 6 · started 6 · completed 5 · stopped midway 1 = left 1 · {rate} 83%" in said
    assert "South: invited 2 · started 2 · completed 1 · stopped midway 1 = left 1 · most frequent" in said
    assert f"Total: invited 8 · started 8 · completed 6 · stopped midway 2 = left 2 · {rate} 75%" in said
    assert "Nobody was invited and no interview began or ended last week: West" in said
    assert "begun and over = " in said


async def test_everybody_counts_as_invited_in_the_week_of_the_invitation() -> None:
    desk = await desk_at(MONDAY - WEEK_MS)
    await desk.says("boss", '/invite spring "Ann"')
    await desk.says("boss", "/invite spring 12")
    desk.now = MONDAY
    await desk.exits("Ben", "autumn")
    said = await report(desk)
    assert "East: invited 13 · started 0 · completed 0 · stopped midway 0" in said
    assert "Total: invited 13 · started 0" in said
    assert "South, West" in said
    desk.now = MONDAY + WEEK_MS
    assert "Total: invited 1 · started 1" in await report(desk)


async def test_people_who_came_by_themselves_count_as_invited_as_in_the_funnel() -> None:
    desk = await desk_at(MONDAY - WEEK_MS)
    await desk.campaigns.open(desk.script, code="poster", walk_in=True, unit="East")
    sender = Address("telegram", "700001", "5")
    await desk.intake.receive(Inbound("in:ann", CommandReceived("start", "poster"), sender, desk.now))
    desk.now = MONDAY
    assert "Total: invited 1 · started 0" in await report(desk)
    assert "1 invited" in await report(desk, line="/funnel poster")


@pytest.mark.parametrize(("line", "then"), [("/revoke Ann", 0), ("/reissue Ann", 1)])
async def test_an_invitation_that_was_taken_back_is_not_in_the_week_in_which_it_was_made(
    line: str, then: int
) -> None:
    desk = await desk_at(MONDAY - WEEK_MS)
    await desk.says("boss", '/invite spring "Ann"')
    await desk.says("boss", '/invite spring "Ben"')
    desk.now = MONDAY
    assert "Total: invited 2" in await report(desk)
    await desk.says("boss", line)
    await desk.presses("boss", "Yes, do it")
    assert "Total: invited 1 ·" in await report(desk)
    desk.now = MONDAY + WEEK_MS
    assert f"Total: invited {then} ·" in await report(desk)


async def test_only_ones_own_units_are_there() -> None:
    desk = await desk_at(MONDAY - WEEK_MS)
    await desk.joins("lee", "recruiter", "East")
    await ended(desk, "spring", 5, 1)
    await ended(desk, "autumn", 4, 1)
    desk.now = MONDAY
    said = await report(desk, "lee")
    assert "Total: invited 6 · started 6 · completed 5 · stopped midway 1" in said
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
