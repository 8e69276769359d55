"""Exports and verification at the console: complete, limited to one's rights, and broken records are found."""

import csv
import io
import json
import re

import pytest
from openpyxl import load_workbook

from handlers.actions import exports
from handlers.organisation.state import NAME
from handlers.queries import audit
from storage.memory.store import MemoryStore
from storage.ports import Store
from tests.handlers.console.desk import Desk, texts


async def organisation(store: Store) -> Desk:
    """Return a desk with units East and South, each with a campaign and a candidate."""
    desk = Desk(store, "en")
    await desk.claims()
    for unit, campaign in (("East", "spring"), ("South", "autumn")):
        await desk.says("boss", f"/org add {unit}")
        await desk.campaign(campaign, unit)
        await desk.answers(f"somebody in {campaign}", campaign, 2)
    return desk


async def exported(desk: Desk, form: str, who: str = "boss") -> bytes:
    (asked,) = await desk.says(who, f"/export spring {form}".strip())
    assert "1 interview of spring" in asked.text
    assert "personal data" in asked.text
    assert asked.file is None, "not before it was confirmed"
    (done,) = await desk.presses(who, "Yes, do it")
    assert done.file is not None
    assert done.file.name == f"spring-2026-11-23.{form or 'xlsx'}"
    return desk.archive[done.file.sha256]


@pytest.mark.parametrize("form", ["", "csv", "xlsx", "jsonl"])
async def test_the_file_holds_all_that_was_said(form: str, store: Store) -> None:
    desk = await organisation(store)
    data = await exported(desk, form)
    if form == "jsonl":
        (line,) = [json.loads(each) for each in data.decode().splitlines()]
        said = [part["text"] for answer in line["answers"] for part in answer["parts"]]
        assert line["candidate"]["name"] == "somebody in spring"
    elif form in ("", "xlsx"):
        _, answers = load_workbook(io.BytesIO(data)).worksheets
        rows = [[str(cell.value or "") for cell in row] for row in answers.iter_rows()]
        said = [dict(zip(rows[0], row, strict=True))["Answer"] for row in rows[1:]]
    else:
        said = [row["text"] for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig")))]
    assert [text for text in said if text] == ["我学统计,做过预测课题。", "Excel"]


@pytest.mark.parametrize("form", ["csv", "xlsx", "jsonl"])
@pytest.mark.parametrize("command", ["/invite spring Ann", "/revoke Ben", "/reissue Ben", "/forget Ben"])
async def test_the_question_counts_what_the_file_holds(command: str, form: str) -> None:
    desk = await organisation(MemoryStore())
    await desk.says("boss", "/invite spring Ben")
    await desk.says("boss", command)
    if not command.startswith("/invite"):
        await desk.presses("boss", "Yes, do it")
        await desk.erases()
    await desk.sent()
    (asked,) = await desk.says("boss", f"/export spring {form}")
    (done,) = await desk.presses("boss", "Yes, do it")
    assert done.file is not None
    found = rows_of(desk.archive[done.file.sha256], form)
    assert re.findall(r"\d+ interview", asked.text + done.text) == [f"{len(found)} interview"] * 2


def rows_of(data: bytes, form: str) -> set[str]:
    """Return the ids of the interviews in an exported file."""
    if form == "jsonl":
        return {json.loads(each)["interview"] for each in data.decode().splitlines()}
    if form == "xlsx":
        (_, *rows) = load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True)
        return {str(row[-1]) for row in rows}
    return {row["interview"] for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig")))}


@pytest.mark.parametrize("role", ["owner", "admin", "recruiter", "auditor", "support"])
async def test_who_may_export_what(role: str, store: Store) -> None:
    desk = await organisation(store)
    await desk.joins("reader", role, "East")
    if role == "support":
        assert texts(await desk.says("reader", "/export spring"))[0].startswith("Your role does not include")
        return
    assert await exported(desk, "csv", "reader")
    assert texts(await desk.says("reader", "/export autumn"))[0].startswith("There is no campaign")
    assert await desk.says("stranger", "/export spring") == []


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("/export", "Usage"),
        ("/export spring pdf", "Usage"),
        ("/export spring csv more", "Usage"),
        ("/export nothing", "There is no campaign “nothing”"),
        ("/export empty", "has no interviews yet"),
        ("/audit a b", "was not found"),
        ("/audit before x", "Usage"),
        ("/audit 12345", "was not found"),
        ("/audit 0123456789abcdef", "There is no interview"),
        ("/audit office", "was not found"),
    ],
)
async def test_what_cannot_be_done_is_said(line: str, answer: str) -> None:
    desk = await organisation(MemoryStore())
    await desk.campaign("empty")
    assert answer in texts(await desk.says("boss", line))[0]


