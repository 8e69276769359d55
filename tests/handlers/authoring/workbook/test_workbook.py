"""A script as a spreadsheet: the template opens as it is, and a workbook says the same as the equivalent YAML."""

from collections.abc import Collection
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from conversation.script import LANGUAGES, Expected, Script
from handlers.authoring import read_script, report
from handlers.authoring.workbook import template, workbook
from handlers.script_versions import content_version
from tests.handlers.authoring.workbook.sheets import changed, column, read
from tests.handlers.authoring.written import SCRIPT

ROOT = Path(__file__).parents[4]
SCRIPTS = sorted(
    [*(ROOT / "interviews").glob("*.yaml"), *(ROOT / "tests" / "dialogues" / "scripts").glob("*.yaml")]
)
in_both_languages = pytest.mark.parametrize("language", LANGUAGES)


def script_of(text: str) -> Script:
    script, faults = read_script(text, "x.yaml")
    assert script is not None, [str(fault) for fault in faults]
    return script


@in_both_languages
def test_the_template_opens_as_it_is(language: str) -> None:
    reading = read(template(language))
    assert reading.script is not None
    assert {fault.wrong.key for fault in reading.faults} == {"example_named"}


@in_both_languages
@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.stem)
def test_a_script_comes_back_from_a_workbook_as_it_was(file: Path, language: str) -> None:
    script = replace(script_of(file.read_text(encoding="utf-8")), group_question=None)
    again = read(workbook(script, language)).script
    assert again == replace(script, version=content_version(script))


def test_an_experiment_and_a_question_about_groups_have_no_place_in_a_workbook() -> None:
    text = SCRIPT + "experiment: {id: x, variants: [{id: a}, {id: b, exit_warning: brief}]}\n"
    text += "group_question: {ask: {en: A}, why: {en: B}, options: [{id: a, label: {en: C}}, "
    text += "{id: b, label: {en: D}}]}\n"
    plain = replace(script_of(text), experiment="", variants=(), group_question=None)
    again = read(workbook(script_of(text), "zh")).script
    assert again == replace(plain, version=content_version(plain))


# Whatever a workbook can express is the same script as the equivalent YAML.

TEXT = (
    st.text(st.sampled_from("请说明您的一次经历，AB c?:#“”'\"=+-@%[]1、\n。（）"), min_size=1, max_size=12)
    .map(str.strip)
    .filter(bool)
)
WORDING = st.fixed_dictionaries({"zh": TEXT, "en": TEXT}) | st.fixed_dictionaries({"zh": TEXT})
MINUTES = st.sampled_from([1, 1.5, 2, 12, 60])
COMMON = {
    "ask": WORDING,
    "minutes": MINUTES,
    "difficulty": st.integers(1, 5),
    "skip": st.sampled_from(["allowed", "off"]),
    "rubric": st.dictionaries(st.sampled_from("12345"), WORDING, max_size=5),
    "competencies": st.lists(st.sampled_from(["speech", "order"]), unique=True),
}
FREE = st.fixed_dictionaries(
    {
        **COMMON,
        "kind": st.sampled_from(["open", "short"]),
        "voice": st.sampled_from(["allowed", "required", "off"]),
        "files": st.sampled_from(["allowed", "off"]),
        "anchors": st.dictionaries(st.sampled_from("12345"), WORDING, max_size=2),
    }
)
FOLLOWED_UP = st.fixed_dictionaries(
    {
        **COMMON,
        "kind": st.just("open"),
        "rubric": st.dictionaries(st.sampled_from("12345"), WORDING, min_size=1),
        "follow_up": st.lists(st.sampled_from(["short", "vague", "rubric-gap"]), min_size=1, unique=True).map(
            lambda when: {"when": when}
        ),
    }
)
NUMBER = st.fixed_dictionaries(
    {**COMMON, "kind": st.just("number")},
    optional={
        "min": st.integers(-9, 0),
        "max": st.sampled_from([1, 2.5, 100]),
        "expect": st.sampled_from([0.5, 1, {"min": 0.25, "max": 1}, {"min": 0.25}, {"max": 0.125}]),
    },
)
LINE = TEXT.filter(lambda text: "\n" not in text)
LABEL = st.fixed_dictionaries({"zh": LINE, "en": LINE})
OPTIONS = st.lists(LABEL, min_size=2, max_size=5).map(
    lambda labels: [{"id": f"o{number}", "label": label} for number, label in enumerate(labels)]
)


