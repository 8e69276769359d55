"""A radar chart of levels from 1 to 5, of one or a few people on the same spokes.

The centre is 0, so that the lowest level is not where nothing would be. What was not assessed has no point, and
lines do not bridge it: a gap is no low level. People differ by colour, line and marker.
"""

from collections.abc import Sequence
from math import cos, pi, sin
from typing import TYPE_CHECKING, NamedTuple

from handlers.charts.fonts import Fonts, Label, fitting
from handlers.charts.paper import HEAD_IN, PALETTE, QUIET, WIDTH_IN, title, write

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LEAST_SPOKES, MOST_SPOKES = 3, 12
"""With fewer spokes there is no area, and bars say more."""
MOST_LEVEL = 5
_RADIUS_IN, _ROUND_IN, _LEGEND_IN = 1.55, 0.62, 0.36
_MOST_LABEL, _MOST_NAME = 14, 24
_LINES, _MARKERS = ("-", "--", "-.", ":"), ("o", "s", "^", "D")
_SIZE = 14
"""Font size of the labels: 11 pixels high where the picture is shown 400 pixels wide."""
_WEB = "#CFD6DA"
_BEYOND = 0.9
"""How far beyond the outermost ring the labels are, in levels."""
_BARELY = 0.2
"""A label whose spoke points less than this far aside is centred."""


class Series(NamedTuple):
    """One person's levels, one for each spoke; None where nothing was assessed."""

    name: Label
    levels: tuple[float | None, ...]


class Radar(NamedTuple):
    """A radar chart. `shown` is the text at the end of each spoke, below its label; empty with several series."""

    title: Label
    spokes: tuple[Label, ...]
    series: tuple[Series, ...]
    shown: tuple[str, ...] = ()

    @property
    def height(self) -> float:
        legend = _LEGEND_IN * len(self.series) if len(self.series) > 1 else 0
        return HEAD_IN + 2 * (_RADIUS_IN + _ROUND_IN) + legend

    def readable(self, used: Fonts) -> "Radar":
        return self._replace(
            title=Label(used.readable(*self.title), self.title.english),
            spokes=tuple(Label(used.readable(*each), each.english) for each in self.spokes[:MOST_SPOKES]),
            series=tuple(
                Series(Label(used.readable(*each.name), each.name.english), each.levels[:MOST_SPOKES])
                for each in self.series[: len(_LINES)]
            ),
            shown=tuple(each if used.has(each) else "-" for each in self.shown[:MOST_SPOKES]),
        )

    def draw(self, axes: "Axes", used: Fonts) -> None:
        title(axes, self.title.text, used, self.height)
        self._web(axes, used)
        for number, series in enumerate(self.series):
            self._series(axes, number, series)
        if len(self.series) > 1:
            for number, series in enumerate(self.series):
                self._explain(axes, used, number, series)

    def _web(self, axes: "Axes", used: Fonts) -> None:
        """Draw the rings, the spokes and their labels."""
        ends = spokes(len(self.spokes))
        for level in range(1, MOST_LEVEL + 1):
            ring = [_at(end, level) for end in (*ends, *ends[:1])]
            axes.plot(*_columns(ring), color=_WEB, linewidth=1.4)
        for number, end in enumerate(ends):
            axes.plot(*_columns([_at(end, 0), _at(end, MOST_LEVEL)]), color=_WEB, linewidth=1.4)
            x, y = _at(end, MOST_LEVEL + _BEYOND)
            side = "center" if abs(end[0]) < _BARELY else "left" if end[0] > 0 else "right"
            shown = self.shown[number] if self.shown else ""
            y -= 0.1 if side == "center" and end[1] < 0 else 0.0  # clear of the numbers of the rings
            up = -0.13 if shown else 0
            label = fitting(self.spokes[number].text, _MOST_LABEL)
            write(axes, x, y + up, label, used.plain, size=_SIZE, at=side)
            if shown:
                write(axes, x, y + 0.15, shown, used.bold, size=_SIZE, at=side)
        for level in range(1, MOST_LEVEL + 1):
            x, y = _at((0, -1), level)
            write(axes, x + 0.008, y, str(level), used.plain, size=9, color=QUIET)

    def _series(self, axes: "Axes", number: int, series: Series) -> None:
        color = PALETTE[number]
        points = [
            None if level is None else _at(end, level)
            for end, level in zip(spokes(len(self.spokes)), series.levels, strict=True)
        ]
        for one, other in edges(series.levels):
            some = [point for point in (points[one], points[other]) if point]
            axes.plot(*_columns(some), color=color, linewidth=2.4, linestyle=_LINES[number])
        there = [point for point in points if point]
        if len(there) == len(points) and len(self.series) == 1:
            axes.fill(*_columns(there), color=color, alpha=0.12)
        axes.plot(*_columns(there), color=color, linestyle="none", marker=_MARKERS[number], markersize=8)

    def _explain(self, axes: "Axes", used: Fonts, number: int, series: Series) -> None:
        y = HEAD_IN + 2 * (_RADIUS_IN + _ROUND_IN) + _LEGEND_IN * (number + 0.4)
        axes.plot(
            [0.05, 0.135],
            [y, y],
            color=PALETTE[number],
            linewidth=2.4,
            linestyle=_LINES[number],
            marker=_MARKERS[number],
            markersize=8,
        )
        write(axes, 0.16, y, fitting(series.name.text, _MOST_NAME), used.plain, size=_SIZE)

    def said(self) -> str:
        several = len(self.series) > 1
        levels = (
            " ".join(
                f"{each.name.text} {_level(each.levels[at])}" if several else _level(each.levels[at])
                for each in self.series
            )
            for at in range(len(self.spokes))
        )
        said = (f"{label.text} {level}" for label, level in zip(self.spokes, levels, strict=True))
        return f"{self.title.text}: {', '.join(said)}"


def spokes(number: int) -> list[tuple[float, float]]:
    """Return the directions of so many spokes, clockwise from the top: x to the right, y downwards, length 1."""
    turns = (2 * pi * at / number for at in range(number))
    return [(sin(turn), -cos(turn)) for turn in turns]


def edges(levels: Sequence[float | None]) -> list[tuple[int, int]]:
    """Return the pairs of neighbouring spokes that a line joins: those that both have a level."""
    pairs = ((at, (at + 1) % len(levels)) for at in range(len(levels)))
    return [(one, other) for one, other in pairs if levels[one] is not None and levels[other] is not None]


def _at(end: tuple[float, float], level: float) -> tuple[float, float]:
    """Return the place of a level on a spoke, in the axes' coordinates."""
    length = _RADIUS_IN * level / MOST_LEVEL
    return 0.5 + end[0] * length / WIDTH_IN, HEAD_IN + _ROUND_IN + _RADIUS_IN + end[1] * length


def _columns(points: Sequence[tuple[float, float]]) -> tuple[list[float], list[float]]:
    return [x for x, _ in points], [y for _, y in points]


def _level(level: float | None) -> str:
    return "–" if level is None else f"{level:.1f}"
