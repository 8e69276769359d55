"""A line chart of a share over successive periods, with the interval of each point."""

from typing import TYPE_CHECKING, NamedTuple

from handlers.charts.fonts import Fonts, Label
from handlers.charts.paper import BLUE, HEAD_IN, QUIET, TRACK, title, write

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_HIGH_IN, _BELOW_IN = 1.5, 0.4
_LEFT, _RIGHT = 0.09, 0.96


class Point(NamedTuple):
    """One point: `percent` with its interval, or None if there are too few people."""

    name: str
    percent: int | None
    low: int = 0
    high: int = 0


class Trend(NamedTuple):
    title: Label
    points: tuple[Point, ...]

    @property
    def height(self) -> float:
        return HEAD_IN + _HIGH_IN + _BELOW_IN

    def readable(self, used: Fonts) -> "Trend":
        return self._replace(title=Label(used.readable(*self.title), self.title.english))

    def draw(self, axes: "Axes", used: Fonts) -> None:
        title(axes, self.title.text, used, self.height)
        for percent in (0, 50, 100):
            axes.plot([_LEFT, _RIGHT], [_y(percent), _y(percent)], color=TRACK, linewidth=1.5)
            write(axes, _LEFT - 0.01, _y(percent), f"{percent}%", used.plain, size=9, at="right", color=QUIET)
        for number, point in enumerate(self.points):
            x = self._x(number)
            write(axes, x, _y(0) + 0.2, point.name, used.plain, size=9, at="center", color=QUIET)
            if point.percent is not None:
                axes.plot([x, x], [_y(point.low), _y(point.high)], color=BLUE, linewidth=5, alpha=0.25)
                above = _y(point.percent) - 0.14
                write(axes, x + 0.012, above, f"{point.percent}%", used.bold, size=9.5)
        for some in self._together():
            axes.plot(
                [self._x(number) for number in some],
                [_y(self.points[number].percent or 0) for number in some],
                color=BLUE,
                linewidth=2,
                marker="o",
                markersize=5,
            )

    def _x(self, number: int) -> float:
        return _LEFT + (_RIGHT - _LEFT) * (number + 0.5) / len(self.points)

    def _together(self) -> list[list[int]]:
        """Return the indices of points to join by a line, as runs broken where a point has no value."""
        runs: list[list[int]] = [[]]
        for number, point in enumerate(self.points):
            if point.percent is None:
                runs.append([])
            else:
                runs[-1].append(number)
        return [run for run in runs if run]

    def said(self) -> str:
        return f"{self.title.text}: {', '.join(map(_said, self.points))}"


def _said(point: Point) -> str:
    known = point.percent is not None
    return f"{point.name} " + (f"{point.percent}% ({point.low}–{point.high}%)" if known else "–")


def _y(percent: float) -> float:
    return HEAD_IN + 0.1 + (_HIGH_IN - 0.1) * (1 - percent / 100)
