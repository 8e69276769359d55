"""Which answers call for a follow-up question, by the written rules, in both languages."""

import pytest

from bot.assessor import cases
from conversation.follow_up.aspects import ASPECTS, asked_for, is_vague, touched
from conversation.follow_up.rules import SHORT, SHORT_S, Wanted, points, size, wanted
from conversation.script import FOLLOW_UP_WHEN, FollowUp, FollowUpWhen, Question, Wording
from conversation.state_parts import Part
from handlers.catalogues import vocabulary

FULL = {
    "3": Wording("说清自己的做法", "Their own change"),
    "5": Wording("具体的事、结果和数据", "A case, its result, figures"),
}
SHORT_ONES = ["我做过运营。", "好", "I worked in sales for a while.", "ok", "三年"]
LONG_ONES = [
    "我在一家连锁超市做了三年运营，主要负责排班、盘点和处理顾客投诉，去年开始带两名新人。",
    "I ran the evening shift of a supermarket for three years: rosters, stock counts and complaints, and since "
    "last year the training of two newcomers.",
]
VAGUE = [
    "我一般都会认真对待，团队沟通很重要。",
    "平时我总是积极努力，各方面都还可以。",
    "做事要用心，态度最重要，我相信没有解决不了的问题。",
    "I always try to do my best, and teamwork is important to me.",
    "I am usually hard-working and communicate well with various people.",
]
CONCRETE = [
    "去年三月有位客户投诉发货慢，我一般先道歉，认真查了三天的记录。",
    "我们团队总共五个人，沟通很重要，所以我每周开一次会。",
    "Last year a customer complained, and I always try to be patient, so I called her twice.",
    "I always try to keep stock low; it fell from 40 to 12 boxes, which is important.",
    "我负责排班。",
    "I write the rosters and check the stock.",
]


def question(*when: FollowUpWhen, rubric: dict[str, Wording] = FULL) -> Question:
    return Question("q", "open", Wording("问", "Ask"), 2, rubric=rubric, follow_up=FollowUp(when))


def said(*texts: str) -> list[Part]:
    return [Part(str(number), "text", text) for number, text in enumerate(texts)]


def spoken(seconds: int, hearing: str = "pending", text: str = "") -> Part:
    return Part("v", "voice", text, "", 1, seconds, hearing)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", SHORT_ONES)
def test_an_answer_of_few_words_is_short(text: str) -> None:
    assert size(text) < SHORT
    assert wanted(question("short"), said(text)) == Wanted("short", "short")


@pytest.mark.parametrize("text", LONG_ONES)
def test_what_is_long_enough_over_all_messages_is_not_short(text: str) -> None:
    half = len(text) // 2
    assert wanted(question("short"), said(text)) is None
    assert wanted(question("short"), said(text[:half], text[half:])) is None


@pytest.mark.parametrize("text", VAGUE)
def test_general_things_without_a_case_or_figure_are_vague(text: str) -> None:
    assert is_vague(text)
    assert wanted(question("vague"), said(text)) == Wanted("vague", "vague")


@pytest.mark.parametrize("text", CONCRETE)
def test_a_case_a_figure_or_plain_words_are_not_vague(text: str) -> None:
    assert not is_vague(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("去年我把三张表合成一张。", "result"),
        ("我们后来效果提高了。", "example"),
        ("去年有一次客户投诉，最后客户很满意。", "figures"),
        ("Last year I merged the sheets, 3 of them.", "result"),
        ("Once a customer complained; in the end she was satisfied.", "figures"),
    ],
)
def test_the_first_aspect_that_is_missing_is_asked_about(text: str, name: str) -> None:
    assert wanted(question("rubric-gap"), said(text)) == Wanted("rubric-gap", name)


def test_a_rubric_without_an_aspect_that_is_known_leaves_no_gap() -> None:
    rubric = {"1": Wording("无", "None"), "5": Wording("好", "Good")}
    assert wanted(question("rubric-gap", rubric=rubric), said("好")) is None


def test_only_the_highest_score_counts_and_a_sample_answer_adds_what_it_shows() -> None:
    one = Question("q", "open", Wording("问"), 2, rubric=FULL | {"5": Wording("说清结果", "The result")})
    assert points(one) == ("result",)
    anchors = {"2": Wording("我做过三次。"), "5": Wording("我把时间从二十分钟减到五分钟。")}
    shown = Question("q", "open", Wording("问"), 2, rubric=one.rubric, anchors=anchors)
    assert points(shown) == ("result", "figures")


@pytest.mark.parametrize(
    "case", cases.load().honest, ids=lambda case: f"{case.question}-{case.language}-{case.level}"
)
def test_honest_answers_leave_gaps_as_their_level_says(case: cases.Honest) -> None:
    known = cases.load().question(case.question)
    gaps = set(points(known)) - touched(case.text)
    assert len(gaps) <= 2 if case.level == 5 else gaps


def test_the_first_reason_in_the_scripts_order_counts() -> None:
    assert wanted(question("vague", "short"), said(VAGUE[3])) == Wanted("vague", "vague")
    assert wanted(question("short", "vague"), said(VAGUE[0][:16])) == Wanted("short", "short")


def test_speech_without_a_transcript_is_only_measured() -> None:
    assert wanted(question(*FOLLOW_UP_WHEN), [spoken(SHORT_S - 1)]) == Wanted("short", "short")
    assert wanted(question(*FOLLOW_UP_WHEN), [spoken(SHORT_S)]) is None
    assert wanted(question("vague", "rubric-gap"), [spoken(2)]) is None
    assert wanted(question(*FOLLOW_UP_WHEN), [spoken(2), *said("好")]) is None


def test_what_could_not_be_understood_or_is_a_file_is_not_asked_about() -> None:
    assert wanted(question(*FOLLOW_UP_WHEN), [spoken(2, "failed")]) is None
    assert wanted(question(*FOLLOW_UP_WHEN), [*said("好"), Part("f", "file", "chart.png", file=1)]) is None


def test_a_transcript_counts_as_text() -> None:
    assert wanted(question("vague"), [spoken(20, "heard", VAGUE[0])]) == Wanted("vague", "vague")


def test_without_the_key_nothing_is_asked() -> None:
    assert wanted(Question("q", "open", Wording("问"), 2, rubric=FULL), said("好")) is None


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_follow_up_is_an_open_question_of_its_own(language: str) -> None:
    words = vocabulary()[language]
    names = {each.name for each in ASPECTS}
    asked = {name: words.text(f"follow_up.ask.{name}") for name in (*names, "short", "vague")}
    end, most = ("？", 20) if language == "zh" else ("?", 60)
    assert all(text.endswith(end) and text.count(end) == 1 and len(text) <= most for text in asked.values())
    assert len({asked[name] for name in names}) == len(names)


@pytest.mark.parametrize(
    ("rubric", "names"),
    [
        ("用数据说明前后对比", ("figures",)),
        ("Nothing specific", ("example",)),
        ("清楚", ()),
        ("Clear reasons", ("reason",)),
    ],
)
def test_what_a_rubric_asks_for(rubric: str, names: tuple[str, ...]) -> None:
    assert asked_for(rubric) == names
