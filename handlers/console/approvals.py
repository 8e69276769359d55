"""What reaches many candidates takes a second colleague, in units that want that."""

from msgspec.structs import replace

from conversation.outbound import Choice, OutboundMessage
from conversation.words import Styled
from handlers.actions.approvals import BULK, check_independent, independent
from handlers.actions.base import Action, Reach
from handlers.actions.codec import encode
from handlers.actions.context import Asker, Refused
from handlers.console.context import CHANGED_S, Turn
from handlers.organisation.events import Asked
from handlers.organisation.rights import Scope
from handlers.organisation.state import LOCAL_ID, Person, Ticket

SECOND_MS = 24 * 3600_000
"""For how long a second colleague can agree."""
KEPT = "file:"
"""Before the SHA-256 of an action that lies in the archive."""
_MOST_ASKED = 10


async def ticket_for(turn: Turn, action: Action, life_ms: int = CHANGED_S * 1000) -> Asked:
    """An action that waits for its confirmation. One with names or words of candidates lies in the archive, not in
    the record."""
    kept = encode(action)
    if action.personal:
        kept = f"{KEPT}{await turn.lent(kept.encode(), life_ms)}"
    return Asked(turn.fresh()[:10], turn.person.id, "", turn.now + life_ms, action=kept)


async def pass_on(turn: Turn, action: Action, reach: Reach, preview: Styled) -> None:
    """Ask the colleagues who can agree. Raises Refused: there are none."""
    others = await _others(turn, action, reach.unit)
    if not others:
        raise Refused("second.nobody", n=BULK)
    asked = await ticket_for(turn, action, SECOND_MS)
    asked = replace(asked, second=True, unit=reach.unit, chat=turn.reply_to, number=reach.number)
    turn.record(asked)
    joint = turn.words.text("staff.list.joint")
    names = joint.join(each.name for each in others)
    turn.say("staff.second.asked", ((f"/no {asked.ticket}", "staff.choice.no"),), names=names)
    for person in others:
        words = turn.tools.words[person.language]
        said = Styled.join([words.say("staff.second.wanted", name=turn.person.name), preview], "\n\n")
        choices = (
            Choice(f"/yes {asked.ticket}", words.text("staff.second.choice.agree")),
            Choice(f"/no {asked.ticket}", words.text("staff.second.choice.refuse")),
        )
        turn.messages.append(OutboundMessage(person.addresses[0], said.text, choices, said.bold))


async def _others(turn: Turn, action: Action, unit: str) -> list[Person]:
    """Colleagues who may do the same there and have that right from somebody else, by name."""
    found = [
        each
        for each in turn.office.people.values()
        if each.id != turn.person.id and each.addresses and Scope(turn.office, each, action.roles).covers(unit)
    ]
    found = await independent(turn, found, turn.person.id, action.roles, unit)
    return sorted(found, key=lambda each: (each.name.casefold(), each.id))[:_MOST_ASKED]


async def may_answer(turn: Turn, ticket: Ticket, action: Action | None, *, yes: bool) -> bool:
    """Whether it is theirs to say yes or no. Raises Refused where they cannot be the second, or where whoever
    asked has lost the right meanwhile."""
    if not ticket.second:
        return ticket.person == turn.person.id
    if ticket.person == turn.person.id:
        if yes:
            raise Refused("second.not_you")
        return True
    if action is None or not turn.scope(action.roles).covers(ticket.unit):
        return False
    if yes:
        _check_asker(turn, ticket, action)
        await check_independent(turn, ticket.person, action.roles, ticket.unit)
    return True


def _check_asker(turn: Turn, ticket: Ticket, action: Action) -> None:
    first = turn.office.people.get(ticket.person)
    if turn.tools.local and ticket.person == LOCAL_ID:
        return
    if first is None or not Scope(turn.office, first, action.roles).covers(ticket.unit):
        raise Refused("second.lost", name=first.name if first else ticket.person)


def asker_of(ticket: Ticket) -> Asker | None:
    """Who asked for an action that a second colleague agrees to."""
    return Asker(ticket.person, ticket.chat, ticket.number) if ticket.second else None


def tell_first(turn: Turn, ticket: Ticket, key: str) -> None:
    """Whoever wanted it hears what the second colleague said, and gets what came of it."""
    first = turn.office.people.get(ticket.person)
    if not ticket.second or ticket.chat is None or ticket.chat == turn.inbound.chat:
        return
    said = turn.tools.words[first.language if first else turn.language].say(key, name=turn.person.name)
    results = [each for each in turn.messages if each.to == turn.inbound.chat and each.file]
    turn.messages.append(OutboundMessage(ticket.chat, said.text, (), said.bold))
    turn.messages += [replace(each, to=ticket.chat) for each in results]
