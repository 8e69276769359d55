"""The commands that a colleague needs most, for the menu of a messenger."""

import re

from conversation.words import Words
from handlers.console.registry import COMMANDS
from handlers.organisation.rights import Scope
from handlers.organisation.state import Organisation, Person

MOST = 10
_BY_USE = (
    "inbox", "candidates", "candidate", "report", "rate", "decide", "invite", "campaigns", "stats",
    "reply", "done", "duty", "exits", "funnel", "weekly", "audit", "export", "health", "language",
)  # fmt: skip
_SEMICOLON = re.compile(r"\s*[;；]")


def menu(organisation: Organisation, person: Person, words: Words) -> tuple[tuple[str, str], ...]:
    """Return the ten commands that the person may use and most people use most, with what they do. Empty for
    somebody without any right."""
    roles = {command.name: command.roles for command in COMMANDS}
    mine = [name for name in _BY_USE if Scope(organisation, person, roles[name])]
    chosen = [*mine[: MOST - 1], "help"] if mine else []
    return tuple((name, _SEMICOLON.split(words.text(f"staff.help.{name}"))[0]) for name in chosen)
