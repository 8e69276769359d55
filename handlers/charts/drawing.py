"""Panels, one below the other, as one picture."""

from collections.abc import Sequence
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple, Protocol, Self

from handlers.charts.fonts import Fonts, fonts
from handlers.charts.paper import DPI, FOOT_IN, WIDTH_IN

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_PANELS = 4
_ONE = Lock()
"""The library is not made for several threads at once."""


class Panel(Protocol):
    """One figure. `height` in inches; `draw` into axes of that height; `said` in words."""

    @property
    def height(self) -> float: ...
    def readable(self, used: Fonts) -> Self:
        """With words that can be drawn."""
        ...

    def draw(self, axes: "Axes", used: Fonts) -> None: ...
    def said(self) -> str: ...


class Picture(NamedTuple):
    """`alt` says the same in words, with the labels that are in the picture."""

    png: bytes
    alt: str


def draw(panels: Sequence[Panel], with_fonts: Fonts | None = None) -> Picture:
    """One below the other, as PNG; of more than `MOST_PANELS` the first."""
    with _ONE:
        return _drawn(panels, with_fonts or fonts())


def _drawn(panels: Sequence[Panel], used: Fonts) -> Picture:
    from matplotlib.figure import Figure

    shown = [each.readable(used) for each in panels[:MOST_PANELS]]
    height = sum(each.height for each in shown) + FOOT_IN
    figure = Figure(figsize=(WIDTH_IN, height), dpi=DPI, facecolor="white")
    top = height
    for panel in shown:
        top -= panel.height
        axes = figure.add_axes((0.0, top / height, 1.0, panel.height / height))
        panel.draw(axes, used)
    written = BytesIO()
    figure.savefig(written, format="png")
    return Picture(written.getvalue(), "\n".join(each.said() for each in shown))
