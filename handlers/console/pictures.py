"""Charts for the console's figures, labelled in the person's language, with English as a fallback."""

import asyncio
from collections.abc import Sequence

from conversation.errors import BotError
from conversation.words import Styled
from handlers import charts
from handlers.charts import Bars, BarsRow, Column, Columns, Label, Panel, Part, Stack
from handlers.console.context import CommandContext
from handlers.figures.rates import Share
from handlers.queries.figures.exits import Count, Interruptions
from handlers.rounding import percent


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


def numbers(context: CommandContext, title: Label, counts: Sequence[tuple[Label, int | None]]) -> Bars:
    """Return bars for numbers, some of them suppressed (None)."""
    rows = tuple(BarsRow(each, number, _number(context, number)) for each, number in counts)
    return Bars(title, rows, max((number or 0 for _, number in counts), default=0))


def shares(title: Label, rows: Sequence[tuple[Label, Share | None, str]]) -> Bars:
    """Return bars for shares with their intervals. Where there is no share, the text stands in its place."""
    return Bars(title, tuple(_share(*row) for row in rows), 100)


def _share(named: Label, found: Share | None, otherwise: str) -> BarsRow:
    if found is None:
        return BarsRow(named, None, otherwise)
    shown = f"{found.percent}% ({found.low}–{found.high})"
    return BarsRow(named, found.percent, shown, found.low, found.high)


def outcomes(context: CommandContext, found: Interruptions) -> Stack:
    """Return a stack of what became of interruptions."""
    return Stack(
        label(context, "staff.picture.returns"), tuple(_outcome(context, each, found.all) for each in found.parts)
    )


def _outcome(context: CommandContext, each: Count, whole: int | None) -> Part:
    beside = each.name in ("stayed", "away")
    key = f"staff.picture.{each.name}" if beside else f"staff.picture.via.{each.name}"
    shown = _number(context, each.number)
    if whole and each.number is not None:
        shown += f" ({percent(each.number, whole)}%)"
    return Part(label(context, key), each.number, shown, rest=each.name == "away")


def _number(context: CommandContext, number: int | None) -> str:
    return context.words.text("staff.exits.kept_back") if number is None else str(number)


def hours(context: CommandContext, counts: Sequence[int | None]) -> Columns:
    """Return columns for the hours at which people left, from midnight on."""
    columns = tuple(Column(f"{hour:02d}", number) for hour, number in enumerate(counts))
    hidden = context.words.text("staff.picture.hours.hidden")
    return Columns(label(context, "staff.picture.hours"), columns, hidden=hidden)
