"""Reports as PDF, made by Typst in a worker thread: tagged, with the text of all characters."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from conversation.errors import BotError
from handlers.charts.families import FAMILIES, packaged_fonts
from handlers.report_files.document import Document
from handlers.report_files.glyphs import nameable

if TYPE_CHECKING:
    import typst

_TEMPLATE = Path(str(files("handlers") / "report_files" / "report.typ"))
_OTHERS = ("DejaVu Sans", "Liberation Sans", "Libertinus Serif")
"""Fonts for what those with Chinese characters lack. The last one is Typst's own."""
_BOLD = 600
"""The least weight of a bold font."""
_AT_ONCE = asyncio.Semaphore(1)
"""One after another: a compiler remembers what it has set, and uses all cores by itself."""
_encode = msgspec.json.encode


class NoChineseFont(BotError):
    """This machine has no font with Chinese characters."""

    def __init__(self) -> None:
        super().__init__(
            "no PDF can be made: this machine has no font with Chinese characters; install one, such as "
            "fonts-noto-cjk on Debian, or run make setup again, and restart"
        )


async def as_pdf(document: Document) -> bytes:
    """Return the document as PDF. Raises NoChineseFont."""
    async with _AT_ONCE:
        return await asyncio.to_thread(compiled, document)


def compiled(document: Document) -> bytes:
    """Return the document as PDF. This takes some tenths of a second. Raises NoChineseFont."""
    made = datetime.fromisoformat(document.made)
    found = _compiler().compile(format="pdf", sys_inputs=_inputs(document), timestamp=made)
    assert isinstance(found, bytes)
    return found


def _inputs(document: Document) -> dict[str, str]:
    return {
        "data": _named()(_encode(document).decode()),
        "chinese": _encode(_families()).decode(),
        "others": _encode(_OTHERS).decode(),
        "bold": "yes" if _has_bold() else "no",
    }


@cache
def _fonts() -> "typst.Fonts":
    """Return all fonts of this machine, and that of the package if it is there."""
    import typst  # a large library

    folder = packaged_fonts()
    return typst.Fonts(font_paths=[folder] if folder else [])


@cache
def _named() -> Callable[[str], str]:
    """Return what names the characters that no font has: first asked are the fonts that are used first."""
    used = (*_families(), *_OTHERS)
    order = {family: number for number, family in enumerate(used)}
    fonts = sorted(_fonts().fonts(), key=lambda font: order.get(font.family, len(used)))
    return nameable(font.path for font in fonts if font.path)


@cache
def _families() -> tuple[str, ...]:
    known = set(_fonts().families())
    found = tuple(each for each in FAMILIES if each in known)
    if not found:
        raise NoChineseFont
    return found


@cache
def _has_bold() -> bool:
    return any(each.family == _families()[0] and each.weight >= _BOLD for each in _fonts().fonts())


@cache
def _compiler() -> "typst.Compiler":
    import typst

    return typst.Compiler(_TEMPLATE, root=_TEMPLATE.parent, font_paths=_fonts())
