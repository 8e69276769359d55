"""`/audit` by person, time, candidate and exports, in any combination and in both languages' words."""

from collections.abc import Sequence

import pytest

from handlers.organisation.repository import load
from storage.memory.store import MemoryStore
from tests.handlers.console.desk import Desk, texts

DAY_MS = 24 * 3600_000


async def office() -> Desk:
    """Return a desk where boss, lee (East) and wes (West) acted on three days, from Monday 23 November on."""
    desk = Desk(MemoryStore(), "en")
    await desk.claims()
    for unit, campaign, name in (("East", "spring", "Mia"), ("West", "autumn", "Leo")):
        await desk.says("boss", f"/org add {unit}")
        await desk.campaign(campaign, unit)
        await desk.answers(name, campaign, 4)
    await desk.joins("lee", "recruiter", "East")
    await desk.joins("wes", "recruiter", "West")
    await desk.joins("ann", "auditor", "East")
    desk.now = desk.now // DAY_MS * DAY_MS + 4 * 3600_000 + DAY_MS
    await desk.says("lee", "/decide Mia hold")
    await desk.says("lee", "/export spring csv")
    await desk.says("lee", _yes(desk, "lee"))
    desk.now += DAY_MS
    await desk.says("lee", "/decide Mia yes")
    await desk.says("wes", "/decide Leo yes")
    return desk


def _yes(desk: Desk, who: str) -> str:
    return next(line for _, line in reversed(desk._buttons[str(desk._people[who])]) if line.startswith("/yes"))


async def shown(desk: Desk, line: str, who: str = "boss") -> list[str]:
    """Return the listed actions, each without its date and outcome."""
    said = "\n".join(texts(await desk.says(who, line)))
    found = [row.partition(" ")[2].partition(" ")[2] for row in said.splitlines() if row.count(" · ") == 1]
    ids = {desk.interview_of("Mia"): "MIA", desk.interview_of("Leo"): "LEO"}
    return [_named(row.rpartition(" · ")[0], ids) for row in found if ": /" in row]


def _named(row: str, ids: dict[str, str]) -> str:
    for interview, name in ids.items():
        row = row.replace(interview, name)
    return row


LEE = ["lee: /decide MIA yes", "lee: /export spring csv", "lee: /export spring csv", "lee: /decide MIA hold"]


@pytest.mark.parametrize(
    ("filters", "rows"),
    [
        ("@wes", ["wes: /decide LEO yes", "wes: /claim"]),
        ("@lee 2026-11-25", LEE[:1]),
        ("2026-11-24 @lee", LEE[1:]),
        ("@lee 2026-11-24..2026-11-25", LEE),
        ("＠LEE 2026-11-24..2026-11-30", LEE),
        ("exports", LEE[1:3]),
        ("导出 @lee", LEE[1:3]),
        ("exports @wes", []),
        ("2026-11-25", ["wes: /decide LEO yes", "lee: /decide MIA yes"]),
        ("Mia", [LEE[0], LEE[3]]),
        ("Mia 2026-11-24", LEE[3:]),
        ("@wes Mia", []),
        ("2025-01-01", []),
    ],
)
async def test_filters_can_be_combined_in_any_order(filters: str, rows: Sequence[str]) -> None:
    desk = await office()
    assert await shown(desk, f"/audit {filters}") == rows


async def test_a_candidate_is_named_by_id_or_its_beginning_and_verified() -> None:
    desk = await office()
    interview = desk.interview_of("Mia")
    for name in (interview, interview[:8], "Mia"):
        said = "\n".join(texts(await desk.says("boss", f"/audit {name}")))
        assert "✅" in said
        assert f"/decide {interview} hold" in said


@pytest.mark.parametrize(
    "date", ["2026-13-01", "2026-11-30..2026-11-01", "2026/11/01", "2026-02-30", "2026年11月"]
)
async def test_what_is_no_date_is_told_how_to_write_one(date: str) -> None:
    desk = await office()
    (answer,) = await desk.says("boss", f"/audit {date}")
    assert "2026-11-01..2026-11-30" in answer.text


async def test_pages_keep_the_filters() -> None:
    desk = await office()
    for number in range(25):
        await desk.says("wes", f"/decide Leo {('yes', 'hold')[number % 2]}")
        await desk.says("lee", f"/decide Mia {('yes', 'hold')[number % 2]}")
    found: list[str] = []
    messages = await desk.says("boss", "/audit @wes 2026-11-25..2026-11-26")
    for _ in range(5):
        assert "lee" not in messages[-1].text
        found += [row for row in messages[-1].text.splitlines() if "/decide" in row]
        older = [each.token for each in messages[-1].choices if each.label == "Next"]
        if not older:
            break
        messages = await desk.says("boss", older[0])
    assert len(found) == 26


async def test_whoever_audits_a_part_learns_nothing_of_others() -> None:
    desk = await office()
    assert await shown(desk, "/audit @lee 2026-11-25", "ann") == LEE[:1]
    for line in ("/audit @wes", "/audit @boss", "/audit @nobody"):
        (answer,) = await desk.says("ann", line)
        assert "in the record that you may audit" in answer.text
    seen = await shown(desk, "/audit 2026-11-25", "ann")
    assert [row for row in seen if not row.startswith("ann:")] == LEE[:1]
    assert "✅" not in "".join(texts(await desk.says("ann", "/audit Leo")))


async def test_the_command_line_can_be_asked_for() -> None:
    desk = await office()
    people = (await load(desk.store)).state.people
    lee = next(each.id for each in people.values() if each.name == "lee")
    assert await shown(desk, f"/audit @{lee} 2026-11-25") == LEE[:1]
    assert await shown(desk, "/audit @cli") == []