def _with_expected(options: list[dict[str, Collection[str]]]) -> st.SearchStrategy[dict[str, object]]:
    some = st.lists(st.sampled_from([str(each["id"]) for each in options]), min_size=1, unique=True)
    fewer = some.filter(lambda ids: len(ids) < len(options))
    return st.fixed_dictionaries({"options": st.just(options)}, optional={"expect": fewer})


CHOICE = st.tuples(
    st.fixed_dictionaries({**COMMON, "kind": st.just("choice")}), OPTIONS.flatmap(_with_expected)
).map(lambda parts: parts[0] | parts[1])
QUESTIONS = st.lists(FREE | FOLLOWED_UP | NUMBER | CHOICE, min_size=1, max_size=4)
STAGES = st.lists(st.tuples(WORDING, st.integers(0, 100), QUESTIONS), min_size=1, max_size=3)
OPTIONAL = {
    "register": st.sampled_from(["name", "none"]),
    "level": st.sampled_from(["junior", "manager"]),
    "deadline": st.sampled_from(["90s", "10m", "72h", "3d"]),
    "reminders": st.lists(st.sampled_from(["10m", "2h", "1d", "before-deadline 3h"]), unique=True, max_size=3),
    "transcript": st.sampled_from(["confirm", "silent"]),
    "exit_warning": st.sampled_from(["full", "brief"]),
    "review": st.booleans(),
    "practice": st.booleans(),
    "rated_twice": st.sampled_from(["0%", "35%", 100]),
    "recruiter": WORDING,
    "result_messages": st.fixed_dictionaries({}, optional={"next_round": WORDING, "not_selected": WORDING}).filter(
        bool
    ),
    "faq": st.just(
        [
            {
                "q": {"zh": ["工资多少？", "薪资怎么样"], "en": ["What is the salary?"]},
                "a": {"zh": "面议", "en": "TBD"},
            },
            {"q": {"en": ["Where is the office?"]}, "a": {"en": "In Hefei.\nNear the station."}},
        ]
    ),
    "result": st.fixed_dictionaries(
        {"by": st.sampled_from(["5 workdays", "7 days"])}, optional={"told_by": WORDING}
    ),
    "terms": st.fixed_dictionaries(
        {"zh": st.lists(st.sampled_from(["清洗", "A/B 测试"]), min_size=1, unique=True)}
    ),
    "exit_reasons": st.just(
        [{"id": "network", "group": "technical"}, {"id": "far", "group": "personal", "label": {"zh": "远"}}]
    ),
}
NOTICE = st.fixed_dictionaries({"version": st.sampled_from(["2026-11", "3", "v2"]), "zh": TEXT, "en": TEXT})
WHOLE = st.tuples(STAGES, WORDING, NOTICE, st.fixed_dictionaries({}, optional=OPTIONAL))


Whole = tuple[list[tuple[object, int, list[dict[str, object]]]], object, object, dict[str, object]]


def written(whole: Whole) -> str:
    """Return the YAML of a generated script."""
    stages, title, notice, others = whole
    root: dict[str, object] = {
        "id": "made",
        "title": title,
        "guide": {"zh": "您好"},
        "privacy": notice,
        "competencies": {"speech": {"zh": "表达", "en": "Expression"}, "order": {"zh": "条理"}},
        "stages": [
            {
                "id": f"stage-{number}",
                "title": name,
                "weight": weight,
                "questions": [{"id": f"q-{number}-{each}", **question} for each, question in enumerate(questions)],
            }
            for number, (name, weight, questions) in enumerate(stages)
        ],
        **others,
    }
    return str(yaml.safe_dump(root, allow_unicode=True, width=1000))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(WHOLE, st.sampled_from(LANGUAGES))
