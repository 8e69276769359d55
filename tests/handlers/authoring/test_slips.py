"""What YAML takes otherwise than it was meant: the character is named, with its line and the line corrected."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conversation.script import LANGUAGES
from handlers.authoring import Reading, read_script
from tests.handlers.authoring.written import changed

ASK = "ask: {zh: 请介绍自己, en: Introduce yourself}"
ASK_LINE = 20
MISTAKES = Path(__file__).parent / "mistakes"


def flow(zh: str = "请介绍自己", en: str = "Introduce yourself") -> str:
    return changed(ASK, f"ask: {{zh: {zh}, en: {en}}}")


def block(zh: str) -> str:
    return changed(ASK, f"ask:\n          zh: {zh}\n          en: Introduce yourself")


def read(text: str) -> Reading:
    return read_script(text, "clerk.yaml")


# (script, line, words of the message, the correction)
SLIPS = [
    (flow(en="How many?"), 20, "unquoted `?`", 'en: "How many?"'),
    (flow(en="Why? And how?"), 20, "unquoted `?`", 'en: "Why? And how?"'),
    (flow(en="“How many?”"), 20, "“ ”", 'en: "How many?"'),
    (flow(zh='"请介绍”'), 20, "“ ”", 'zh: "请介绍"'),
    (flow(zh='"请介绍'), 20, "`\"`", 'zh: "请介绍"'),
    (flow(en="Note: tell us"), 20, "`:`", 'en: "Note: tell us"'),
    (block("提示: 请举例"), 21, "`:`", 'zh: "提示: 请举例"'),
    (block("请选择:"), 21, "`:`", 'zh: "请选择:"'),
    (flow(zh="见 #3 题"), 20, "`#`", 'zh: "见 #3 题"'),
    (block("见 #3 题"), 21, "`#`", 'zh: "见 #3 题"'),
    (block("请看（见 #图三）再答"), 21, "`#`", 'zh: "请看（见 #图三）再答"'),
    (changed(ASK, "ask: {zh: 请介绍自己， en: Introduce}"), 20, "Chinese comma `，`", "{zh: 请介绍自己, en:"),
    (changed(ASK, "ask: {zh: 请介绍自己，en: Introduce}"), 20, "Chinese comma `，`", "{zh: 请介绍自己, en:"),
    (changed(ASK, "ask: {zh: 请介绍自己； en: Introduce}"), 20, "`；`", "{zh: 请介绍自己, en:"),
    (changed(ASK, "ask: {zh: 请介绍自己 en: Introduce}"), 20, "comma `,` is missing", "{zh: 请介绍自己, en:"),
    (changed("[10m, 1d, before-deadline 3h]", "[10m，1d]"), 48, "Chinese comma `，`", "[10m, 1d]"),
    (changed("[expression]", "[expression、order]"), 24, "Chinese comma `、`", "[expression, order]"),
    (changed("[expression]", "［expression］"), 24, "`［`", "[expression]"),
    (changed(ASK, "ask: ｛zh: 请介绍自己, en: Introduce｝"), 20, "`｛`", "ask: {zh: 请介绍自己, en: Introduce}"),
    (changed(ASK, "ask: {zh：请介绍自己, en: Introduce}"), 20, "`：`", "zh: 请介绍自己"),
    (changed(ASK, "ask：{zh: 请介绍自己, en: Introduce}"), 20, "`：`", "ask: {zh:"),
    (changed(ASK, "ask:\n          zh：请介绍\n          en: X"), 21, "`：`", "zh: 请介绍"),
    (changed(ASK, "ask:\n          zh：请介绍\n          en：X"), 21, "`：`", "zh: 请介绍"),
    (changed(ASK, "ask: {zh:请介绍自己, en: X}"), 20, "no space stands after the colon `:`", "zh: 请介绍自己"),
    (changed(ASK, "ask:\n          zh:请介绍\n          en: X"), 21, "no space", "zh: 请介绍"),
    (block("@所有人 请"), 21, "`@`", 'zh: "@所有人 请"'),
    (block("%5 是多少"), 21, "`%`", 'zh: "%5 是多少"'),
    (block("*必答* 请"), 21, "`*`", 'zh: "*必答* 请"'),
    (block("& 号"), 21, "`&`", 'zh: "& 号"'),
    (flow(en="&co partners"), 20, "`&co`", '"&co …"'),
    (block("!重要 请"), 21, "`!`", 'zh: "!重要 请"'),
    (flow(en="!important text"), 20, "`!important text`", '"!important text"'),
    (block("- 请说明"), 21, "`-`", 'zh: "- 请说明"'),
    (block("? 请说明"), 21, "`?`", 'zh: "? 请说明"'),
    (block("> 请说明"), 21, "`>`", 'zh: "> 请说明"'),
    (block("| 请说明"), 21, "`|`", 'zh: "| 请说明"'),
    (block("[公司] 请说明"), 21, "`[`", 'zh: "[公司] 请说明"'),
    (block("{name} 您好"), 21, "`{`", 'zh: "{name} 您好"'),
    (block("{name}"), 21, "`{`", "in quotes"),
    (block('"数据" 是什么'), 21, "after the closing quote", '"\\"数据\\" 是什么"'),
    (flow(zh="请看 {name} 题"), 20, "`{`", 'zh: "请看 {name} 题"'),
    (changed("    weight: 40", "\tweight: 40"), 16, "a tab", "two spaces"),
    (changed("        minutes: 8", "　　　　minutes: 8"), 21, "full-width", "minutes: 8"),
    (changed("        minutes: 8", "\u00a0" * 8 + "minutes: 8"), 21, "no-break", "minutes: 8"),
    (changed("minutes: 8", "minutes:　8"), 21, "after the colon", "minutes: 8"),
    (changed("level: junior", "\u200blevel: junior"), 4, "U+200B", "level"),
    (changed("reminders: [10m, 1d, before-deadline 3h]", "reminders:\n-10m\n- 1d"), 49, "dash `-`", "- 10m"),
    (changed("kind: open", "kind: “open”"), 19, "“ ”", '"open"'),
    (flow(en="Yes"), 20, "`Yes`", '"Yes"'),
    (flow(en="null"), 20, "`null`", '"null"'),
    (flow(en="12:30"), 20, "`12:30`", '"12:30"'),
    (changed("{1: 含糊, 5: {zh: 清楚, en: Clear}}", "{1: 含糊， 5: 清楚}"), 25, "`，`", "{1: 含糊, 5: 清楚}"),
    (changed("{zh: 接, en: Answer it}", "{zh: 接, en: Answer it?}"), 43, "`?`", 'en: "Answer it?"'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "what", "write"), SLIPS, ids=[what for _, _, what, _ in SLIPS])
def test_the_character_is_named_with_the_remedy(text: str, line: int, what: str, write: str) -> None:
    reading = read(text)
    assert reading.script is None
    (fault,) = [each for each in reading.faults if each.level == "error"]
    assert fault.line == line, str(fault)
    assert what in fault.what
    assert write in fault.write


@pytest.mark.parametrize("text", [text for text, *_ in SLIPS])
def test_it_is_named_in_chinese_as_well(text: str) -> None:
    errors = [fault for fault in read(text).faults if fault.level == "error"]
    assert errors
    for fault in errors:
        assert fault.worded("zh").startswith(f"{fault.place} 错误：")


@pytest.mark.parametrize("file", sorted(MISTAKES.glob("*.yaml")), ids=lambda file: file.stem)
def test_whole_files(file: Path) -> None:
    reading = read_script(file.read_text(encoding="utf-8"), file.name)
    expected = (file.with_suffix(".txt")).read_text(encoding="utf-8").splitlines()
    assert [fault.worded(language) for language in LANGUAGES for fault in reading.faults] == expected


def test_several_lines_are_named_at_once() -> None:
    text = flow(en="How many?").replace("{zh: 打字速度, en: Typing speed}", "{zh: 速度， en: Speed}")
    assert [(fault.line, fault.level) for fault in read(text).faults] == [(20, "error"), (28, "error")]


def test_a_comment_behind_a_text_is_only_a_warning() -> None:
    reading = read(block("请说明  # 第一题"))
    assert reading.script is not None
    (fault,) = reading.faults
    assert (fault.line, fault.level) == (21, "warning")
    assert "# 第一题" in fault.what


@pytest.mark.parametrize("old", ["register: name", "deadline: 48h", "weight: 40", "kind: open", "minutes: 8"])
def test_a_comment_behind_anything_else_is_no_fault(old: str) -> None:
    assert read(changed(old, f"{old}  # as agreed")).faults == ()


@pytest.mark.parametrize("text", ["“双碳”目标是什么", "请解释“双碳”", "说说‘新质’生产力", "“甲”和“乙”"])
def test_curly_quotes_inside_a_text_are_no_fault(text: str) -> None:
    assert read(flow(zh=text)).faults == ()


def test_curly_quotes_around_a_text_are_warned_of() -> None:
    (fault,) = read(flow(en="“Introduce yourself”")).faults
    assert fault.level == "warning"
    assert "“ ”" in fault.what


WORDS = st.sampled_from(
    [
        *(
            "请",
            "说明",
            "A",
            "b ",
            " ",
            "?",
            "？",
            ": ",
            ":",
            "：",
            "，",
            ",",
            ", ",
            "#",
            " #",
            "“",
            "”",
            '"',
            "'",
            "{",
        ),
        *(
            "}",
            "[",
            "]",
            "-",
            "- ",
            "!",
            "&",
            "*",
            "%",
            "@",
            "`",
            "|",
            ">",
            "　",
            "(",
            "）",
            "1",
            "yes",
            "null",
            "~",
        ),
        *("zh: ", "en："),
    ]
)
TEXTS = st.lists(WORDS, min_size=1, max_size=6).map("".join)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS, st.booleans())
def test_a_text_arrives_as_it_was_written_or_something_is_said(text: str, in_flow: bool) -> None:
    reading = read(flow(zh=text) if in_flow else block(text))
    if reading.script is None or any(fault.line in (ASK_LINE, ASK_LINE + 1) for fault in reading.faults):
        assert reading.faults
        return
    arrived = reading.script.steps[0].question.ask.zh
    written = text.strip()
    if written[:1] in "\"'" and written[:1] == written[-1:]:
        return  # in quotes on purpose
    assert arrived == written
