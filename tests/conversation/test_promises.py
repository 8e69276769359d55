"""Candidates are promised only what the script says that somebody will do."""

import pytest
from msgspec.structs import replace

from conversation import inbound as i
from conversation.script import Result, Wording
from tests.conversation.prompts.player import Player
from tests.dialogues.playing import script_named

SHORT = script_named("short")


def _begun(player: Player) -> Player:
    player.does(i.Opened())
    player.does(i.ChoicePressed("agree@-1"))
    return player


def _completed(player: Player) -> str:
    _begun(player)
    for text in ("我学统计。", "提交", "Excel", "中位数", "75"):
        player.does(i.TextReceived(text))
    assert player.state.phase == "completed"
    return player.sent[-1].text


def test_without_a_word_in_the_script_nothing_is_said_of_the_result() -> None:
    text = _completed(Player(SHORT))
    assert "结果" not in text
    assert "工作日" not in text


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (Result(5), "招聘工作人员会在 12 月 4 日前告诉您结果"),  # completed on Friday, 27 November
        (Result(5, workdays=False), "招聘工作人员会在 12 月 2 日前告诉您结果"),
        (Result(1, told_by=Wording(zh="人力资源部")), "人力资源部会在 11 月 30 日前告诉您结果"),
    ],
)
def test_what_is_said_of_the_result_is_what_the_script_says(result: Result, said: str) -> None:
    assert said in _completed(Player(replace(SHORT, result=result)))


def test_a_reminder_is_promised_only_where_it_arrives() -> None:
    reached = _begun(Player(SHORT))
    reached.does(i.CommandReceived("pause"))
    reached.does(i.TextReceived("稍后再说"))
    reached.does(i.TextReceived("1 小时后"))
    assert "提醒您" in reached.sent[-1].text
    assert reached.sent[-1].calendar_ms == 0
    page = _begun(Player(SHORT, reaches=False))
    page.does(i.CommandReceived("pause"))
    page.does(i.TextReceived("稍后再说"))
    assert "提醒" not in page.sent[-1].text
    page.does(i.TextReceived("1 小时后"))
    assert "没有办法提醒您" in page.sent[-1].text
    assert page.sent[-1].calendar_ms == page.state.postponed_ms


def test_no_clock_is_said_to_be_stopped() -> None:
    player = _begun(Player(SHORT))
    player.does(i.TextReceived("技术支持"))
    assert "计时" not in player.sent[-1].text
    assert "每道题不限时" in player.sent[0].text


def test_the_minutes_left_are_the_sum_of_those_that_are_shown() -> None:
    stages = tuple(
        replace(stage, questions=tuple(replace(each, minutes=1.5) for each in stage.questions))
        for stage in SHORT.stages
    )
    player = _begun(Player(replace(SHORT, stages=stages)))
    assert "大约 8 分钟" in player.sent[0].text
    assert "建议 2 分钟；到结束约 8 分钟" in player.sent[-1].text
