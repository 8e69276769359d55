"""`/fairness`: whether groups of candidates complete the interview and advance at similar rates."""

from collections.abc import Iterator

from conversation.words import Styled
from handlers.charts import Label, Panel
from handlers.console.command_line import Line
from handlers.console.commands.figures.breakdown import channel_name, share_text
from handlers.console.commands.figures.statistics import subject_named, subject_title
from handlers.console.context import Command, CommandContext
from handlers.console.definitions import Figure, definitions
from handlers.console.pictures import label, send_with_picture, shares
from handlers.figures.declared import STEP, UNSAID
from handlers.figures.fairness import MEASURES, Group, Grouping
from handlers.organisation.rights import FIGURES
from handlers.queries.figures.fairness import Fairness, FairnessTable, ShowFairness

_DEFINED: tuple[Figure, ...] = ("over", "started_completion_rate", "advance_rate", "rate_ratio")


async def fairness(context: CommandContext, line: Line) -> None:
    """`/fairness [CAMPAIGN|UNIT]` compares the rates of groups, in words and as a picture."""
    found = await ShowFairness(await subject_named(context, line.arguments)).answer(context)
    words = context.words
    title = words.say("staff.fairness.title", title=subject_title(context, found.subject))
    if not found.tables:
        context.send(Styled.join([title, words.say("staff.fairness.nobody")]))
        return
    parts = [_measure(context, found, measure) for measure in MEASURES]
    notes = [] if found.exact else [words.say("staff.stats.hidden")]
    if any((table.measure, table.by) == ("completed", "mode") for table in found.tables):
        notes.append(words.say("staff.fairness.mode"))
    if found.group_question:
        notes.append(words.say("staff.fairness.group", n=STEP))
    limits = [words.say("staff.fairness.limits"), definitions(words, _DEFINED)]
    said = Styled.join([title, *(each for each in parts if each.text), *notes, *limits], "\n\n")
    await send_with_picture(context, said, _panels(context, found), "fairness.png")


def _measure(context: CommandContext, found: Fairness, measure: str) -> Styled:
    """Return the tables of one measure; an empty text if there are none."""
    tables = [each for each in found.tables if each.measure == measure]
    lines = [line for table in tables for line in _table(context, found, table)]
    return Styled.join([context.words.say(f"staff.fairness.{measure}"), *lines] if lines else [])


def _table(context: CommandContext, found: Fairness, table: FairnessTable) -> Iterator[Styled | str]:
    words = context.words
    yield words.text(f"staff.fairness.by.{table.by}")
    for each in table.groups:
        name = _name(context, found, table.by, each.name).text
        yield words.plain("staff.fairness.row", name=name, shown=_rate(context, each), more=_ratio(context, each))
    if not any(each.verdict for each in table.groups):
        yield words.text("staff.fairness.alone")


def _rate(context: CommandContext, each: Group) -> str:
    return share_text(context, each.number, each.total, each.share)


def _ratio(context: CommandContext, each: Group) -> str:
    """Return the ratio with its interval and what it means; empty if there is nothing to compare."""
    words = context.words
    if each.ratio is None:
        return words.text("staff.fairness.best") if each.verdict == "best" else ""
    high = words.text("staff.fairness.unbounded") if each.ratio.high is None else f"{each.ratio.high:.2f}"
    return words.plain(
        "staff.fairness.ratio",
        ratio=f"{each.ratio.value:.2f}",
        low=f"{each.ratio.low:.2f}",
        high=high,
        verdict=words.text(f"staff.fairness.{each.verdict}"),
    )


def _name(context: CommandContext, found: Fairness, by: Grouping, name: str) -> Label:
    if by == "group" and name != UNSAID:
        option = found.group_question.option(name) if found.group_question else None
        return (
            Label(option.label.in_(context.words.language), option.label.in_("en"))
            if option
            else Label(name, name)
        )
    if by == "channel":
        return Label(channel_name(context, name), channel_name(context, name, "en"))
    return label(context, f"staff.fairness.{by}.{name}")


def _panels(context: CommandContext, found: Fairness) -> list[Panel]:
    """Return bars of the rates for each measure in which groups can be compared."""
    compared = [table for table in found.tables if any(each.verdict for each in table.groups)]
    return [
        shares(
            label(context, f"staff.fairness.picture.{measure}"),
            [
                (_name(context, found, table.by, each.name), each.share, _rate(context, each))
                for table in compared
                if table.measure == measure
                for each in table.groups
            ],
        )
        for measure in dict.fromkeys(table.measure for table in compared)
    ]


COMMANDS = (Command("fairness", FIGURES, fairness),)
