"""Every kind of mistake is reported with its line, what is wrong, and what to write instead."""

import pytest

from handlers.authoring import read_script
from tests.handlers.authoring.written import SCRIPT, changed, faults, the_fault

WORDING = "{zh: 文员, en: Clerk}"
# (text replaced, replacement, line of the fault, excerpt of what is wrong, excerpt of what to write)
MISTAKES = [
    ("title: {", "titel: {", 2, "`titel` is not a key of the script", "`title` (did you mean that?)"),
    ("weight: 40", "wieght: 40", 16, "`wieght` is not a key of a stage", "`weight` (did you mean that?)"),
    ("register: name", "registre: name", 3, "`registre` is not a key", "`register` (did you mean that?)"),
    ("minutes: 8", "minutes: 8\n        weight: 3", 22, "`weight` is not a key of a question", "it there"),
    ("minutes: 8", "minutes: 8\n        zzz: 3", 22, "`zzz` is not a key of a question", "one of id, kind"),
    (WORDING, "{zh: 文员, en: Clerk, or so}", 2, "`or so` is not a key", "in quotes"),
    (WORDING, "文员", 2, "`title` has to be keys with values, not `文员`", "title: {zh: 数据分析岗"),
    (WORDING, "[文员]", 2, "`title` has to be keys with values, not a list", "title: {zh:"),
    (WORDING, "{zh: 12, en: Clerk}", 2, "`12` is a number where `zh` needs text", 'it in quotes: "12"'),
    (WORDING, "{zh: yes, en: Clerk}", 2, "`yes` without quotes means yes or no", '"yes"'),
    (WORDING, "{zh: 2026-11-01, en: Clerk}", 2, "`2026-11-01` without quotes means a date", '"2026-11-01"'),
    (WORDING, "{zh: 0x1F, en: Clerk}", 2, "a number in an unusual notation", '"0x1F"'),
    (WORDING, "{zh: , en: }", 2, "there is no text here", "at least one language"),
    (WORDING, '{zh: "  ", en: ""}', 2, "there is no text here", "at least one language"),
    ("title: {zh: 文员, en: Clerk}\n", "", 1, "`title` is missing in the script", "title: {zh: 数据分析岗"),
    ("id: clerk\n", "", 1, "`id` is missing in the script", "`id: campus-analyst`"),
    ("        minutes: 8\n", "", 18, "`minutes` is missing in a question", "`minutes: 2`"),
    ("id: clerk", "id: Clerk", 1, "`Clerk` is no id", "small letters"),
    ("id: clerk", "id: " + "a" * 41, 1, "is no id", "at most 40"),
    ("id: too_far", "id: too far", 47, "`too far` is no id", "hyphens or underscores"),
    ("  order: {", "  Order!: {", 12, "`Order!` is no id", "`data-analysis`"),
    ("level: junior", "level: juniour", 4, "`level` cannot be `juniour`", "`junior` (did you mean that?)"),
    ("level: junior", "level: [junior]", 4, "`level` cannot be a list", "one of junior, manager"),
    ("kind: open", "kind: essay", 19, "`kind` cannot be `essay`", "one of open, short, choice, number"),
    ("voice: off", "voice: no", 23, "`voice` cannot be `no` (yes or no)", "one of allowed, required, off"),
    ("deadline: 48h", "deadline: 48", 5, "`48` has no unit", "`48h` for hours"),
    ("deadline: 48h", "deadline: soon", 5, "`soon` is no duration", "`72h`"),
    ("deadline: 48h", "deadline: 0h", 5, "`0h` is no duration", "`72h`"),
    ("deadline: 48h", "deadline: 900000d", 5, "is no duration", "at most a year"),
    ("deadline: 48h", "deadline: [48h]", 5, "`deadline` has to be text, not a list", "deadline: 72h"),
    ("1d, before", "tomorrow, before", 48, "`tomorrow` is no duration", "`10m`"),
    ("before-deadline 3h", "before 3h", 48, "`before 3h` is no reminder", "`before-deadline 3h`"),
    ("before-deadline 3h", "before-deadline", 48, "`before-deadline` is no reminder", "`before-deadline 3h`"),
    ("[10m, 1d,", "[10m, 20m, 1d,", 48, "`reminders` has 4 entries", "at most 3"),
    ("[10m, 1d,", "[10m, 10m,", 48, "the reminder `10m` stands twice", "it once"),
    ("minutes: 8", "minutes: lots", 21, "`minutes` has to be a number, not `lots`", "`minutes: 2`"),
    ("minutes: 8", 'minutes: "8"', 21, "`minutes` has to be a number", "`minutes: 2`"),
    ("minutes: 8", "minutes: .inf", 21, "`minutes` has to be a number", "`minutes: 2`"),
    ("minutes: 8", "minutes: 0", 21, "`minutes` has to be more than 0", "`minutes: 2`"),
    ("minutes: 8", "minutes: 600", 21, "`minutes` has to be at most 60", "`minutes: 2`"),
    ("difficulty: 1", "difficulty: 6", 22, "`difficulty` has to be at most 5", "`difficulty: 1`"),
    ("difficulty: 1", "difficulty: 1.5", 22, "`difficulty` has to be a whole number", "`difficulty: 1`"),
    ("weight: 40", "weight: -1", 16, "`weight` has to be at least 0", "`weight: 20`"),
    ("{1: 含糊", "{6: 含糊", 25, "`6` is no mark of a rubric", "1 to 5"),
    ("{1: 含糊", "{1: [含糊]", 25, "`1` has to be keys with values, not a list", "rubric: {1:"),
    ("rubric: {1: 含糊", "anchors: {0: 含糊", 25, "`0` is no mark of a rubric", "anchors: {2:"),
    ("difficulty: 1", "follow_up: {wen: short}", 22, "`wen` is not a key of `follow_up`", "`when`"),
    ("difficulty: 1", "follow_up: {when: shrot}", 22, "`when` cannot be `shrot`", "`short` (did you mean that?)"),
    ("difficulty: 1", "follow_up: {when: short, max: 2}", 22, "`max` has to be at most 1", "`max: 1`"),
    (
        "rubric: {1: 含糊",
        "follow_up: {when: rubric-gap}\n        anchors: {1: 含糊",
        25,
        "has no `rubric`",
        "rubric: {1:",
    ),
    ("difficulty: 1", "folow_up: {when: short}", 22, "`folow_up` is not a key", "`follow_up`"),
    ("competencies: [order]", "follow_up: {when: vague}", 41, "`follow_up` has no meaning", "`kind: open`"),
    ("competencies: [order]", "anchors: {2: 接}", 41, "`anchors` has no meaning", "`kind: open`"),
    ("transcript: silent", "rated_twice: 120%", 49, "`120%` is no percentage", "`20%`"),
    ("transcript: silent", "rated_twice: half", 49, "`half` is no percentage", "`20%`"),
    ("[expression]", "[expresion]", 24, "the competency `expresion` is not declared", "`expression` (did"),
    ("[expression]", "[expression, xyz]", 24, "the competency `xyz` is not declared", "expression, order"),
    ("[expression]", "[expression, expression]", 24, "the competency `expression` stands twice", "it once"),
    ("[expression]", "[expression, 5]", 24, "entry 2 of `competencies` needs text", '"5"'),
    ("transcript: silent", "exit_warning: none", 49, "`exit_warning` cannot be `none`", "one of full, brief"),
    (
        "transcript: silent",
        "experiment: {id: x, variants: [{id: a}]}",
        49,
        "`variants` has 1 entr",
        "at least 2",
    ),
    (
        "transcript: silent",
        "experiment: {id: x, variants: [{id: a}, {id: a}]}",
        49,
        "the variant `a` stands twice",
        "another one",
    ),
    (
        "transcript: silent",
        "experiment: {id: x, variants: [{id: a}, {id: b, order: {introducton: [typing, about-you]}}]}",
        49,
        "there is no stage `introducton`",
        "`introduction` (did you mean that?)",
    ),
    (
        "transcript: silent",
        "experiment: {id: x, variants: [{id: a}, {id: b, order: {introduction: [typing]}}]}",
        49,
        "must have each of its questions once",
        "[about-you, typing]",
    ),
    ("id: typing", "id: about-you", 26, "the question `about-you` stands twice, first in line 18", "another"),
    ("id: phone", "id: about-you", 36, "the question `about-you` stands twice, first in line 18", "another"),
    ("id: situation", "id: introduction", 32, "the stage `introduction` stands twice", "introduction-2"),
    ("id: ignore", "id: answer", 44, "the option `answer` stands twice, first in line 43", "another one"),
    ("id: too_far", "id: network", 47, "the exit reason `network` stands twice", "another one"),
    ("id: too_far", "id: skipped", 47, "the exit reason `skipped` is kept", "another id"),
    (", label: {zh: 太远, en: Too far}", "", 47, "the exit reason `too_far` has no `label`", "`label:"),
    ("group: technical", "group: tech", 46, "`group` cannot be `tech`", "technical"),
    ("level: junior", "level: junior\nlevel: junior", 5, "the key `level` stands twice here", "it once"),
    ("max: 500", "max: 0", 31, "`max` (0) is not above `min` (0)", "`max: 1`"),
    ("voice: off", "max: 3", 23, "`max` has no meaning in a question of kind open", "`kind: number`"),
    ("minutes: 2", "voice: required\n        minutes: 2", 29, "by voice only", "`voice: off`"),
    ("您好，{name}", "您好，{nmae}", 7, "`{nmae}` is no placeholder", "`{name}` (did you mean that?)"),
    ("您好，{name}", "您好，{qqqqq}", 7, "`{qqqqq}` is no placeholder", "one of {name}"),
    ("您好，{name}", "您好，{name!r}", 7, "is no placeholder", "write"),
    ("您好，{name}", "您好，{name", 7, "a brace without its partner", "placeholders only"),
    ("您好，{name}", "\\n".join("123456789"), 7, "the guide (zh) has 9 lines", "at most 8"),
    ('version: "2026-11"', 'version: ""', 9, "`version` is empty", 'version: "2026-11"'),
    ('version: "2026-11"', "version: 2026", 9, "`2026` is a number where `version` needs text", '"2026"'),
    ("id: clerk", "id: !!binary aGk=", 1, "`aGk=` without quotes means a tagged value", "aGk="),
    ("id: clerk", 'id: "\\uD800"', 1, "half a character", "the whole character"),
    (WORDING, "!secret {zh: 文员, en: Clerk}", 2, "the tag `!secret` has no meaning", "without it"),
    (WORDING, "{? [a] : b, zh: 文员, en: Clerk}", 2, "stands where a key should be", "`id: …`"),
]
ALSO = {  # mistakes that rightly cause a second fault: excerpt of the replacement, excerpt of what is wrong
    "!secret": "has to be keys with values",
    "uD800": "is no id",
    "Order!": "`order` is not declared",
}


