"""A horizontal bar chart: one labelled bar per row, with its interval where the value is a share."""

from typing import TYPE_CHECKING, NamedTuple

from handlers.charts.fonts import Fonts, Label, fitting
from handlers.charts.paper import BLUE, HEAD_IN, INK, LABEL, MOST_LABEL, TRACK, title, write

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_ROWS = 16
_ROW_IN, _BAR = 0.4, 0.26
_FULL = 0.76 - LABEL


class BarsRow(NamedTuple):
    """One row of a bar chart.

    `value` is the bar's length on the scale of `Bars.most`, or None if the number is suppressed.
    `shown` is the text beside the bar.
    `low` and `high` are the ends of the interval, or None if there is none.
    """

    label: Label
    value: float | None
    shown: str
    low: float | None = None
    high: float | None = None


class Bars(NamedTuple):
    """A bar chart. `most` is the value whose bar fills the whole width."""

    title: Label
    rows: tuple[BarsRow, ...]
    most: float

    @property
    def height(self) -> float:
        return HEAD_IN + _ROW_IN * len(self.rows)

    def readable(self, used: Fonts) -> "Bars":
        rows = tuple(
            each._replace(label=Label(used.readable(*each.label), each.label.english))
            for each in self.rows[:MOST_ROWS]
        )
        return self._replace(title=Label(used.readable(*self.title), self.title.english), rows=rows)

    def draw(self, axes: "Axes", used: Fonts) -> None:
        title(axes, self.title.text, used, self.height)
        for number, row in enumerate(self.rows):
            middle = HEAD_IN + _ROW_IN * (number + 0.5)
            write(axes, LABEL - 0.015, middle, fitting(row.label.text, MOST_LABEL), used.plain, at="right")
            axes.barh(middle, _FULL, _BAR, left=LABEL, color=TRACK)
            if row.value is not None:
                axes.barh(middle, self._x(row.value) - LABEL, _BAR, left=LABEL, color=BLUE)
            if row.low is not None and row.high is not None:
                axes.plot(
                    [self._x(row.low), self._x(row.high)], [middle, middle], color=INK, linewidth=1.4, marker="|"
                )
            shown = row.shown if used.has(row.shown) else "-"
            write(axes, 0.775, middle, shown, used.plain, size=9.5)

    def _x(self, value: float) -> float:
        return LABEL + _FULL * min(1.0, value / self.most if self.most else 0.0)

    def said(self) -> str:
        return f"{self.title.text}: {', '.join(f'{row.label.text} {row.shown}' for row in self.rows)}"
