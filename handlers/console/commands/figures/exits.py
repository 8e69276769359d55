"""`/exits`: why people left (the reasons they gave and the likely causes), and what brought them back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from conversation.script import Script
from conversation.words import Styled
from handlers.charts import Panel
from handlers.console.candidate_search import button
from handlers.console.command_line import Line
from handlers.console.commands.figures.breakdown import By, by, dimension
from handlers.console.commands.figures.returns import returns
from handlers.console.commands.figures.statistics import chosen, counts_of, summed
from handlers.console.context import Command, CommandContext, Usage
from handlers.console.pictures import hours, label, numbers, send_with_picture
from handlers.console.pictures import returns as picture_of_returns
from handlers.figures.outcomes import GROUPS, attribution, by_kind, causes, departures
from handlers.figures.rates import FEW, kept_back
from handlers.organisation.rights import READS
from storage.ports import Campaign

_BY = ("by", "按")
_OFFERED: tuple[By, ...] = ("question", "channel", "hour", "device")


async def exits(context: CommandContext, line: Line) -> None:
    """`/exits [CAMPAIGN|UNIT] [by DIMENSION]` shows why, or where, people left. Small numbers, which could
    identify people, are suppressed."""
    named, dimension = _dimension(line.arguments)
    what = await chosen(context, named)
    if dimension:
        await by(context, what, dimension)
        return
    total = summed(await counts_of(context, what.campaigns), what.campaigns)
    title = context.words.say("staff.exits.title", title=what.title)
    left = departures(total)
    back = Styled.join(returns(context, total))
    if left < FEW:
        why = context.words.say("staff.exits.few", few=FEW) if left else context.words.say("staff.exits.none")
        context.send(Styled.join([Styled.join([title, why]), *_likely(context, total), back], "\n\n"))
        return
    reasons = await _reasons(context, what.campaigns, total)
    headline = context.words.say("staff.exits.left", n=left, **by_kind(total))
    note = context.words.say("staff.exits.note", few=FEW)
    groups = _grouped(reasons, left)
    why = Styled.join([title, headline, *_by_group(context, reasons, groups)])
    said = Styled.join([why, *_likely(context, total), back, note], "\n\n")
    again = " ".join(("/exits", *(f'"{each}"' for each in named)))
    choices = [(button(context, f"{again} by {each}"), f"staff.choice.by.{each}") for each in _OFFERED]
    await send_with_picture(context, said, _panels(context, total, groups), "exits.png", choices)


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


def _likely(context: CommandContext, total: Counter[str]) -> list[Styled]:
    """Return the likely causes of times away, as derived from circumstances; empty if there are too few."""
    found = causes(total)
    if sum(found.values()) < FEW:
        return []
    hidden = kept_back(found)
    rows: list[Styled | str] = [
        context.words.plain(
            "staff.returns.line",
            what=context.words.text(f"staff.exits.cause.{name}"),
            number=_shown(context, number, name in hidden),
        )
        for name, number in sorted(found.items(), key=lambda each: -each[1])
    ]
    return [Styled.join([context.words.say("staff.exits.causes"), *rows])]


def _panels(context: CommandContext, total: Counter[str], groups: Mapping[str, int]) -> list[Panel]:
    """Return the charts: stated reasons, what became of interruptions, and the hours at which people left."""
    named = [
        (label(context, "staff.exits.unsaid" if group == "unsaid" else f"staff.exits.group.{group}"), number)
        for group, number in groups.items()
        if number
    ]
    panels: list[Panel] = [numbers(context, label(context, "staff.picture.reasons"), named)]
    found = attribution(total)
    if found.all >= FEW:
        panels.append(picture_of_returns(context, found))
    if total["away"] >= FEW:
        panels.append(hours(context, total))
    return panels


class _Reason(NamedTuple):
    id: str
    group: str
    label: str
    number: int


async def _reasons(context: CommandContext, among: Sequence[Campaign], total: Counter[str]) -> list[_Reason]:
    """Return the stated reasons, most frequent first. "Rather not say" (`skipped`) is not one."""
    scripts = [
        await context.tools.store.directory.script(version)
        for version in dict.fromkeys(each.script for each in among)
    ]
    said = [
        _reason(context, [each for each in scripts if each], name.removeprefix("reason:"), number)
        for name, number in total.items()
        if name.startswith("reason:") and name != "reason:skipped" and number > 0
    ]
    return sorted(said, key=lambda each: (-each.number, each.label))


def _reason(context: CommandContext, scripts: Sequence[Script], reason: str, number: int) -> _Reason:
    """Return a reason with its group and label. One that none of the scripts has is in the group "personal"."""
    known = next((found for script in scripts if (found := script.reason(reason))), None)
    own = known.label.in_(context.language) if known and known.label else ""
    return _Reason(reason, known.group if known else "personal", own or _default_label(context, reason), number)


def _default_label(context: CommandContext, reason: str) -> str:
    try:
        return context.tools.candidate_words[context.language].text(f"choice.reason.{reason}")
    except KeyError:
        return reason


def _grouped(reasons: Sequence[_Reason], left: int) -> dict[str, int]:
    """Return the number of people by group of reasons, largest first, then those who gave none ("unsaid")."""
    groups = {group: sum(each.number for each in reasons if each.group == group) for group in GROUPS}
    ordered = dict(sorted(groups.items(), key=lambda each: -each[1]))
    return {**ordered, "unsaid": max(0, left - sum(groups.values()))}


def _by_group(
    context: CommandContext, reasons: Sequence[_Reason], groups: Mapping[str, int]
) -> list[Styled | str]:
    hidden = kept_back(groups)
    lines: list[Styled | str] = []
    for group, number in groups.items():
        if number:
            key = "staff.exits.unsaid" if group == "unsaid" else f"staff.exits.group.{group}"
            shown = _shown(context, number, group in hidden)
            lines.append(context.words.say("staff.exits.group", group=context.words.text(key), number=shown))
            lines += (
                [] if group in hidden else _in_group(context, [each for each in reasons if each.group == group])
            )
    return lines


def _in_group(context: CommandContext, reasons: Sequence[_Reason]) -> list[Styled | str]:
    hidden = kept_back({each.id: each.number for each in reasons})
    return [
        context.words.plain(
            "staff.exits.reason",
            reason=each.label,
            number=_shown(context, each.number, each.id in hidden),
        )
        for each in reasons
    ]


def _shown(context: CommandContext, number: int, hidden: bool) -> str:
    return context.words.text("staff.exits.kept_back") if hidden else str(number)


COMMANDS = (Command("exits", READS, exits),)
