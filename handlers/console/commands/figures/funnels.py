"""`/funnel`: how many candidates reached each step and stage, in words and as a picture."""

from collections.abc import Sequence
from itertools import pairwise

from conversation.words import Styled
from handlers import charts
from handlers.charts import Label
from handlers.console.command_line import Line
from handlers.console.commands.figures.statistics import shown, subject_title
from handlers.console.context import Command, CommandContext, Usage
from handlers.console.pictures import label, send_with_picture
from handlers.figures.rates import bar
from handlers.organisation.rights import READS
from handlers.queries.figures.funnels import Funnel, FunnelStep, ShowFunnel


async def funnel(context: CommandContext, line: Line) -> None:
    """`/funnel CAMPAIGN` shows a campaign's funnel."""
    if len(line.arguments) != 1:
        raise Usage
    found = await ShowFunnel(line.arguments[0]).answer(context)
    named = subject_title(context, found.subject)
    title = context.words.say("staff.funnel.title", title=named)
    if not found.steps:
        context.send(Styled.join([title, context.words.say("staff.figures.nobody")]))
        return
    notes = [context.words.say("staff.funnel.note")]
    if found.under_way:
        notes.append(context.words.say("staff.funnel.open", n=found.under_way))
    said = Styled.join([title, *_rows(context, found.steps), *_loss(context, found), *notes])
    campaign = found.subject.campaign
    drawn = drawn_as(context, Label(named, f"{campaign} · {found.subject.title.in_('en')}"), found.steps)
    await send_with_picture(context, said, [drawn], f"{campaign}-funnel.png")


def _rows(context: CommandContext, steps: Sequence[FunnelStep]) -> list[str]:
    rows = []
    most = max((step.reached or 0 for step in steps), default=0)
    for before, step in pairwise([steps[0], *steps]):
        number = shown(context, step.reached)
        if step.title and step.reached is not None and before.reached is not None:
            number = f"{step.reached}/{before.reached}"
        rows.append(f"{bar(step.reached or 0, most)} {number} {_label(context, step).text}")
    return rows


def _label(context: CommandContext, step: FunnelStep) -> Label:
    if step.title is None:
        return label(context, f"staff.funnel.{step.name}")
    return Label(step.title.in_(context.language), step.title.in_("en"))


def _loss(context: CommandContext, found: Funnel) -> list[Styled]:
    """Name the step at which most people are missing, whether they left or have not got that far yet. Empty if
    nobody is missing."""
    if found.loss is None:
        return []
    step = found.steps[found.loss.step]
    key = "staff.funnel.loss.stage" if step.title else "staff.funnel.loss.before"
    name = _label(context, step).text
    return [context.words.say(key, step=name, missing=found.loss.missing, of=found.loss.of)]


def drawn_as(context: CommandContext, title: Label, steps: Sequence[FunnelStep]) -> charts.Funnel:
    """Return the funnel as a chart."""
    hidden = context.words.text("staff.exits.kept_back")
    bars = (charts.Bar(*_label(context, each), each.reached, each.percent, hidden) for each in steps)
    return charts.Funnel(*title, tuple(bars))


COMMANDS = (Command("funnel", READS, funnel),)
