"""A Chinese page says what the English one says: a change of one language without the other is noticed.

Sentences cannot be compared, but what they hang on can: the order of headings, paragraphs, lists and tables, what
is typed, what is linked, and the numbers in tables.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.docs_pages.site import LINK, anchors, lines
from conversation.script import LANGUAGES
from handlers.catalogues import staff_vocabulary, vocabulary
from handlers.console.registry import COMMANDS

DOCS = Path(__file__).parents[3] / "docs"
PAGES = sorted(str(path.relative_to(DOCS / "zh")) for path in (DOCS / "zh").rglob("*.md"))
by_page = pytest.mark.parametrize("page", PAGES)
by_page_of_text = pytest.mark.parametrize("page", [page for page in PAGES if page != "commands.md"])
"""Without the page of commands, which is made from the catalogues: the examples there are each language's own."""
_SWITCH = re.compile(r"^\[(?:English|中文)\]\(")
_FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.M | re.S)
_COMMENT = re.compile(r"(?:^|\s+)# .*$", re.M)
_SPAN = re.compile(r"`([^`]+)`")
_COMMAND = re.compile(r"^/([^\W\d][\w.-]*)(?= |$)")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_PLACEHOLDER = re.compile(r"\b[A-Z]{2,}\b")
_NUMBER = re.compile(r"\d[\d,.:]*\d|\d")
_WORDS = {
    "all", "bulk", "completed", "every", "exports", "hold", "kiosk", "no", "open", "unfinished", "walk-in",
    "where", "withdrew", "yes",
}  # fmt: skip
"""What is typed behind a command, and is given in Chinese on Chinese pages."""


def _texts(page: str) -> tuple[str, str]:
    return (DOCS / page).read_text("utf-8"), (DOCS / "zh" / page).read_text("utf-8")


def _prose(text: str) -> list[str]:
    return [line for line, is_code in lines(text) if not is_code and not _SWITCH.match(line)]


def _shape(text: str) -> Iterator[str]:
    """The kind of each line that is not code: heading, row of a table, item of a list, paragraph."""
    for line in _prose(text):
        if found := re.match(r"(#+) |\s*(-|\d+\.) ", line):
            yield "item" if found[2] else f"heading {len(found[1])}"
        elif line.lstrip().startswith("|"):
            yield f"row of {line.count('|') - line.count(chr(92) + '|') - 1}"
        elif line.strip():
            yield "paragraph"


@by_page
def test_the_structure_is_the_same(page: str) -> None:
    english, chinese = _texts(page)
    assert list(_shape(chinese)) == list(_shape(english))


@by_page
def test_blocks_of_code_are_the_same(page: str) -> None:
    """Except comments, and blocks without a language: they show what the program says in Chinese."""
    english, chinese = (
        [(kind, _COMMENT.sub("", code) if kind else "") for kind, code in _FENCE.findall(text)]
        for text in _texts(page)
    )
    assert chinese == english


def _linked(page: Path) -> Counter[tuple[str, int]]:
    """What is linked, without the language: sections by their number, pictures by their folder."""
    found: Counter[tuple[str, int]] = Counter()
    for line in _prose(page.read_text("utf-8")):
        for link in LINK.finditer(line):
            target, _, anchor = (link["target"] or "").partition("#")
            if not target + anchor or ":" in target:
                continue
            wanted = (page.parent / target).resolve() if target else page
            section = anchors(wanted.read_text("utf-8")).index(anchor) + 1 if anchor else 0
            place = str(wanted.parent if wanted.suffix == ".png" else wanted).replace("/docs/zh/", "/docs/")
            found[place, section] += 1
    return found


@by_page
def test_links_are_the_same(page: str) -> None:
    """Also, every section that is linked exists."""
    assert _linked(DOCS / "zh" / page) == _linked(DOCS / page)


def _names() -> dict[str, str]:
    """The name of each command by all words for it."""
    names = {"claim": "claim", "no": "no", "cancel": "cancel"}
    for language in LANGUAGES:
        for word in vocabulary().command_names:
            said = vocabulary()[language].text(f"words.command.{word}").split("|")
            names.update(dict.fromkeys([word, *said], word))
        for command in COMMANDS:
            said = staff_vocabulary()[language].text(f"staff.names.{command.name}").split("|")
            names.update(dict.fromkeys([command.name, *said], command.name))
    return names


def _typed(text: str) -> Iterator[str]:
    """What is written as code within a text; commands by their English names, without what follows."""
    for line in _prose(text):
        for span in _SPAN.findall(line):
            if found := _COMMAND.match(span):
                yield f"/{_NAMES.get(found[1], found[1])}"
            else:
                yield span.replace("\\|", "|")


_NAMES = _names()


@by_page_of_text
def test_the_same_commands_are_named(page: str) -> None:
    english, chinese = (
        Counter(span for span in _typed(text) if span.startswith("/") and "/" not in span[1:])
        for text in _texts(page)
    )
    assert chinese == english


@by_page_of_text
def test_what_is_typed_is_the_same(page: str) -> None:
    """Settings, paths, keys, values: everything but commands, words behind them, and placeholders."""
    english, chinese = (
        {
            span
            for span in _typed(text)
            if not span.startswith("/")
            and not _HAN.search(span)
            and span not in _WORDS
            and not _PLACEHOLDER.search(span.replace("XUMIAN", ""))
        }
        for text in _texts(page)
    )
    assert english - chinese == set()


def _numbers(text: str) -> list[list[str]]:
    return [
        sorted(_NUMBER.findall(_SPAN.sub("", LINK.sub("", line))))
        for line in _prose(text)
        if line.lstrip().startswith("|")
    ]


@pytest.mark.parametrize("page", [page for page in PAGES if page not in ("commands.md", "privacy.md")])
def test_the_numbers_in_tables_are_the_same(page: str) -> None:
    """Except where months and clauses of laws are words in one of the languages."""
    english, chinese = _texts(page)
    assert _numbers(chinese) == _numbers(english)
