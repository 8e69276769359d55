"""A correct script becomes the engine's script, with its defaults and its version."""

from pathlib import Path

import msgspec
import pytest

from conversation.script import DEFAULT_EXIT_REASONS, ExitReason, Option, Reminder, Script, Wording
from handlers.authoring import read_script
from handlers.script_versions import content_version
from tests.handlers.authoring.written import SCRIPT, changed

INTERVIEWS = Path(__file__).parents[3] / "interviews"
SMALLEST = """\
id: small
title: {zh: 文员}
guide: {zh: 您好}
privacy: {version: "1", zh: 说明}
stages: [{id: one, title: {zh: 一}, weight: 100, questions: [{id: q, kind: short, ask: {zh: 问}, minutes: 15}]}]
"""


def read(text: str) -> Script:
    reading = read_script(text, "clerk.yaml")
    assert reading.script is not None, [str(fault) for fault in reading.faults]
    return reading.script


def test_everything_written_arrives() -> None:
    reading = read_script(SCRIPT, "clerk.yaml")
    assert reading.faults == ()
    script = read(SCRIPT)
    assert (script.id, script.register, script.level, script.deadline_s) == (
        "clerk",
        "name",
        "junior",
        48 * 3600,
    )
    assert script.title == Wording(zh="文员", en="Clerk")
    assert script.guide.zh == "您好，{name}"
    assert (script.privacy_version, script.privacy) == ("2026-11", Wording(zh="说明", en="Notice"))
    assert script.competencies["order"] == Wording(zh="条理", en="Order")
    assert script.exit_reasons == (
        ExitReason("network", "technical"),
        ExitReason("too_far", "personal", Wording(zh="太远", en="Too far")),
    )
    assert script.reminders == (
        Reminder(after_s=600),
        Reminder(after_s=86400),
        Reminder(before_deadline_s=10800),
    )
    assert script.transcript == "silent"


def test_questions_arrive_in_order_with_all_they_say() -> None:
    script = read(SCRIPT)
    about, typing, phone = (step.question for step in script.steps)
    assert [stage.weight for stage in script.stages] == [40, 60]
    assert (about.kind, about.voice, about.minutes, about.competencies) == ("open", "off", 8, ("expression",))
    assert about.rubric == {"1": Wording(zh="含糊"), "5": Wording(zh="清楚", en="Clear")}
    assert (typing.kind, typing.minimum, typing.maximum, typing.difficulty) == ("number", 0, 500, 1)
    assert typing.voice == "allowed"
    assert phone.options == (
        Option("answer", Wording(zh="接", en="Answer it")),
        Option("ignore", Wording(zh="不接", en="Ignore it")),
    )


@pytest.mark.parametrize(("written", "share"), [("20%", 20), ("0%", 0), ("100 ％", 100), ("35", 35)])
def test_sample_answers_and_the_share_that_two_rate(written: str, share: int) -> None:
    rubric = "        rubric: {1: 含糊"
    text = SCRIPT.replace(
        rubric, f"        anchors: {{2: 我做过分析。, 4: {{zh: 我做了周报, en: A report}}}}\n{rubric}"
    )
    script = read(f"{text}rated_twice: {written}\n")
    assert script.steps[0].question.anchors == {
        "2": Wording("我做过分析。"),
        "4": Wording("我做了周报", "A report"),
    }
    assert script.rated_twice == share
    assert read(SCRIPT).version != script.version


def test_what_is_left_out_has_the_scripts_defaults() -> None:
    script = read(SMALLEST)
    assert (script.register, script.level, script.deadline_s, script.transcript) == (
        "none",
        "junior",
        72 * 3600,
        "confirm",
    )
    assert (script.competencies, script.reminders) == ({}, ())
    assert script.exit_reasons == DEFAULT_EXIT_REASONS
    assert read(SMALLEST + "exit_reasons: default\n") == script


def test_the_version_is_the_contents_hash() -> None:
    script = read(SCRIPT)
    assert len(script.version) == 16
    assert int(script.version, 16) >= 0
    assert script.version == content_version(script)
    assert content_version(msgspec.structs.replace(script, version="other")) == script.version


@pytest.mark.parametrize(
    "text",
    [
        SCRIPT + "\n# a comment\n",
        changed("{1: 含糊, 5: {zh: 清楚, en: Clear}}", "{5: {en: Clear, zh: 清楚}, 1: 含糊}"),
        changed("minutes: 8", "minutes: 8.0"),
        "transcript: silent\n" + changed("transcript: silent\n", ""),
        changed("deadline: 48h", "deadline: 2d"),
        SCRIPT.replace("\n", "\r\n"),
        "\ufeff" + SCRIPT,
    ],
)
def test_the_same_content_has_the_same_version(text: str) -> None:
    assert read(text).version == read(SCRIPT).version


@pytest.mark.parametrize(
    "text", [changed("请介绍自己", "请介绍"), changed("minutes: 8", "minutes: 9"), changed("48h", "47h")]
)
def test_other_content_has_another_version(text: str) -> None:
    assert read(text).version != read(SCRIPT).version


def test_the_version_survives_storing_and_loading() -> None:
    script = read(SCRIPT)
    assert content_version(msgspec.json.decode(msgspec.json.encode(script), type=Script)) == script.version


def test_an_alias_stands_for_its_text() -> None:
    text = changed("{zh: 表达, en: Expression}", "&name {zh: 表达, en: Expression}")
    script = read(text.replace("order: {zh: 条理, en: Order}", "order: *name"))
    assert script.competencies["order"] == script.competencies["expression"]


@pytest.mark.parametrize(
    ("name", "level", "register", "least", "most"),
    [("campus-analyst", "junior", "none", 15, 20), ("branch-manager", "manager", "name", 20, 30)],
)
def test_the_examples_are_without_any_fault(
    name: str, level: str, register: str, least: float, most: float
) -> None:
    file = INTERVIEWS / f"{name}.yaml"
    reading = read_script(file.read_text(encoding="utf-8"), file.name)
    assert {fault.wrong.key for fault in reading.faults} == {"example_named"}  # in both languages
    assert reading.script is not None
    script = reading.script
    assert (script.id, script.level, script.register) == (name, level, register)
    assert least <= script.minutes_left[0] <= most
    assert len(script.stages) == 3
    assert 6 <= len(script.steps) <= 8
    assert {step.question.kind for step in script.steps} == {"open", "short", "choice", "number"}
    assert all(step.question.rubric for step in script.steps)
    for text in (script.guide.zh, script.guide.en):
        assert text.format(name="", title="", stages=3, questions=6, minutes=17, deadline="").strip()
