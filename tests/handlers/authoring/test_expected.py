"""`expect`: which option or number is meant, and every mistake with its line and what to write instead."""

import msgspec
import pytest

from conversation.script import Expected, Script
from handlers.authoring import read_script
from handlers.script_versions import content_version
from tests.handlers.authoring.written import SCRIPT, faults

NOTICE = '{version: "2026-11", zh: 有标准答案的题由程序自动核对。, en: A program checks some answers.}'
TOLD = SCRIPT.replace('{version: "2026-11", zh: 说明, en: Notice}', NOTICE)


def choice(value: str, text: str = TOLD) -> str:
    """Return the script with an expected option, in line 42."""
    return text.replace("        options:\n", f"        expect: {value}\n        options:\n")


def number(value: str, text: str = TOLD) -> str:
    """Return the script with an expected number, in line 30."""
    return text.replace(
        "        minutes: 2\n        min: 0", f"        minutes: 2\n        expect: {value}\n        min: 0"
    )


def expected(text: str, question: int) -> Expected | None:
    script, found = read_script(text, "clerk.yaml")
    assert script is not None, [str(fault) for fault in found]
    assert found == ()
    return script.steps[question].question.expect


@pytest.mark.parametrize(
    "value",
    [
        "answer",
        "接",
        "Answer it",
        "answer it",
        '"Answer it"',
        "[answer]",
        "[接, Answer it]",
        "{zh: 接, en: Answer it}",
        "{en: Answer it}",
        "[{zh: 接, en: Answer it}, answer]",
    ],
)
def test_an_option_is_named_by_its_id_or_its_label_in_either_language(value: str) -> None:
    assert expected(choice(value), 2) == Expected(options=("answer",))


def test_several_options_are_in_the_question_s_order() -> None:
    third = TOLD.replace("Ignore it}}\n", "Ignore it}}\n          - {id: later, label: {zh: 稍后, en: Later}}\n")
    one, other = (read_script(choice(value, third), "x").script for value in ("[later, 接]", "[answer, Later]"))
    assert one is not None
    assert one.steps[2].question.expect == Expected(options=("answer", "later"))
    assert one == other


def test_labels_that_yaml_takes_for_something_else_are_understood() -> None:
    labels = TOLD.replace("{zh: 接, en: Answer it}", '{zh: 是, en: "Yes"}').replace(
        "{zh: 不接, en: Ignore it}", '{zh: "2", en: "No"}'
    )
    assert expected(choice("yes", labels), 2) == Expected(options=("answer",))
    assert expected(choice("2", labels), 2) == Expected(options=("ignore",))
    assert expected(choice("[no]", labels), 2) == Expected(options=("ignore",))


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [
        ("80", 80, 80),
        ("80.5", 80.5, 80.5),
        ("{min: 80, max: 90}", 80, 90),
        ("{min: 80}", 80, None),
        ("{max: 80}", None, 80),
        ("{min: 80, max: }", 80, None),
        ("{min: 80, max: 80}", 80, 80),
        ("0", 0, 0),
        ("{min: 0, max: 1}", 0, 1),
    ],
)
def test_a_number_or_a_range(value: str, low: float | None, high: float | None) -> None:
    assert expected(number(value), 1) == Expected(minimum=low, maximum=high)


# (script, line, what is wrong, what to write)
MISTAKES = [
    (choice("answr"), 42, "`answr` is no option of the question", "`answer` (did you mean that?)"),
    (choice("挂断"), 42, "`挂断` is no option", "(answer, ignore), e.g. `expect: answer`"),
    (choice("[接, 挂断]"), 42, "`挂断` is no option", "or a list if several are right"),
    (choice("3"), 42, "`3` is no option", "the id of an option"),
    (choice("[]"), 42, "`expect` is empty", "the id of an option"),
    (choice(""), 42, "`expect` is empty", "the id of an option"),
    (choice("[接, [不接]]"), 42, "`expect` cannot be a list", "the id of an option"),
    (choice("{min: 3}"), 42, "`expect` cannot be keys with values", "the id of an option"),
    (choice("{zh: 接, en: Ignore it}"), 42, "`接 / Ignore it` does not name exactly one option", "`answer`"),
    (choice("[接, 不接]"), 42, "every answer would be as expected", "only the right options"),
    (number("fast"), 30, "`expect` has to be a number, or `min` and `max`, not `fast`", "`expect: 2950`"),
    (number('"80"'), 30, "has to be a number", "{min: 2900, max: 3000}"),
    (number("[80, 90]"), 30, "has to be a number", "{min: 2900, max: 3000}"),
    (number("{min: a lot}"), 30, "not `a lot`", "{min: 2900, max: 3000}"),
    (number(""), 30, "`expect` is empty", "`expect: 2950`"),
    (number("{}"), 30, "`expect` is empty", "`expect: 2950`"),
    (number("{min: }"), 30, "`expect` is empty", "`expect: 2950`"),
    (number("{least: 80}"), 30, "`least` is not a key of `expect`", "{min: 2900, max: 3000}"),
    (number("501"), 30, "the expected 501 is not among the numbers that the question accepts (0 to", "0 to 500"),
    (number("{min: -1, max: 3}"), 30, "the expected -1 is not among", "a number that it accepts"),
    (number("{min: 90, max: 80}"), 30, "ends before it begins (90 to 80)", "{min: 2900, max: 3000}"),
    (number("{min: 0, max: 500}"), 30, "every answer would be as expected", "a narrower range"),
    (number("{min: 0}"), 30, "every answer would be as expected", "a narrower range"),
    (
        TOLD.replace("voice: off", "expect: 3"),
        23,
        "`expect` has no meaning in a question of kind open",
        "`kind: choice` or `kind: number`, or leave `expect` out",
    ),
    (
        TOLD.replace("kind: open", "kind: short").replace("voice: off", "expect: 清楚"),
        23,
        "`expect` has no meaning in a question of kind short",
        "leave `expect` out",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "what", "write"), MISTAKES, ids=[each[2] for each in MISTAKES])
