"""Recruiters' decisions. The candidate is told nothing, and nobody is turned down for not having finished."""

from typing import NoReturn

from conversation.inbound import DecisionMade, Inbound
from conversation.stages.staff import DECISIONS
from conversation.state import State
from conversation.words import normal
from handlers.next_steps import decisions, next_steps
from handlers.staff.finding import one
from handlers.staff.lines import Line
from handlers.staff.rights import HIRES
from handlers.staff.telling import done, named, quoted, unassessed
from handlers.staff.turn import Command, Refusal, Turn, Usage

MOST_NOTE = 500
"""Characters."""


async def decide(turn: Turn, line: Line) -> None:
    """`/decide NAME|ID yes|hold|no [NOTE]`; without a decision: those that are possible."""
    name, decision, note = _read(turn, line.arguments)
    if len(note) > MOST_NOTE:
        raise Refusal("staff.decide.note", most=MOST_NOTE)
    state = await _who(turn, line, name, f"{decision} {note}".strip())
    turn.found = f"{state.interview} {decision}".strip()
    if not decision:
        turn.say("staff.decide.ask", decisions(state), name=named(turn, state))
        return
    if decision == "no" and state.phase != "completed":
        await _unfinished(turn, state)
    two = turn.office.takes_two(state.unit, "decisions")
    inbound = Inbound(f"{turn.inbound.id}:decide", DecisionMade(decision, turn.person.id, note, two))
    if await turn.tools.intake.apply(state.interview, inbound) not in ("committed", "duplicate"):
        raise Refusal("staff.candidate.unknown", name=name[:60])
    record = await turn.tools.store.interviews.load(state.interview)
    proposed = record is not None and record.state.proposed is not None
    turn.say(
        "staff.decide.proposed" if proposed else "staff.decide.done",
        next_steps(state)[:1],
        name=named(turn, state),
        decision=turn.words.text(f"staff.decision.{decision}"),
        note=quoted(turn, note),
    )


async def _who(turn: Turn, line: Line, name: str, rest: str) -> State:
    try:
        return await one(turn, HIRES, name, lambda number: f"/decide {number} {rest}".strip())
    except Refusal as refusal:
        if refusal.key == "staff.candidate.unknown" and not rest and len(line.arguments) > 1:
            raise Usage from None  # a word that is no decision
        raise


def _read(turn: Turn, arguments: tuple[str, ...]) -> tuple[str, str, str]:
    """(who, decision, note): the first word after the name that is a decision divides them."""
    if not arguments:
        raise Usage
    for at, word in enumerate(arguments[1:], start=1):
        if decision := _decision_named(turn, word):
            return " ".join(arguments[:at]), decision, " ".join(arguments[at + 1 :])
    return " ".join(arguments), "", ""


def _decision_named(turn: Turn, word: str) -> str:
    form = normal(word)
    for decision in DECISIONS:
        typed = [turn.tools.words[each].text(f"staff.filter.{decision}") for each in ("zh", "en")]
        if form == decision or form in map(normal, "|".join(typed).split("|")):
            return decision
    return ""


async def _unfinished(turn: Turn, state: State) -> NoReturn:
    script = await turn.tools.intake.script(state.script)
    hold = decisions(state)[1:]
    raise Refusal(
        "staff.decide.unfinished",
        (*next_steps(state), *hold),
        name=named(turn, state),
        done=done(state),
        total=len(script.steps),
        stages=turn.words.text("staff.list.joint").join(unassessed(state, script, turn.language)),
    )


COMMANDS = (Command("decide", HIRES, decide, personal=True),)
