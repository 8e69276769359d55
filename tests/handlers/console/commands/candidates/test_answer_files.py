"""Files in answers, as colleagues see them: on the report page, at the console, and after erasure."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from conversation import inbound as i
from conversation.inbound import Attachment, Inbound, Media
from handlers.catalogues import staff_vocabulary
from handlers.console.answer_files import MOST
from handlers.maintenance.erase import SETTLED_MS, Eraser
from storage.memory.store import MemoryStore
from storage.ports import Store
from tests.dialogues.playing import script_named
from tests.handlers.console.commands.candidates.report_reader import Reader, parsed, reader_of, shown
from tests.handlers.console.desk import Desk

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
PDF = b"%PDF-1.7\n" + bytes(40)
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
HOSTILE = '"><img src=x onerror=alert(1)>.png'


async def begins(desk: Desk, name: str = "张三") -> str:
    desk.script = script_named("files")
    await desk.campaign("works", "华东")
    return await desk.starts(name, "works")


async def sends(desk: Desk, number: int, name: str, sha256: str, media_type: str, words: str = "") -> None:
    """Let the candidate send a file, and report it as archived."""
    kind = "photo" if media_type.startswith("image/") else "document"
    await desk.does("张三", i.OtherReceived(kind, Media("reference", kind), name, words))
    archived = i.FileArchived(number, Attachment(name, sha256, media_type), 40, answer=True)
    await desk.intake.apply(desk.interview_of("张三"), Inbound(f"file:{number}", archived))


# the report page


@pytest.fixture
async def reader(tmp_path: Path) -> AsyncIterator[Reader]:
    made = await reader_of(MemoryStore(), tmp_path)
    yield made
    await made.web.aclose()


async def test_a_page_shows_pictures_and_offers_documents(reader: Reader) -> None:
    interview = await begins(reader.desk)
    png, pdf = await reader.archive.put(PNG), await reader.archive.put(PDF)
    await sends(reader.desk, 1, "走势图.png", png, "image/png", "这是走势图。")
    await sends(reader.desk, 2, "报告.pdf", pdf, "application/pdf")
    await reader.desk.does("张三", i.OtherReceived("photo", Media("reference", "photo")))
    await reader.desk.does("张三", i.OtherReceived("document", Media("reference", "document"), "数据.zip"))
    await reader.desk.intake.apply(interview, Inbound("file:4", i.FileLost(4, "too_large", answer=True)))
    await reader.desk.does("张三", i.ChoicePressed("submit"))
    response = await reader.page(interview)
    assert "img-src 'self'" in response.headers["content-security-policy"]
    text = shown(response.text)
    for said in ("这是走势图。", "走势图.png", "报告.pdf", "图片 · 还在下载"):
        assert said in text
    assert "数据.zip" not in text, "what is lost before it was handed in does not count"
    (picture,) = [attributes for tag, attributes in parsed(response.text).tags if tag == "img"]
    assert picture["alt"] == "走势图.png"
    shown_inline = await reader.web.get(f"/r/{picture['src']}")
    assert (shown_inline.content, shown_inline.headers["content-type"]) == (PNG, "image/png")
    assert "content-disposition" not in shown_inline.headers
    download = await reader.web.get(f"/r/{reader.token(interview)}/file/{pdf}?original")
    assert (download.content, download.headers["content-type"]) == (PDF, "application/octet-stream")
    assert download.headers["content-disposition"] == "attachment; filename*=UTF-8''%E6%8A%A5%E5%91%8A.pdf"


async def test_what_only_says_that_it_is_a_picture_is_a_download(reader: Reader) -> None:
    interview = await begins(reader.desk)
    sha256 = await reader.archive.put(SVG)
    await sends(reader.desk, 1, HOSTILE, sha256, "image/png")
    answer = await reader.web.get(f"/r/{reader.token(interview)}/file/{sha256}")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    tags = parsed((await reader.page(interview)).text).tags
    (picture,) = [attributes for tag, attributes in tags if tag == "img"]
    assert picture["alt"] == HOSTILE
    assert not [name for _, attributes in tags for name in attributes if name.startswith("on")]


async def test_only_files_of_that_interview_and_only_for_those_who_may(reader: Reader) -> None:
    interview = await begins(reader.desk)
    sha256 = await reader.archive.put(PNG)
    await sends(reader.desk, 1, "走势图.png", sha256, "image/png")
    other = await reader.archive.put(PDF)
    for each in (other, "0" * 64, "x"):
        assert (await reader.web.get(f"/r/{reader.token(interview)}/file/{each}")).status_code == 404
    assert (await reader.web.get(f"/r/x/file/{sha256}")).status_code == 404
    await reader.desk.joins("小王", "recruiter", "华南")
    assert (await reader.web.get(f"/r/{reader.token(interview, '小王')}/file/{sha256}")).status_code == 404
    await reader.archive.drop(sha256)
    assert (await reader.web.get(f"/r/{reader.token(interview)}/file/{sha256}")).status_code == 404


# the console


async def organisation(store: Store | None = None) -> Desk:
    desk = Desk(store or MemoryStore())
    await desk.claims()
    await desk.says("boss", "/org add 华东")
    return desk


async def test_reports_and_ratings_name_the_files_and_send_them() -> None:
    desk = await organisation()
    interview = await begins(desk)
    await sends(desk, 1, "走势图.png", "ab" * 32, "image/png", "这是走势图。")
    await desk.does("张三", i.OtherReceived("document", Media("reference", "document"), "数据.zip"))
    await desk.does("张三", i.ChoicePressed("submit"))
    await desk.intake.apply(interview, Inbound("file:2", i.FileLost(2, "gone", answer=True)))
    report, sent = await desk.says("boss", "/report 张三")
    assert "这是走势图。\n📎 走势图.png\n📎 数据.zip（没能取到：平台上已经没有这个文件）" in report.text
    assert sent.text == "张三 · 第 1 题 · 📎 走势图.png"
    assert sent.file == Attachment("走势图.png", "ab" * 32, "image/png")
    assert sent.interview == interview, "what is erased must be found"
    answer, sent, foot = await desk.says("boss", "/rate 张三 1")
    assert "📎 走势图.png" in answer.text
    assert sent.file == Attachment("走势图.png", "ab" * 32, "image/png")
    assert foot.choices
    assert not answer.choices


async def test_a_report_sends_no_more_files_than_one_looks_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Records of earlier versions have more files in an answer."""
    monkeypatch.setattr("conversation.decide.files.MOST_FILES", MOST)
    desk = await organisation()
    await begins(desk)
    for number in range(1, MOST + 1):
        await sends(desk, number, f"{number}.png", f"{number:064x}", "image/png")
    await desk.does("张三", i.ChoicePressed("submit"))
    await sends(desk, MOST + 1, "证书.png", "ab" * 32, "image/png")
    messages = await desk.says("boss", "/report 张三")
    assert sum(message.file is not None for message in messages) == MOST
    assert messages[-1].text == "还有 1 个文件没有在这里发出，可在报告页打开。"


