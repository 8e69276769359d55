"""Candidates at the console: who may see whom, how to find one, and long lists."""

import pytest

from conversation import inbound as i
from conversation.dropout.attribution import RULES
from handlers import members
from handlers.catalogues import staff_vocabulary
from handlers.likely_causes import likely_cause
from storage.memory.store import MemoryStore
from storage.ports import Store
from tests.handlers.console.desk import Desk, texts

_VIEWS = ("/candidates spring", "/candidate 张三", "/report 张三", "/candidate INTERVIEW", "/report INTERVIEW")


async def spring(store: Store | None = None) -> Desk:
    """Return a desk with one candidate, 张三, who completed the campaign `spring` of the unit 华东."""
    desk = Desk(store or MemoryStore())
    await desk.claims()
    for unit in ("华东", "上海 华东", "华北"):
        await desk.says("boss", f"/org add {unit}")
    await desk.campaign("spring", "华东")
    await desk.answers("张三", "spring", 4)
    return desk


def named(desk: Desk, line: str) -> str:
    return line.replace("INTERVIEW", desk.interview_of("张三"))


@pytest.mark.parametrize("role", ["owner", "admin", "recruiter", "auditor"])
@pytest.mark.parametrize("unit", ["", "华东"])
async def test_who_reads_sees_the_candidates_of_the_unit_and_below(role: str, unit: str) -> None:
    desk = await spring()
    await desk.joins("somebody", role, unit)
    for line in _VIEWS:
        answers = await desk.says("somebody", named(desk, line))
        assert "张三" in answers[0].text, line


@pytest.mark.parametrize("unit", ["华北", "上海"])
async def test_elsewhere_it_is_as_if_they_did_not_exist(unit: str) -> None:
    desk = await spring()
    await desk.joins("somebody", "recruiter", unit)
    for line in _VIEWS:
        for there, nowhere in ((line, line.replace("spring", "autumn").replace("张三", "赵六")),):
            (seen,) = await desk.says("somebody", named(desk, there))
            (unseen,) = await desk.says("somebody", nowhere.replace("INTERVIEW", "0123456789abcdef"))
            known = ("spring", "autumn"), ("张三", "赵六"), (desk.interview_of("张三"), "0123456789abcdef")
            text = seen.text
            for one, other in known:
                text = text.replace(one, other)
            assert text == unseen.text
            assert "已完成" not in seen.text
    (several,) = await desk.says("somebody", "/candidate 三")
    assert "没有找到" in several.text


async def test_support_sees_no_answers() -> None:
    desk = await spring()
    await desk.joins("helper", "support")
    for line in _VIEWS:
        (answer,) = await desk.says("helper", named(desk, line))
        assert "您的身份不能用" in answer.text, line


async def test_strangers_get_no_answer() -> None:
    desk = await spring()
    for line in _VIEWS:
        assert await desk.says("stranger", named(desk, line)) == []
        assert desk.results[-1] == "stranger"


async def test_an_auditor_is_offered_nothing_that_changes_anything() -> None:
    desk = await spring()
    await desk.joins("auditor", "auditor")
    (card,) = await desk.says("auditor", "/candidate 张三")
    assert [choice.token.split()[0] for choice in card.choices] == ["/report"]
    report = await desk.says("auditor", "/report 张三")
    assert report[-1].choices == ()


async def test_an_id_its_beginning_and_a_receipt_find_the_candidate() -> None:
    desk = await spring()
    interview = desk.interview_of("张三")
    for said in (interview, interview.upper(), interview[:6], f"{interview[:6].upper()}-2"):
        (card,) = await desk.says("boss", f"/candidate {said}")
        assert interview in card.text, said
    (unknown,) = await desk.says("boss", "/candidate ffffff")
    assert "没有找到" in unknown.text


async def test_a_whole_name_goes_before_part_of_one_whatever_its_width_and_spaces() -> None:
    desk = await spring()
    await desk.opens("张三丰", "spring")
    await desk.opens("ＡＮＮＡ Smith", "spring")
    (card,) = await desk.says("boss", "/candidate 张三")
    assert desk.interview_of("张三") in card.text
    for said in ('"anna smith"', "anna smith", "annasmith", "ANNA"):
        (card,) = await desk.says("boss", f"/candidate {said}")
        assert desk.interview_of("ＡＮＮＡ Smith") in card.text, said


