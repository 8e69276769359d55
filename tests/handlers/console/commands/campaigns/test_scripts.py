"""/script and /preview: a script goes out as a spreadsheet, comes back, is checked by cell, and is opened."""

from pathlib import Path

import pytest

from conversation.outbound import OutboundMessage
from handlers.authoring.workbook import template
from handlers.console.context import StaffFile
from storage.memory.store import MemoryStore
from tests.handlers.authoring.workbook.sheets import changed, column, read
from tests.handlers.console.desk import Desk

SCRIPTS = Path(__file__).parents[4] / "dialogues" / "scripts"


async def a_desk(language: str) -> Desk:
    desk = Desk(MemoryStore(), language)
    await desk.claims()
    await desk.says("boss", "/org add north")
    await desk.joins("nora", "recruiter", "north")
    return desk


@pytest.fixture
async def zh() -> Desk:
    return await a_desk("zh")


@pytest.fixture
async def en() -> Desk:
    return await a_desk("en")


def attached(desk: Desk, message: OutboundMessage) -> tuple[str, bytes]:
    assert message.file is not None
    return message.file.name, desk.archive[message.file.sha256]


def labels(message: OutboundMessage) -> list[str]:
    return [choice.label for choice in message.choices]


async def test_from_the_template_to_an_open_campaign_in_chinese(zh: Desk) -> None:
    (given,) = await zh.says("nora", "/script template")
    name, data = attached(zh, given)
    assert (name, data) == ("面试脚本模板.xlsx", template("zh"))
    (asked,) = await zh.says("nora", "", StaffFile("客服.xlsx", data))
    assert asked.text.startswith("开放「客户服务专员」？")
    assert "客服.xlsx 提醒：个人信息说明里还是示例单位的内容：2 处：面试!B6、面试!C6" in asked.text
    assert labels(asked)[-1] == "预览"
    seen = await zh.presses("nora", "预览")
    whole = "\n".join(message.text for message in seen)
    for words in (
        "同意并开始",
        "请做一个简短的自我介绍",
        "候选人：请客户到安静的地方坐下说",
        "面试完成",
        "退出面试",
        "提醒一下",
    ):
        assert words in whole
    assert await zh.store.directory.campaigns() == [], "a preview opens nothing"
    said = "\n".join(message.text for message in await zh.presses("nora", labels(asked)[0]))
    assert "招聘项目 my-interview 已开放：客户服务专员 · north" in said


async def test_from_the_template_to_an_open_campaign_in_english(en: Desk) -> None:
    (given,) = await en.says("nora", "/script template")
    name, data = attached(en, given)
    assert name == "interview-template.xlsx"
    (asked,) = await en.says("nora", "/script", StaffFile("service.xlsx", data))
    assert asked.text.startswith("Open “Customer service officer”?")
    seen = await en.presses("nora", "Preview")
    assert any("Agree and start" in message.text for message in seen)
    await en.presses("nora", "Yes, do it")
    assert (await en.campaigns.find("my-interview")).unit == "north"


async def test_mistakes_are_named_by_cell_and_nothing_is_opened(zh: Desk) -> None:
    cell = f"{column('建议分钟')}2"
    (said,) = await zh.says("nora", "", StaffFile("客服.xlsx", changed({("题目", cell): "很多"})))
    assert said.text.startswith("客服.xlsx 还不能用，请改好这 1 处再发：")
    assert f"· 客服.xlsx:题目!{cell} 错误：「建议分钟」要写数字，不能是 `很多`；改法：2" in said.text
    assert said.choices == ()


async def test_a_script_comes_as_a_spreadsheet_and_goes_back(en: Desk) -> None:
    (given,) = await en.says("nora", "/script short")
    name, data = attached(en, given)
    assert name == "short.xlsx"
    assert labels(given) == ["Preview"]
    assert read(data).script == en.script


async def test_a_list_of_candidates_is_no_script(zh: Desk) -> None:
    from tests.handlers.authoring.workbook.test_hostile import roster

    (said,) = await zh.says("nora", "", StaffFile("名单.xlsx", roster()))
    assert "不是面试脚本的表格" in said.text
    assert "/invite 项目代码" in said.text


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04nonsense", b"\xd0\xcf\x11\xe0"])
async def test_a_file_that_is_no_workbook_is_refused(data: bytes, zh: Desk) -> None:
    (said,) = await zh.says("nora", "", StaffFile("坏.xlsx", data))
    assert "坏.xlsx 打不开：请另存为 .xlsx" in said.text


async def test_a_preview_leaves_no_trace(en: Desk) -> None:
    await en.says("nora", "/preview short")
    assert await en.store.directory.campaigns() == []
    assert [each async for each in en.store.interviews.members("preview")] == []
    assert await en.store.interviews.load("preview") is None


@pytest.mark.parametrize("name", ["short", "spoken", "named"])
async def test_a_preview_shows_every_question_in_the_language_asked(name: str, en: Desk) -> None:
    script = await en.tools.script(name)
    for line, language in (
        (f"/preview {name}", "en"),
        (f"/preview {name} 中文", "zh"),
        (f"/preview {name} zh", "zh"),
    ):
        seen = "\n".join(message.text for message in await en.says("nora", line))
        assert [step.question.id for step in script.steps if step.question.ask.in_(language) not in seen] == []
        for step in script.steps:
            for option in step.question.options:
                assert f"[{option.label.in_(language)}]" in seen


async def test_a_file_can_be_previewed_before_it_is_opened(zh: Desk) -> None:
    text = (SCRIPTS / "looked-over.yaml").read_text(encoding="utf-8")
    seen = await zh.says("nora", "/preview", StaffFile("x.yaml", text.encode()))
    assert seen[0].text.startswith("预览：")
    assert any("最后再看一遍" in message.text or "全部提交" in message.text for message in seen)


async def test_a_long_preview_is_a_file(en: Desk) -> None:
    text = (SCRIPTS / "short.yaml").read_text(encoding="utf-8")
    long = text.replace("zh: 请做一个简短的自我介绍。", f"zh: {'问' * 3500}")
    assert long != text
    (said,) = await en.says("nora", "/preview zh", StaffFile("x.yaml", long.encode()))
    name, data = attached(en, said)
    assert name == "short.txt"
    assert "问" * 3500 in data.decode("utf-8-sig")


@pytest.mark.parametrize("line", ["/script", "/script a b", "/preview", "/preview a b", "/preview zh"])
async def test_wrong_use_is_answered_with_the_usage(line: str, en: Desk) -> None:
    (said,) = await en.says("nora", line)
    assert line.split()[0] in said.text
    assert "SCRIPT" in said.text


async def test_who_may_not_open_campaigns_may_not_see_scripts(en: Desk) -> None:
    await en.joins("ann", "auditor", "north")
    for line in ("/script short", "/preview short"):
        (said,) = await en.says("ann", line)
        assert said.file is None
        assert "short" not in said.text
