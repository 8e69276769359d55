"""Drawing of panels, stacked vertically, as one picture."""

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
"""Held while drawing, because matplotlib is not thread-safe."""


class Panel(Protocol):
    """One chart of a picture.

    `height` is in inches, `draw` draws into axes of that height, and `said` returns the text equivalent.
    """

    @property
    def height(self) -> float: ...
    def readable(self, used: Fonts) -> Self:
        """Return a copy whose labels consist of characters that `used` can draw."""
        ...

    def draw(self, axes: "Axes", used: Fonts) -> None: ...
    def said(self) -> str: ...


class Picture(NamedTuple):
    """A drawn picture. `alt` is its text equivalent, with the same labels."""

    png: bytes
    alt: str


def draw(panels: Sequence[Panel], with_fonts: Fonts | None = None) -> Picture:
    """Return the first `MOST_PANELS` panels, stacked vertically, as one PNG."""
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
