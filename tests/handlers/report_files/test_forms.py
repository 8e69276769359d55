"""Reports as files: each says all that the report says, in both languages, whatever the interview's state."""

import io
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from pypdf import PdfReader

from conversation import inbound as i
from handlers.actions import reports
from handlers.catalogues import staff_vocabulary
from handlers.charts import families
from handlers.organisation.repository import load
from handlers.rating_views import Viewer
from handlers.report_files import pdf
from handlers.report_files.document import Document, Heading, Paragraph, document_of
from handlers.report_files.forms import file_name
from tests.handlers.console.commands.candidates.report_reader import Reader
from tests.handlers.report_files.sample_reports import (
    STATES,
    readable,
    report_on,
    sample_interviews,
    squeezed,
    texts_of,
)

ALL_FORMS = ("pdf", "docx", "json", "html")
HOSTILE = (
    '= 标题 #import "@preview/x:1.0.0": * #panic() *b* _e_ `r` $x$ <script>alert(1)</script> {{7*7}} {% raw %} '
    "\\u{41} [a] // c /* d */ @ref <lab> &amp; <w:p/> =1+1"
)
Desk = tuple[Reader, dict[str, str]]


@pytest.fixture
async def samples(tmp_path: Path) -> AsyncIterator[Desk]:
    reader, interviews = await sample_interviews(tmp_path)
    yield reader, interviews
    await reader.web.aclose()


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_every_form_says_all_that_the_report_says(samples: Desk, language: str) -> None:
    reader, interviews = samples
    for state in STATES:
        report = await report_on(reader, interviews[state], language)
        texts = list(texts_of(report))
        assert len(texts) > 20
        for form in ALL_FORMS:
            read = await readable(report, form)
            assert [text for text in texts if squeezed(text) not in read] == [], (state, form)


async def test_what_was_decided_rated_and_agreed_is_in_the_report(samples: Desk) -> None:
    reader, interviews = samples
    said = "\n".join(texts_of(await report_on(reader, interviews["completed"], "zh")))
    for text in ("已完成", "小李、小王", "思路清楚", "同意进入复试", "下周二可以来", "小李: 4", "举例具体", "3.5"):
        assert text in said
    for text in ("2026-11", "记录完整", "同意个人信息说明，开始面试", "提出决定 · 进入复试 · 小李"):
        assert text in said
    assert "已告知结果 · 进入复试 · 小王" in said
    said = "\n".join(texts_of(await report_on(reader, interviews["exited"], "zh")))
    for text in ("中途退出", "网络不好", "未评（不计分）：专业问题", "没有完成不等于没有通过", "至今"):
        assert text in said
    said = "\n".join(texts_of(await report_on(reader, interviews["spoken"], "zh")))
    for text in ("语音 0:42", "置信度 93%", "我来自北京大学", "0:20", "到期未完成"):
        assert text in said


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_of_an_erased_interview_only_the_remains_are_in_any_form(samples: Desk, language: str) -> None:
    reader, interviews = samples
    report = await report_on(reader, interviews["erased"], language)
    assert (report.stages, report.scores, report.coverage, report.notes) == ((), None, None, ())
    assert [each.kind for each in report.timeline][-1] == "erased"
    assert report.chain.holds
    for form in ALL_FORMS:
        read = await readable(report, form)
        assert interviews["erased"] in read
        for gone in ("赵六", "统计", "Telegram"):
            assert gone not in read


async def test_a_blind_rater_and_a_group_see_no_scores_of_others_in_any_form(samples: Desk) -> None:
    reader, interviews = samples
    organisation = (await load(reader.desk.store)).state
    blind = Viewer(organisation, organisation.people[reader.person("小王")])
    for viewer in (blind, Viewer(organisation, None)):
        report = await report_on(reader, interviews["completed"], "zh", viewer)
        for form in ALL_FORMS:
            read = await readable(report, form)
            for secret in ("小李:4", "举例具体", "3.5/5", "下周二可以来"):
                assert secret not in read, (form, secret)
    group = await readable(report, "json")
    assert "思路清楚" not in group
    assert "同意进入复试" not in group


@pytest.mark.parametrize("form", ALL_FORMS)
async def test_what_candidates_write_is_shown_as_written(samples: Desk, form: str) -> None:
    reader, _ = samples
    interview = await reader.desk.starts("#eval(1) *x*", "spring")
    await reader.desk.does("#eval(1) *x*", i.TextReceived(f"{HOSTILE}\x00\x07\n\u202eabc\nשלום"))
    await reader.desk.does("#eval(1) *x*", i.TextReceived("长" * 9_000 + "a" * 9_000))
    read = await readable(await report_on(reader, interview, "zh"), form)
    assert squeezed(HOSTILE) in read
    assert "长" * 9_000 + "a" * 9_000 in read
    assert "abc" in read
    assert "שלום" in read
    assert "#eval(1)*x*" in read


async def test_a_pdf_is_tagged_and_names_what_no_font_has(samples: Desk) -> None:
    reader, interviews = samples
    report = await report_on(reader, interviews["completed"], "zh")
    document = document_of(report, staff_vocabulary()["zh"])
    data = await pdf.as_pdf(document)
    assert data == await pdf.as_pdf(document)
    root = PdfReader(io.BytesIO(data)).root_object
    assert str(root["/MarkInfo"].get_object()) == "{'/Marked': True, '/Suspects': False}"
    assert str(root["/Lang"]) == "zh-CN"
    assert "陈晨" in str(PdfReader(io.BytesIO(data)).metadata)
    unknown = Document("T", "en", document.made, "", (Heading(1, "x"), Paragraph("a \U0010fffd b \U000130b8 c")))
    text = squeezed(PdfReader(io.BytesIO(await pdf.as_pdf(unknown))).pages[0].extract_text())
    assert "[u+10fffd]" in text
    assert text.startswith("xa")


