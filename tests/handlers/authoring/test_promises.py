"""Results, review, practice, files and skipping: what authors write reaches the script, and the scripts of the
present release keep their versions."""

from pathlib import Path

import pytest

from conversation.script import Result, Wording
from handlers.authoring import read_script
from handlers.authoring.times import result_days
from tests.handlers.authoring.written import SCRIPT, changed, faults, the_fault

INTERVIEWS = Path(__file__).parents[3] / "interviews"
TEAM = Wording(zh="校招组", en="the campus team")
FROZEN = [
    ("campus-analyst", "fe44c44c166414bb"),
    ("branch-manager", "658556cd3044c479"),
]


@pytest.mark.parametrize(("name", "version"), FROZEN)
def test_a_script_of_the_present_release_keeps_its_version(name: str, version: str) -> None:
    """If you change one of these files on purpose, change its version here."""
    reading = read_script((INTERVIEWS / f"{name}.yaml").read_text(encoding="utf-8"), name)
    assert reading.script is not None
    assert reading.script.version == version


def test_the_script_of_these_tests_keeps_its_version() -> None:
    reading = read_script(SCRIPT, "clerk.yaml")
    assert reading.script is not None
    assert reading.script.version == "f1d88f4914b7e97b"


def test_what_is_left_out_is_off_or_undecided() -> None:
    script = read_script(SCRIPT, "clerk.yaml").script
    assert script is not None
    assert (script.result, script.recruiter, script.review, script.practice) == (None, None, False, None)
    assert {(step.question.files, step.question.skip) for step in script.steps} == {("off", "allowed")}


def test_defaults_that_are_written_out_change_nothing() -> None:
    text = changed("voice: off", "voice: off\n        files: off\n        skip: allowed") + "review: false\n"
    script = read_script(text, "clerk.yaml").script
    assert script is not None
    assert script == read_script(SCRIPT, "clerk.yaml").script


def test_everything_written_arrives() -> None:
    text = changed("voice: off", "voice: off\n        files: allowed\n        skip: off")
    text += (
        "result: {by: 5 workdays, told_by: {zh: 校招组, en: the campus team}}\n"
        "recruiter: {zh: 校招组, en: the campus team}\n"
        "review: true\n"
        "practice: false\n"
    )
    reading = read_script(text, "clerk.yaml")
    assert reading.faults == ()
    script = reading.script
    assert script is not None
    assert (script.result, script.recruiter) == (Result(5, workdays=True, told_by=TEAM), TEAM)
    assert (script.review, script.practice) == (True, False)
    assert [(step.question.files, step.question.skip) for step in script.steps] == [
        ("allowed", "off"),
        ("off", "allowed"),
        ("off", "allowed"),
    ]


@pytest.mark.parametrize(
    ("text", "days", "workdays"),
    [
        ("5 workdays", 5, True),
        ("1 workday", 1, True),
        ("7 days", 7, False),
        ("1 day", 1, False),
        ("60d", 60, False),
        ("3 Workdays", 3, True),
        ("10workdays", 10, True),
    ],
)
def test_a_result_comes_within_working_days_or_days(text: str, days: int, workdays: bool) -> None:
    assert result_days(text) == (days, workdays)
    script = read_script(SCRIPT + f"result: {{by: {text}}}\n", "clerk.yaml").script
    assert script is not None
    assert script.result == Result(days, workdays)


@pytest.mark.parametrize(
    ("word", "on"), [("true", True), ("false", False), ("yes", True), ("Off", False), ('"true"', True)]
)
def test_true_and_false_in_all_of_yamls_words(word: str, on: bool) -> None:
    script = read_script(SCRIPT + f"review: {word}\npractice: {word}\n", "clerk.yaml").script
    assert script is not None
    assert (script.review, script.practice) == (on, on)


def test_practice_is_the_scripts_own_choice_or_comes_with_voice() -> None:
    def practises(text: str) -> bool:
        script = read_script(text, "clerk.yaml").script
        assert script is not None
        return script.practises

    spoken = changed("voice: off", "voice: required")
    assert not practises(SCRIPT)
    assert practises(SCRIPT + "practice: true\n")
    assert practises(spoken)
    assert not practises(spoken + "practice: false\n")


@pytest.mark.parametrize("value", ["off", '"off"'])
def test_files_may_be_off_at_any_question(value: str) -> None:
    assert faults(changed("min: 0", f"min: 0\n        files: {value}")) == ()


@pytest.mark.parametrize("kind", ["number", "choice"])
def test_files_belong_to_questions_that_are_answered_in_words(kind: str) -> None:
    fault = the_fault(changed(f"kind: {kind}", f"kind: {kind}\n        files: allowed"))
    assert fault.level == "error"
    assert fault.what == f"`files` has no meaning in a question of kind {kind}"
    assert fault.write == "`kind: open`, or leave `files` out"


def test_the_words_that_tell_a_result_arrive_by_outcome() -> None:
    text = 'result_messages: {next_round: {zh: "恭喜{name}", en: "Great{name}"}, not_selected: {zh: 谢谢}}'
    reading = read_script(f"{SCRIPT}{text}\n", "clerk.yaml")
    assert [each.level for each in reading.faults] == ["warning"], "one text is not translated"
    assert reading.script is not None
    assert reading.script.result_messages == {
        "yes": Wording(zh="恭喜{name}", en="Great{name}"),
        "no": Wording(zh="谢谢"),
    }


