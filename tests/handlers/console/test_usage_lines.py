"""What `/help` shows can be typed: every example is understood, and usage lines are wholly in one language."""

import re

import pytest

from conversation.script import LANGUAGES
from handlers.catalogues import staff_vocabulary
from handlers.console.registry import COMMANDS
from storage.memory.store import MemoryStore
from tests.handlers.console.desk import Desk, texts

NAMES = [command.name for command in COMMANDS]
_EXAMPLE = re.compile(r"(/.+?)(?: \(|（)(.+)[)）]")
UNIT, PEOPLE = {"zh": "华东", "en": "East"}, {"zh": ("张三", "李四"), "en": ("Ann", "Ben")}
_LATIN = re.compile(r"[A-Za-z]{3,}")
_ANYWAY = {"csv", "xlsx", "jsonl", "English", "pdf", "docx", "json"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [name for name in NAMES if name != "help"])
async def test_every_example_is_understood(name: str, language: str) -> None:
    desk = Desk(MemoryStore(), language)
    await desk.claims()
    await desk.says("boss", f"/org add {UNIT[language]}")
    await desk.campaign("spring", UNIT[language])
    for person in PEOPLE[language]:
        await desk.answers(person, "spring", 4)
    found = _EXAMPLE.fullmatch(staff_vocabulary()[language].text(f"staff.example.{name}"))
    assert found, "an example is a line, and in brackets what it does"
    assert found[1].split()[0] == f"/{name}"
    desk.heard.clear()
    said = "\n".join(texts(await desk.says("boss", found[1])))
    assert said
    words = staff_vocabulary()[language]
    usage = words.text("staff.usage").partition("{")[0]
    unknown = [words.text(key).partition("{")[0] for key in ("staff.unknown", "staff.candidate.unknown")]
    assert not said.startswith(usage), said
    assert not any(said.startswith(each) and len(each) > 5 for each in unknown), said


@pytest.mark.parametrize("name", NAMES)
async def test_help_shows_usage_explanation_and_example(name: str) -> None:
    desk = Desk(MemoryStore(), "zh")
    await desk.claims()
    (answer,) = texts(await desk.says("boss", f"/help {name}"))
    assert len(answer.split("\n")) == 3
    assert "例如：/" in answer


@pytest.mark.parametrize("name", NAMES)
def test_a_chinese_usage_line_has_no_english_words(name: str) -> None:
    usage = staff_vocabulary()["zh"].text(f"staff.usage.{name}")
    english = set(_LATIN.findall(re.sub(r"/\w+", "", usage))) - _ANYWAY
    assert not english, usage


@pytest.mark.parametrize("name", NAMES)
def test_an_english_usage_line_has_no_chinese_words(name: str) -> None:
    words = staff_vocabulary()["en"]
    assert not re.search(
        r"[\u4e00-\u9fff]", words.text(f"staff.usage.{name}") + words.text(f"staff.example.{name}")
    )
