"""Where pages that are made as a whole lie, and how they are written, in both languages."""

from collections.abc import Callable, Iterator
from pathlib import Path

from bot.docs_pages.links import Links

DOCS = Path(__file__).parents[2] / "docs"


def made(name: str, page: Callable[[str], str]) -> Iterator[tuple[Path, str]]:
    """Yield the file of a page in each language, and what belongs into it. `page` makes it in a language."""
    yield DOCS / name, page("en")
    place = DOCS / "zh" / name
    title, _, rest = page("zh").partition("\n")
    yield place, Links(DOCS).led(place, f"{title}\n\n[English](../{name})\n{rest}")


def write(name: str, page: Callable[[str], str]) -> None:
    """Write a page in both languages."""
    for path, text in made(name, page):
        path.write_text(text, encoding="utf-8")
