"""When a candidate is told the result, when not, and what is said if they ask."""

import pytest
from msgspec.structs import replace

from conversation import events as e
from conversation import inbound as i
from conversation.decide.results.telling import OUTCOMES, hindrance, told_when
from conversation.inbound import Window
from conversation.script import LANGUAGES, Wording
from conversation.state import Phase, State
from conversation.state_parts import Proposal, Release, Told
from handlers.catalogues import vocabulary
from tests.conversation.prompts.player import Player
from tests.dialogues.playing import script_named

SHORT = script_named("short")
OVER = State("a" * 16, "spring", "v", phase="completed", decision="yes")
HARSH = ("失败", "不合格", "未通过", "没通过", "淘汰", "fail", "reject", "unsuccessful")


def completed() -> Player:
    player = Player(SHORT)
    player.does(i.Opened())
    player.does(i.ChoicePressed("agree@-1"))
    for text in ("我学统计。", "提交", "Excel", "中位数", "75"):
        player.does(i.TextReceived(text))
    assert player.state.phase == "completed"
    player.happens(i.DecisionMade("yes", "lee"))
    return player


def told(player: Player) -> list[str]:
    return [each.text for each in player.sent if "进入下一轮" in each.text]


def of(player: Player, window: Window) -> None:
    player.record = replace(player.record, state=replace(player.state, window=window))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, ""),
        ({"phase": "lapsed"}, ""),
        ({"phase": "unreachable"}, ""),
        ({"phase": "running"}, "open"),
        ({"phase": "invited"}, "invited"),
        ({"phase": "erased"}, "erased"),
        ({"interruption": "aside"}, "aside"),
        ({"deletion": 3}, "deletion"),
        ({"decision": "withdrew"}, "withdrew"),
        ({"decision": ""}, "undecided"),
        ({"decision": "no"}, "other"),
        ({"proposed": Proposal("no", "kim")}, "proposed"),
        ({"told": Told("yes", 1)}, "told"),
        ({"told": Told("no", 1)}, "otherwise"),
        ({"told": Told("hold", 1)}, ""),
        ({"release": Release("yes", "lee")}, "waits"),
    ],
)
def test_what_hinders(changes: dict[str, object], why: str) -> None:
    state = replace(OVER, **changes)
    assert hindrance(state, "yes", again=False) == why
    ignored = why in ("told", "otherwise", "waits")
    assert hindrance(state, "yes", again=True) == ("" if ignored else why)


@pytest.mark.parametrize(
    ("phase", "window", "morning_ms", "paused", "when"),
    [
        ("completed", None, 5, False, "now"),
        ("completed", Window(9, 1), 5, False, "now"),
        ("completed", Window(9, 0), 5, False, "writes"),
        ("completed", Window(4, 3), 5, False, "writes"),
        ("unreachable", None, 5, False, "writes"),
        ("completed", None, 8, False, "morning"),
        ("completed", None, 5, True, "resumed"),
        ("completed", Window(9, 0), 8, True, "writes"),
    ],
)
def test_when_they_are_told(phase: Phase, window: Window | None, morning_ms: int, paused: bool, when: str) -> None:
    state = replace(OVER, phase=phase, window=window)
    assert told_when(state, 5, morning_ms, paused=paused) == when


def test_who_may_not_be_sent_anything_is_told_when_they_write_and_before_all_else() -> None:
    player = completed()
    of(player, Window(player.now, 0))
    player.happens(i.ResultGiven("yes", "lee"))
    player.waits(3 * 24 * 60)
    assert not told(player)
    assert player.state.release is not None
    before = len(player.sent)
    player.does(i.TextReceived("面试结果出来了吗"))
    assert "进入下一轮" in player.sent[before].text
    assert len(player.sent) == before + 1, "that answers the question, too"
    assert player.state.release is None


def test_a_window_that_closes_in_the_night_leaves_it_for_their_next_message() -> None:
    player = completed()
    player.waits(12 * 60)
    player.happens(i.ResultGiven("yes", "lee"))
    of(player, Window(player.now + 1, 3))
    player.waits(24 * 60)
    assert not told(player)
    player.does(i.ChoicePressed("face.4@4"))
    assert len(told(player)) == 1


def test_telling_twice_takes_a_second_word() -> None:
    player = completed()
    for again in (False, False, True):
        player.happens(i.ResultGiven("yes", "lee", again=again))
    assert len(told(player)) == 2


@pytest.mark.parametrize("what", [i.DecisionMade("hold", "lee"), i.DecisionMade("withdrew", "lee")])
def test_another_decision_withdraws_what_waits(what: i.DecisionMade) -> None:
    player = completed()
    player.waits(12 * 60)
    player.happens(i.ResultGiven("yes", "lee"))
    outcome = player.happens(what)
    assert outcome.entry is not None
    assert e.ResultWithdrawn("yes") in outcome.entry.events
    player.waits(24 * 60)
    player.does(i.TextReceived("你好"))
    assert not told(player)


def test_nobody_is_told_what_was_not_decided() -> None:
    player = completed()
    player.happens(i.ResultGiven("no", "lee"))
    player.happens(i.DecisionMade("no", "kim", two=True))
    player.happens(i.ResultGiven("yes", "lee"))
    assert player.state.told is None
    assert player.state.release is None


def test_a_question_for_the_result_is_not_kept_as_an_opinion_on_the_interview() -> None:
    player = completed()
    outcome = player.does(i.TextReceived("我的结果"))
    assert outcome.entry is not None
    assert not any(isinstance(each, e.FeedbackCommented) for each in outcome.entry.events)
    assert "结果由" in player.sent[-1].text


def test_the_scripts_own_words_take_the_place_of_ours() -> None:
    player = completed()
    player.script = replace(
        SHORT, result_messages={"yes": Wording(zh="您好{name}！{title}：下周二见。", en="See you")}
    )
    player.happens(i.ResultGiven("yes", "lee", "请带身份证。"))
    assert player.sent[-1].text.startswith("您好，张三！数据分析岗：下周二见。\n\n请带身份证。\n\n")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_no_message_speaks_of_failure(outcome: str, language: str) -> None:
    words = vocabulary()[language]
    for key in (f"result.tell.{outcome}", f"result.was.{outcome}"):
        assert not [word for word in HARSH if word in words.text(key).casefold()]
