"""Support: what colleagues answer goes to the candidate, and the candidate back to the interview."""

import re

from conversation.inbound import Inbound, SupportAnswered, SupportFinished
from conversation.state import State
from handlers.staff import lines
from handlers.staff.finding import has_happened, one
from handlers.staff.lines import Line
from handlers.staff.office import Role
from handlers.staff.telling import named
from handlers.staff.turn import Command, Refusal, Turn, Usage

HELPS: frozenset[Role] = frozenset({"owner", "admin", "recruiter", "support"})
MOST_CHARACTERS = lines.MOST_CHARACTERS - 100
"""Of an answer: beside the command it must be whole in a line."""
_MARK = re.compile(r"#([0-9a-f]{16})\s*\Z")
"""At the end of a notice: before it are the candidate's own words, which can have the like."""
_PARTS = re.compile(r'(?:["\u201c\u201d]([^"\u201c\u201d]+)["\u201c\u201d]|(\S+))\s+(.+)', re.DOTALL)


def answer_line(noticed: str, text: str) -> str:
    """The command line that a plain reply to a support notice means; the text itself, where it is none."""
    found = _MARK.search(noticed)
    return f"/reply {found[1]} {text}" if found and not text.lstrip().startswith(("/", "／")) else text


async def reply(turn: Turn, line: Line) -> None:
    """`/reply NAME|ID TEXT`"""
    turn.recorded = "/reply"  # what is said, and to whom, is in the interview's own record
    parts = _PARTS.fullmatch(line.rest)
    if parts is None:
        raise Usage
    name, text = parts[1] or parts[2], parts[3].strip()
    if len(text) > MOST_CHARACTERS or len(turn.inbound.text.strip()) > lines.MOST_CHARACTERS:
        raise Refusal("staff.reply.long", most=MOST_CHARACTERS)
    state = await _reachable(turn, name)
    turn.recorded = f"/reply {state.interview}"
    by = turn.person.id
    await turn.tools.intake.apply(state.interview, Inbound(f"{turn.inbound.id}:reply", SupportAnswered(text, by)))
    turn.say("staff.reply.sent", ((f"/done {state.interview}", "staff.choice.done"),), name=named(turn, state))


async def done(turn: Turn, line: Line) -> None:
    """`/done NAME|ID`"""
    turn.recorded = "/done"
    if len(line.arguments) != 1:
        raise Usage
    state = await one(turn, HELPS, line.arguments[0], lambda number: f"/done {number}")
    turn.recorded = f"/done {state.interview}"
    cause = f"{turn.inbound.id}:done"
    if state.support is None and not await has_happened(turn, state.interview, cause):
        raise Refusal("staff.done.not", name=named(turn, state))
    finished = Inbound(cause, SupportFinished(turn.person.id))
    await turn.tools.intake.apply(state.interview, finished)
    turn.say("staff.done", name=named(turn, state))


async def _reachable(turn: Turn, name: str) -> State:
    state = await one(turn, HELPS, name, lambda number: f"/candidate {number}")
    if state.address is None or state.phase in ("unreachable", "erased"):
        raise Refusal("staff.reply.nowhere", name=named(turn, state))
    return state


COMMANDS = (
    Command("reply", HELPS, reply),
    Command("done", HELPS, done),
)