def test_a_mistake_is_named_at_its_line(text: str, line: int, what: str, write: str) -> None:
    reading = read_script(text, "clerk.yaml")
    assert reading.script is None
    (fault,) = reading.faults
    assert (fault.level, fault.line) == ("error", line), str(fault)
    assert what in fault.what
    assert write in fault.write
    assert fault.worded("zh") != fault.worded("en")


def test_a_text_that_is_the_id_of_one_option_and_the_label_of_another_is_asked_about() -> None:
    text = TOLD.replace("{id: answer, label: {zh: 接,", "{id: answer, label: {zh: ignore,")
    (fault,) = faults(choice("ignore", text))
    assert fault.what == "`ignore` does not name exactly one option (answer, ignore)"
    assert "change the id" in fault.write
    assert expected(choice("answer", text), 2) == Expected(options=("answer",))


def test_a_misspelt_key_is_guessed() -> None:
    (fault,) = faults(number("3").replace("expect:", "expected:"))
    assert fault.write == "`expect` (did you mean that?)"


def test_one_sided_questions() -> None:
    open_above = TOLD.replace("        max: 500\n", "")
    assert expected(number("900", open_above), 1) == Expected(minimum=900, maximum=900)
    (fault,) = faults(number("-3", open_above))
    assert "(at least 0)" in fault.what
    open_below = TOLD.replace("        min: 0\n", "")
    (fault,) = faults(open_below.replace("        max: 500", "        max: 500\n        expect: 501"))
    assert "(at most 500)" in fault.what


# the privacy notice


def test_a_notice_that_does_not_tell_of_the_check_is_warned_about() -> None:
    found = faults(number("80", SCRIPT))
    assert {fault.level for fault in found} == {"warning"}
    assert [(fault.line, fault.wrong.key) for fault in found] == [(9, "expect.unsaid")] * 2
    assert "people decide" in found[1].write


@pytest.mark.parametrize(
    ("zh", "en", "warned"),
    [
        ("回答由程序自动核对。", "A program compares the answers.", 0),
        ("系统按标准答案评分。", "Some answers are checked automatically.", 0),
        ("回答由招聘人员评定，程序不作录用决定。", "Recruiters assess answers; no program decides on hiring.", 2),
        ("进度自动保存。", "Everything is saved automatically.", 2),
    ],
)
def test_what_counts_as_telling(zh: str, en: str, warned: int) -> None:
    notice = f'{{version: "2026-11", zh: {zh}, en: "{en}"}}'
    text = SCRIPT.replace('{version: "2026-11", zh: 说明, en: Notice}', notice)
    assert len(faults(number("80", text))) == warned
    assert faults(text) == ()


# versions and stored scripts


def test_a_script_stored_before_there_were_expected_answers_is_read_and_keeps_its_version() -> None:
    script = read_script(SCRIPT, "clerk.yaml").script
    assert script is not None
    stored = msgspec.json.encode(script)
    assert b"expect" not in stored
    assert script.version == "f1d88f4914b7e97b"
    assert msgspec.json.decode(stored, type=Script) == script


def test_an_expected_answer_is_part_of_the_version_and_survives_storing() -> None:
    scripts = [read_script(text, "x").script for text in (TOLD, number("80"), number("81"), choice("接"))]
    versions = {script.version for script in scripts if script}
    assert len(versions) == 4
    for script in scripts:
        assert script is not None
        again = msgspec.json.decode(msgspec.json.encode(script), type=Script)
        assert again == script
        assert content_version(again) == script.version


def test_the_same_number_written_otherwise_is_the_same_script() -> None:
    assert read_script(number("80"), "x").script == read_script(number("80.0"), "x").script
    assert read_script(number("80"), "x").script == read_script(number("{min: 80, max: 80}"), "x").script
