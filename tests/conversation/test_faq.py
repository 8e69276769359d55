"""Which of the script's frequent questions a candidate asks, and which only look alike."""

import pytest
from msgspec.structs import replace

from conversation import inbound as i
from conversation.remarks.frequent import SURELY, frequent_question
from conversation.script import Faq, Wording
from tests.conversation.prompts.player import Player
from tests.dialogues.playing import script_named


def entry(name: str, zh: tuple[str, ...], en: tuple[str, ...]) -> Faq:
    return Faq({"zh": zh, "en": en}, Wording(name, name))


ENTRIES = (
    entry(
        "pay",
        ("工资多少？", "薪资待遇怎么样", "一个月多少钱"),
        ("What is the salary?", "How much does the job pay?"),
    ),
    entry("place", ("工作地点在哪里？", "在哪里上班"), ("Where is the office?", "Where will I work?")),
    entry("remote", ("可以远程办公吗？",), ("Can I work remotely?", "Is remote work possible?")),
    entry("rounds", ("一共有几轮面试？",), ("How many rounds of interviews are there?",)),
    entry("start", ("什么时候入职？",), ("When would I start?", "What is the start date?")),
    entry("interns", ("实习有工资吗？",), ("Are internships paid?",)),
)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("请问工资是多少？", "pay"),
        ("薪资待遇怎么样呢", "pay"),
        ("請問工資多少？", "pay"),
        ("what's the salary", "pay"),
        ("How much does this job pay?", "pay"),
        ("工作地点在哪儿？", "place"),
        ("在哪上班？", "place"),
        ("where's the office located?", "place"),
        ("你好，能不能远程办公？", "remote"),
        ("is it possible to work remotely?", "remote"),
        ("总共有几轮面试？", "rounds"),
        ("面试有几轮？", "rounds"),
        ("how many interview rounds are there?", "rounds"),
        ("什么时候可以入职？", "start"),
        ("when can I start?", "start"),
        ("实习工资有吗？", "interns"),
        ("are the internships paid?", "interns"),
    ],
)
def test_the_same_question_in_other_words(text: str, name: str) -> None:
    found = frequent_question(text, ENTRIES)
    assert found is not None
    assert found.answer.zh == name


@pytest.mark.parametrize(
    "text",
    [
        "工资什么时候发？",
        "工作地点是谁定的？",
        "可以不远程办公吗？",
        "我们公司面试有两轮",
        "面试什么时候开始？",
        "工资不能少于多少？",
        "什么时候发结果？",
        "面试要准备什么？",
        "这题什么意思？",
        "还剩多久？",
        "一轮面试多少分钟？",
        "我在上一家公司做远程办公",
        "工资多少我不在意，更看重发展",
        "where is the salary paid?",
        "How many people work in the office?",
        "why is there no remote work?",
        "when is the second interview?",
        "How do I mute?",
        "I worked remotely",
        "2000 笔里有 1500 笔",
        "",
        "?",
    ],
)
def test_what_only_looks_alike_is_left_to_people(text: str) -> None:
    assert frequent_question(text, ENTRIES) is None


def test_two_entries_that_fit_alike_answer_nothing() -> None:
    twins = (entry("a", ("宿舍有空调吗？",), ()), entry("b", ("宿舍有热水吗？",), ()))
    assert frequent_question("宿舍有什么？", twins) is None
    assert frequent_question("宿舍有空调吗？", twins) == twins[0]


def test_there_is_nothing_to_find_without_questions() -> None:
    assert frequent_question("工资多少？", ()) is None


def test_while_an_answer_is_expected_more_must_be_the_same() -> None:
    assert frequent_question("面试有几轮？", ENTRIES) is not None
    assert frequent_question("面试有几轮？", ENTRIES, SURELY) is None


def test_an_answer_to_the_question_is_never_taken_for_one_of_these() -> None:
    player = Player(replace(script_named("short"), faq=ENTRIES))
    player.does(i.Opened())
    player.does(i.TextReceived("工资多少"))
    assert "pay" in player.sent[-1].text
    player.does(i.ChoicePressed("agree@-1"))
    player.does(i.TextReceived("我在工作中常问自己：工资多少才够？后来我想通了。"))
    assert player.state.parts
    player.does(i.TextReceived("请问工资多少？"))
    assert "pay" in player.sent[-1].text
    assert len(player.state.parts) == 1
    player.presses("是我的回答")
    assert len(player.state.parts) == 2
