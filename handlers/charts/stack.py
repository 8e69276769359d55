"""A single stacked bar that shows the parts of a whole, with a legend."""

from typing import TYPE_CHECKING, NamedTuple

from handlers.charts.fonts import Fonts, Label, fitting
from handlers.charts.paper import BLUE, HEAD_IN, PALETTE, QUIET, title, write

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BAR_IN, _LINE_IN = 0.5, 0.3
_LEFT, _WIDTH = 0.03, 0.94
_MOST = 30
_NARROW = 0.055
"""Share of the panel's width below which a part is too narrow for its number."""


class Part(NamedTuple):
    """One part of the bar.

    `value` is None if the number is suppressed; the part then appears in the legend only.
    `shown` is the text beside the label in the legend.
    `rest` marks the remainder, which is drawn in grey.
    """

    label: Label
    value: int | None
    shown: str
    rest: bool = False


class Stack(NamedTuple):
    title: Label
    parts: tuple[Part, ...]

    @property
    def height(self) -> float:
        lines = (len(self.parts) + 1) // 2
        return HEAD_IN + _BAR_IN + 0.2 + _LINE_IN * lines + 0.1

    def readable(self, used: Fonts) -> "Stack":
        parts = tuple(
            each._replace(label=Label(used.readable(*each.label), each.label.english)) for each in self.parts
        )
        return self._replace(title=Label(used.readable(*self.title), self.title.english), parts=parts)

    def draw(self, axes: "Axes", used: Fonts) -> None:
        title(axes, self.title.text, used, self.height)
        whole = sum(each.value or 0 for each in self.parts) or 1
        left, middle = _LEFT, HEAD_IN + _BAR_IN / 2
        for number, part in enumerate(self.parts):
            color = PALETTE[-1] if part.rest else PALETTE[number % (len(PALETTE) - 1)]
            wide = _WIDTH * (part.value or 0) / whole
            axes.barh(middle, wide, _BAR_IN * 0.8, left=left, color=color, edgecolor="white", linewidth=1.5)
            if wide >= _NARROW:
                ink = "#FFFFFF" if color == BLUE else "#000000"
                write(axes, left + wide / 2, middle, str(part.value), used.bold, at="center", color=ink)
            left += wide
            self._explain(axes, used, number, part, color)

    def _explain(self, axes: "Axes", used: Fonts, number: int, part: Part, color: str) -> None:
        """Draw the part's entry in the legend, which has two columns."""
        x = _LEFT + (_WIDTH / 2) * (number % 2)
        y = HEAD_IN + _BAR_IN + 0.3 + _LINE_IN * (number // 2)
        axes.barh(y, 0.022, 0.15, left=x, color=color)
        write(axes, x + 0.035, y, fitting(part.label.text, _MOST), used.plain, size=9.5)
        shown = part.shown if used.has(part.shown) else "-"
        write(axes, x + _WIDTH / 2 - 0.03, y, shown, used.plain, size=9.5, at="right", color=QUIET)

    def said(self) -> str:
        return f"{self.title.text}: {', '.join(f'{each.label.text} {each.shown}' for each in self.parts)}"
