"""The digest loop: each place gets one digest per working day, and the heads of units one reminder of late
promises, however many processes run this loop.

The first process commits the digest together with an event saying that it was sent. Any other process finds that
event, or a commit conflict, and drops its own digest. A lease is not needed, and would not be sufficient.
"""

import contextlib
from collections.abc import Sequence

from msgspec.structs import replace

from bot.logs import log
from bot.runtime.periodic import Periodic
from conversation.outbound import OutboundMessage
from handlers.actions.context import Tools
from handlers.console.digest import BY, compose, digest_context
from handlers.console.digest_times import DigestPlace, Due, due, places
from handlers.notices.notices import Destination
from handlers.notices.overdue import BY as REMINDER
from handlers.notices.overdue import reminder_due, reminders
from handlers.organisation.events import AnyOrganisationEvent, Digested, HeadsReminded
from handlers.organisation.repository import RecordBusy, append, load
from handlers.organisation.state import Organisation, OrganisationRecord
from storage.errors import StoreUnavailable

EVERY_S = 20.0


class Digests(Periodic):
    """Sends the digests that are due. `fixed` are the destinations named in the settings."""

    every_s = EVERY_S
    waits = "digests_wait"

    def __init__(self, tools: Tools, fixed: Sequence[Destination] = ()) -> None:
        super().__init__()
        self._tools = tools
        self._fixed = tuple(fixed)

    async def look(self) -> None:
        """Send every digest that is due. A failure at one place does not stop the others.

        Raises StoreUnavailable.
        """
        organisation = (await load(self._tools.store)).state
        for place in places(organisation, self._fixed):
            if self.stopped:
                return
            try:
                if wanted := self._due(place, organisation):
                    await self._send(place, wanted, organisation)
            except StoreUnavailable:
                raise
            except Exception:
                log.exception("digest_failed", channel=place.address.channel)
        await self._remind_heads(organisation)

    async def _remind_heads(self, organisation: Organisation) -> None:
        """Remind the heads of units of promises that are late, in one commit that no other process repeats."""
        now, zone = self._tools.now(), self._tools.zone
        cause = reminder_due(organisation, now, zone)
        if not cause or not organisation.people:  # the record begins with the first owner
            return
        messages = await reminders(self._tools, organisation, cause)

        def event(record: OrganisationRecord) -> Sequence[AnyOrganisationEvent] | None:
            return (HeadsReminded(now),) if reminder_due(record.state, now, zone) == cause else None

        with contextlib.suppress(RecordBusy):
            if await append(self._tools.store, event, cause, REMINDER, self._tools.now, messages):
                log.info("heads_reminded", messages=len(messages))

    def _due(self, place: DigestPlace, organisation: Organisation) -> Due | None:
        return due(place, organisation, self._tools.now(), self._tools.zone)

    async def _send(self, place: DigestPlace, wanted: Due, organisation: Organisation) -> None:
        context = digest_context(self._tools, organisation, place, wanted)
        await compose(context, place, wanted)
        silent = place.quiet.covers(context.now, self._tools.zone)
        messages = [replace(each, prompted=False, silent=silent) for each in context.messages]
        told = Digested(place.address, context.now, tuple(context.alerts))
        if await self._commit(place, wanted, told, messages):
            log.info("digest_sent" if messages else "nothing_to_digest", channel=place.address.channel)

    async def _commit(
        self, place: DigestPlace, wanted: Due, told: Digested, messages: Sequence[OutboundMessage]
    ) -> bool:
        """Commit the digest with its event. Returns whether this process was the one that sent it."""

        def event(record: OrganisationRecord) -> Sequence[AnyOrganisationEvent] | None:
            """None if another process sent it, or its settings changed: the next look decides anew."""
            return (told,) if self._still(place, wanted, record.state) else None

        with contextlib.suppress(RecordBusy):
            return await append(self._tools.store, event, wanted.cause, BY, self._tools.now, messages)
        return False

    def _still(self, place: DigestPlace, wanted: Due, organisation: Organisation) -> bool:
        here = next((each for each in places(organisation, self._fixed) if each.address == place.address), None)
        now_due = self._due(here, organisation) if here and here.unit == place.unit else None
        return now_due is not None and now_due.cause == wanted.cause
