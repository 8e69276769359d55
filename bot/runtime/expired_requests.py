"""Tells colleagues that nobody agreed in time to what they asked for."""

import contextlib
from collections.abc import Sequence

from bot.runtime.periodic import Periodic
from conversation.outbound import OutboundMessage
from handlers.actions.context import Tools
from handlers.organisation.events import AnyOrganisationEvent, Withdrawn
from handlers.organisation.repository import RecordBusy, append, load
from handlers.organisation.state import Organisation, OrganisationRecord, Ticket

BY = "expiry"
EVERY_S = 20.0


class ExpiredRequests(Periodic):
    """Removes the requests for a second colleague that have expired, and tells whoever made them.

    The removal and the message are one commit, so that of several processes only one tells it.
    """

    every_s = EVERY_S
    waits = "expiries_wait"

    def __init__(self, tools: Tools) -> None:
        super().__init__()
        self._tools = tools

    async def look(self) -> None:
        """Tell of every request that has expired. Raises StoreUnavailable."""
        organisation = (await load(self._tools.store)).state
        for name, ticket in organisation.tickets.items():
            if self._expired(ticket):
                with contextlib.suppress(RecordBusy):
                    await self._tell(name, self._message(organisation, ticket))

    def _expired(self, ticket: Ticket | None) -> bool:
        return ticket is not None and ticket.told and not ticket.taken and ticket.until_ms <= self._tools.now()

    async def _tell(self, name: str, messages: Sequence[OutboundMessage]) -> None:
        def event(record: OrganisationRecord) -> Sequence[AnyOrganisationEvent] | None:
            """None if another process told it, or somebody agreed at the last moment."""
            return (Withdrawn(name),) if self._expired(record.state.tickets.get(name)) else None

        await append(self._tools.store, event, f"expired:{name}", BY, self._tools.now, messages)

    def _message(self, organisation: Organisation, ticket: Ticket) -> Sequence[OutboundMessage]:
        person = organisation.people.get(ticket.person)
        if ticket.chat is None:
            return ()
        words = self._tools.words[person.language if person else "zh"]
        said = words.say("staff.second.expired", n=ticket.number)
        return (OutboundMessage(ticket.chat, said.text, (), said.bold, prompted=False),)