async def test_what_is_too_large_is_for_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = await organisation(MemoryStore())
    monkeypatch.setattr(exports, "MOST_BYTES", 100)
    await desk.says("boss", "/export spring")
    (said,) = await desk.presses("boss", "Yes, do it")
    assert "xumian export spring --format xlsx -o spring.xlsx" in said.text
    assert said.file is None
    monkeypatch.setattr(exports, "MOST_EXPORTED", 0)
    assert "Run on the server" in texts(await desk.says("boss", "/export spring xlsx"))[0]
    monkeypatch.setattr(audit, "MOST_AUDITED", 1)
    assert "xumian audit --all" in texts(await desk.says("boss", "/audit all"))[0]
    assert desk.archive == {}


async def test_the_same_message_is_answered_once(store: Store) -> None:
    desk = await organisation(store)
    for line in ("/export spring", "/audit", "/audit all"):
        message = desk.message("boss", line, f"again {line}")
        assert len(await desk.receive(message)) == 1
        assert await desk.receive(message) == []


# verification


async def test_a_record_is_verified_by_its_id_or_the_beginning_of_it(store: Store) -> None:
    desk = await organisation(store)
    interview = desk.interview_of("somebody in spring")
    found = await store.interviews.load(interview)
    assert found is not None
    for named in (interview, interview.upper(), interview[:6]):
        (said,) = texts(await desk.says("boss", f"/audit {named}"))
        assert f"interview {interview} holds: {found.version} entries" in said
        assert found.head.hex() in said


@pytest.mark.parametrize("role", ["owner", "admin", "auditor", "recruiter", "support"])
async def test_who_may_verify_what(role: str, store: Store) -> None:
    desk = await organisation(store)
    await desk.joins("reader", role, "East")
    await desk.joins("southerner", "admin", "South")
    await desk.joins("easterner", "recruiter", "East")
    await desk.says("southerner", "/stats autumn")
    await desk.says("easterner", "/stats spring")
    own, foreign = (desk.interview_of(f"somebody in {campaign}") for campaign in ("spring", "autumn"))
    if role in ("recruiter", "support"):
        assert texts(await desk.says("reader", "/audit"))[0].startswith("Your role does not include")
        return
    assert "holds" in texts(await desk.says("reader", f"/audit {own}"))[0]
    assert "There is no interview" in texts(await desk.says("reader", f"/audit {foreign}"))[0]
    assert texts(await desk.says("reader", "/audit all")) == ["1 interview verified, 0 of them broken."]
    (actions,) = texts(await desk.says("reader", "/audit"))
    assert "easterner: /stats spring · done" in actions
    assert "reader: /audit all · done" in actions
    assert "southerner" not in actions
    assert "boss" not in actions
    assert "organisation" not in actions


async def test_all_actions_are_there_in_pages_each_once() -> None:
    desk = await organisation(MemoryStore())
    for number in range(25):
        await desk.says("boss", f"/org add page{number}")
    pages = texts(await desk.says("boss", "/audit"))
    for _ in range(2):
        pages += texts(await desk.presses("boss", "Next"))
    lines = [line for page in pages for line in page.splitlines() if "/org add page" in line]
    assert [line.split("/org add page")[1].split()[0] for line in lines] == [
        str(each) for each in range(24, -1, -1)
    ]


async def test_what_does_not_hold_is_found() -> None:
    store = MemoryStore()
    desk = await organisation(store)
    broken, whole = (desk.interview_of(f"somebody in {campaign}") for campaign in ("spring", "autumn"))
    log = store.interviews._logs[broken]
    log[2] = log[2].replace(b'"n":3', b'"n":4')
    (said,) = texts(await desk.says("boss", f"/audit {broken}"))
    assert f"interview {broken} does not hold at entry 3" in said
    assert "holds" in texts(await desk.says("boss", f"/audit {whole}"))[0]
    (said,) = texts(await desk.says("boss", "/audit all"))
    assert "2 interviews verified, 1 of them broken" in said
    assert f"interview {broken} does not hold at entry 3" in said
    office_log = store.interviews._logs[NAME]
    office_log[2] = office_log[2].replace(b"East", b"West")
    for line in ("/audit", "/audit all"):
        (said,) = texts(await desk.says("boss", line))
        assert "organisation’s record does not hold at entry 3" in said


async def test_what_is_written_while_it_is_read_breaks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    store = MemoryStore()
    desk = await organisation(store)
    interview = desk.interview_of("somebody in spring")
    entries = store.interviews.entries
    written: list[str] = []

    async def one_later(name: str) -> list[bytes]:
        """Return the entries; the first time without the last one, as if it were being written."""
        found = await entries(name)
        if name not in written:
            written.append(name)
            return found[:-1]
        return found

    monkeypatch.setattr(store.interviews, "entries", one_later)
    assert "holds" in texts(await desk.says("boss", f"/audit {interview}"))[0]
    assert "holds" in texts(await desk.says("boss", "/audit"))[0]
    assert written == [interview, NAME]
