"""What staff see of a follow-up question: its text, marked as generated, before the message that answers it."""

import io
from pathlib import Path

import pytest
from openpyxl import load_workbook

from conversation import inbound as i
from conversation.engine import Engine
from handlers.catalogues import vocabulary
from handlers.preview import Words, preview
from storage.memory.store import MemoryStore
from tests.dialogues.playing import script_named
from tests.handlers.console.commands.candidates.report_reader import Reader, reader_of, shown
from tests.handlers.console.desk import MONDAY, ZONE, texts
from tests.handlers.report_files.sample_reports import readable, report_on, squeezed

BASE, MORE = "I labelled things.", "Before, it took twenty minutes."
LINES = {
    "en": "↳ Follow-up (generated automatically): Could you say a little more?",
    "zh": "↳ 追问（自动生成）：Could you say a little more?",
}


async def answered(tmp_path: Path, language: str, *more: i.What) -> tuple[Reader, str]:
    """Return a desk with an interview whose first answer was followed up, and the interview."""
    reader = await reader_of(MemoryStore(), tmp_path)
    desk = reader.desk
    desk.script = script_named("followed-up")
    await desk.campaign("shelves", "华东")
    interview = await desk.starts("Mia", "shelves")
    await desk.does("Mia", i.CommandReceived("language", "en"))
    for what in (i.TextReceived(BASE), i.ChoicePressed("submit"), *more):
        await desk.does("Mia", what)
    await desk.does("Mia", i.ChoicePressed("exit"))
    desk.now += 80 * 3600_000  # past the deadline: nothing will be added
    await desk.intake.apply(interview, i.Inbound("late", i.Ticked()))
    desk.language = language
    await desk.joins("lee", "recruiter", "华东")
    desk.console.tools = desk.tools._replace(report_link=lambda *_: "")
    return reader, interview


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_it_stands_before_what_answers_it(tmp_path: Path, language: str) -> None:
    reader, interview = await answered(tmp_path, language, i.TextReceived(MORE), i.ChoicePressed("submit"))
    desk = reader.desk
    read = {
        line: "\n".join(texts(await desk.says("lee", line)))
        for line in (f"/report {interview}", f"/rate {interview} 1", "/blind shelves 1")
    }
    read["page"] = shown((await reader.page(interview, "lee", language)).text)
    await desk.says("lee", "/export shelves")
    (message,) = await desk.presses("lee", {"zh": "确定", "en": "Yes, do it"}[language])
    assert message.file
    book = load_workbook(io.BytesIO(desk.archive[message.file.sha256]))
    report = await report_on(reader, interview, language)
    read["docx"] = await readable(report, "docx")
    assert squeezed(LINES[language]) in await readable(report, "json")
    read["workbook"] = "\n".join(str(cell) for row in book.worksheets[1].values for cell in row)
    for where, text in read.items():
        at = [squeezed(text).find(squeezed(each)) for each in (BASE, LINES[language], MORE)]
        assert -1 < at[0] < at[1] < at[2], (where, text)


async def test_that_it_was_passed_over_is_not_shown(tmp_path: Path) -> None:
    reader, interview = await answered(tmp_path, "en", i.ChoicePressed("skip"))
    for line in (f"/report {interview}", f"/rate {interview} 1"):
        said = "\n".join(texts(await reader.desk.says("lee", line)))
        assert BASE in said
        assert "Follow-up" not in said
    assert "Follow-up" not in shown((await reader.page(interview, "lee", "en")).text)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_preview_shows_it_and_goes_on(language: str) -> None:
    script = script_named("followed-up")
    engine = Engine(vocabulary(), ZONE)
    seen = preview(script, engine, language, Words("Anna", "An answer", "(voice)"), MONDAY)["interview"]
    said = "\n".join(each.text for each in seen if not each.does)
    assert vocabulary()[language].text("follow_up.ask.short") in said
    assert script.steps[-1].question.ask.in_(language) in said
