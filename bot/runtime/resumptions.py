"""The resumption loop: after a paused account was resumed, one process tells its interviews.

Their candidates get the paused time back.
"""

import contextlib
from collections.abc import Callable, Sequence

from bot.logs import log
from bot.runtime.partition_leases import Leases
from bot.runtime.periodic import Periodic
from conversation.errors import BotError
from conversation.inbound import AccountResumed
from handlers.intake.receive import Intake
from handlers.maintenance.account_pauses import go_on
from handlers.organisation import events
from handlers.organisation.events import AnyOrganisationEvent
from handlers.organisation.repository import RecordBusy, append
from handlers.organisation.state import Organisation, OrganisationRecord, Pause
from storage.errors import StoreUnavailable
from storage.ports import Store

EVERY_S = 1.0
SETTLED_MS = 3_000
"""How long after the end of a pause all processes know of it and hold no more messages back."""
LEASE_MS = 30_000


class Resuming(Periodic):
    """Looks once a second for resumed accounts whose interviews have not been told yet.

    `leases` are used for this work only.
    """

    every_s = EVERY_S
    waits = "resuming_waits"
    temporary = (StoreUnavailable, BotError)

    def __init__(
        self,
        store: Store,
        leases: Leases,
        intake: Intake,
        organisation: Callable[[], Organisation],
        now: Callable[[], int],
    ) -> None:
        super().__init__()
        self._store = store
        self._leases = leases
        self._intake = intake
        self._organisation = organisation
        self._now = now

    async def look(self) -> None:
        due = {
            account: pause
            for account, pause in self._organisation().resuming.items()
            if self._now() >= pause.until_ms + SETTLED_MS
        }
        if not due or not (await self._leases.renew(0) or await self._leases.take(0)):
            return
        try:
            for account, pause in due.items():
                if await self._tell_all(account, pause):
                    await self._note_done(account, pause)
        finally:
            await self._leases.release(0)

    async def _tell_all(self, account: str, pause: Pause) -> bool:
        channel, _, name = account.partition(":")
        log.info("resuming", account=account)
        what = AccountResumed(channel, name, pause.since_ms, pause.until_ms)
        return await go_on(self._store, self._intake, what, self._go_on, _failed)

    async def _go_on(self) -> bool:
        return not self.stopped and await self._leases.renew(0)

    async def _note_done(self, account: str, pause: Pause) -> None:
        cause = f"caught-up:{account}:{pause.until_ms}"

        def caught_up(record: OrganisationRecord) -> Sequence[AnyOrganisationEvent] | None:
            return (events.CaughtUp(account),) if record.state.resuming.get(account) == pause else None

        with contextlib.suppress(RecordBusy):  # looked at again
            if await append(self._store, caught_up, cause, "system", self._now):
                log.info("resumed", account=account)


def _failed(interview: str) -> None:
    log.exception("not_resumed", interview=interview)