async def test_the_console_sends_files_and_an_archive(samples: Desk) -> None:
    reader, interviews = samples
    desk = reader.desk
    for line, suffix in (("pdf", "pdf"), ("word", "docx"), ("json", "json")):
        *_, message = await desk.says("boss", f"/report 陈晨 {line}")
        assert message.file
        assert message.file.name == f"陈晨-{interviews['completed'][:8]}.{suffix}"
        data = desk.archive[message.file.sha256]
    found = json.loads(data)
    assert (found["form"], found["state"]["id"], found["chain"]["holds"]) == (1, "completed", True)
    (asked,) = await desk.says("boss", "/report spring zip json")
    assert "5" in asked.text
    *_, sent = await desk.presses("boss", "确定")
    assert sent.file
    with ZipFile(io.BytesIO(desk.archive[sent.file.sha256])) as archive:
        names = archive.namelist()
        assert len(names) == 5
        assert {json.loads(archive.read(name))["interview"] for name in names} == {*interviews.values()}


async def test_the_console_says_that_a_candidate_was_erased_and_what_remains(samples: Desk) -> None:
    reader, interviews = samples
    *_, told = await reader.desk.says("boss", f"/report {interviews['erased']}")
    assert "已经删除" in told.text
    assert "没有作答" not in told.text
    (sent,) = await reader.desk.presses("boss", "PDF")
    assert sent.file
    assert reader.desk.archive[sent.file.sha256].startswith(b"%PDF")


async def test_the_page_offers_files_for_the_same_reader(samples: Desk) -> None:
    reader, interviews = samples
    interview = interviews["completed"]
    page = await reader.page(interview, "小王", "zh")
    token = reader.token(interview, "小王")
    for form in ("pdf", "docx"):
        assert f'href="{token}/report.{form}?lang=zh"' in page.text
        file = await reader.web.get(f"/r/{token}/report.{form}?lang=zh")
        assert file.status_code == 200
        assert file.headers["content-disposition"].endswith(f"-{interview[:8]}.{form}")
        assert file.headers["cache-control"] == "no-store"
    blind = (await reader.web.get(f"/r/{token}/report.json")).json()
    assert blind["scores"]["hidden"]
    assert "举例具体" not in json.dumps(blind, ensure_ascii=False)
    assert (await reader.web.get(f"/r/{token}/report.exe")).status_code == 404
    assert (await reader.web.get("/r/x/report.pdf")).status_code == 404


async def test_too_many_reports_for_one_file_are_refused(samples: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    reader, _ = samples
    for limit, value in (("MOST_REPORTS", 4), ("MOST_BYTES", 1_000)):
        with monkeypatch.context() as changed:
            changed.setattr(reports, limit, value)
            *_, answer = await reader.desk.says("boss", "/report spring zip json")
            if limit == "MOST_BYTES":
                *_, answer = await reader.desk.presses("boss", "确定")
            assert "xumian report --campaign spring" in answer.text
            assert answer.file is None


@pytest.fixture
def without_fonts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let this machine have no font with Chinese characters."""
    monkeypatch.setattr(pdf, "FAMILIES", ("No such font",))
    pdf._families.cache_clear()
    yield
    pdf._families.cache_clear()


async def test_without_a_chinese_font_it_is_said_what_to_do(samples: Desk, without_fonts: None) -> None:
    reader, interviews = samples
    *_, told = await reader.desk.says("boss", "/report 陈晨 pdf")
    assert "fonts-noto-cjk" in told.text
    token = reader.token(interviews["completed"])
    assert (await reader.web.get(f"/r/{token}/report.pdf")).status_code == 501
    assert (await reader.web.get(f"/r/{token}/report.docx")).status_code == 200


def test_the_font_of_the_package_is_found_where_it_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "a_font_package"
    package.mkdir()
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(families, "_PACKAGE", package.name)
    assert families.packaged_fonts() == package
    monkeypatch.setattr(families, "_PACKAGE", "a_missing_package")
    assert families.packaged_fonts() is None


async def test_an_invitation_that_was_taken_back_is_called_so(samples: Desk) -> None:
    reader, _ = samples
    invitation = await reader.desk.invites("钱七", "spring")
    assert (await report_on(reader, invitation.interview, "en")).meaning.endswith(
        "has not opened the invitation yet."
    )
    await reader.desk.says("boss", f"/revoke {invitation.interview}")
    await reader.desk.presses("boss", "确定")
    report = await report_on(reader, invitation.interview, "en")
    assert report.meaning == "The invitation was taken back before the candidate opened it."
    assert report.timeline[-1].kind == "invitation_withdrawn"


async def test_file_names_can_be_stored_anywhere(samples: Desk) -> None:
    reader, _ = samples
    interview = await reader.desk.starts("../a:b\\c*?", "spring")
    assert file_name(await report_on(reader, interview, "en"), "pdf") == f"a-b-c-{interview[:8]}.pdf"
