"""`/funnel`: how many candidates reached each step and stage, in words and as a picture."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from conversation.script import Script
from conversation.words import Styled
from handlers import charts
from handlers.console.command_line import Line
from handlers.console.commands.figures.statistics import campaign_title, one_campaign
from handlers.console.context import Command, CommandContext
from handlers.console.pictures import send_with_picture
from handlers.figures.rates import FEW, bar
from handlers.organisation.rights import READS


class Step(NamedTuple):
    """One step of a funnel.

    `label` and `english` name it; `english` is for pictures without Chinese characters.
    `reached` is how many reached it or, for a `stage`, completed it.
    """

    label: str
    english: str
    reached: int
    stage: bool = False


async def funnel(context: CommandContext, line: Line) -> None:
    """`/funnel CAMPAIGN` shows a campaign's funnel."""
    campaign = await one_campaign(context, line.arguments)
    script = await context.tools.store.directory.script(campaign.script)
    total = Counter(await context.tools.store.interviews.counts(campaign.id))
    named = campaign_title(context, campaign, script)
    title = context.words.say("staff.funnel.title", title=named)
    if not total["interviews"] or script is None:
        context.send(Styled.join([title, context.words.say("staff.figures.nobody")]))
        return
    steps = steps_of(context, script, total)
    said = Styled.join([title, *_rows(steps), *_loss(context, steps), *_notes(context, total)])
    drawn = drawn_as(named, f"{campaign.id} · {script.title.in_('en')}", steps)
    await send_with_picture(context, said, [drawn], f"{campaign.id}-funnel.png")


def _rows(steps: Sequence[Step]) -> list[str]:
    rows = []
    for before, step in pairwise([steps[0], *steps]):
        number = f"{step.reached}/{before.reached}" if step.stage else str(step.reached)
        rows.append(f"{bar(step.reached, steps[0].reached)} {number} {step.label}")
    return rows


def _notes(context: CommandContext, total: Counter[str]) -> list[Styled]:
    going_on = sum(total[f"phase:{phase}"] for phase in ("guided", "running", "paused"))
    notes = [context.words.say("staff.funnel.note")]
    return [*notes, context.words.say("staff.funnel.open", n=going_on)] if going_on else notes


def steps_of(context: CommandContext, script: Script, total: Counter[str]) -> list[Step]:
    invited = total["interviews"]
    reached = {"invited": invited, "opened": invited - total["phase:invited"], "started": total["started"]}
    english = context.tools.words["en"]
    return [
        *(
            Step(context.words.text(f"staff.funnel.{each}"), english.text(f"staff.funnel.{each}"), number)
            for each, number in reached.items()
        ),
        *(
            Step(stage.title.in_(context.language), stage.title.in_("en"), total[f"stage:{stage.id}"], stage=True)
            for stage in script.stages
        ),
    ]


def _loss(context: CommandContext, steps: Sequence[Step]) -> list[Styled]:
    """Name the step at which most people are missing, whether they left or have not got that far yet. Empty if
    nobody is missing."""
    missing, before, step = max(
        ((before.reached - step.reached, before, step) for before, step in pairwise(steps)),
        key=lambda each: each[0],
    )
    if missing <= 0:
        return []
    which = "stage" if step.stage else "before"
    return [context.words.say(f"staff.funnel.loss.{which}", step=step.label, missing=missing, of=before.reached)]


# the picture


def drawn_as(title: str, english: str, steps: Sequence[Step]) -> charts.Funnel:
    """Return the funnel as a chart. Shares are of all who were invited, and left out if these are too few."""
    invited = steps[0].reached
    bars = tuple(
        charts.Bar(
            each.label,
            each.english,
            each.reached,
            round(100 * each.reached / invited) if invited >= FEW else None,
        )
        for each in steps
    )
    return charts.Funnel(title, english, bars)


COMMANDS = (Command("funnel", READS, funnel),)