def test_a_workbook_says_the_same_as_yaml(whole: Whole, language: str) -> None:
    reading = read_script(written(whole), "made.yaml")
    assert reading.script is not None, [str(fault) for fault in reading.faults]
    again = read(workbook(reading.script, language))
    assert again.script is not None, [str(fault) for fault in again.faults]
    assert again.script == reading.script


# mistakes are named by cell

MISTAKES = [
    ({("题目", "建议分钟", 2): "很多"}, "错误：「建议分钟」要写数字，不能是 `很多`；改法：2"),
    ({("题目", "题型", 2): "问答题"}, "错误：「题型」不能是 `问答题`；改法：其中之一：开放题、简答题、"),
    ({("题目", "题型", 3): "选择题"}, "错误：选择题要写「选项」"),
    ({("题目", "考察能力", 2): "表达力"}, "错误：能力 `表达力` 没有写在「能力」表里"),
    ({("题目", "题目（中文）", 2): None, ("题目", "题目（英文）", 2): None}, "错误：题目没有填「题目」"),
    ({("题目", "难度", 2): 7}, "错误：「难度」最多是 5"),
    ({("题目", "权重", 3): 50}, "错误：环节 `introduction` 的权重写了两个不同的数"),
    ({("题目", "题目编号", 3): "about-you"}, "错误：题目 `about-you` 出现了两次，第一次在题目!"),
    ({("题目", "题目（英文）", 2): None}, "提醒：「题目」缺少英文"),
    ({("题目", "题目（中文）", 2): "您结婚了吗？"}, "提醒：题目问到婚恋"),
    ({("题目", "预期答案", 2): "好"}, "错误：开放题用不到「预期答案」；改法：题型写「选择题或数字题」"),
    ({("题目", "预期答案", 3): "三年"}, "错误：「预期答案」要写一个数或一个范围，不能是 `三年`；改法：2950、"),
    ({("题目", "预期答案", 3): 61}, "错误：预期的 61 不在这道题接受的范围里（0 到 60）"),
    ({("题目", "预期答案", 3): "5~3"}, "错误：预期的范围写反了（5 到 3）"),
    ({("题目", "预期答案", 4): "报警"}, "错误：`报警` 不是这道题的选项；改法：选项（请客户到安静的地方坐下说、"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "said"), MISTAKES, ids=[said for _, said in MISTAKES])
def test_a_mistake_is_named_by_its_cell(changes: dict[tuple[str, str, int], object], said: str) -> None:
    cells = {(sheet, f"{column(heading)}{row}"): value for (sheet, heading, row), value in changes.items()}
    lines = report(read(changed(cells)).faults, "zh")
    (line,) = [line for line in lines if said in line]
    assert any(line.startswith(f"面试.xlsx:题目!{cell} ") for _, cell in cells) or "「选项」" in line, line
    assert "`minutes`" not in "".join(lines)


def test_a_mistake_on_the_sheet_of_the_interview() -> None:
    (line,) = [
        line for line in report(read(changed({("面试", "B2"): "My Script"})).faults, "zh") if "错误" in line
    ]
    assert line.startswith("面试.xlsx:面试!B2 错误：`My Script` 不能当编号")
    lines = report(read(changed({("Interview", "B7"): "soon"}, "en")).faults, "en")
    assert lines[0].startswith("面试.xlsx:Interview!B7: error: `soon` is no duration")


def test_an_unknown_heading_is_warned_of() -> None:
    lines = report(read(changed({("题目", f"{column('权重')}1"): "比重"})).faults, "zh")
    assert any("不认识「比重」" in line for line in lines)


