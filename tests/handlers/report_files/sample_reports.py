"""Interviews in every state that a report can be about, and what can be read in each form of a report."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import msgspec
from pypdf import PdfReader

from bot.web.report import rendering
from conversation import inbound as i
from handlers.catalogues import staff_vocabulary, vocabulary
from handlers.organisation.repository import load
from handlers.rating_views import Viewer
from handlers.report_files.forms import Form, written
from handlers.report_pages.model import Report, Stretch
from handlers.report_pages.view import Reports
from storage.memory.store import MemoryStore
from tests.handlers.console.commands.candidates.report_reader import Reader, reader_of, sample, shown
from tests.handlers.console.commands.candidates.spoken_reports import spoken
from tests.handlers.console.desk import ZONE

STATES = ("completed", "exited", "lapsed", "spoken", "erased")
FORMS: tuple[Form, ...] = ("pdf", "docx", "json")
_FOR_PROGRAMS = {"language", "kind", "status", "id", "at", "submitted_at"}
_NOT_SEEN = re.compile(r"[\s\u200b\xa0]+")


async def sample_interviews(tmp_path: Path) -> tuple[Reader, dict[str, str]]:
    """Return a desk with one interview in each state, by state.

    The completed one has ratings with reasons, a note, and a decision of two.
    """
    reader = await reader_of(MemoryStore(), tmp_path)
    desk = reader.desk
    await desk.says("boss", "/org rule decisions on")
    for who in ("小李", "小王"):
        await desk.joins(who, "recruiter")
    completed = await desk.answers("陈晨", "spring", 4)
    for number, step in enumerate(desk.script.steps):
        rating = i.RatingGiven(step.question.id, 4 - number % 2, reader.person("小李"), "举例具体，数字准确。")
        await desk.intake.apply(completed, i.Inbound(f"rate:{number}", rating))
    await desk.says("小李", f"/decide {completed} yes 思路清楚")
    await desk.says("小王", f"/decide {completed} yes 同意进入复试")
    await desk.says("小王", f"/tell {completed} yes")
    await desk.presses("小王", "确定")
    await desk.says("小李", f"/note {completed} 下周二可以来")
    exited = await desk.exits("张三", "spring")
    voice, _ = await spoken(reader, "李四", sample("zh.ogg"))
    await desk.answers("赵六", "spring", 1)
    erased = desk.interview_of("赵六")
    await desk.says("boss", f"/forget {erased}")
    await desk.presses("boss", "确定")
    await desk.erases()
    lapsed = await desk.answers("王五", "spring", 1)
    desk.now += 4 * 24 * 3600_000
    await desk.ticks()
    return reader, dict(zip(STATES, (completed, exited, lapsed, voice, erased), strict=True))


async def report_on(reader: Reader, interview: str, language: str, viewer: Viewer | None = None) -> Report:
    desk = reader.desk
    organisation = (await load(desk.store)).state
    reports = Reports(desk.store, organisation, staff_vocabulary(), vocabulary(), ZONE)
    made = await reports.of(interview, viewer, language, desk.now)
    assert made is not None
    return made


def texts_of(value: object, field: str = "") -> Iterator[str]:
    """Yield all texts for people of a report."""
    match value:
        case str():
            if value and field not in _FOR_PROGRAMS:
                yield value
        case tuple():
            for each in value:
                yield from texts_of(each, field)
        case msgspec.Struct():
            for name in value.__struct_fields__:
                yield from texts_of(getattr(value, name), "" if isinstance(value, Stretch) else name)
        case _:
            pass


async def readable(report: Report, form: str) -> str:
    """Return all that can be read in a file of this form, squeezed."""
    words = staff_vocabulary()[report.language]
    if form == "html":
        return squeezed(shown(rendering.file(report, words).decode()))
    data = await written(report, next(each for each in FORMS if each == form), words)
    match form:
        case "json":
            return squeezed("\n".join(_strings(json.loads(data))))
        case "docx":
            return squeezed(_word_text(data))
        case _:
            pages = [squeezed(page.extract_text()) for page in PdfReader(io.BytesIO(data)).pages]
            feet = [f"{report.interview}{number}/{len(pages)}" for number in range(1, len(pages) + 1)]
            assert all(page.endswith(foot) for page, foot in zip(pages, feet, strict=True))
            return "".join(page.removesuffix(foot) for page, foot in zip(pages, feet, strict=True))


def squeezed(text: str) -> str:
    """Return the text without spaces and line ends, which formats set as they need."""
    return _NOT_SEEN.sub("", text)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each)


def _word_text(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.testzip() is None
    body = docx.Document(io.BytesIO(data)).element.body
    return "".join(node.text or "" for node in body.iter() if node.tag.endswith("}t"))
