"""`/experiment`: completion and exit rates by variant of a campaign, and whether they differ significantly."""

from collections import Counter

from conversation.script import Script, Variant
from conversation.words import Styled
from handlers.charts import Bars, BarsRow, Label
from handlers.console.command_line import Line
from handlers.console.commands.figures.statistics import campaign_title, one_campaign
from handlers.console.context import Command, CommandContext, Refusal
from handlers.console.pictures import few, label, send_with_picture
from handlers.figures.experiments import LEAST, WORTH_SEEING, Experiment, Outcome, experiment
from handlers.figures.rates import FEW
from handlers.organisation.rights import READS


async def results(context: CommandContext, line: Line) -> None:
    """`/experiment CAMPAIGN` shows the results by variant. Raises Refusal if the campaign has no experiment."""
    campaign = await one_campaign(context, line.arguments)
    script = await context.tools.store.directory.script(campaign.script)
    if script is None or not campaign.variants:
        raise Refusal("staff.experiment.none", campaign=campaign.id)
    found = experiment(Counter(await context.tools.store.interviews.counts(campaign.id)), campaign.variants)
    title = context.words.say(
        "staff.experiment.title", title=campaign_title(context, campaign, script), name=script.experiment
    )
    rows = [
        _row(context, script, variant, outcome)
        for variant, outcome in zip(script.variants, found.outcomes, strict=True)
    ]
    said = Styled.join([title, *rows, _verdict(context, script, found)], "\n\n")
    over = sum(each.over for each in found.outcomes)
    panels = [_picture(context, script, found)] if over >= FEW else []
    await send_with_picture(context, said, panels, f"{campaign.id}-experiment.png")


def _row(context: CommandContext, script: Script, variant: Variant, outcome: Outcome) -> Styled:
    name = context.words.say("staff.experiment.variant", name=variant.id, what=_what(context, script, variant))
    if outcome.completion is None or outcome.exit is None:
        figures = context.words.say("staff.experiment.few", started=outcome.started, few=FEW)
        return Styled.join([name, figures])
    figures = context.words.say(
        "staff.experiment.figures",
        started=outcome.started,
        over=outcome.over,
        **outcome.completion._asdict(),
        exit=outcome.exit.percent,
        exit_low=outcome.exit.low,
        exit_high=outcome.exit.high,
    )
    if outcome.apart is None:
        return Styled.join([name, figures])
    apart = outcome.apart
    values = {"points": f"{apart.points:+d}", "down": f"{apart.low:+d}", "up": f"{apart.high:+d}"}
    return Styled.join([name, figures, context.words.say("staff.experiment.apart", **values)])


def _what(context: CommandContext, script: Script, variant: Variant) -> str:
    """Return how the variant differs from the script."""
    parts = []
    if variant.reminders is not None and variant.reminders != script.reminders:
        parts.append(context.words.plain("staff.experiment.reminders", n=len(variant.reminders)))
    if variant.exit_warning and variant.exit_warning != script.exit_warning:
        parts.append(context.words.text(f"staff.experiment.warning.{variant.exit_warning}"))
    if variant.order:
        parts.append(context.words.text("staff.experiment.order"))
    return context.words.text("staff.list.joint").join(parts) or context.words.text("staff.experiment.as_written")


def _verdict(context: CommandContext, script: Script, found: Experiment) -> Styled:
    if found.early:
        return context.words.say("staff.experiment.early", least=LEAST, needed=found.needed, points=WORTH_SEEING)
    if not found.shown:
        return context.words.say("staff.experiment.same", needed=found.needed, points=WORTH_SEEING)
    names = {outcome.version: variant.id for variant, outcome in zip(script.variants, found.outcomes, strict=True)}
    lines = [
        context.words.say(
            "staff.experiment.better" if each.apart and each.apart.points > 0 else "staff.experiment.worse",
            name=names[each.version],
            first=script.variants[0].id,
        )
        for each in found.shown
    ]
    return Styled.join(lines)


def _picture(context: CommandContext, script: Script, found: Experiment) -> Bars:
    rows = []
    for variant, outcome in zip(script.variants, found.outcomes, strict=True):
        named, completion = Label(variant.id, variant.id), outcome.completion
        if completion is None:
            rows.append(BarsRow(named, None, few(context)))
        else:
            shown = f"{completion.percent}% ({completion.low}–{completion.high})"
            rows.append(BarsRow(named, completion.percent, shown, completion.low, completion.high))
    return Bars(label(context, "staff.experiment.picture"), tuple(rows), 100)


COMMANDS = (Command("experiment", READS, results),)
