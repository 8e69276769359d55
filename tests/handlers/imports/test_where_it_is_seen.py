"""Who sees what was imported, and that it moves no figure."""

from typing import Any

from handlers.console.context import StaffFile
from handlers.maintenance.export import interviews
from handlers.organisation.repository import audit_organisation, load
from handlers.rating_views import Viewer
from storage.memory.store import MemoryStore
from tests.handlers.console.desk import Desk, texts

HISTORY = "Name,Mobile,Interview date,Score,Remarks\nAnn,13800138000,2024-03-05,95,PLANTED\n"


async def organisation() -> Desk:
    """Return a desk with units East and South, a recruiter in each, and Ann's interview in East."""
    desk = Desk(MemoryStore(), "en")
    await desk.claims()
    for unit, campaign in (("East", "spring"), ("South", "autumn")):
        await desk.says("boss", f"/org add {unit}")
        await desk.campaign(campaign, unit)
    await desk.joins("lee", "recruiter", "East")
    await desk.joins("sue", "recruiter", "South")
    await desk.answers("Ann", "spring", 4)
    return desk


async def imports(desk: Desk, unit: str, history: str = HISTORY) -> None:
    await desk.says("boss", f"/import {unit}", file=StaffFile("past.csv", history.encode()))
    await desk.presses("boss", "Yes, do it")


async def said(desk: Desk, who: str, line: str) -> str:
    return "\n".join(texts(await desk.says(who, line)))


async def exported(desk: Desk, who: str = "", *, group: bool = False) -> dict[str, Any]:
    state = (await load(desk.store)).state
    person = next((each for each in state.people.values() if each.name == who), None)
    viewer = Viewer(state, person) if who or group else None
    campaign = await desk.campaigns.find("spring")
    (row,) = [row async for row in interviews(desk.store, campaign, viewer)]
    return row


async def test_no_figure_moves() -> None:
    desk = await organisation()
    lines = ("/stats spring", "/funnel spring", "/exits spring", "/weekly", "/candidates spring", "/campaigns")
    before = [await said(desk, "boss", line) for line in lines]
    await imports(desk, "East")
    await desk.says("boss", "/duplicates")
    await desk.presses("boss", "Same person")
    assert [await said(desk, "boss", line) for line in lines] == before


async def test_the_export_has_earlier_interviews_marked_as_imported() -> None:
    desk = await organisation()
    assert (await exported(desk))["earlier"] == []
    await imports(desk, "East")
    assert (await exported(desk))["earlier"] == [], "nobody has decided yet"
    await desk.says("lee", "/duplicates")
    await desk.presses("lee", "Same person")
    (earlier,) = (await exported(desk, "lee"))["earlier"]
    assert earlier.items() >= {"date": "2024-03-05", "score": "95", "notes": "PLANTED"}.items()
    assert earlier["imported"].items() >= {"row": 2, "name": "Ann"}.items()
    (in_group,) = (await exported(desk, group=True))["earlier"]
    assert not {"score", "notes", "answers"} & in_group.keys()
    assert (await exported(desk, "sue"))["earlier"] == []
    assert "PLANTED" in await said(desk, "lee", "/report Ann")


async def test_other_units_are_masked_and_only_who_sees_both_decides() -> None:
    desk = await organisation()
    await imports(desk, "South")
    shown = await said(desk, "sue", "/duplicates")
    assert "A. A** · in East; you may see a part only" in shown
    assert "B. Ann · +8613800138000" in shown
    pairs = [name async for name, _ in desk.store.imports.scan("pair")]
    assert "not in your units" in await said(desk, "sue", f"/duplicates {pairs[0]} same")
    assert "No possible duplicates" in await said(desk, "lee", "/duplicates")
    assert "no such pair" in await said(desk, "lee", f"/duplicates {pairs[0]} same")
    people = [name async for name, _ in desk.store.imports.scan("person")]
    assert "PLANTED" not in await said(desk, "lee", f"/candidate {people[0]}")
    assert "PLANTED" in await said(desk, "sue", f"/candidate {people[0]}")
    assert "Noted" in await said(desk, "boss", f"/duplicates {pairs[0]} same")
    assert "PLANTED" not in await said(desk, "lee", "/candidate Ann")
    assert "PLANTED" in await said(desk, "boss", "/candidate Ann")


async def test_what_was_undone_is_nowhere_and_the_record_holds() -> None:
    desk = await organisation()
    await imports(desk, "East")
    await imports(desk, "East", HISTORY.replace("Ann,", "Annie Ann,"))
    await desk.says("boss", "/duplicates")
    await desk.presses("boss", "Same person")
    sources = list((await load(desk.store)).state.imports)
    preview = await said(desk, "boss", f"/import undo {sources[0]}")
    assert "1 person with their interviews is deleted" in preview
    assert "1 decision of a colleague" in preview
    await desk.presses("boss", "Yes, do it")
    assert list((await load(desk.store)).state.imports) == sources[1:]
    assert len([name async for name, _ in desk.store.imports.scan("person")]) == 1
    assert [name async for name, _ in desk.store.imports.scan("pair")] == []
    assert [name async for name, _ in desk.store.imports.scan("link")] == []
    await audit_organisation(desk.store)
