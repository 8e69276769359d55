"""Automatic results: where staff see them, marked as such, and that they are nobody's rating."""

import csv
import io
import itertools
import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from conversation import events as e
from conversation import inbound as i
from conversation.inbound import Address
from conversation.outbound import OutboundMessage
from conversation.record.audit import unseal
from handlers.actions.context import Context
from handlers.maintenance.export import interviews
from handlers.organisation.repository import load
from handlers.queries.inbox import ShowInbox
from handlers.queries.rankings import ShowRanking
from handlers.queries.ratings import ShowRatings, ShowRatingSheet
from handlers.queries.reports import ShowReport
from storage.memory.store import MemoryStore
from tests.handlers.console.commands.candidates.report_reader import Reader, reader_of, shown
from tests.handlers.console.desk import Desk

GROUP = Address("telegram-staff", "700900", "-100")
_NUMBERS = itertools.count(1)
MET, UNMET = "自动核对：符合预期答案（中位数）", "自动核对：不符合预期答案（75）"


@pytest.fixture
async def reader(tmp_path: Path) -> Reader:
    """A desk where 张三 chose the expected option and gave another number than expected, and nobody has rated."""
    found = await reader_of(MemoryStore(), tmp_path)
    desk = found.desk
    await desk.campaign("autumn", "华东", "expected")
    await desk.answers("张三", "autumn", 3)
    await desk.does("张三", i.TextReceived("60"))
    for who, role in (("小李", "recruiter"), ("小王", "recruiter"), ("老陈", "auditor")):
        await desk.joins(who, role, "华东")
    return found


async def rates(desk: Desk, who: str, marks: str) -> None:
    """Rate the questions in order: a digit is a score, `-` leaves a question out, `x` is "cannot be assessed"."""
    for number, mark in enumerate(marks, start=1):
        if mark != "-":
            await desk.says(who, f"/rate 张三 {number} {'skip' if mark == 'x' else mark}")


async def text_of(desk: Desk, who: str, line: str, chat: Address | None = None) -> str:
    return "\n".join(each.text for each in await typed(desk, who, line, chat))


async def typed(desk: Desk, who: str, line: str, chat: Address | None = None) -> list[OutboundMessage]:
    message = desk.message(who, line, f"typed:{next(_NUMBERS)}")
    return await desk.receive(replace(message, chat=chat or message.sender))


async def exported(desk: Desk, who: str, line: str, chat: Address | None = None) -> bytes:
    asked = await typed(desk, who, line, chat)
    (yes,) = [choice.token for each in asked for choice in each.choices if choice.label == "确定"]
    (file,) = [each.file for each in await typed(desk, who, yes, chat) if each.file]
    return desk.archive[file.sha256]


# where it is shown


async def test_a_report_shows_it_beside_the_answer_and_in_the_table(reader: Reader) -> None:
    text = await text_of(reader.desk, "老陈", "/report 张三")
    assert MET in text
    assert UNMET in text
    assert "评分 3.0（自动）" in text
    assert "已评权重 60%" in text
    assert "还没有人评过" in text
    assert "自动 5" in text
    assert "自动 1" in text


async def test_a_person_s_rating_takes_its_place(reader: Reader) -> None:
    await rates(reader.desk, "小李", "44-2")
    text = await text_of(reader.desk, "老陈", "/report 张三")
    assert "评分 3.7（满分 5）" in text  # 40 % of 4, and 60 % of the mean of 5 (automatic) and 2
    assert "其中 1 题按预期答案自动计分" in text
    assert "→ 自动 5" in text
    assert "→ 小李 2" in text
    assert "自动 1" not in text
    assert UNMET in text, "what the program found stays to be read"
    await rates(reader.desk, "小李", "--x")
    text = await text_of(reader.desk, "老陈", "/report 张三")
    assert "专业问题 2.0（评了 1/2 题）" in text
    assert "自动计分" not in text


@pytest.mark.parametrize("who", ["老陈", "小李"])
async def test_the_page_shows_it(reader: Reader, who: str) -> None:
    interview = reader.desk.interview_of("张三")
    page = shown((await reader.page(interview, who)).text)
    for said in (MET, UNMET, "3.0（自动） / 5", "专业问题3.0（自动）", "自动: 5", "自动: 1", "还没有人评过"):
        assert said in page, said
    english = shown((await reader.page(interview, who, "en")).text)
    assert "Automatic check: not as expected (75)" in english
    assert "3.0 (automatic) / 5" in english
    await rates(reader.desk, "小李", "4444")
    page = shown((await reader.page(interview, who)).text)
    assert UNMET in page
    assert "（自动）" not in page
    assert "自动: " not in page


