"""A column chart, used for the hours of a day."""

from typing import TYPE_CHECKING, NamedTuple

from handlers.charts.fonts import Fonts, Label
from handlers.charts.paper import BLUE, HEAD_IN, QUIET, TRACK, title, write

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_HIGH_IN, _BELOW_IN = 1.3, 0.35
_LEFT, _RIGHT = 0.05, 0.97


class Column(NamedTuple):
    """One column. `name` is written below it; `value` is None if the number is suppressed."""

    name: str
    value: int | None


class Columns(NamedTuple):
    """A column chart. Only every `every`-th column is named; `hidden` is the text that stands for suppressed ones
    in the text equivalent."""

    title: Label
    columns: tuple[Column, ...]
    every: int = 3
    hidden: str = ""

    @property
    def height(self) -> float:
        return HEAD_IN + _HIGH_IN + _BELOW_IN

    def readable(self, used: Fonts) -> "Columns":
        return self._replace(title=Label(used.readable(*self.title), self.title.english))

    def draw(self, axes: "Axes", used: Fonts) -> None:
        title(axes, self.title.text, used, self.height)
        most = max((each.value or 0 for each in self.columns), default=0) or 1
        wide = (_RIGHT - _LEFT) / max(1, len(self.columns))
        floor = HEAD_IN + _HIGH_IN
        for number, column in enumerate(self.columns):
            middle = _LEFT + wide * (number + 0.5)
            axes.bar(middle, -0.03, wide * 0.7, bottom=floor, color=TRACK)
            if column.value:
                tall = (_HIGH_IN - 0.2) * column.value / most
                axes.bar(middle, -tall, wide * 0.7, bottom=floor, color=BLUE)
                write(axes, middle, floor - tall - 0.1, str(column.value), used.plain, size=8, at="center")
            if number % self.every == 0:
                write(axes, middle, floor + 0.16, column.name, used.plain, size=9, at="center", color=QUIET)

    def said(self) -> str:
        there = (f"{each.name} {each.value}" for each in self.columns if each.value)
        hidden = [self.hidden] if any(each.value is None for each in self.columns) and self.hidden else []
        return f"{self.title.text}: {', '.join([*there, *hidden]) or '0'}"
