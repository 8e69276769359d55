"""`/org rule`: the rules of units about what requires two colleagues."""

from collections.abc import Iterable

from handlers.actions.approvals import BULK
from handlers.actions.people import RuleChanged, SetRule
from handlers.console.commands.system.general import unit_named, unit_title
from handlers.console.context import CommandContext, Form, Forms, Usage
from handlers.console.vocabulary import meant
from handlers.organisation.state import RULES, Rule


def rule(context: CommandContext, words: tuple[str, ...]) -> SetRule:
    """`/org rule [UNIT] bulk|decisions on|off` sets whether bulk actions or decisions need a second colleague."""
    if len(words) not in (2, 3):
        raise Usage
    *unit, which, how = words
    answer = meant(context, how, ("on", "off"), "staff.rule.words")
    named = meant(context, which, RULES, "staff.rule.words")
    if answer is None or named is None:
        raise Usage
    return SetRule(unit_named(context, "".join(unit)), named, answer == "on")


async def _changed(context: CommandContext, result: RuleChanged) -> None:
    key = f"staff.rule.{result.rule}.{'on' if result.on else 'off'}"
    context.say(key, unit=unit_title(context, result.unit), n=BULK)


def rules_said(context: CommandContext, rules: Iterable[Rule]) -> str:
    """Return the rules as a suffix for a unit's name in the tree."""
    return "".join(f" · {context.words.text(f'staff.rule.{each}')}" for each in rules)


FORMS: Forms = {SetRule: Form(_changed)}
