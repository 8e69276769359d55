"""Which choice a typed text means."""

import re
import unicodedata
from functools import lru_cache

from conversation.choices.offered import NUMBERED, REMINDER, for_question, listed
from conversation.prompt import TroublePrompt
from conversation.state_parts import Listed
from conversation.turn import Turn
from conversation.words import normal

_LONGEST = 200  # characters: no option's label is longer
_LONGEST_OWN = 60  # characters: no other label is longer
_HARMLESS = (
    "continue",
    "keep",
    "mine",
    "question",
    "support",
    "device",
    "leave",
    "privacy",
    "undo",
    "asbefore",
    "undelete",
    "back",
)
"""Choices of an earlier list that are still understood by their labels: they show or ask something, and end
nothing."""
_BARE_NUMBER = re.compile(r"[(\[【]?\s*(\d{1,2})\s*[)\]】.、。!]*")
_HARMLESS_AWAY = ("later", "extension")
_ASKED_FIRST = {"submit": "question", "handin": "question", "exit": "leave", "pause": "leave"}
"""Choices of an earlier list that would submit, pause or leave, with the choice made instead, which only shows
them again."""


def typed(turn: Turn, text: str) -> str:
    """Return the choice that a typed text means now, or an empty string. It is a label, synonym or number of the
    list that was shown last, or the label of an earlier choice that can only mean one harmless thing."""
    longest = _LONGEST if turn.has_question and turn.kind.options(turn.question) else _LONGEST_OWN
    form = normal(text) if len(text) <= longest else ""
    if not form:
        return ""
    last = listed(turn.state, turn.script)
    meant = turn.vocabulary.choices(text)
    if found := _named(turn, last.choices, meant, form):
        return found
    if form.isdecimal():
        return _numbered(last, text)
    return _letter(form, last.choices) or _earlier(turn, meant, form)


def _numbered(last: Listed, text: str) -> str:
    """Return the choice whose number was typed: `2`, `２.`, `(2)`. A reminder comes unprompted, so the number of
    its "exit" only asks about leaving."""
    found = _BARE_NUMBER.fullmatch(unicodedata.normalize("NFKC", text).strip())
    number = int(found[1]) if found else 0
    if last.by_name or not 1 <= number <= len(last.choices):
        return ""
    choice = last.choices[number - 1]
    return "leave" if choice == "exit" and last.choices == REMINDER else choice


def _named(turn: Turn, choices: tuple[str, ...], meant: set[str], form: str) -> str:
    return next((each for each in choices if _family(each) in meant or _labelled(turn, each, form)), "")


def _labelled(turn: Turn, choice: str, form: str) -> bool:
    return _form_of(turn.label(choice)) == form


@lru_cache(4096)
def _form_of(label: str) -> str:
    return normal(label)


def _family(choice: str) -> str:
    """Return the choice without the number of the voice message or question that it names."""
    name, _, _ = choice.partition(".")
    return name if name in NUMBERED else choice


def _earlier(turn: Turn, meant: set[str], form: str) -> str:
    """Return a choice that is not in the list shown last: one of the open question underneath, or one that ends
    nothing. A choice that would submit, pause or leave is shown again instead of made."""
    state = turn.state
    meant = meant if state.prompt.text == "answer" else set()  # a free text was asked for: match labels only
    asks = state.prompt.text in ("answer", "correction", "addition") or isinstance(state.prompt, TroublePrompt)
    underneath = for_question(state, turn.script) if state.attentive and asks else ()
    safe = tuple(each for each in underneath if _family(each) not in _ASKED_FIRST)
    if found := _named(turn, safe, meant, form) or _letter(form, safe):
        return found
    plain = state.away or not form.isascii()  # "Later" may well be an answer
    if len(form) > _LONGEST_OWN:
        return ""
    harmless = (*_HARMLESS, *(_HARMLESS_AWAY if plain else ()))
    if found := next((each for each in harmless if _labelled(turn, each, form)), ""):
        return found
    if state.phase not in ("guided", "running", "paused", "exited", "unreachable"):
        return ""
    submits = meant & {"submit", "handin"}  # the other synonyms are command words
    return next((now for each, now in _ASKED_FIRST.items() if each in submits or _labelled(turn, each, form)), "")


def _letter(form: str, offered: tuple[str, ...]) -> str:
    options = [choice for choice in offered if choice.startswith("option.")]
    position = ord(form) - ord("a") if len(form) == 1 and form.isascii() and form.isalpha() else -1
    return options[position] if 0 <= position < len(options) else ""
