"""`/profile`: the level of each competency, and how much it rests on, as a table and a picture."""

from collections.abc import Iterable, Sequence

from conversation.words import Styled
from handlers.charts import LEAST_SPOKES, Bars, BarsRow, Label, Panel, Radar, Series
from handlers.competencies import CompetencyView, basis_text, level_text
from handlers.console.candidate_search import one
from handlers.console.command_line import Line
from handlers.console.context import Command, CommandContext, Usage
from handlers.console.formatting import named
from handlers.console.pictures import label, send_with_picture
from handlers.notices.next_steps import Step, card
from handlers.organisation.rights import HIRES, READS
from handlers.queries.profiles import Profile, ShowProfile

_HIGHEST = 5


async def profile(context: CommandContext, line: Line) -> None:
    """`/profile NAME|ID` shows a candidate's ability profile, in the private chat."""
    name = " ".join(line.arguments)
    if not name:
        raise Usage
    state = await one(context, READS, name, lambda number: f"/profile {number}")
    if not context.private:
        context.say("staff.profile.apart", name=context.person.name, interview=state.interview)
        context.go_private()
    found = await ShowProfile(state.interview).answer(context)
    said = Styled.join(
        [
            context.words.say(
                "staff.profile.title",
                name=named(context, found.interview),
                title=found.interview.title.in_(context.language),
            ),
            *_withheld(context, found),
            *_rows(context, found.competencies),
        ]
    )
    panels = panel(context, found) if any(each.level is not None for each in found.competencies) else []
    await send_with_picture(context, said, panels, "profile.png", _steps(context, found))


def _withheld(context: CommandContext, found: Profile) -> Iterable[Styled | str]:
    """Yield that the profile rests on the reader's own ratings alone."""
    if found.withheld:
        yield context.words.plain("staff.profile.own", n=found.others, given=found.given, total=found.answered)


def _rows(context: CommandContext, rows: Sequence[CompetencyView]) -> Iterable[Styled | str]:
    words = context.words
    for each in rows:
        yield words.say(
            "staff.profile.row",
            title=each.title.in_(context.language),
            level=level_text(words, each),
            basis=basis_text(words, each),
        )
    if not rows:
        yield words.plain("staff.profile.none")
        return
    if any(each.level is None for each in rows):
        yield words.plain("staff.profile.note.blank")
    if any(each.level is not None for each in rows):
        yield words.plain("staff.profile.note")


def panel(context: CommandContext, found: Profile) -> list[Panel]:
    """Return the radar, or bars if there are too few competencies for one."""
    title = label(context, "staff.profile.picture", name=named(context, found.interview))
    labels = [Label(each.title.in_(context.language), each.title.in_("en")) for each in found.competencies]
    shown = tuple(level_text(context.words, each) for each in found.competencies)
    levels = tuple(each.level for each in found.competencies)
    if len(labels) < LEAST_SPOKES:
        return [Bars(title, tuple(map(BarsRow, labels, levels, shown)), _HIGHEST)]
    return [Radar(title, tuple(labels), (Series(title, levels),), shown)]


def _steps(context: CommandContext, found: Profile) -> tuple[Step, ...]:
    rates = context.scope(HIRES).covers(found.interview.unit) and found.given < found.answered
    rate = ((f"/rate {found.interview.interview}", "staff.choice.rate"),) if rates else ()
    return (*rate, card(found.interview.interview))


COMMANDS = (Command("profile", READS, profile, personal=True),)