async def test_a_long_list_is_paged(store: Store) -> None:
    desk = await spring(store)
    for number in range(1, 13):
        await desk.opens(f"候选人{number:02d}", "spring")
    (first,) = await desk.says("boss", "/candidates spring")
    assert "13 位候选人，第 1/2 页" in first.text
    assert "候选人12" in first.text.splitlines()[2]  # the most recently active comes first
    assert len(first.text) < 4096
    assert "上一页" not in [choice.label for choice in first.choices]
    (second,) = await desk.presses("boss", "下一页")
    assert second.text.splitlines()[2:] == [
        second.text.splitlines()[2],
        second.text.splitlines()[3],
        second.text.splitlines()[4],
    ]
    assert second.text.splitlines()[2].startswith("11. ")
    assert await desk.presses("boss", "上一页") == [first]
    (beyond,) = await desk.says("boss", "/candidates spring 99")
    assert beyond.text == second.text


async def test_a_button_that_cannot_hold_its_command_line_holds_a_ticket_for_it() -> None:
    desk = await spring()
    for number in range(1, 12):
        await desk.opens(f"候选人{number:02d}", "spring")
    (first,) = await desk.says("boss", "/candidates spring 未开始 候选")
    assert all(choice.token.isascii() and len(choice.token) <= 40 for choice in first.choices)
    (second,) = await desk.presses("boss", "下一页")
    assert "11 位候选人，第 2/2 页" in second.text
    assert "候选人01" in second.text


async def test_more_interviews_than_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = await spring()
    for number in range(5):
        await desk.opens(f"候选人{number}", "spring")
    monkeypatch.setattr(members, "BATCH", 2)
    (whole,) = await desk.says("boss", "/candidates spring")
    assert "6 位候选人" in whole.text
    monkeypatch.setattr(members, "MOST_READ", 3)
    (part,) = await desk.says("boss", "/candidates spring")
    assert "3 位候选人" in part.text
    assert "没有全部查看" in part.text
    (refused,) = await desk.says("boss", "/extend spring")
    assert "不能一次延期" in refused.text


async def test_several_campaigns_are_offered() -> None:
    desk = await spring()
    await desk.campaign("autumn")
    (which,) = await desk.says("boss", "/candidates")
    assert [choice.label for choice in which.choices] == ["autumn", "spring"]
    (listed,) = await desk.presses("boss", "spring")
    assert "张三" in listed.text


async def test_names_are_plain_text() -> None:
    desk = await spring()
    await desk.opens("**<b>{n}</b>**", "spring")
    for line in ("/candidates spring", "/candidate <b>{n}"):
        (answer,) = await desk.says("boss", line)
        assert "**<b>{n}</b>**" in answer.text
    at = answer.text.index("**<b>")
    assert (at, len("**<b>{n}</b>**")) in answer.bold


async def test_voice_and_interruptions_are_on_the_card() -> None:
    desk = await spring()
    interview = await desk.starts("李四", "spring")
    await desk.does("李四", i.VoiceReceived(i.Media("file", duration_ms=42_000)))
    await desk.intake.apply(interview, i.Inbound("t", i.TranscriptFailed(1, "noise")))
    await desk.intake.apply(interview, i.Inbound("d", i.DeliveryFailed("blocked")))
    (card,) = await desk.says("boss", "/candidate 李四")
    lines = card.text.splitlines()
    assert "状态：联系中断" in lines
    assert "渠道：Telegram · 语音 1 条，没有听清 1 条" in lines
    assert any(line.endswith("至今 · 联系中断 · 看起来是：屏蔽、取消关注或注销") for line in lines)
    assert "未通过" not in card.text


async def test_the_same_command_twice_is_answered_once() -> None:
    desk = await spring()
    message = desk.message("boss", "/candidates spring", "staff:x")
    assert len(texts(await desk.receive(message))) == 1
    assert await desk.receive(message) == []
    assert desk.results[-1] == "duplicate"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_rule_of_a_likely_cause_has_words(language: str) -> None:
    words = staff_vocabulary()[language]
    for rule in RULES:
        assert rule.name not in likely_cause(words, rule.cause, rule.name)
    assert "a_newer_rule" in likely_cause(words, "network", "a_newer_rule")
    assert likely_cause(words, "unknown", "nothing_known") == ""


async def test_the_card_says_what_a_time_away_looks_like() -> None:
    desk = Desk(MemoryStore(), "en")
    await desk.claims()
    await desk.campaign("spring")
    await desk.answers("Anna", "spring", 2)
    for _ in range(2):
        await desk.does("Anna", i.CommandReceived("exit"))
        await desk.does("Anna", i.ChoicePressed("pause"))
    (said,) = texts(await desk.says("boss", "/candidate Anna"))
    assert "it looks like: they paused it themselves" in said