@pytest.mark.parametrize(
    "words", ["zh: 很遗憾，您未通过面试。, en: Thanks", "zh: 谢谢, en: You failed the interview."]
)
def test_words_of_failure_are_warned_about(words: str) -> None:
    fault = the_fault(f"{SCRIPT}result_messages: {{not_selected: {{{words}}}}}\n")
    assert fault.level == "warning"
    assert "without judging the person" in fault.write


# (text appended to the script, line of the fault, excerpt of what is wrong, excerpt of what to write)
MISTAKES = [
    ("result: 5 workdays", 50, "`result` has to be keys with values", "`result: {by: 5 workdays"),
    ("result: {told_by: {zh: 组, en: team}}", 50, "`by` is missing in `result`", "`by: 5 workdays`"),
    ("result: {by: 5}", 50, "`5` has no unit", "`5 workdays`, or `5 days`"),
    ("result: {by: 5 wrokdays}", 50, "`5 wrokdays` is no number of days", "`5 workdays` (did you mean that?)"),
    ("result: {by: 5 working days}", 50, "is no number of days", "`5 workdays` (did you mean that?)"),
    ("result: {by: soon}", 50, "`soon` is no number of days", "`5 workdays` or `7 days`"),
    ("result: {by: 72h}", 50, "`72h` is no number of days", "`5 workdays` or `7 days`"),
    ("result: {by: 61 days}", 50, "cannot be promised within `61 days`", "1 to 60"),
    ("result: {by: 0d}", 50, "cannot be promised within `0d`", "1 to 60"),
    ("result: {by: }", 50, "`by` has to be text, not nothing", "`by: 5 workdays`"),
    (
        "result:\n  by: 5 days\n  told_bye: {zh: 组}",
        52,
        "`told_bye` is not a key of `result`",
        "`told_by` (did you",
    ),
    ("result: {by: 5 days, told_by: HR}", 50, "`told_by` has to be keys with values", "`told_by: {zh:"),
    ("reslut: {by: 5 days}", 50, "`reslut` is not a key of the script", "`result` (did you mean that?)"),
    ("recruiters: {zh: 组, en: team}", 50, "`recruiters` is not a key", "`recruiter` (did you mean that?)"),
    ("by: 5 days", 50, "`by` is not a key of the script; it belongs to `result`", "it there"),
    ("recruiter: {}", 50, "there is no text here", "at least one language"),
    (
        'result_messages: {on_hold: {zh: "{naem}", en: a}}',
        50,
        "may only use `{name}` and `{title}`",
        "`Hello{name}!`",
    ),
    ("result_messages: {no: {zh: 谢谢, en: a}}", 50, "`no` is not a key of `result_messages`", "next_round"),
    ("faq: [{q: {}, a: {zh: 好, en: yes it is}}]", 50, "there is no text here", "at least one language"),
    (
        "faq: [{q: {zh: 工资多少}, a: {zh: 一, en: a}}, {q: {zh: [薪资, 工资多少？]}, a: {zh: 二, en: b}}]",
        50,
        "`工资多少？` is in two frequent questions",
        "in one of them only",
    ),
    ("review: ture", 50, "`ture` is neither true nor false", "`true` (did you mean that?)"),
    ("review: 1", 50, "neither true nor false", "`true` or `false`"),
    ("review:", 50, "neither true nor false", "`true` or `false`"),
    ("skip: off", 50, "`skip` is not a key of the script; it belongs to a question", "it there"),
]


@pytest.mark.parametrize(("line", "number", "what", "write"), MISTAKES)
def test_a_mistake_is_named_at_its_line(line: str, number: int, what: str, write: str) -> None:
    fault = the_fault(SCRIPT + line + "\n")
    assert (fault.line, fault.level) == (number, "error")
    assert what in fault.what
    assert write in f"write {fault.write}"


@pytest.mark.parametrize(
    ("written", "what", "write"),
    [
        ("files: alowed", "`files` cannot be `alowed`", "`allowed` (did you mean that?)"),
        ("files: yes", "`files` cannot be `yes` (yes or no)", "one of allowed, off"),
        ("skip: no", "`skip` cannot be `no` (yes or no)", "one of allowed, off"),
        ("skips: off", "`skips` is not a key of a question", "`skip` (did you mean that?)"),
    ],
)
def test_a_mistake_at_a_question_is_named(written: str, what: str, write: str) -> None:
    fault = the_fault(changed("voice: off", written))
    assert (fault.line, fault.level) == (23, "error")
    assert what in fault.what
    assert write in fault.write


@pytest.mark.parametrize("key", ["recruiter: {zh: 招聘组}", "result: {by: 5 days, told_by: {zh: 招聘组}}"])
def test_a_name_in_one_language_is_warned_of(key: str) -> None:
    fault = the_fault(SCRIPT + key + "\n")
    assert (fault.line, fault.level) == (50, "warning")
    assert "the English text" in fault.what
