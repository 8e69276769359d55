"""Erasing a candidate: ordered here, carried out by `handlers.erasing`."""

from conversation.audit import unseal
from conversation.state import State
from conversation.transcript import read
from conversation.words import Styled
from handlers.staff.finding import one
from handlers.staff.lines import Line
from handlers.staff.rights import LEADS
from handlers.staff.telling import named, state_name
from handlers.staff.turn import Command, Refusal, Turn, Usage
from storage.ports import Order


async def preview(turn: Turn, line: Line) -> Styled:
    """Who it is, and what will be gone."""
    state = await _who(turn, line)
    turn.waiting = f"/forget {state.interview}"
    stored = await turn.tools.store.interviews.entries(state.interview)
    transcript = read((unseal(each)[1] for each in stored), await turn.tools.intake.script(state.script))
    parts = [part for answer in transcript.answers for part in (*answer.parts, *answer.dropped)]
    return turn.words.say(
        "staff.forget.preview",
        name=named(turn, state),
        campaign=state.campaign,
        state=state_name(turn, state),
        parts=len(parts),
        recordings=sum(bool(part.spoken and part.spoken.sha256) for part in parts),
        files=sum(bool(part.file and part.file.sha256) for part in parts)
        + sum(bool(line.sha256) for line in transcript.support),
        entries=len(stored),
    )


async def forget(turn: Turn, line: Line) -> None:
    """`/forget NAME|ID`"""
    state = await _who(turn, line)
    order = Order(state.interview, turn.person.id, turn.inbound.id, chat=turn.inbound.chat, language=turn.language)
    await turn.tools.store.erasures.order(order)
    turn.say("staff.forget.ordered", interview=state.interview)


async def _who(turn: Turn, line: Line) -> State:
    """The candidate's name stands in no record. Raises Refusal."""
    turn.recorded = "/forget"
    name = line.rest.strip().strip('"\u201c\u201d')
    if not name:
        raise Usage
    state = await one(turn, LEADS, name, lambda number: f"/forget {number}")
    turn.recorded = f"/forget {state.interview}"
    if state.phase == "erased":
        raise Refusal("staff.forget.already", interview=state.interview)
    return state


COMMANDS = (Command("forget", LEADS, forget, preview),)
