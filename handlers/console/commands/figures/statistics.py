"""`/stats`: the figures of campaigns, and how figures and what they are about are put into words."""

from collections.abc import Sequence

from conversation.words import Styled
from handlers.charts import Point, Trend
from handlers.console.candidate_search import button
from handlers.console.command_line import Line
from handlers.console.commands.system.general import is_root, unit_title
from handlers.console.context import Command, CommandContext, Usage
from handlers.console.definitions import Figure, definitions
from handlers.console.pictures import label, send_with_picture
from handlers.figures.rates import FEW, Difference
from handlers.figures.table import ENDED
from handlers.organisation.rights import FIGURES, READS
from handlers.organisation.state import ROOT
from handlers.queries.campaigns import campaign_seen
from handlers.queries.figures.statistics import (
    Comparison,
    OutcomeShares,
    ShowStatistics,
    Statistics,
    UnitStatistics,
)
from handlers.queries.selection import Subject

_PAGE_WORDS = ("page", "页")


async def subject_named(context: CommandContext, named: Sequence[str]) -> str:
    """Return the campaign or unit whose figures are asked for; empty means all that the person may see. Raises
    Usage if more than one is named."""
    if len(named) > 1:
        raise Usage
    name = "".join(named)
    whole = is_root(name) and not (name and await campaign_seen(context, name, READS))
    return "" if whole else name


def subject_title(context: CommandContext, subject: Subject) -> str:
    if subject.campaign:
        return f"{subject.campaign} · {subject.title.in_(context.language)}"
    if ROOT in subject.units:
        return unit_title(context, ROOT)
    return context.words.text("staff.list.joint").join(unit_title(context, unit) for unit in subject.units)


def again(command: str, named: Sequence[str]) -> str:
    """Return the command line with the same campaign or unit."""
    return " ".join((command, *(f'"{each}"' for each in named)))


async def stats(context: CommandContext, line: Line) -> None:
    """`/stats [CAMPAIGN|UNIT] [page N]` shows the figures, by unit where there are several."""
    named, page = _paged(line)
    found = await ShowStatistics(await subject_named(context, named), page).answer(context)
    title = context.words.say("staff.stats.title", title=subject_title(context, found.subject))
    if found.candidates == 0:
        context.send(Styled.join([title, context.words.say("staff.figures.nobody")]))
        return
    if page > 1 and (page != found.page or not found.units):
        raise Usage
    units, choices = _units(context, found), _pages(context, found, again("/stats", named))
    if page > 1:
        context.send(Styled.join([title, *units]), choices)
        return
    if not named and found.subject.campaigns:
        among = context.words.plain("staff.stats.campaigns", n=found.subject.campaigns)
        title = Styled.join([title, among], " · ")
    latest = compared(context, found.comparison)
    figures = Styled.join([title, *_figures(context, found), *_outcomes(context, found.outcomes), *latest, *units])
    notes = [] if found.exact else [context.words.say("staff.stats.hidden")]
    said = Styled.join([figures, *notes, *_defined(context, found)], "\n\n")
    await send_with_picture(context, said, _trend(context, found), "trend.png", choices)


def _paged(line: Line) -> tuple[tuple[str, ...], int]:
    """Split the arguments into (campaign or unit, page number from 1). Raises Usage."""
    match line.arguments:
        case (*named, word, number) if word.casefold() in _PAGE_WORDS:
            if not (number.isascii() and number.isdigit() and 0 < int(number[:6]) < 1000):
                raise Usage
            return tuple(named), int(number)
        case _:
            return line.arguments, 1


def _figures(context: CommandContext, found: Statistics) -> list[Styled | str]:
    words = context.words
    phases = {phase: shown(context, number) for phase, number in found.phases.items()}
    lines: list[Styled | str] = [
        words.say(
            "staff.stats.came",
            invited=shown(context, found.candidates),
            opened=shown(context, found.opened),
            started=shown(context, found.started),
        ),
        words.say("staff.stats.open", **{phase: phases[phase] for phase in ("guided", "running", "paused")}),
        words.say("staff.stats.ended", **{phase: phases[phase] for phase in ENDED}),
    ]
    if found.overdue != 0:
        lines.append(words.say("staff.stats.overdue", overdue=shown(context, found.overdue)))
    if found.phases["erased"] != 0:
        lines.append(words.say("staff.stats.erased", erased=phases["erased"]))
    rates = [
        words.say(f"staff.stats.rate.{name}", rate=each.percent, low=each.low, high=each.high)
        for name, each in (("completed", found.completed), ("exited", found.exited))
        if each
    ]
    if not rates:
        return [*lines, words.say("staff.stats.few", few=FEW)] if found.exact else lines
    return [*lines, words.say("staff.stats.of_ended", ended=found.ended), *rates]


