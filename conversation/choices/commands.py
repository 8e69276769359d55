"""Commands that are not quite the right words, and the one that asks for the rest of a reply."""

from difflib import get_close_matches

from conversation import events as e
from conversation import inbound as i
from conversation.turn import Turn

_NEAR = 0.75
_CARRIED_OUT = ("help", "status", "mydata", "export", "correct", "human", "adjust", "switch", "privacy", "support")
_COMMANDS = (*_CARRIED_OUT, "exit", "continue", "delete", "language", "start", "pause")
_ASKED_FIRST = {"delete": "delete", "pause": "leave", "exit": "leave"}


def meant(turn: Turn, name: str) -> str:
    """Return the command that an unknown one stands for if it may be carried out unasked, else an empty string."""
    known = turn.vocabulary.command(name)
    near = known or _nearest(name)
    return near if known or near in _CARRIED_OUT or near in ("continue", "start", "exit") else ""


def offer(turn: Turn, name: str) -> None:
    """Record that a command is unknown, and offer the nearest one."""
    near = _nearest(name)
    turn.record(e.NotTaken("command", f"/{name}"[:80]))
    way_on = ("continue",) if turn.has_question else ()
    if near in _ASKED_FIRST:
        turn.say("command.near", (_ASKED_FIRST[near], *way_on), near=f"/{near}")
    else:
        turn.say("command.unknown", way_on)


def _nearest(name: str) -> str:
    return next(iter(get_close_matches(name, _COMMANDS, 1, _NEAR)), "")


def asks_for_more(turn: Turn, what: i.What) -> bool:
    """Return whether the candidate asks for the rest of what could not all be sent at once. That is not an
    answer."""
    match what:
        case i.TextReceived(text=text):
            command = turn.vocabulary.command(text)
        case i.CommandReceived(name=command):
            pass
        case _:
            return False
    return command == "more" and turn.state.window is not None
