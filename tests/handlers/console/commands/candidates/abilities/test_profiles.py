"""Ability profiles in chat and on the report page: automatic results, few competencies, and who may see them."""

import io
from collections.abc import Sequence
from pathlib import Path

import docx
import pytest
from msgspec.structs import replace
from pypdf import PdfReader

from conversation import inbound as i
from conversation.inbound import Address
from handlers.catalogues import staff_vocabulary
from handlers.charts.radar import edges, spokes
from handlers.report_files.forms import written
from handlers.report_pages.profiles import HEIGHT, WIDTH
from storage.memory.store import MemoryStore
from tests.handlers.console.commands.candidates.report_reader import Reader, parsed, reader_of, shown
from tests.handlers.console.desk import Desk, texts
from tests.handlers.report_files.sample_reports import report_on

ZH_TITLES = ("语言表达", "工具使用", "数据分析")
EN_TITLES = ("Expression", "Tools", "Analysis")
GROUP = Address("telegram-staff", "700900", "-100")


@pytest.fixture
async def reader(tmp_path: Path) -> Reader:
    found = await reader_of(MemoryStore(), tmp_path)
    await found.desk.campaign("summer", "华东", "abilities")
    return found


async def rates(desk: Desk, who: str, name: str, marks: Sequence[int | None]) -> None:
    person = next(each.id for each in desk.watch.organisation.people.values() if each.name == who)
    interview = desk.interview_of(name)
    for step, mark in zip(desk.script.steps, marks, strict=False):
        rating = i.RatingGiven(step.question.id, mark, person, "")
        await desk.intake.apply(interview, i.Inbound(f"rate:{who}:{step.question.id}", rating))


async def test_automatic_levels_are_marked_until_a_person_rates(reader: Reader) -> None:
    desk = reader.desk
    await desk.campaign("autumn", "华东", "expected")
    await desk.answers("张三", "autumn", 4)
    (said,) = texts(await desk.says("boss", "/profile 张三"))
    assert "语言表达 5.0（自动） · 4 题评了 2 题，占权重 60% · 还没有人评" in said
    await rates(desk, "boss", "张三", [3, 3, 1])
    (said,) = texts(await desk.says("boss", "/profile 张三"))
    assert "语言表达 3.0 · 4 题全部已评 · 1 人评 · 其中 1 题自动计分 · 依据一般" in said
    assert "（自动）" not in said
    page = shown((await reader.page(desk.interview_of("张三"))).text)
    assert "语言表达 3.0 4 题全部已评" in page


async def test_with_few_competencies_the_picture_is_bars_and_the_page_has_no_radar(reader: Reader) -> None:
    desk = reader.desk
    await desk.answers("张三", "spring", 4)
    await rates(desk, "boss", "张三", [4, 4, 4, 4])
    (message,) = await desk.says("boss", "/profile 张三")
    assert message.file is not None
    assert message.file.alt == "能力画像 · 张三: 语言表达 4.0"
    html = (await reader.page(desk.interview_of("张三"))).text
    assert "<svg" not in html
    assert "<table>" in html


async def test_in_a_group_it_goes_to_the_private_chat(reader: Reader) -> None:
    desk = reader.desk
    await desk.answers("张三", "summer", 4)
    await rates(desk, "boss", "张三", [4, 4, 4, 4])
    apart, said = await desk.receive(replace(desk.message("boss", "/画像 张三", "staff:group"), chat=GROUP))
    assert apart.to == GROUP
    assert "4.0" not in apart.text
    assert said.to != GROUP
    assert "工具使用 4.0" in said.text


