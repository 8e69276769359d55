"""Sending a broadcast to the candidates of a campaign, to each once however often it is restarted."""

import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from conversation.inbound import Address, Announced, Inbound
from conversation.outbound import OutboundMessage
from conversation.state import State
from conversation.words import Styled, Vocabulary
from handlers.actions.broadcasts import belongs, may_send
from handlers.intake.receive import Intake
from handlers.members import batches
from handlers.organisation.events import AnyOrganisationEvent, BroadcastDropped, BroadcastSent
from handlers.organisation.repository import RecordBusy, append, load
from handlers.organisation.state import Broadcast, OrganisationRecord
from storage.errors import ArchiveOutOfReach, OfOneConversation
from storage.ports import Store


class Tally(NamedTuple):
    """How many candidates were written to, and how many could not be reached."""

    sent: int
    left_out: int


class Sender:
    """Sends broadcasts.

    `kept` returns an archived file, `halted` tells whether our account at an address is paused, `now` returns
    epoch milliseconds, and `local` is as in `Tools`.
    """

    def __init__(
        self,
        store: Store,
        intake: Intake,
        kept: Callable[[str], Awaitable[bytes]],
        halted: Callable[[Address], bool],
        words: Vocabulary,
        now: Callable[[], int],
        *,
        local: bool = False,
    ) -> None:
        self._store = store
        self._intake = intake
        self._kept = kept
        self._halted = halted
        self._words = words
        self._now = now
        self._local = local

    async def send(self, name: str, what: Broadcast, still_ours: Callable[[], Awaitable[bool]]) -> bool:
        """Send a broadcast. Returns whether it was completed.

        Returns False if it was taken back, if its writer has lost the right, or once `still_ours`, asked before
        each batch, returns False. Raises StoreUnavailable, also after all others were told, if the archive with
        somebody's record is out of reach; and whatever `kept` raises.
        """
        organisation = (await load(self._store)).state
        if name not in organisation.broadcasts:
            return False  # sent or taken back, which this process did not know yet
        campaign = await self._store.directory.campaign(what.campaign)
        if not may_send(organisation, what, campaign, local=self._local):
            await self._drop(name, what, "staff.broadcast.lost")
            return False
        inbound = Inbound(f"broadcast:{name}", Announced((await self._kept(what.sha256)).decode(), what.person))
        sent = left_out = 0
        away: ArchiveOutOfReach | None = None
        async for states in batches(self._store, [what.campaign]):
            if not await still_ours():
                return False
            for state in states:
                if not belongs(what.audience, state):
                    continue
                try:
                    reached = await self._reached(state, inbound)
                except ArchiveOutOfReach as error:
                    away = error
                    continue
                sent += reached
                left_out += not reached
        if away:
            raise away
        await self._note(name, what, Tally(sent, left_out))
        return True

    async def _reached(self, state: State, inbound: Inbound) -> bool:
        if state.address is None or self._halted(state.address):
            return False
        try:
            return await self._intake.apply(state.interview, inbound) in ("committed", "duplicate")
        except OfOneConversation as error:
            if isinstance(error, ArchiveOutOfReach):
                raise
            return False  # it must not keep the others from being told

    async def _note(self, name: str, what: Broadcast, tally: Tally) -> None:
        """Record the result in the organisation's record, together with the message to the writer."""
        said = self._words[what.language].say(
            "staff.broadcast.sent", campaign=what.campaign, n=tally.sent, left_out=self._left_out(what, tally)
        )
        await self._commit(name, what, BroadcastSent(name, tally.sent, tally.left_out), said)

    async def give_up(self, name: str, what: Broadcast) -> None:
        """Drop a broadcast whose text is lost, and tell its writer."""
        await self._drop(name, what, "staff.broadcast.failed")

    async def _drop(self, name: str, what: Broadcast, key: str) -> None:
        said = self._words[what.language].say(key, campaign=what.campaign)
        await self._commit(name, what, BroadcastDropped(name), said)

    async def _commit(
        self, name: str, what: Broadcast, event: BroadcastSent | BroadcastDropped, said: Styled
    ) -> None:
        message = OutboundMessage(what.chat, said.text, (), said.bold, prompted=False)

        def sent(record: OrganisationRecord) -> Sequence[AnyOrganisationEvent] | None:
            return (event,) if name in record.state.broadcasts else None

        with contextlib.suppress(RecordBusy):  # looked at again
            await append(self._store, sent, f"broadcast-sent:{name}", "system", self._now, (message,))

    def _left_out(self, what: Broadcast, tally: Tally) -> str:
        if not tally.left_out:
            return ""
        return self._words[what.language].plain("staff.broadcast.left_out", n=tally.left_out)
