"""The digest loop: each place is told once on a working day, whatever number of processes look after it.

Who looks first commits the message together with the note that this day is told; whoever else had one ready finds
that note, or a conflict, and drops theirs. No lease is needed for that, nor would one be enough.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from bot.logs import log
from bot.runtime.periodic import Periodic
from conversation.outbound import OutboundMessage
from handlers.actions.context import Tools
from handlers.console.digest import BY, compose, digest_context
from handlers.console.digest_times import Due, Place, due, places
from handlers.notices.notices import Destination
from handlers.organisation.events import Digested
from handlers.organisation.repository import commit, load
from handlers.organisation.state import Organisation
from storage.errors import StoreUnavailable
from storage.ports import Committed, Conflict

EVERY_S = 20.0
_ATTEMPTS = 30


class Digests(Periodic):
    """`fixed` are the places that the settings name."""

    every_s = EVERY_S
    waits = "digests_wait"

    def __init__(self, tools: Tools, fixed: Sequence[Destination] = ()) -> None:
        super().__init__()
        self._tools = tools
        self._fixed = tuple(fixed)

    async def look(self) -> None:
        """Send whatever is due. One place's trouble keeps no other from its digest. Raises StoreUnavailable."""
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

    def _due(self, place: Place, organisation: Organisation) -> Due | None:
        return due(place, organisation, self._tools.now(), self._tools.zone)

    async def _send(self, place: Place, wanted: Due, organisation: Organisation) -> None:
        context = digest_context(self._tools, organisation, place, wanted)
        await compose(context, place, wanted)
        silent = place.quiet.covers(context.now, self._tools.zone)
        messages = [replace(each, prompted=False, silent=silent) for each in context.messages]
        told = Digested(place.address, context.now, tuple(context.alerts))
        if await self._commit(place, wanted, told, messages):
            log.info("digest_sent" if messages else "nothing_to_digest", channel=place.address.channel)

    async def _commit(
        self, place: Place, wanted: Due, told: Digested, messages: Sequence[OutboundMessage]
    ) -> bool:
        """Whether it was this process that told it."""
        for _ in range(_ATTEMPTS):
            record = await load(self._tools.store)
            if not self._still(place, wanted, record.state):
                return False  # told by another process, or wanted otherwise by now: it is looked at again
            answer = await commit(
                self._tools.store, record, (told,), wanted.cause, BY, self._tools.now(), messages
            )
            if not isinstance(answer, Conflict):
                return isinstance(answer, Committed)
        return False

    def _still(self, place: Place, wanted: Due, organisation: Organisation) -> bool:
        here = next((each for each in places(organisation, self._fixed) if each.address == place.address), None)
        now_due = self._due(here, organisation) if here and here.unit == place.unit else None
        return now_due is not None and now_due.cause == wanted.cause
