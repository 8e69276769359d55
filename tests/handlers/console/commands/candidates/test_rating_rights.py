"""Rights in rating: who may rate, and who sees the scores of others."""

import json

import pytest
from msgspec.structs import replace

from conversation.inbound import Address
from tests.handlers.console.commands.candidates.raters import _NOTE, scores, shows_scores, told, two_raters
from tests.handlers.console.commands.candidates.test_candidates import spring
from tests.handlers.console.desk import texts

# who sees what


@pytest.mark.parametrize(
    "line", ["/report 张三", "/rate 张三", "/rate 张三 1", "/rate 张三 2 3", "/candidate 张三"]
)
async def test_others_scores_are_not_shown_before_ones_own_are_finished(line: str) -> None:
    desk = await two_raters()
    assert not shows_scores(await desk.says("小王", line))


async def test_others_scores_are_not_in_an_export_either() -> None:
    desk = await two_raters()
    desk.language = "zh"
    for who, shown in (("小李", True), ("小王", False)):
        await desk.says(who, "/export spring jsonl")
        sent = await desk.presses(who, "确定")
        (file,) = [message.file for message in sent if message.file]
        row = json.loads(desk.archive[file.sha256])
        assert (row["ratings"] is not None, row["scores"] is not None) == (shown, shown)
        assert (_NOTE in desk.archive[file.sha256].decode()) is shown


async def test_others_scores_are_not_in_the_organisations_record() -> None:
    desk = await two_raters()
    await desk.joins("admin", "admin", "华东")
    shown = "\n".join(texts(await desk.says("admin", "/audit")))
    assert f"/rate {desk.interview_of('张三')} about-you" in shown
    stored = b"".join(await desk.store.interviews.entries("office")).decode("utf-8", "replace")
    assert _NOTE not in stored
    assert "/rate 张三" not in stored


async def test_whoever_has_finished_sees_all_and_who_only_looks_is_in_the_record() -> None:
    desk = await two_raters()
    for number in (1, 2, 3):
        assert not shows_scores(await desk.says("小王", f"/rate 张三 {number} 3"))
    last = await desk.says("小王", "/rate 张三 4 3")
    assert shows_scores(last)
    assert "平均相差 1.0 分" in last[-1].text
    assert shows_scores(await desk.says("小王", "/report 张三"))
    assert (await told(desk)).seen == []
    (asked,) = await desk.says("boss", "/rate 张三 results")
    assert not shows_scores([asked])
    assert shows_scores(await desk.presses("boss", "确定"))
    assert len((await told(desk)).seen) == 1
    assert shows_scores(await desk.says("boss", "/report 张三"))


async def test_an_auditor_sees_scores_and_gives_none() -> None:
    desk = await two_raters()
    await desk.joins("auditor", "auditor")
    assert shows_scores(await desk.says("auditor", "/report 张三"))
    await desk.says("auditor", "/rate 张三 1 1")
    assert len((await told(desk)).rated) == 4


async def test_in_a_group_the_question_goes_to_the_rater_alone() -> None:
    desk = await two_raters()
    group = Address("telegram-staff", "700900", "-100")
    for text in ("/rate 张三 1", "/rate 张三 1 1", "/rate 张三 results"):
        message = desk.message("小李", text, f"staff:{text}")
        sent = await desk.receive(replace(message, chat=group))
        assert [each.to for each in sent] == [group, message.sender]
        assert "私聊" in sent[0].text
        assert not shows_scores(sent[:1])
    report = replace(desk.message("小李", "/report 张三", "staff:report"), chat=group)
    assert not shows_scores(await desk.receive(report))
    wrong = replace(desk.message("小李", "/rate 张三 1 9", "staff:wrong"), chat=group)
    assert [each.to for each in await desk.receive(wrong)] == [group]


@pytest.mark.parametrize(
    ("role", "unit", "may"),
    [
        ("owner", "", True),
        ("admin", "华东", True),
        ("recruiter", "华东", True),
        ("recruiter", "上海", False),
        ("recruiter", "华北", False),
        ("auditor", "", False),
        ("support", "", False),
    ],
)
async def test_who_may_rate(role: str, unit: str, may: bool) -> None:
    desk = await spring()
    await desk.joins("somebody", role, unit)
    for said in ("张三", desk.interview_of("张三")):
        for rest in ("", " 1", " 1 4", " results"):
            answers = await desk.says("somebody", f"/rate {said}{rest}")
            assert any("自我介绍" in text for text in texts(answers)) is may, rest
    assert bool(await scores(desk)) is may


async def test_a_foreign_candidate_is_answered_as_one_who_is_not_there() -> None:
    desk = await spring()
    await desk.joins("somebody", "recruiter", "华北")
    there, nowhere = [texts(await desk.says("somebody", f"/rate {name} 1 5")) for name in ("张三", "赵六")]
    assert [text.replace("张三", "赵六") for text in there] == nowhere
