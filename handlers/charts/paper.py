"""What all pictures have in common: sizes, colours, and writing."""

from typing import TYPE_CHECKING

from handlers.charts.fonts import Fonts, fitting

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.font_manager import FontProperties

WIDTH_IN, DPI = 7.2, 200
"""1440 pixels: twice what a phone shows, so that it stays crisp."""
HEAD_IN, FOOT_IN = 0.62, 0.12
BLUE, TRACK, INK, QUIET = "#0072B2", "#ECEFF1", "#1A1A1A", "#5A5A5A"
PALETTE = (BLUE, "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#B0B7BC")
"""Of Okabe and Ito (2008), for those who see no red or green; grey at the end is for what is left over."""
LABEL, MOST_LABEL, MOST_TITLE = 0.31, 22, 54
"""The share of the width that labels have; widths in characters of half the height (a Chinese one counts two)."""


def title(axes: "Axes", text: str, used: Fonts, height: float) -> None:
    """Prepare a panel: coordinates in inches from the top, the width from 0 to 1, and its title."""
    axes.set_axis_off()
    axes.set_xlim(0, 1)
    axes.set_ylim(height, 0)
    write(axes, 0.03, 0.34, fitting(text, MOST_TITLE), used.bold, size=12)


def write(
    axes: "Axes",
    x: float,
    y: float,
    text: str,
    font: "FontProperties",
    *,
    size: float = 10.5,
    at: str = "left",
    color: str = INK,
) -> None:
    """As it is: a `$` begins no formula. `at`: left, right, center of x."""
    axes.text(x, y, text, font=font, fontsize=size, color=color, ha=at, va="center", parse_math=False)
