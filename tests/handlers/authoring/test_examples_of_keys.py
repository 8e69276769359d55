"""Every key of the written form has an example, and the examples are correct."""

from pathlib import Path

import pytest
import yaml

from handlers.authoring.examples import example
from handlers.authoring.forms import (
    Form,
    OptionForm,
    PrivacyForm,
    QuestionForm,
    ReasonForm,
    ResultForm,
    ScriptForm,
    StageForm,
)
from tests.handlers.authoring.written import changed, faults

FORMS: list[tuple[str, type[Form]]] = [
    ("", ScriptForm),
    ("privacy", PrivacyForm),
    ("stages", StageForm),
    ("questions", QuestionForm),
    ("options", OptionForm),
    ("exit_reasons", ReasonForm),
    ("result", ResultForm),
]
DOCS = Path(__file__).parents[3] / "docs"
by_language = pytest.mark.parametrize("page", [DOCS / "scripts.md", DOCS / "zh/scripts.md"], ids=["en", "zh"])
KEYS = [(around, key) for around, form in FORMS for key in form.written_keys()]


@pytest.mark.parametrize(("around", "key"), KEYS)
def test_the_example_of_a_key_is_yaml_with_that_key(around: str, key: str) -> None:
    path = (around, key) if around else (key,)
    line = example(path).strip("`")
    assert list(yaml.safe_load(line)) == [key]


@pytest.mark.parametrize(
    ("old", "path"),
    [
        ("title: {zh: 文员, en: Clerk}", ("title",)),
        ("level: junior", ("level",)),
        ("deadline: 48h", ("deadline",)),
        ("reminders: [10m, 1d, before-deadline 3h]", ("reminders",)),
        ("rubric: {1: 含糊, 5: {zh: 清楚, en: Clear}}", ("stages", 0, "questions", 0, "rubric")),
        ("ask: {zh: 请介绍自己, en: Introduce yourself}", ("stages", 0, "questions", 0, "ask")),
    ],
)
def test_the_example_can_be_written_as_it_is(old: str, path: tuple[str | int, ...]) -> None:
    assert faults(changed(old, example(path).strip("`"))) == ()


@by_language
def test_the_script_in_the_documentation_is_without_any_fault(page: Path) -> None:
    document = page.read_text(encoding="utf-8")
    _, _, rest = document.partition("```yaml\n")
    assert faults(rest.partition("```")[0]) == ()


@by_language
def test_the_documentation_names_every_key(page: Path) -> None:
    document = page.read_text(encoding="utf-8")
    assert [key for _, key in KEYS if f"`{key}`" not in document] == []
