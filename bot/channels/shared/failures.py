"""Updates that can never be handled: they are kept, and do not hold up those behind them."""

import contextlib
from collections.abc import AsyncIterator, Callable

from bot.logs import log
from bot.metrics import DEAD
from conversation.errors import BotError
from storage.errors import ArchiveOutOfReach, is_outage
from storage.keys import partition_of
from storage.ports import Outbox


@contextlib.asynccontextmanager
async def dead_letter_on_failure(
    outbox: Outbox,
    channel: str,
    account: str,
    body: Callable[[], bytes],
    *refusals: type[BotError],
    holds_up: bool = False,
) -> AsyncIterator[None]:
    """Put an update whose handling fails into the dead letters, and log its error.

    `body` returns the bytes to keep. An outage of the store is passed on, because the update was not committed and
    must come again, and so are errors of the types `refusals`, because the update is not accepted. An archive that
    is out of reach is passed on, too, unless an update that comes again `holds_up` those of other people.
    """
    try:
        yield
    except Exception as error:
        away = isinstance(error, ArchiveOutOfReach) and not holds_up
        if away or is_outage(error) or isinstance(error, refusals):
            raise
        why = type(error).__name__
        log.exception("update_failed", channel=channel, account=account)
        log.error("update_put_away", channel=channel, account=account, why=why)
        DEAD.labels("update").inc()
        await outbox.dead_letter(partition_of(account), "update", why, body())