@pytest.mark.parametrize(
    ("heading", "value", "same"),
    [
        ("建议分钟", "4 分钟", 4), ("建议分钟", "４", 4), ("建议分钟", 4.0, 4), ("题型", "open", "开放题"),
        ("题型", " 开放题 ", "开放题"), ("考察能力", "expression", "语言表达"), ("语音", "allowed", "可以用"),
    ],
)  # fmt: skip
def test_cells_are_understood_as_people_write_them(heading: str, value: object, same: object) -> None:
    cell = ("题目", f"{column(heading)}2")
    script = read(changed({cell: value})).script
    assert script is not None
    assert script == read(changed({cell: same})).script


@pytest.mark.parametrize(
    ("row", "value", "expect"),
    [
        (3, 3, Expected(minimum=3, maximum=3)), (3, "３", Expected(minimum=3, maximum=3)),
        (3, "3～5", Expected(minimum=3, maximum=5)), (3, "3-5", Expected(minimum=3, maximum=5)),
        (3, "3 至 5.5", Expected(minimum=3, maximum=5.5)), (3, "3 to 5", Expected(minimum=3, maximum=5)),
        (3, "≥3", Expected(minimum=3)), (3, ">= 3", Expected(minimum=3)), (3, "至少 3", Expected(minimum=3)),
        (3, "3 以上", Expected(minimum=3)), (3, "≤ 3", Expected(maximum=3)), (3, "at most 3", Expected(maximum=3)),
        (4, "请客户到安静的地方坐下说", Expected(("a",))), (4, "Call security", Expected(("c",))),
        (4, "b", Expected(("b",))),
        (4, "请保安过来\nExplain at once that the bill is right", Expected(("b", "c"))),
        (4, "请保安过来、马上解释账单没有错", Expected(("b", "c"))), (4, None, None),
    ],
)  # fmt: skip
def test_expected_answers_are_understood_as_people_write_them(
    row: int, value: object, expect: Expected | None
) -> None:
    reading = read(changed({("题目", f"{column('预期答案')}{row}"): value}))
    assert reading.script is not None, [str(fault) for fault in reading.faults]
    assert reading.script.steps[row - 2].question.expect == expect


def test_a_workbook_without_the_column_is_a_script_without_expected_answers() -> None:
    letter = column("预期答案")
    script = read(changed({("题目", f"{letter}{row}"): None for row in range(1, 6)})).script
    assert script is not None
    assert {step.question.expect for step in script.steps} == {None}


@pytest.mark.parametrize(
    ("row", "value", "same"),
    [(7, "3 天", "72h"), (7, "3天", "72 小时"), (8, "10分钟，1天，截止前3小时", "10m\n1d\nbefore-deadline 3h"),
     (13, "5 个工作日", "5 workdays"), (13, "7天", "7 days")],
)  # fmt: skip
def test_times_are_understood_as_people_write_them(row: int, value: str, same: str) -> None:
    first, second = (read(changed({("面试", f"B{row}"): each})).script for each in (value, same))
    assert first is not None
    assert first == second


def test_ids_may_be_left_out() -> None:
    ids = [column(heading) for heading in ("题目编号", "环节编号", "选项编号（一行一个）")]
    script = read(changed({("题目", f"{letter}{row}"): None for letter in ids for row in range(2, 6)})).script
    assert script is not None
    assert [step.question.id for step in script.steps] == ["q1", "q2", "q3", "q4"]
    assert [stage.id for stage in script.stages] == ["s1", "s2"]
    assert [option.id for option in script.steps[2].question.options] == ["a", "b", "c"]


def test_a_weight_in_per_cent_is_the_number_shown() -> None:
    from io import BytesIO

    from openpyxl import load_workbook

    from tests.handlers.authoring.workbook.sheets import saved

    book = load_workbook(BytesIO(template("zh")))
    letter = column("权重")
    for row, share in ((2, 0.3), (4, 0.7)):
        cell = book["题目"][f"{letter}{row}"]
        cell.value, cell.number_format = share, "0%"
    script = read(saved(book)).script
    assert script is not None
    assert [stage.weight for stage in script.stages] == [30, 70]
