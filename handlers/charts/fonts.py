"""Choice of fonts: one with Chinese characters where this machine has one, otherwise English labels."""

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from handlers.charts.families import FAMILIES, packaged_fonts

if TYPE_CHECKING:
    from matplotlib.font_manager import FontProperties

_SAMPLE = "".join(map(chr, (0x9762, 0x8BD5, 0x73AF, 0x8282)))
"""Chinese characters that a font must have to be chosen."""


class Label(NamedTuple):
    """A text, with `english` as the fallback where no font has its characters."""

    text: str
    english: str


class Fonts(NamedTuple):
    plain: "FontProperties"
    bold: "FontProperties"

    def has(self, text: str) -> bool:
        """Whether the plain font has every character of the text."""
        drawn = characters_of(str(self.plain.get_file()))
        return all(ord(each) in drawn for each in text if not each.isspace())

    def readable(self, text: str, english: str) -> str:
        """Return the text on one line, or `english` if the font lacks a character of it. Characters of `english`
        that cannot be drawn either become "?"."""
        for each in (text, english):
            line = " ".join(each.split())
            if line and self.has(line):
                return line
        return "".join(each if self.has(each) else "?" for each in " ".join(english.split())) or "?"


@cache
def characters_of(file: str) -> frozenset[int]:
    """Return the code points that the font has. The library lists tens of thousands anew at each call."""
    from matplotlib.font_manager import get_font

    return frozenset(get_font(file).get_charmap())


@cache
def fonts() -> Fonts:
    """Return fonts with Chinese characters if this machine has them, otherwise matplotlib's own DejaVu Sans."""
    from matplotlib.font_manager import FontProperties, findfont, fontManager

    if folder := packaged_fonts():
        for file in folder.glob("*.ttc"):
            fontManager.addfont(file)
    known = {each.name for each in fontManager.ttflist}
    for family in (*(each for each in FAMILIES if each in known), "DejaVu Sans"):
        plain, bold = (
            FontProperties(fname=findfont(FontProperties(family=[family], weight=weight)))
            for weight in ("normal", "bold")
        )
        found = Fonts(plain, bold)
        if family == "DejaVu Sans" or (found.has(_SAMPLE) and Fonts(bold, plain).has(_SAMPLE)):
            return found
    raise AssertionError("the library brings DejaVu Sans")


def has_chinese() -> bool:
    """Return whether this machine can draw Chinese characters."""
    return fonts().has(_SAMPLE)


def fitting(text: str, most: int) -> str:
    """Return the text, cut with "…" if it is wider than `most` half-width characters (non-ASCII ones count 2)."""
    kept, width = "", 0
    for each in text:
        width += 1 if each.isascii() else 2
        if width > most:
            return f"{kept.rstrip()}…"
        kept += each
    return kept