@pytest.mark.parametrize(("old", "new", "line", "what", "write"), MISTAKES)
def test_a_mistake_is_named_at_its_line(old: str, new: str, line: int, what: str, write: str) -> None:
    text = changed(old, new)
    assert read_script(text, "clerk.yaml").script is None
    errors = [fault for fault in faults(text) if fault.level == "error"]
    fitting = [fault for fault in errors if what in fault.what]
    assert [fault.line for fault in fitting] == [line], [str(fault) for fault in errors]
    assert write in f"write {fitting[0].write}"
    others = [fault for fault in errors if fault not in fitting]
    assert all(any(mark in new and also in fault.what for mark, also in ALSO.items()) for fault in others)


def test_missing_options_and_too_few() -> None:
    head, options, rest = SCRIPT.partition("        options:\n")
    lines = rest.splitlines(keepends=True)
    without = the_fault(head + "".join(lines[2:]))
    assert (without.line, without.what) == (36, "a choice question needs `options`")
    one = the_fault(head + options + "".join(lines[1:]))
    assert one.what == "`options` has 1 entry"
    assert one.write.startswith("at least 2")


def test_a_fault_reads_as_one_sentence() -> None:
    assert str(the_fault(changed("minutes: 8", "minutes: lots"))) == (
        "clerk.yaml:21:18: error: `minutes` has to be a number, not `lots`; write `minutes: 2`"
    )


def test_all_faults_come_at_once_in_the_order_of_lines() -> None:
    text = (
        changed("id: clerk", "id: Clerk")
        .replace("deadline: 48h", "deadline: 48")
        .replace("[order]", "[ordr]")
        .replace("weight: 60", "weight: 50")
        .replace("id: typing", "id: about-you")
        .replace("transcript: silent", "transcript: no\nextra: 1")
    )
    found = [(fault.line, fault.level) for fault in faults(text)]
    assert [line for line, _ in found] == sorted(line for line, _ in found)
    assert {(1, "error"), (5, "error"), (26, "error"), (49, "error"), (50, "error")} <= set(found)
    assert (13, "warning") in found  # the weights don't add up to 100
    assert any("`ordr`" in fault.what for fault in faults(text))
