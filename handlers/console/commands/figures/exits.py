"""`/exits`: why people left (the reasons they gave and the likely causes), and what brought them back."""

from collections.abc import Iterable, Sequence

from conversation.words import Styled
from handlers.charts import Panel
from handlers.console.candidate_search import button
from handlers.console.command_line import Line
from handlers.console.commands.figures.breakdown import breakdown, dimension
from handlers.console.commands.figures.statistics import again, shown, subject_named, subject_title
from handlers.console.context import Command, CommandContext, Usage
from handlers.console.definitions import Figure, definitions, equation
from handlers.console.pictures import hours, label, numbers, outcomes, send_with_picture
from handlers.organisation.rights import FIGURES
from handlers.queries.figures.breakdowns import By
from handlers.queries.figures.exits import Count, Exits, ReasonGroup, Returns, ShowExits

_BY = ("by", "按")
_OFFERED: tuple[By, ...] = ("question", "channel", "hour", "device")


async def exits(context: CommandContext, line: Line) -> None:
    """`/exits [CAMPAIGN|UNIT] [by DIMENSION]` shows why, or where, people left."""
    named, by = _dimension(line.arguments)
    of = await subject_named(context, named)
    if by:
        await breakdown(context, of, by)
        return
    found = await ShowExits(of).answer(context)
    title = context.words.say("staff.exits.title", title=subject_title(context, found.subject))
    returns = [Styled.join(_returns(context, found.returns))] if found.returns else []
    if not found.left:
        key = "staff.exits.few" if found.left is None else "staff.exits.none"
        why = [Styled.join([title, context.words.say(key)])]
    else:
        why = [Styled.join([title, _left(context, found), *_groups(context, found.groups)])]
    said = Styled.join([*why, *_likely(context, found), *returns, *_notes(context, found)], "\n\n")
    if not found.left:
        context.send(said)
        return
    line_ = again("/exits", named)
    choices = [(button(context, f"{line_} by {each}"), f"staff.choice.by.{each}") for each in _OFFERED]
    await send_with_picture(context, said, _panels(context, found), "exits.png", choices)


def _dimension(arguments: tuple[str, ...]) -> tuple[tuple[str, ...], By | None]:
    """Split the arguments into (campaign or unit, dimension). The dimension is None if there is none. Raises Usage
    if it is unknown."""
    match arguments:
        case (*named, word, by_what) if word.casefold() in _BY:
            if found := dimension(by_what):
                return tuple(named), found
            raise Usage
        case (*named, word) if word.startswith("按") and (found := dimension(word.removeprefix("按"))):
            return tuple(named), found
        case _:
            return arguments, None


def _left(context: CommandContext, found: Exits) -> Styled:
    """Return how many departures there were, as a sum of the ways in which people left."""
    if not (found.left and found.kinds):
        return context.words.say("staff.exits.left", n=found.left)
    parts = [(context.words.text(f"staff.exits.kind.{kind}"), number) for kind, number in found.kinds.items()]
    return Styled(equation(context.words.text("staff.exits.departures"), found.left, parts))


def _figures(found: Exits) -> list[Figure]:
    """Return the figures that the answer uses."""
    used: list[Figure] = ["departures", "unsaid"] if found.left else []
    return [*used, "interruptions"] if found.returns else used


def _notes(context: CommandContext, found: Exits) -> list[Styled]:
    """Return one paragraph of notes and definitions, or none."""
    used = _figures(found)
    notes = [context.words.say("staff.exits.note")] if found.left else []
    notes += [context.words.say("staff.stats.hidden")] if used and not found.exact else []
    notes += [definitions(context.words, used)] if used else []
    return [Styled.join(notes)] if notes else []


def _groups(context: CommandContext, groups: Iterable[ReasonGroup]) -> list[Styled | str]:
    lines: list[Styled | str] = []
    for each in groups:
        group = context.words.text(_group_key(each.group))
        lines.append(context.words.say("staff.exits.group", group=group, number=shown(context, each.number)))
        lines += [
            context.words.plain(
                "staff.exits.reason",
                reason=reason.label.in_(context.language),
                number=shown(context, reason.number),
            )
            for reason in each.reasons
        ]
    return lines


def _group_key(group: str) -> str:
    return "staff.exits.unsaid" if group == "unsaid" else f"staff.exits.group.{group}"


def _likely(context: CommandContext, found: Exits) -> list[Styled]:
    """Return the likely causes of interruptions, as derived from circumstances; empty if suppressed."""
    rows = _sum(context, "staff.exits.interruptions", "staff.exits.cause", found.causes)
    return [Styled.join([context.words.say("staff.exits.causes"), *rows])] if rows else []


def _returns(context: CommandContext, found: Returns) -> list[Styled | str]:
    """Return how many interruptions ended with a return, and what had been done to win people back."""
    say = context.words.say
    lines: list[Styled | str] = []
    if found.rate:
        lines.append(say("staff.returns.rate", away=found.away, back=found.back, **found.rate._asdict()))
    elif found.away is not None:
        lines.append(say("staff.returns.numbers", away=found.away, back=found.back))
    else:
        lines.append(say("staff.returns.few"))
    lines += _sum(context, "staff.exits.interruptions", "staff.returns.away", found.kinds)
    if found.through:
        lines += [
            say("staff.returns.through"),
            *_sum(context, "staff.returns.back", "staff.returns.via", found.through),
        ]
    if found.stayed:
        lines.append(say("staff.returns.stayed", n=found.stayed))
    return lines


def _sum(context: CommandContext, whole: str, key: str, counts: Sequence[Count]) -> list[str]:
    """Return the parts of a number in lines, below the sum if none of them is suppressed."""
    numbers = [(context.words.text(f"{key}.{each.name}"), each.number) for each in counts]
    told = [(name, number) for name, number in numbers if number is not None]
    if not told or len(told) < len(numbers):
        return _counts(context, key, counts)
    return [equation(context.words.text(whole), sum(number for _, number in told), told)]


def _counts(context: CommandContext, key: str, counts: Iterable[Count]) -> list[str]:
    return [
        context.words.plain(
            "staff.returns.line",
            what=context.words.text(f"{key}.{each.name}"),
            number=shown(context, each.number),
        )
        for each in counts
    ]


def _panels(context: CommandContext, found: Exits) -> list[Panel]:
    """Return the charts: stated reasons, what became of interruptions, and the hours at which people left."""
    named = [(label(context, _group_key(each.group)), each.number) for each in found.groups]
    panels: list[Panel] = [numbers(context, label(context, "staff.picture.reasons"), named)]
    if found.interruptions:
        panels.append(outcomes(context, found.interruptions))
    if found.hours:
        panels.append(hours(context, found.hours))
    return panels


COMMANDS = (Command("exits", FIGURES, exits),)
