"""`/org rule`: the rules of units about what requires two colleagues."""

from collections.abc import Iterable

from conversation.words import normal
from handlers.actions.approvals import BULK
from handlers.actions.people import RuleChanged, SetRule
from handlers.console.commands.system.general import unit_named, unit_title
from handlers.console.context import CommandContext, Form, Forms, Usage
from handlers.organisation.state import RULES, Rule


def rule(context: CommandContext, words: tuple[str, ...]) -> SetRule:
    """`/org rule [UNIT] bulk|decisions on|off` sets whether bulk actions or decisions need a second colleague."""
    if len(words) not in (2, 3):
        raise Usage
    *unit, which, how = words
    on = _on(context, how)
    named = _rule(context, which)
    return SetRule(unit_named(context, "".join(unit)), named, on)


async def _changed(context: CommandContext, result: RuleChanged) -> None:
    key = f"staff.rule.{result.rule}.{'on' if result.on else 'off'}"
    context.say(key, unit=unit_title(context, result.unit), n=BULK)


def rules_said(context: CommandContext, rules: Iterable[Rule]) -> str:
    """Return the rules as a suffix for a unit's name in the tree."""
    return "".join(f" · {context.words.text(f'staff.rule.{each}')}" for each in rules)


def _rule(context: CommandContext, word: str) -> Rule:
    for each in RULES:
        if normal(word) in _typed(context, f"staff.rule.words.{each}"):
            return each
    raise Usage


def _on(context: CommandContext, word: str) -> bool:
    for answer in ("on", "off"):
        if normal(word) in _typed(context, f"staff.rule.words.{answer}"):
            return answer == "on"
    raise Usage


def _typed(context: CommandContext, key: str) -> set[str]:
    return {
        normal(each) for language in ("zh", "en") for each in context.tools.words[language].text(key).split("|")
    }


FORMS: Forms = {SetRule: Form(_changed)}