# erasing


async def test_files_of_answers_are_erased_with_everything_else(store: Store) -> None:
    desk = await organisation(store)
    interview = await begins(desk)
    at_once, fetched = "cd" * 32, await desk.tools.put_file(PNG)
    desk.archive[at_once] = PDF
    for sha256 in (fetched, at_once):
        await store.erasures.refer(sha256, interview)
    await sends(desk, 1, "走势图.png", fetched, "image/png", "这是走势图。")
    await desk.does("张三", i.OtherReceived("document", Media(at_once, "document"), "报告.pdf"))
    pane = i.Address("web", "recruiter", "pane")
    await store.mailboxes.append(pane, "1", f"/files/{fetched}/a.png".encode())
    (asked,) = await desk.says("boss", f"/forget {interview}")
    assert "1 个文件" in asked.text
    await desk.presses("boss", "确定")

    async def drop(sha256: str) -> None:
        desk.archive.pop(sha256, None)

    eraser = Eraser(store, desk.intake, drop, staff_vocabulary(), (pane,), lambda: desk.now)
    for _ in range(2):
        for order in await store.erasures.ordered():
            await eraser.work(order)
        desk.now += SETTLED_MS
    assert fetched not in desk.archive
    assert at_once not in desk.archive
    assert await store.mailboxes.read(pane, 0, 10) == []
    stored = b"".join(await store.interviews.entries(interview))
    for private in ("走势图", "报告.pdf", at_once, fetched):
        assert private.encode() not in stored