async def test_the_sheet_of_a_rater_says_what_counts_without_them(reader: Reader) -> None:
    said = "没有人评这道题时，自动记 1 分"
    assert said in await text_of(reader.desk, "小李", "/rate 张三 4")
    assert said not in await text_of(reader.desk, "小李", "/rate 张三 1")
    await rates(reader.desk, "小李", "---3")
    again = await text_of(reader.desk, "小李", "/rate 张三 4")
    assert said not in again
    assert UNMET in again


def table(sheet: Worksheet) -> dict[str, object]:
    """Return the cells of the first row as shown, by heading; a number format with a mark is shown."""
    heads, row = [*sheet.iter_rows(max_row=2)]
    return {
        str(head.value): _as_shown(cell.value, cell.number_format) for head, cell in zip(heads, row, strict=True)
    }


def _as_shown(value: object, number_format: str) -> object:
    mark = number_format.removeprefix("General").strip('"')
    return f"{value}{mark}" if mark and isinstance(value, int | float) else value


async def test_the_workbook_marks_automatic_scores(reader: Reader) -> None:
    desk = reader.desk
    typical, share = (step.question.ask.zh for step in desk.script.steps[2:])
    book = load_workbook(io.BytesIO(await exported(desk, "老陈", "/export autumn")))
    row = table(book["候选人"])
    assert (row[typical], row[share], row["总分（1–5）"]) == ("5（自动）", "1（自动）", "3（自动）")
    assert (row["自动计分题数"], row["评分人"]) == (2, None)
    rows = [[cell.value for cell in each] for each in book["回答"].iter_rows()]
    at = rows[0].index("自动核对")
    assert [each[at] for each in rows[1:]] == [None, None, "符合预期", "不符合预期"]
    await rates(desk, "小李", "4443")
    book = load_workbook(io.BytesIO(await exported(desk, "老陈", "/export autumn")))
    row = table(book["候选人"])
    assert (row[typical], row[share], row["总分（1–5）"], row["自动计分题数"]) == (4, 3, 3.7, 0)
    assert [each.value for each in [*book["回答"].columns][at]][1:] == [None, None, "符合预期", "不符合预期"]


async def test_a_campaign_without_expected_answers_has_no_such_columns(reader: Reader) -> None:
    await reader.desk.answers("李四", "spring", 4)
    book = load_workbook(io.BytesIO(await exported(reader.desk, "老陈", "/export spring")))
    heads = [str(cell.value) for sheet in book.worksheets for cell in sheet[1]]
    assert not [head for head in heads if "自动" in head]


async def test_exports_for_programs_tell_automatic_scores_apart(reader: Reader) -> None:
    desk = reader.desk
    await rates(desk, "小李", "---2")
    record = json.loads(await exported(desk, "老陈", "/export autumn jsonl"))
    assert [each["expected"] for each in record["answers"]] == [None, None, "met", "unmet"]
    scores = record["scores"]
    assert [each["automatic"] for each in scores["questions"]] == [False, False, True, False]
    assert [(each["score"], each["raters"]) for each in scores["questions"]] == [
        (None, 0),
        (None, 0),
        (5, 0),
        (2, 1),
    ]
    assert [each["automatic"] for each in scores["stages"]] == [0, 1]
    assert (scores["automatic"], scores["total"], scores["scored_weight"]) == (1, 3.5, 60)
    assert [each["question"] for each in record["ratings"]] == ["share"], "an automatic result is no rating"
    assert scores["agreement"] == {"questions": 0, "difference": None}
    rows = [*csv.DictReader(io.StringIO((await exported(desk, "老陈", "/export autumn csv")).decode("utf-8-sig")))]
    columns = ("score", "raters", "expected", "automatic")
    assert [tuple(row[name] for name in columns) for row in rows[2:]] == [
        ("5", "0", "met", "yes"),
        ("2", "1", "unmet", ""),
    ]


# that it is nobody's rating


async def asked(desk: Desk, who: str, *, private: bool = True) -> Context:
    organisation = (await load(desk.store)).state
    person = next(each for each in organisation.people.values() if each.name == who)
    return Context(desk.tools, organisation, person, "", GROUP, private=private)


