"""Updates that can never be handled: they are kept, and do not hold up those behind them."""

from collections.abc import Callable
from types import TracebackType

from bot.logs import log
from bot.metrics import DEAD
from conversation.errors import BotError
from storage.errors import ArchiveOutOfReach, is_outage
from storage.keys import partition_of
from storage.ports import Outbox


class dead_letter_on_failure:  # noqa: N801 - it is used like a function
    """Put an update whose handling fails into the dead letters, and log its error.

    `body` returns the bytes to keep. An outage of the store is passed on, because the update was not committed and
    must come again, and so are errors of the types `refusals`, because the update is not accepted. An archive that
    is out of reach is passed on, too, unless an update that comes again `holds_up` those of other people.

    It is a class because entering and leaving a generator takes longer, with every update.
    """

    __slots__ = ("_account", "_body", "_channel", "_holds_up", "_outbox", "_refusals")

    def __init__(
        self,
        outbox: Outbox,
        channel: str,
        account: str,
        body: Callable[[], bytes],
        *refusals: type[BotError],
        holds_up: bool = False,
    ) -> None:
        self._outbox = outbox
        self._channel = channel
        self._account = account
        self._body = body
        self._refusals = refusals
        self._holds_up = holds_up

    async def __aenter__(self) -> None:
        pass

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        away = isinstance(error, ArchiveOutOfReach) and not self._holds_up
        if away or is_outage(error) or isinstance(error, self._refusals):
            return False
        channel, account, why = self._channel, self._account, type(error).__name__
        log.exception("update_failed", channel=channel, account=account)
        log.error("update_put_away", channel=channel, account=account, why=why)
        DEAD.labels("update").inc()
        await self._outbox.dead_letter(partition_of(account), "update", why, self._body())
        return True
