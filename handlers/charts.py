"""Pictures of figures: funnels as bars, readable on a phone and by whoever sees no red or green.

Drawing takes a tenth of a second or more, and loading the library a second: never on the event loop.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.font_manager import FontProperties

MOST_FUNNELS = 4
MOST_BARS = 16
_WIDTH_IN, _DPI = 7.2, 200
"""1440 pixels: twice what a phone shows, so that it stays crisp."""
_BAR_IN, _HEAD_IN, _FOOT_IN = 0.4, 0.62, 0.12
_BAR, _TRACK, _INK, _QUIET = "#0072B2", "#ECEFF1", "#1A1A1A", "#5A5A5A"
"""The blue is of the palette of Okabe and Ito (2008)."""
_LABEL, _MOST_LABEL, _MOST_TITLE = 0.31, 22, 54
"""The share of the width that labels have; widths in characters of half the height (a Chinese one counts two)."""
_FAMILIES = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Noto Sans CJK JP", "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei", "Microsoft YaHei", "PingFang SC", "Heiti SC", "SimHei", "Droid Sans Fallback",
)  # fmt: skip
_ONE = Lock()
"""The library is not made for several threads at once."""
_SAMPLE = "".join(map(chr, (0x9762, 0x8BD5, 0x73AF, 0x8282)))
"""Some Chinese characters."""


class Bar(NamedTuple):
    """`english` stands where no font has the label's characters; `share` in per cent, None: of too few."""

    label: str
    english: str
    reached: int
    share: int | None


class Funnel(NamedTuple):
    title: str
    english: str
    bars: tuple[Bar, ...]


class Picture(NamedTuple):
    """`alt` says the same in words, with the labels that are in the picture."""

    png: bytes
    alt: str


class Fonts(NamedTuple):
    plain: "FontProperties"
    bold: "FontProperties"

    def has(self, text: str) -> bool:
        """Whether every character can be drawn."""
        from matplotlib.font_manager import get_font

        drawn = get_font(str(self.plain.get_file())).get_charmap()
        return all(ord(each) in drawn for each in text if not each.isspace())


@cache
def fonts() -> Fonts:
    """One with Chinese characters where this machine has one, else the library's own."""
    from matplotlib.font_manager import FontProperties, findfont, fontManager

    known = {each.name for each in fontManager.ttflist}
    for family in (*(each for each in _FAMILIES if each in known), "DejaVu Sans"):
        plain, bold = (
            FontProperties(fname=findfont(FontProperties(family=[family], weight=weight)))
            for weight in ("normal", "bold")
        )
        found = Fonts(plain, bold)
        if family == "DejaVu Sans" or (found.has(_SAMPLE) and Fonts(bold, plain).has(_SAMPLE)):
            return found
    raise AssertionError("the library brings DejaVu Sans")


def draw(funnels: Sequence[Funnel], with_fonts: Fonts | None = None) -> Picture:
    """One below the other, as PNG; of more than `MOST_FUNNELS` the first."""
    with _ONE:
        return _drawn(funnels, with_fonts)


def _drawn(funnels: Sequence[Funnel], with_fonts: Fonts | None) -> Picture:
    from matplotlib.figure import Figure

    used = with_fonts or fonts()
    shown = [_readable(each, used) for each in funnels[:MOST_FUNNELS]]
    heights = [_HEAD_IN + _BAR_IN * len(each.bars) for each in shown]
    height = sum(heights) + _FOOT_IN
    figure = Figure(figsize=(_WIDTH_IN, height), dpi=_DPI, facecolor="white")
    top = height
    for funnel, own in zip(shown, heights, strict=True):
        top -= own
        axes = figure.add_axes((0.0, top / height, 1.0, own / height))
        _draw(axes, funnel, used, own)
    written = BytesIO()
    figure.savefig(written, format="png")
    return Picture(written.getvalue(), "\n".join(_said(each) for each in shown))


def _draw(axes: "Axes", funnel: Funnel, used: Fonts, height: float) -> None:
    """In inches from the top, the width from 0 to 1."""
    axes.set_axis_off()
    axes.set_xlim(0, 1)
    axes.set_ylim(height, 0)
    _write(axes, 0.03, 0.34, _fitting(funnel.title, _MOST_TITLE), used.bold, size=12)
    most = max((each.reached for each in funnel.bars), default=0) or 1
    full = 0.84 - _LABEL
    for number, bar in enumerate(funnel.bars):
        middle = _HEAD_IN + _BAR_IN * (number + 0.5)
        _write(axes, _LABEL - 0.015, middle, _fitting(bar.label, _MOST_LABEL), used.plain, right=True)
        axes.barh(middle, full, 0.26, left=_LABEL, color=_TRACK)
        axes.barh(middle, full * bar.reached / most, 0.26, left=_LABEL, color=_BAR)
        _write(axes, 0.855, middle, str(bar.reached), used.bold)
        if bar.share is not None:
            _write(axes, 0.985, middle, f"{bar.share}%", used.plain, right=True, color=_QUIET)


def _write(
    axes: "Axes",
    x: float,
    y: float,
    text: str,
    font: "FontProperties",
    *,
    size: float = 10.5,
    right: bool = False,
    color: str = _INK,
) -> None:
    """As it is: a `$` begins no formula."""
    axes.text(
        x,
        y,
        text,
        font=font,
        fontsize=size,
        color=color,
        ha="right" if right else "left",
        va="center",
        parse_math=False,
    )


def _readable(funnel: Funnel, used: Fonts) -> Funnel:
    """With words that can be drawn."""
    bars = tuple(
        each._replace(label=_drawable(each.label, each.english, used)) for each in funnel.bars[:MOST_BARS]
    )
    return funnel._replace(title=_drawable(funnel.title, funnel.english, used), bars=bars)


def _drawable(text: str, english: str, used: Fonts) -> str:
    for each in (text, english):
        line = " ".join(each.split())
        if line and used.has(line):
            return line
    return "".join(each if used.has(each) else "?" for each in " ".join(english.split())) or "?"


def _fitting(text: str, most: int) -> str:
    kept, width = "", 0
    for each in text:
        width += 1 if each.isascii() else 2
        if width > most:
            return f"{kept.rstrip()}…"
        kept += each
    return kept


def _said(funnel: Funnel) -> str:
    bars: Iterable[str] = (
        f"{each.label} {each.reached}" + (f" ({each.share}%)" if each.share is not None else "")
        for each in funnel.bars
    )
    return f"{funnel.title}: {', '.join(bars)}"
