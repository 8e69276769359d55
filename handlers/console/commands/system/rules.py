"""What takes two colleagues in a unit."""

from conversation.words import normal
from handlers.actions.approvals import BULK
from handlers.actions.people import RuleChanged, SetRule
from handlers.console.commands.system.general import unit_named, unit_title
from handlers.console.context import Form, Forms, Turn, Usage
from handlers.organisation.state import RULES, Rule


def rule(turn: Turn, words: tuple[str, ...]) -> SetRule:
    """`/org rule [UNIT] bulk|decisions on|off`"""
    if len(words) not in (2, 3):
        raise Usage
    *unit, which, how = words
    on = _on(turn, how)
    named = _rule(turn, which)
    return SetRule(unit_named(turn, "".join(unit)), named, on)


async def _changed(turn: Turn, result: RuleChanged) -> None:
    key = f"staff.rule.{result.rule}.{'on' if result.on else 'off'}"
    turn.say(key, unit=unit_title(turn, result.unit), n=BULK)


def rules_of(turn: Turn, unit: str) -> str:
    """To follow a unit's name in the tree."""
    names = (turn.words.text(f"staff.rule.{each}") for each in turn.office.rules.get(unit, ()))
    return "".join(f" · {name}" for name in names)


def _rule(turn: Turn, word: str) -> Rule:
    for each in RULES:
        if normal(word) in _typed(turn, f"staff.rule.words.{each}"):
            return each
    raise Usage


def _on(turn: Turn, word: str) -> bool:
    for answer in ("on", "off"):
        if normal(word) in _typed(turn, f"staff.rule.words.{answer}"):
            return answer == "on"
    raise Usage


def _typed(turn: Turn, key: str) -> set[str]:
    return {normal(each) for language in ("zh", "en") for each in turn.tools.words[language].text(key).split("|")}


FORMS: Forms = {SetRule: Form(_changed)}
