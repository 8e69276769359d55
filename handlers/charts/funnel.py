"""A funnel chart: a bar for each step, with how many candidates reached it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from handlers.charts.fonts import Fonts, fitting
from handlers.charts.paper import BLUE, HEAD_IN, LABEL, MOST_LABEL, QUIET, TRACK, title, write

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_BARS = 16
_BAR_IN = 0.4


class Bar(NamedTuple):
    """One step of a funnel.

    `english` replaces the label where no font has its characters.
    `reached` is None if the number is suppressed; `hidden` is written in its place.
    `share` is in per cent, or None if there are too few people.
    """

    label: str
    english: str
    reached: int | None
    share: int | None
    hidden: str = ""

    @property
    def shown(self) -> str:
        return self.hidden if self.reached is None else str(self.reached)


class Funnel(NamedTuple):
    title: str
    english: str
    bars: tuple[Bar, ...]

    @property
    def height(self) -> float:
        return HEAD_IN + _BAR_IN * len(self.bars)

    def readable(self, used: Fonts) -> "Funnel":
        bars = tuple(
            each._replace(label=used.readable(each.label, each.english)) for each in self.bars[:MOST_BARS]
        )
        return self._replace(title=used.readable(self.title, self.english), bars=bars)

    def draw(self, axes: "Axes", used: Fonts) -> None:
        title(axes, self.title, used, self.height)
        most = max((each.reached or 0 for each in self.bars), default=0) or 1
        full = 0.84 - LABEL
        for number, bar in enumerate(self.bars):
            middle = HEAD_IN + _BAR_IN * (number + 0.5)
            write(axes, LABEL - 0.015, middle, fitting(bar.label, MOST_LABEL), used.plain, at="right")
            axes.barh(middle, full, 0.26, left=LABEL, color=TRACK)
            axes.barh(middle, full * (bar.reached or 0) / most, 0.26, left=LABEL, color=BLUE)
            write(axes, 0.855, middle, bar.shown, used.plain if bar.reached is None else used.bold)
            if bar.share is not None:
                write(axes, 0.985, middle, f"{bar.share}%", used.plain, at="right", color=QUIET)

    def said(self) -> str:
        bars: Iterable[str] = (
            f"{each.label} {each.shown}" + (f" ({each.share}%)" if each.share is not None else "")
            for each in self.bars
        )
        return f"{self.title}: {', '.join(bars)}"
