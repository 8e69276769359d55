"""What reaches many candidates takes a second colleague, in units that want that."""

from collections.abc import Sequence

from msgspec.structs import replace

from conversation.outbound import Choice, OutboundMessage
from conversation.words import Styled
from handlers.staff.acts import Asked
from handlers.staff.lines import Line
from handlers.staff.office import Person, Ticket
from handlers.staff.rights import Scope
from handlers.staff.turn import Command, Reach, Refusal, Turn

GROWTH = 0.1
"""By more than this what a second colleague agreed to must not have grown."""
BULK = 100
"""More candidates than that are many."""
SECOND_MS = 24 * 3600_000
"""So long a second colleague has."""
_MOST_ASKED = 10


async def passed_on(turn: Turn, command: Command, line: Line) -> bool:
    """Whether the confirmed command waits for a second colleague now. Raises Refusal: there is none."""
    ruled = any("bulk" in rules for rules in turn.office.rules.values())
    if command.preview is None or not (ruled or turn.first):
        return False
    preview = await command.preview(turn, line)
    reach = turn.reach
    if preview is None or reach is None:
        return False
    if turn.first:
        if reach.number > turn.first.number * (1 + GROWTH):
            raise Refusal("staff.second.grown", before=turn.first.number, now=reach.number)
        return False
    if reach.number <= BULK or not turn.office.takes_two(reach.unit, "bulk"):
        return False
    others = _others(turn, command, reach.unit)
    if not others:
        raise Refusal("staff.second.nobody", n=BULK)
    _ask(turn, f"/{command.name} {line.rest}".strip(), reach, preview, others)
    return True


def _others(turn: Turn, command: Command, unit: str) -> list[Person]:
    """Colleagues who may do the same there, by name."""
    found = [
        each
        for each in turn.office.people.values()
        if each.id != turn.person.id and each.addresses and Scope(turn.office, each, command.roles).covers(unit)
    ]
    return sorted(found, key=lambda each: (each.name.casefold(), each.id))[:_MOST_ASKED]


def _ask(turn: Turn, line: str, reach: Reach, preview: Styled, others: Sequence[Person]) -> None:
    ticket = turn.fresh()[:10]
    until_ms = turn.now + SECOND_MS
    asked = Asked(
        ticket,
        turn.person.id,
        line,
        until_ms,
        second=True,
        unit=reach.unit,
        chat=turn.inbound.chat,
        number=reach.number,
    )
    turn.record(asked)
    joint = turn.words.text("staff.list.joint")
    names = joint.join(each.name for each in others)
    turn.say("staff.second.asked", ((f"/no {ticket}", "staff.choice.no"),), names=names)
    for person in others:
        words = turn.tools.words[person.language]
        said = Styled.join([words.say("staff.second.wanted", name=turn.person.name), preview], "\n\n")
        choices = (
            Choice(f"/yes {ticket}", words.text("staff.second.choice.agree")),
            Choice(f"/no {ticket}", words.text("staff.second.choice.refuse")),
        )
        turn.messages.append(OutboundMessage(person.addresses[0], said.text, choices, said.bold))


def may_answer(turn: Turn, ticket: Ticket, command: Command | None, *, yes: bool) -> bool:
    """Whether it is theirs to say yes or no. Raises Refusal where somebody wants to be their own second."""
    if not ticket.second:
        return ticket.person == turn.person.id
    if ticket.person == turn.person.id:
        if yes:
            raise Refusal("staff.second.not_you")
        return True
    return (
        command is not None and turn.scope(command.roles).covers(ticket.unit) and _still_may(turn, ticket, command)
    )


def _still_may(turn: Turn, ticket: Ticket, command: Command) -> bool:
    """Whether whoever wanted it has the right to it still."""
    first = turn.office.people.get(ticket.person)
    if first is None:
        return turn.tools.local and ticket.person not in turn.office.people
    return Scope(turn.office, first, command.roles).covers(ticket.unit)


def tell_first(turn: Turn, ticket: Ticket, key: str) -> None:
    """Whoever wanted it hears what the second colleague said, and gets what came of it."""
    first = turn.office.people.get(ticket.person)
    if not ticket.second or ticket.chat is None or ticket.chat == turn.inbound.chat:
        return
    said = turn.tools.words[first.language if first else turn.language].say(key, name=turn.person.name)
    results = [each for each in turn.messages if each.to == turn.inbound.chat and each.file]
    turn.messages.append(OutboundMessage(ticket.chat, said.text, (), said.bold))
    turn.messages += [replace(each, to=ticket.chat) for each in results]
