"""Pages that are made from the code have their Chinese: every text is in the catalogue, with the same facts."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.docs_pages import chinese, data_map, settings_page, tables
from bot.docs_pages.chinese import Untranslated, catalogue, in_language
from bot.docs_pages.site import lines

ZH = Path(__file__).parents[3] / "docs" / "zh"
_CODE = re.compile(r"`[^`]*`")
_LINK = re.compile(r"\]\((?:\.\./)?([^)]*)\)")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_ENGLISH = re.compile(r"[a-z]+(?:,? [a-z]+){2,}")
_MESSAGES = [(str(each.id), str(each.string)) for each in catalogue() if each.id]
by_message = pytest.mark.parametrize(
    ("english", "translated"), _MESSAGES, ids=[text[:40] for text, _ in _MESSAGES]
)


def _collected(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """All texts that are looked up for the Chinese pages."""
    asked: set[str] = set()

    def collect(text: str, language: str) -> str:
        asked.add(text)
        return text

    for module in (chinese, data_map, settings_page, tables):
        monkeypatch.setattr(module, "in_language", collect)
    settings_page.page("zh")
    data_map.page("zh")
    for make in tables.TABLES.values():
        make("zh")
    return asked - {""}


def test_whatever_is_on_the_pages_is_in_the_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new setting, event, metric or command of the program needs a line in `pages.po`."""
    assert _collected(monkeypatch) ^ {text for text, _ in _MESSAGES} == set()


@by_message
def test_the_chinese_is_chinese_and_keeps_what_is_typed(english: str, translated: str) -> None:
    assert _HAN.search(translated) or " " not in english
    assert set(_CODE.findall(translated)) >= set(_CODE.findall(english))
    assert set(_LINK.findall(translated)) == set(_LINK.findall(english))


def test_a_text_without_chinese_is_an_error() -> None:
    with pytest.raises(Untranslated, match="Something new"):
        in_language("Something new", "zh")


def _made() -> Iterator[Path]:
    yield from (ZH / "settings.md", ZH / "data-map.md")
    yield from (path for path in tables.pages(ZH) if path.name in ("commands.md", "events.md", "metrics.md"))


@pytest.mark.parametrize("path", list(_made()), ids=lambda path: str(path.name))
def test_no_english_sentence_is_on_a_chinese_page(path: Path) -> None:
    left = []
    for line, is_code in lines(path.read_text(encoding="utf-8")):
        cells = [] if is_code else _CODE.sub("", line).split(" | ")
        if not line.startswith(("<!--", "| `/")):  # candidates' commands have what can be said in English
            left += [cell for cell in cells if _ENGLISH.search(_LINK.sub("]", cell))]
    assert left == []