async def test_the_page_has_a_table_and_a_radar_with_gaps(reader: Reader) -> None:
    desk = reader.desk
    interview = await desk.answers("张三", "summer", 2)
    assert "能力画像" not in shown((await reader.page(interview)).text), "nothing is assessed yet"
    await rates(desk, "boss", "张三", [5, 2])
    html = (await reader.page(interview)).text
    for said in ("语言表达 3.5 2 题全部已评", "工具使用 2.0 2 题评了 1 题", "数据分析 — 没有答到", "不代表水平低"):
        assert said in shown(html)
    tags = parsed(html).tags
    (radar,) = (attributes for tag, attributes in tags if tag == "svg")
    assert radar["aria-hidden"] == "true", "the table says the same"
    assert sum(tag == "circle" for tag, _ in tags) == 2, "what was not reached has no point"
    assert sum(attributes.get("class") == "line" for _, attributes in tags) == 1
    assert not any(attributes.get("class") == "area" for _, attributes in tags)
    group = await reader.web.get(f"/r/{reader.links.make(interview, 'group:' + reader.person('boss'))}")
    assert "能力画像" not in shown(group.text)


@pytest.mark.parametrize(("language", "titles"), [("zh", ZH_TITLES), ("en", EN_TITLES)])
async def test_files_have_the_radar_with_gaps(reader: Reader, language: str, titles: tuple[str, ...]) -> None:
    interview = await reader.desk.answers("张三", "summer", 2)
    await rates(reader.desk, "boss", "张三", [5, 2])
    report = await report_on(reader, interview, language)
    words = staff_vocabulary()[language]
    pages = PdfReader(io.BytesIO(await written(report, "pdf", words))).pages
    (page,) = [each for each in pages if titles[-1] in each.extract_text()]
    assert min(page.extract_text().count(each) for each in titles) >= 2, "in the radar and in the table"
    stream = page.get_contents()
    assert stream is not None
    curves = sum(operator == b"c" for _, operator in stream.operations)
    assert curves == 2 * 4, "a circle of four curves for each level, and none for what was not reached"
    (picture,) = docx.Document(io.BytesIO(await written(report, "docx", words))).inline_shapes
    levels = zip(titles, ("3.5", "2.0", "–"), strict=True)
    assert picture._inline.docPr.get("descr").endswith(", ".join(f"{title} {level}" for title, level in levels))


async def test_whoever_still_has_to_rate_sees_their_own_levels_alone(reader: Reader) -> None:
    desk = reader.desk
    interview = await desk.answers("张三", "summer", 4)
    for who in ("小李", "小王"):
        await desk.joins(who, "recruiter", "华东")
    await rates(desk, "小李", "张三", [1, 1, 1, 1])
    await rates(desk, "小王", "张三", [5])
    (said,) = texts(await desk.says("小王", "/profile 张三"))
    page = shown((await reader.page(interview, "小王")).text)
    for text in (said, page):
        assert "语言表达 5.0 " in text
        assert "数据分析 — " in text
        assert "目前只按您自己的评分（1/4 题）：另有 1 位同事评过" in text


async def test_a_radar_fits_its_picture(reader: Reader) -> None:
    desk = reader.desk
    interview = await desk.answers("张三", "summer", 4)
    await rates(desk, "boss", "张三", [5, 5, 5, 5])
    for language in ("zh", "en"):
        tags = parsed((await reader.page(interview, lang=language)).text).tags
        assert any(attributes.get("class") == "area" for _, attributes in tags)
        texts_at = [attributes for tag, attributes in tags if tag == "text"]
        assert len(texts_at) == 3
        for each in texts_at:
            assert 0 < float(each["x"]) < WIDTH
            assert 14 <= float(each["y"]) < HEIGHT - 18


def test_lines_join_neighbours_that_both_have_a_level() -> None:
    assert edges([1.0, 2.0, 3.0]) == [(0, 1), (1, 2), (2, 0)]
    assert edges([1.0, None, 3.0, 4.0]) == [(2, 3), (3, 0)]
    assert edges([None, 2.0, None]) == []
    right = spokes(4)[1]
    assert (round(right[0], 9), round(right[1], 9)) == (1, 0)
