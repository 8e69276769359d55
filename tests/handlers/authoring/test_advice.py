"""Warnings name what is unusual in a script. The script is read nevertheless."""

import pytest

from handlers.authoring import read_script
from tests.handlers.authoring.written import changed, faults, the_fault

WARNINGS = [
    ("minutes: 8", "minutes: 3", 13, "take 11 minutes; at level junior, at least 15", "another question"),
    ("minutes: 8", "minutes: 18", 13, "take 26 minutes; at level junior, at most 20", "fewer questions"),
    ("weight: 40", "weight: 30", 13, "add up to 90, not to 100", "20, 50, 30"),
    ("difficulty: 1", "difficulty: 3", 26, "`typing` (1) is easier than `about-you` (3)", "easier question"),
    ("difficulty: 3", "difficulty: 1", None, "", ""),
    ("title: {zh: 文员, en: Clerk}", "title: {zh: 文员}", 2, "the English text of `title` is missing", "`en: …`"),
    ("title: {zh: 文员, en: Clerk}", "title: {zh: , en: Clerk}", 2, "the Chinese text of `title`", "`zh: …`"),
    ("{zh: 清楚, en: Clear}", "{zh: 清楚}", 25, "the English text of `5` of `rubric` is missing", "`en: …`"),
    ("{zh: 接, en: Answer it}", "{zh: 接}", 43, "the English text of `label` is missing", "`en: …`"),
    ("{zh: 太远, en: Too far}", "{zh: 太远}", 47, "the English text of `label` is missing", "`en: …`"),
    ("zh: 请介绍自己", "zh: " + "问" * 601, 20, "the question has 601 characters", "at most 600"),
    ("zh: 请介绍自己", "zh: " + "问" * 600, None, "", ""),
    ("        rubric: {1: 含糊, 5: {zh: 清楚, en: Clear}}\n", "", 18, "`about-you` has no rubric", "rubric: {1:"),
    ("[order]", "[expression]", 12, "`order` is declared, but no question", "`competencies: [order]`"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "what", "write"), WARNINGS)
def test_a_warning_is_given_at_its_line(old: str, new: str, line: int | None, what: str, write: str) -> None:
    text = changed(old, new)
    reading = read_script(text, "clerk.yaml")
    assert reading.script is not None
    if line is None:
        assert reading.faults == ()
        return
    fault = the_fault(text)
    assert (fault.line, fault.level) == (line, "warning")
    assert what in fault.what
    assert write in fault.write


def test_a_stage_that_is_easier_on_average_is_named() -> None:
    text = changed("difficulty: 1", "difficulty: 2").replace("minutes: 2", "minutes: 2\n        difficulty: 4")
    fault = the_fault(text.replace("difficulty: 3", "difficulty: 1"))
    assert (fault.line, fault.level) == (33, "warning")
    assert fault.what == "the stage `situation` is easier on average (1) than `introduction` (3) before it"


def test_a_manager_may_take_30_minutes_and_not_more() -> None:
    text = changed("level: junior", "level: manager")
    assert read_script(text.replace("minutes: 8", "minutes: 22"), "clerk.yaml").faults == ()
    fault = the_fault(text.replace("minutes: 8", "minutes: 22.5"))
    assert "30.5 minutes; at level manager, at most 30" in fault.what


def test_sums_are_not_warned_of_where_a_number_is_wrong() -> None:
    fault = the_fault(changed("minutes: 8", "minutes: lots"))
    assert fault.level == "error"


@pytest.mark.parametrize(
    ("zh", "clock"),
    [
        ("每题限时两分钟", "限时"),
        ("本次面试会倒计时", "计时"),
        ("请注意时间限制", "时间限制"),
        ("全程计时，请不要着急", "计时"),
        ("预计时间 17 分钟，共计时长不限", None),
        ("不计时，也不限时", None),
        ("每道题都没有时间限制", None),
        ("截止期限时请留意", None),
        ("不急，每题限时", "限时"),
    ],
)
def test_a_guide_that_claims_a_clock_is_warned_of_in_chinese(zh: str, clock: str | None) -> None:
    _clock_is_found(changed("您好，{name}", zh), 7, clock)


@pytest.mark.parametrize(
    ("en", "clock"),
    [
        ("There is a time limit of two minutes", "time limit"),
        ("Each answer is timed", "timed"),
        ("Watch the countdown", "countdown"),
        ("No time limit", None),
        ("Answers are not timed, and there is no countdown", None),
        ("Nothing is untimed", None),
        ("There isn’t any time limit", None),
        ("No hurry. A timer runs", "timer"),
    ],
)
def test_a_guide_that_claims_a_clock_is_warned_of_in_english(en: str, clock: str | None) -> None:
    _clock_is_found(changed("Hello, {name}", en), 8, clock)


def _clock_is_found(text: str, line: int, clock: str | None) -> None:
    assert read_script(text, "clerk.yaml").script is not None
    if clock is None:
        assert faults(text) == ()
        return
    fault = the_fault(text)
    assert (fault.line, fault.level) == (line, "warning")
    assert clock in fault.what
    assert "{minutes}" in fault.write


def test_a_clock_is_warned_of_once_a_language() -> None:
    fault = the_fault(changed("您好，{name}", "每题限时\\n全程限时"))
    assert fault.line == 7
