"""What somebody probably meant: buttons that repeat a line with the most similar command, campaign, unit or
colleague in place of a word that fits none."""

from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches

from conversation.words import normal
from handlers.console.candidate_search import kept_button
from handlers.console.command_line import Line
from handlers.console.context import Command, CommandContext
from handlers.notices.next_steps import Step
from handlers.organisation.rights import EVERYBODY
from handlers.queries.campaigns import visible_campaigns
from handlers.queries.organisation import ListColleagues

_MOST = 3
_LIKENESS = 0.6
_SHORT, _LIKENESS_OF_SHORT = 3, 0.5
_LONGEST_LABEL = 30
_WORDS = {
    "campaigns.unknown": "campaign",
    "figures.no_campaign": "campaign",
    "figures.neither": "name",
    "unit.unknown": "unit",
    "people.unknown": "name",
}
"""The value of each refusal that holds the word which fits nothing."""


async def say_unknown(context: CommandContext, line: Line, words: Mapping[str, Command]) -> None:
    """Answer a command that does not exist. `words` are all words for the commands that the person may use."""
    near = get_close_matches(normal(line.name), sorted(words), 1, _LIKENESS)
    help_ = ("/help", "staff.choice.help")
    if not near:
        context.say("staff.unknown", (help_,), name=line.name[:40])
        return
    command = words[near[0]]
    usage = context.words.text(f"staff.usage.{command.name}")
    meant = f"/{command.name} {'' if command.secret else line.rest}".strip()
    again = (await kept_button(context, meant), meant[:_LONGEST_LABEL])
    context.say("staff.unknown.near", (again, help_), name=line.name[:40], usage=usage)


async def instead(context: CommandContext, reason: str, values: Mapping[str, object]) -> list[Step]:
    """Return buttons that repeat the line with the names that are most similar to the one that fits none."""
    reason = reason.removeprefix("staff.")
    word = str(values.get(_WORDS.get(reason, ""), ""))
    command, _, arguments = context.inbound.text.strip().partition(" ")
    if not word or word not in arguments or context.inbound.file is not None:
        return []
    return [
        (await kept_button(context, f"{command} {arguments.replace(word, _quoted(name), 1)}"), name)
        for name in _similar(word, await _known(context, reason))
    ]


def _quoted(name: str) -> str:
    return f'"{name}"' if " " in name else name


def _similar(word: str, known: Iterable[str]) -> Collection[str]:
    by_form = {normal(name): name for name in known}
    likeness = _LIKENESS if len(word) > _SHORT else _LIKENESS_OF_SHORT
    return [by_form[form] for form in get_close_matches(normal(word), sorted(by_form), _MOST, likeness)]


async def _known(context: CommandContext, reason: str) -> list[str]:
    """Return the names that the person may know."""
    if reason == "people.unknown":
        return [each.name for each in (await ListColleagues().answer(context)).colleagues if each.name]
    known = list[str]()
    if reason != "unit.unknown":
        known += [each.id for each in await visible_campaigns(context)]
    if reason in ("unit.unknown", "figures.neither"):
        scope = context.scope(EVERYBODY)
        known += [
            context.organisation.unit_title(unit) for unit in context.organisation.units if scope.covers(unit)
        ]
    return known
