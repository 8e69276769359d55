"""Sizes, colours and text drawing that all charts share."""

from typing import TYPE_CHECKING

from handlers.charts.fonts import Fonts, fitting

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.font_manager import FontProperties

WIDTH_IN, DPI = 7.2, 200
"""1440 pixels wide: twice the width of a phone's screen, so that pictures stay sharp."""
HEAD_IN, FOOT_IN = 0.62, 0.12
BLUE, TRACK, INK, QUIET = "#0072B2", "#ECEFF1", "#1A1A1A", "#5A5A5A"
PALETTE = (BLUE, "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#B0B7BC")
"""Colours by Okabe and Ito (2008), safe with red-green colour blindness. The last, grey, is for the remainder."""
LABEL, MOST_LABEL, MOST_TITLE = 0.31, 22, 54
"""`LABEL` is the share of the width that labels take. The other two are the greatest widths of a label and of a
title, in half-width characters (see `fitting`)."""


def title(axes: "Axes", text: str, used: Fonts, height: float) -> None:
    """Prepare a panel's axes, with y in inches from the top and x from 0 to 1, and write the title."""
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
    """Write text literally, without parsing `$` as a formula. `at` aligns it to x: left, right or center."""
    axes.text(x, y, text, font=font, fontsize=size, color=color, ha=at, va="center", parse_math=False)
