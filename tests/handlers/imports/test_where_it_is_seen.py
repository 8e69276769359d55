"""Who sees what was imported, and that it moves no figure."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bot.web.report import rendering
from handlers.catalogues import staff_vocabulary, vocabulary
from handlers.console.context import StaffFile
from handlers.maintenance.export import COLUMNS, interviews, rows
from handlers.maintenance.workbook import Reader, write_workbook
from handlers.organisation.repository import audit_organisation, load
from handlers.organisation.tokens import name_of
from handlers.rating_views import Viewer
from handlers.report_files.document import document_of
from handlers.report_files.forms import as_json
from handlers.report_pages.view import Reports
from storage.memory.store import MemoryStore
from tests.handlers.console.desk import ZONE, Desk, texts

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


async def linked() -> Desk:
    """Return a desk where it is decided that Ann was imported, with an interview of which little is known."""
    desk = await organisation()
    history = (
        "Name,Mobile,Interview date,Position,Result,Score,Recorded by\nAnn,13800138000,2024-03-05,,,,Old Wang\n"
    )
    await imports(desk, "East", history)
    await desk.says("lee", "/duplicates")
    await desk.presses("lee", "Same person")
    return desk


async def viewer_of(desk: Desk, who: str) -> Viewer:
    state = (await load(desk.store)).state
    return Viewer(state, next((each for each in state.people.values() if each.name == who), None))


@pytest.mark.parametrize(("language", "origin"), [("en", "imported on"), ("zh", "导入")])
async def test_every_form_of_the_report_marks_what_was_imported(language: str, origin: str) -> None:
    desk = await linked()
    viewer, words = await viewer_of(desk, "lee"), staff_vocabulary()[language]
    reports = Reports(desk.store, viewer.organisation, staff_vocabulary(), vocabulary(), ZONE)
    report = await reports.of(desk.interview_of("Ann"), viewer, language, desk.now)
    assert report is not None
    (earlier,) = report.earlier
    assert [each.id for each in earlier.facts] == ["date", "recorded"], "what is not known is left out"
    assert earlier.facts[1].value == "Old Wang"
    assert origin in earlier.origin
    assert "boss" in earlier.origin
    assert (earlier.row, len(earlier.file_sha256)) == (2, 64)
    blocks = str(document_of(report, words).blocks)
    page = rendering.page(report, words, "token")
    for shown in (blocks, page, as_json(report).decode()):
        for text in ("Old Wang", "2024-03-05", earlier.origin):
            assert text in shown
    assert report.scores is None or report.scores.score is None
    foreign = await reports.of(desk.interview_of("Ann"), await viewer_of(desk, "sue"), language, desk.now)
    assert foreign is not None
    assert foreign.earlier == ()


async def test_tables_have_imported_interviews_with_blank_cells_for_what_is_not_known(tmp_path: Path) -> None:
    desk = await linked()
    (line,) = {row[COLUMNS.index("earlier")] for row in rows(await exported(desk, "lee"))}
    assert line.startswith("date: 2024-03-05; recorded: Old Wang; imported: ")
    assert "score" not in line
    assert rows(await exported(desk, "sue"))[0][-1] == ""
    words, viewer = staff_vocabulary()["en"], await viewer_of(desk, "lee")
    reader = Reader(words, vocabulary()["en"], ZONE, lambda person: name_of(viewer.organisation, person), viewer)
    await write_workbook(desk.store, await desk.campaigns.find("spring"), tmp_path / "book.xlsx", reader)
    sheet = openpyxl.load_workbook(tmp_path / "book.xlsx")["Earlier (imported)"]
    head, values = ([cell.value for cell in row] for row in sheet.iter_rows())
    found = dict(zip(head, values, strict=True))
    assert found["Name"] == "Ann"
    assert (found["Date"], found["Recorded by"], found["Imported by"]) == ("2024-03-05", "Old Wang", "boss")
    assert [found[name] for name in ("Position", "Result", "Score then", "Notes then")] == [None] * 4


async def test_a_workbook_without_imported_interviews_has_no_sheet_for_them(tmp_path: Path) -> None:
    desk = await organisation()
    viewer = await viewer_of(desk, "lee")
    reader = Reader(staff_vocabulary()["en"], vocabulary()["en"], ZONE, str, viewer)
    await write_workbook(desk.store, await desk.campaigns.find("spring"), tmp_path / "book.xlsx", reader)
    assert openpyxl.load_workbook(tmp_path / "book.xlsx").sheetnames == ["Candidates", "Answers"]


async def test_the_card_says_when_and_by_whom_it_was_imported() -> None:
    desk = await linked()
    card = await said(desk, "lee", "/candidate Ann")
    assert "2024-03-05 · recorded: Old Wang · imported on 23 November by boss (row 2)" in card


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
