"""What takes two colleagues in a unit."""

from conversation.words import normal
from handlers.staff.acts import RuleSet
from handlers.staff.approving import BULK
from handlers.staff.general import unit_named, unit_title
from handlers.staff.office import ROOT, RULES, Grant, Rule
from handlers.staff.rights import LEADS
from handlers.staff.turn import Refusal, Turn, Usage


def rule(turn: Turn, words: tuple[str, ...]) -> None:
    """`/org rule [UNIT] bulk|decisions on|off`"""
    if len(words) not in (2, 3):
        raise Usage
    *unit, which, how = words
    on = _on(turn, how)
    named = _rule(turn, which)
    where = unit_named(turn, "".join(unit))
    if not turn.scope(LEADS).covers(where):
        raise Refusal("staff.forbidden.unit", unit=unit_title(turn, where))
    if not on and not _above(turn, where):
        raise Refusal("staff.rule.above", unit=unit_title(turn, where))
    turn.record(RuleSet(where, named, on))
    key = f"staff.rule.{named}.{'on' if on else 'off'}"
    turn.say(key, unit=unit_title(turn, where), n=BULK)


def _above(turn: Turn, unit: str) -> bool:
    """Whether the person leads the unit above, or owns the whole: nobody frees themselves of a rule."""
    if unit == ROOT:
        return Grant("owner", ROOT) in turn.person.grants
    return turn.scope(LEADS).covers(turn.office.units[unit])


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
