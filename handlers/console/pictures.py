"""Charts for the console's figures, labelled in the person's language, with English as a fallback."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from conversation.errors import BotError
from conversation.words import Styled
from handlers import charts
from handlers.charts import Bars, BarsRow, Column, Columns, Label, Panel, Part, Point, Stack, Trend
from handlers.console.context import CommandContext
from handlers.figures.dimensions import Row
from handlers.figures.outcomes import Attribution
from handlers.figures.periods import DAYS, TREND_DAYS, days_until, period
from handlers.figures.rates import FEW, kept_back


class NotDrawn(BotError):
    """Raised if drawing failed in the library. The figures themselves are fine and can be sent as text."""


async def send_with_picture(
    context: CommandContext,
    said: Styled,
    panels: Sequence[Panel],
    name: str,
    choices: Sequence[tuple[str, str]] = (),
) -> None:
    """Send a text with a picture of the panels, or the text alone if there are no panels, drawing fails or the
    archive is unavailable."""
    if not panels:
        context.send(said, choices)
        return
    try:
        picture = await asyncio.to_thread(_draw, panels)
        await context.attach(said, name, picture.png, "image/png", choices, alt=picture.alt)
    except BotError:
        context.send(said, choices)


def _draw(panels: Sequence[Panel]) -> charts.Picture:
    """Draw the panels. Raises NotDrawn for any error."""
    try:
        return charts.draw(panels)
    except Exception as error:
        raise NotDrawn(type(error).__name__) from error


def label(context: CommandContext, key: str, **values: object) -> Label:
    """Return the catalogue's text in the person's language and in English."""
    english = context.tools.words["en"]
    return Label(context.words.plain(key, **values), english.plain(key, **values))


def few(context: CommandContext) -> str:
    """Return the text that replaces a number of too few people."""
    return context.words.plain("staff.exits.under", few=FEW)


def numbers(context: CommandContext, title: Label, counts: Sequence[tuple[Label, int]]) -> Bars:
    """Return bars for the parts of a sum, with small ones suppressed."""
    hidden = kept_back({each.english: number for each, number in counts})
    rows = tuple(
        BarsRow(each, None, context.words.text("staff.exits.kept_back"))
        if each.english in hidden
        else BarsRow(each, number, str(number))
        for each, number in counts
    )
    return Bars(title, rows, max((number for _, number in counts), default=0))


def shares(context: CommandContext, title: Label, rows: Sequence[tuple[Label, Row]]) -> Bars:
    """Return bars for shares with their intervals. A share of too few people is suppressed."""
    return Bars(title, tuple(_share(context, each, row) for each, row in rows), 100)


def _share(context: CommandContext, named: Label, row: Row) -> BarsRow:
    found = row.share
    if found is None:
        return BarsRow(named, None, few(context))
    shown = f"{found.percent}% ({found.low}–{found.high})"
    return BarsRow(named, found.percent, shown, found.low, found.high)


def returns(context: CommandContext, found: Attribution) -> Stack:
    """Return a stack of what became of interruptions. It suppresses the same numbers as the text."""
    ways = {f"staff.picture.via.{way}": number for way, number in found.through.items()}
    hidden = {f"staff.picture.via.{way}" for way in kept_back(found.through)}
    beside = {"staff.picture.stayed": found.stayed, "staff.picture.away": found.away}
    hidden |= {key for key, number in beside.items() if 0 < number < FEW}
    parts = {"staff.picture.stayed": found.stayed, **ways, "staff.picture.away": found.away}
    return Stack(
        label(context, "staff.picture.returns"),
        tuple(
            Part(label(context, key), None, context.words.text("staff.exits.kept_back"), rest=key == _REST)
            if key in hidden
            else Part(
                label(context, key), number, _of_all(number, found.all, bare=bool(hidden)), rest=key == _REST
            )
            for key, number in parts.items()
            if number
        ),
    )


_REST = "staff.picture.away"


def _of_all(number: int, whole: int, *, bare: bool) -> str:
    """Return the number with its share of `whole`. `bare` omits the share, because it would reveal `whole`."""
    return str(number) if bare else f"{number} ({round(100 * number / whole)}%)"


def hours(context: CommandContext, total: Counter[str]) -> Columns:
    """Return columns for the hours at which people left. Numbers below `FEW` are suppressed."""
    counts = [total[f"away.h:{hour:02d}"] for hour in range(24)]
    columns = tuple(
        Column(f"{hour:02d}", None if 0 < number < FEW else number) for hour, number in enumerate(counts)
    )
    hidden = context.words.plain("staff.picture.hours.hidden", few=FEW)
    return Columns(label(context, "staff.picture.hours"), columns, hidden=hidden)


def trend(context: CommandContext, by_day: Mapping[str, Counter[str]], today: date) -> Trend | None:
    """Return the weekly completion rate up to yesterday, or None if fewer than two weeks have enough people."""
    days = days_until(date.fromordinal(today.toordinal() - 1), TREND_DAYS)
    points = []
    for first in range(0, TREND_DAYS, DAYS):
        week = days[first : first + DAYS]
        found = period(by_day, week).rate
        name = f"{week[0][5:]}–{week[-1][5:]}"
        points.append(Point(name, found.percent, found.low, found.high) if found else Point(name, None))
    known = sum(point.percent is not None for point in points)
    return Trend(label(context, "staff.picture.trend"), tuple(points)) if known > 1 else None