def shown(context: CommandContext, number: int | None) -> str:
    """Return a number in words, or that it is suppressed."""
    return context.words.text("staff.exits.kept_back") if number is None else str(number)


def _defined(context: CommandContext, found: Statistics) -> list[Styled]:
    """Return the definitions of the figures that the answer uses."""
    used: list[Figure] = ["overdue"] if found.overdue != 0 else []
    if found.completed or found.exited:
        used += ["ended", "completion_rate", "exit_rate"]
    if found.units and any(each.rate for each in found.units):
        used += ["ended", "completion_rate"]
    if found.outcomes:
        used += ["over", "direct_exit_rate"]
        used += ["subjective_exit_rate", "unsaid", "dark"] if found.outcomes.subjective else []
    if found.comparison or found.weeks:
        used += ["over", "started_completion_rate"]
    return [definitions(context.words, used)] if used else []


def _outcomes(context: CommandContext, found: OutcomeShares | None) -> list[Styled | str]:
    """Return how many of those who started stopped midway, and what is known about why."""
    if found is None:
        return []
    say = context.words.say
    lines: list[Styled | str] = [say("staff.stats.direct", **found.direct._asdict(), over=found.over)]
    if found.subjective and found.silent and found.dark:
        lines += [
            say("staff.stats.subjective", **found.subjective._asdict()),
            say("staff.stats.silent", stopped=found.stopped, **found.silent._asdict()),
            say("staff.stats.dark", **found.dark._asdict()),
        ]
    return lines


def compared(context: CommandContext, found: Comparison | None) -> list[Styled | str]:
    """Return the completion rates of the last seven days and of those before, and whether the difference is
    significant. Empty if there are too few people."""
    if found is None:
        return []
    said = context.words.say(
        "staff.stats.period",
        **found.now._asdict(),
        over=found.over,
        before=found.before.percent,
        before_low=found.before.low,
        before_high=found.before.high,
        over_before=found.over_before,
    )
    key = "staff.stats.period.apart" if found.significant else "staff.stats.period.same"
    return [said, context.words.say(key, **signed(found.difference))]


def signed(apart: Difference) -> dict[str, str]:
    """Return a difference and its interval with their signs, as the catalogue's texts take them."""
    return {"points": f"{apart.points:+d}", "down": f"{apart.low:+d}", "up": f"{apart.high:+d}"}


def _trend(context: CommandContext, found: Statistics) -> list[Trend]:
    """Return the chart of weekly completion rates, if there are any."""
    points = [Point(f"{week.first[5:]}–{week.last[5:]}", *(week.rate or (None,))) for week in found.weeks]
    return [Trend(label(context, "staff.picture.trend"), tuple(points))] if points else []


# by unit


def _units(context: CommandContext, found: Statistics) -> list[Styled | str]:
    rows = [_unit(context, each) for each in found.units]
    return [context.words.say("staff.stats.units"), *rows] if rows else []


def _unit(context: CommandContext, each: UnitStatistics) -> Styled:
    unit = context.words.text("staff.stats.no_unit") if each.unit == ROOT else unit_title(context, each.unit)
    if each.candidates is None:
        return context.words.say("staff.stats.unit.hidden", unit=unit)
    return context.words.say(
        "staff.stats.unit" if each.rate else "staff.stats.unit.few",
        unit=unit,
        invited=each.candidates,
        started=each.started,
        completed=each.completed,
        **(each.rate._asdict() if each.rate else {}),
    )


def _pages(context: CommandContext, found: Statistics, line: str) -> list[tuple[str, str]]:
    choices = []
    if found.page > 1:
        choices.append((button(context, f"{line} page {found.page - 1}"), "staff.choice.previous"))
    if found.page < found.pages:
        choices.append((button(context, f"{line} page {found.page + 1}"), "staff.choice.next"))
    return choices


COMMANDS = (Command("stats", FIGURES, stats),)
