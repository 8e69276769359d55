"""`/weekly`: the last week of every unit in one message and one picture."""

from conversation.words import Styled
from handlers.charts import Label, Panel, Point, Trend
from handlers.console.command_line import Line
from handlers.console.commands.figures.statistics import shown, signed, subject_named, subject_title
from handlers.console.context import Command, CommandContext
from handlers.console.definitions import definitions, equation
from handlers.console.pictures import label, send_with_picture, shares
from handlers.figures.rates import Difference
from handlers.organisation.rights import FIGURES
from handlers.organisation.state import ROOT
from handlers.queries.figures.weekly import ShowWeekly, Weekly, WeekOfUnit

_MOST_UNITS = 40
_MOST_BARS = 16


async def weekly(context: CommandContext, line: Line) -> None:
    """`/weekly [UNIT]` shows how interviews ended in the last week from Monday to Sunday."""
    found = await ShowWeekly(await subject_named(context, line.arguments)).answer(context)
    words = context.words
    title = subject_title(context, found.subject)
    parts: list[Styled | str] = [
        words.say("staff.weekly.title", title=title, first=found.weeks[-1][5:], last=found.last[5:])
    ]
    some = [each for each in found.units if each.invited or each.started or each.completed or each.stopped]
    parts += [_row(context, _unit(context, each), each) for each in some[:_MOST_UNITS]]
    if len(some) > _MOST_UNITS:
        parts.append(words.say("staff.weekly.more", n=len(some) - _MOST_UNITS))
    parts.append(_row(context, words.text("staff.weekly.total"), found.total))
    if quiet := [_unit(context, each) for each in found.units if each not in some]:
        names = words.text("staff.list.joint").join(quiet[:_MOST_UNITS])
        parts.append(words.say("staff.weekly.quiet", units=names))
    notes = [] if found.exact else [words.say("staff.stats.hidden")]
    if any(each.rate for each in (found.total, *some)):
        notes.append(definitions(words, ["over", "started_completion_rate"]))
    said = Styled.join([Styled.join(parts), *notes], "\n\n")
    await send_with_picture(context, said, _panels(context, found, some), "weekly.png")


def _unit(context: CommandContext, each: WeekOfUnit) -> str:
    return context.words.text("staff.stats.no_unit") if each.unit == ROOT else each.unit


def _row(context: CommandContext, name: str, each: WeekOfUnit) -> Styled:
    words = context.words
    parts: list[Styled | str] = [words.say("staff.weekly.unit", unit=name)]
    if each.invited is not None:
        parts.append(words.plain("staff.weekly.invited", n=each.invited))
    if each.started is not None:
        parts.append(words.plain("staff.weekly.started", n=each.started))
    parts.append(words.plain("staff.weekly.completed", completed=shown(context, each.completed)))
    parts.append(_stopped(context, each))
    if each.rate:
        parts.append(
            words.plain("staff.weekly.rate", rate=each.rate.percent, low=each.rate.low, high=each.rate.high)
        )
    if each.change:
        parts.append(_change(context, each.change))
    if each.reason:
        group, number = each.reason
        parts.append(words.plain("staff.weekly.reason", group=words.text(f"staff.exits.group.{group}"), n=number))
    return Styled.join([parts[0], Styled.join(parts[1:], " · ")], " ")


def _stopped(context: CommandContext, each: WeekOfUnit) -> str:
    """Return how many stopped midway, as a sum with its parts where these are known."""
    words = context.words
    title = words.text("staff.weekly.stopped")
    if each.stopped is None:
        return f"{title} {shown(context, None)}"
    ways = [(words.text(f"staff.state.{phase}"), number) for phase, number in each.ways.items()]
    return equation(title, each.stopped, ways)


def _change(context: CommandContext, change: Difference) -> str:
    """Return the change with an arrow, or an equals sign if it could be chance."""
    arrow = ("▲" if change.points > 0 else "▼") if change.shown else "＝"
    return context.words.plain("staff.weekly.change", arrow=arrow, **signed(change))


def _panels(context: CommandContext, found: Weekly, some: list[WeekOfUnit]) -> list[Panel]:
    """Return the completion rates of the units in the week, and the trend of all together."""
    few = context.words.text("staff.weekly.few")
    rows = [(Label(_unit(context, each), each.unit or "-"), each.rate, few) for each in some[:_MOST_BARS]]
    panels: list[Panel] = []
    if any(rate for _, rate, _ in rows):
        panels.append(shares(label(context, "staff.picture.weekly.units"), rows))
    if sum(rate is not None for rate in found.total.rates) > 1:
        named = zip(found.weeks, found.total.rates, strict=True)
        points = tuple(Point(first[5:], *(rate or (None,))) for first, rate in named)
        panels.append(Trend(label(context, "staff.picture.weekly.trend"), points))
    return panels


COMMANDS = (Command("weekly", FIGURES, weekly),)
