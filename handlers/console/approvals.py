"""Tickets for actions that wait for confirmation, and approval by a second colleague.

Units can require a second colleague for actions that reach many candidates.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from conversation.outbound import Choice, OutboundMessage
from conversation.words import Styled
from handlers.actions.approvals import BULK, Seconds, check_independent
from handlers.actions.base import Action, Preview, Reach, Result
from handlers.actions.codec import encode
from handlers.actions.context import Asker, Refused
from handlers.console.context import CHANGED_S, CommandContext, Form
from handlers.organisation.events import Asked
from handlers.organisation.rights import Scope
from handlers.organisation.state import LOCAL_ID, Ticket

SECOND_MS = 24 * 3600_000
"""How long a second colleague has to respond, or something can be undone by a button, in milliseconds."""
_MOST_REASON = 300
KEPT = "file:"
"""Prefix of a ticket's text that refers to the archive. The SHA-256 (hex) of the archived text follows."""


async def ticket_for(context: CommandContext, action: Action, life_ms: int = CHANGED_S * 1000) -> Asked:
    """Return the event that makes an action wait `life_ms` milliseconds for its confirmation. An action with names
    or words of candidates is put into the archive instead of the record."""
    kept = encode(action)
    if action.personal:
        kept = f"{KEPT}{await context.lent(kept.encode(), life_ms)}"
    return Asked(context.nonce()[:10], context.person.id, "", context.now + life_ms, action=kept)


async def choices_for(
    context: CommandContext, form: Form, action: Action, preview: Preview
) -> Sequence[tuple[str, str]]:
    """Return the buttons under a preview: yes, or what the form offers instead, and no. Each has a ticket."""
    ways = form.ways(context, action, preview) if form.ways else ()
    choices: list[tuple[str, str]] = []
    for way, label in ways or ((preview.confirms or action, "staff.choice.yes"),):
        asked = await ticket_for(context, way)
        context.record(asked)
        choices.append((f"/yes {asked.ticket}", label))
    return (*choices, (choices[0][0].replace("/yes", "/no"), "staff.choice.no"))


async def undo_button(context: CommandContext, result: Result, unit: str, label: str) -> Sequence[tuple[str, str]]:
    """Return a button, with the catalogue's text `label`, that undoes what was done in `unit`: for everyone in the
    chat who may carry out there the action that undoes it."""
    if result.undo is None:
        return ()
    asked = replace(await ticket_for(context, result.undo, SECOND_MS), unit=unit, shared=True)
    context.record(asked)
    return ((f"/yes {asked.ticket}", label),)


async def pass_on(context: CommandContext, action: Action, reach: Reach, preview: Styled) -> None:
    """Ask the colleagues who may approve the action. Raises Refused if there are none."""
    seconds = Seconds(context.tools.store, context.organisation)
    others = await seconds.of(context.person.id, action.roles, reach.unit)
    if not others:
        raise Refused("second.nobody", n=BULK)
    asked = await ticket_for(context, action, SECOND_MS)
    asked = replace(asked, second=True, told=True, unit=reach.unit, chat=context.reply_to, number=reach.number)
    context.record(asked)
    joint = context.words.text("staff.list.joint")
    names = joint.join(each.name for each in others)
    context.say("staff.second.asked", ((f"/no {asked.ticket}", "staff.choice.no"),), names=names)
    for person in others:
        words = context.tools.words[person.language]
        wanted, how = (
            words.say("staff.second.wanted", name=context.person.name),
            words.say("staff.second.reason", ticket=asked.ticket),
        )
        said = Styled.join([wanted, preview, how], "\n\n")
        choices = (
            Choice(f"/yes {asked.ticket}", words.text("staff.second.choice.agree")),
            Choice(f"/no {asked.ticket}", words.text("staff.second.choice.refuse")),
        )
        context.messages.append(OutboundMessage(person.addresses[0], said.text, choices, said.bold))


async def may_answer(context: CommandContext, ticket: Ticket, action: Action | None, *, yes: bool) -> bool:
    """Whether the person may confirm the ticket (`yes`) or decline it. Raises Refused if they cannot be the second
    colleague, or if the first one has lost the right meanwhile."""
    if ticket.shared:
        return action is not None and context.scope(action.roles).covers(ticket.unit)
    if not ticket.second:
        return ticket.person == context.person.id
    if ticket.person == context.person.id:
        if yes:
            raise Refused("second.not_you")
        return True
    if action is None or not context.scope(action.roles).covers(ticket.unit):
        return False
    if yes:
        _check_asker(context, ticket, action)
        await check_independent(context, ticket.person, action.roles, ticket.unit)
    return True


def _check_asker(context: CommandContext, ticket: Ticket, action: Action) -> None:
    first = context.organisation.people.get(ticket.person)
    if context.tools.local and ticket.person == LOCAL_ID:
        return
    if first is None or not Scope(context.organisation, first, action.roles).covers(ticket.unit):
        raise Refused("second.lost", name=first.name if first else ticket.person)


def asker_of(ticket: Ticket) -> Asker | None:
    """Return who asked for the action, if the ticket is for a second colleague."""
    return Asker(ticket.person, ticket.chat, ticket.number) if ticket.second else None


def tell_first(context: CommandContext, ticket: Ticket, key: str) -> None:
    """Send the second colleague's answer, the catalogue's text `key`, to the chat of the first.

    It includes the reason typed after `/no`, and copies of the files that resulted. Does nothing for other
    tickets, in the same chat, or for one's own answer.
    """
    first = context.organisation.people.get(ticket.person)
    own = ticket.person == context.person.id
    if not ticket.second or ticket.chat is None or ticket.chat == context.inbound.chat or own:
        return
    words = context.tools.words[first.language if first else context.language]
    reason = " ".join(context.inbound.text.split()[2:])[:_MOST_REASON]
    note = f" · {words.plain('staff.card.note', note=reason)}" if reason else ""
    said = words.say(key, name=context.person.name, note=note)
    results = [each for each in context.messages if each.to == context.inbound.chat and each.file]
    context.messages.append(OutboundMessage(ticket.chat, said.text, (), said.bold))
    context.messages += [replace(each, to=ticket.chat) for each in results]
