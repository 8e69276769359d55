"""`/experiment`: completion and exit rates by variant of a campaign, and whether they differ significantly."""

from conversation.words import Styled
from handlers.charts import Label
from handlers.console.command_line import Line
from handlers.console.commands.figures.statistics import shown, signed, subject_title
from handlers.console.context import Command, CommandContext, Usage
from handlers.console.definitions import definitions
from handlers.console.pictures import label, send_with_picture, shares
from handlers.figures.experiments import LEAST, WORTH_SEEING
from handlers.organisation.rights import READS
from handlers.queries.figures.experiments import ExperimentResults, ShowExperiment, VariantResult


async def results(context: CommandContext, line: Line) -> None:
    """`/experiment CAMPAIGN` shows the results by variant."""
    if len(line.arguments) != 1:
        raise Usage
    found = await ShowExperiment(line.arguments[0]).answer(context)
    named = subject_title(context, found.subject)
    title = context.words.say("staff.experiment.title", title=named, name=found.name)
    rows = [_row(context, each) for each in found.variants]
    defined = definitions(context.words, ("ended", "over", "started_completion_rate", "direct_exit_rate"))
    said = Styled.join([title, *rows, _verdict(context, found), defined], "\n\n")
    few = context.words.text("staff.by.few")
    completions = [(Label(each.name, each.name), each.completion, few) for each in found.variants]
    panels = [shares(label(context, "staff.experiment.picture"), completions)] if found.over else []
    await send_with_picture(context, said, panels, f"{found.subject.campaign}-experiment.png")


def _row(context: CommandContext, found: VariantResult) -> Styled:
    name = context.words.say("staff.experiment.variant", name=found.name, what=_what(context, found))
    if found.completion is None or found.exit is None:
        return Styled.join(
            [name, context.words.say("staff.experiment.numbers", started=shown(context, found.started))]
        )
    figures = context.words.say(
        "staff.experiment.figures",
        started=shown(context, found.started),
        over=found.over,
        **found.completion._asdict(),
        exit=found.exit.percent,
        exit_low=found.exit.low,
        exit_high=found.exit.high,
    )
    if found.apart is None:
        return Styled.join([name, figures])
    return Styled.join([name, figures, context.words.say("staff.experiment.apart", **signed(found.apart))])


def _what(context: CommandContext, found: VariantResult) -> str:
    """Return how the variant differs from the script."""
    parts = []
    if found.reminders is not None:
        parts.append(context.words.plain("staff.experiment.reminders", n=found.reminders))
    if found.exit_warning:
        parts.append(context.words.text(f"staff.experiment.warning.{found.exit_warning}"))
    if found.reordered:
        parts.append(context.words.text("staff.experiment.order"))
    return context.words.text("staff.list.joint").join(parts) or context.words.text("staff.experiment.as_written")


def _verdict(context: CommandContext, found: ExperimentResults) -> Styled:
    say, needed, first = context.words.say, found.needed, found.variants[0].name
    if found.verdict == "early":
        return say("staff.experiment.early", least=LEAST, needed=needed, points=WORTH_SEEING)
    if found.verdict == "same":
        return say("staff.experiment.same", needed=needed, points=WORTH_SEEING)
    differing = [each for each in found.variants if each.verdict]
    return Styled.join(
        [say(f"staff.experiment.{each.verdict}", name=each.name, first=first) for each in differing]
    )


COMMANDS = (Command("experiment", READS, results),)