async def test_it_is_no_rater_and_leaves_everything_to_be_rated(reader: Reader) -> None:
    desk, interview = reader.desk, reader.desk.interview_of("张三")
    context = await asked(desk, "小李")
    assert [each.interview for each in (await ShowInbox().answer(context)).rate.first] == [interview]
    ranking = await ShowRanking("autumn").answer(context)
    assert (ranking.candidates, ranking.unrated) == ((), 1)
    found = (await ShowRatings(interview).answer(context)).ratings
    assert (found.given, found.answered, found.others, found.withheld) == (0, 4, 0, "")
    assert found.table is not None
    assert (found.table.raters, found.table.agreement, found.table.automatic) == ((), None, 2)
    assert [(each.question, each.marks, each.automatic) for each in found.table.questions] == [
        ("typical", (), 5),
        ("share", (), 1),
    ]
    await rates(desk, "小李", "44")
    assert (await ShowInbox().answer(context)).rate.total == 1, "two answers are still to be rated"
    (ranked,) = (await ShowRanking("autumn").answer(await asked(desk, "老陈"))).candidates
    assert (ranked.raters, ranked.automatic, ranked.coverage, ranked.place) == (1, 2, 1, 1)


async def test_whoever_still_has_to_rate_sees_it_and_nothing_of_others(reader: Reader) -> None:
    """Whether others have taken the place of the automatic result is not told either."""
    desk, interview = reader.desk, reader.desk.interview_of("张三")
    await rates(desk, "小李", "55")
    before = await seen_by(reader, "小王", interview)
    await rates(desk, "小李", "--25")
    assert await seen_by(reader, "小王", interview) == before
    assert MET in before[0]
    assert "小李" not in "".join(before)


_RECORD = re.compile(r"共 \d+ 条|[0-9a-f]{64}")
"""The length and head of the record, which grow with everything that is recorded, as in exports."""


async def seen_by(reader: Reader, who: str, interview: str) -> Sequence[str]:
    desk = reader.desk
    context = await asked(desk, who)
    answers = [await query.answer(context) for query in (ShowRatings(interview), ShowRatingSheet(interview))]
    page = _RECORD.sub("", shown((await reader.page(interview, who)).text))
    texts = [await text_of(desk, who, line) for line in ("/report 张三", "/rate 张三 3", "/ranking autumn")]
    return [*texts, page, *map(str, answers)]


async def test_a_group_sees_it_beside_the_answer_and_no_score(reader: Reader) -> None:
    desk, interview = reader.desk, reader.desk.interview_of("张三")
    for rated in (False, True):
        text = await text_of(desk, "小李", "/report 张三", GROUP)
        assert MET in text
        assert UNMET in text
        assert "评分 3" not in text
        assert "自动 5" not in text
        report = await ShowReport(interview).answer(await asked(desk, "小李", private=False))
        assert report.ratings is None or report.ratings.table is None
        link = reader.links.make(interview, f"group:{reader.person('小李')}")
        page = shown((await reader.web.get(f"/r/{link}?lang=zh")).text)
        assert MET in page
        assert "/ 5" not in page
        assert "自动: " not in page
        if not rated:
            await rates(desk, "小李", "4")
            book = load_workbook(io.BytesIO(await exported(desk, "小李", "/export autumn", GROUP)))
    heads = [str(cell.value) for sheet in book.worksheets for cell in sheet[1]]
    assert "自动核对" in heads
    assert not {"自动计分题数", "评分", "总分（1–5）"} & {*heads}


async def test_nothing_about_it_is_in_the_record_or_said_to_the_candidate(reader: Reader) -> None:
    desk, interview = reader.desk, reader.desk.interview_of("张三")
    entries = [unseal(each)[1] for each in await desk.store.interviews.entries(interview)]
    assert not [event for entry in entries for event in entry.events if isinstance(event, e.Rated)]
    record = await desk.store.interviews.load(interview)
    assert record is not None
    assert record.state.rated == ()
    assert desk.heard
    assert not [message for message in desk.heard if _tells(message)]


def _tells(message: OutboundMessage) -> bool:
    return any(word in message.text for word in ("预期", "自动核对", "75", "correct", "正确"))


async def test_the_interview_keeps_what_its_script_expected() -> None:
    """Correcting `expect` later opens a new version; interviews under way are checked by theirs."""
    desk = Desk(MemoryStore())
    await desk.claims()
    campaign = await desk.campaign("autumn", script="expected")
    await desk.answers("张三", "autumn", 4)
    campaign = await desk.campaigns.renew(campaign, desk.script)
    await desk.answers("李四", "autumn", 4)
    found = {each["candidate"]["name"]: each async for each in interviews(desk.store, campaign)}
    assert [each["expected"] for each in found["张三"]["answers"]] == [None, None, "met", "met"]
    assert [each["expected"] for each in found["李四"]["answers"]] == [None] * 4
