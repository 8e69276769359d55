"""What receiving has in common, whatever the bot: polled by one process at a time, or called at a webhook."""

import asyncio
import contextlib
import json
from typing import Protocol

from bot.channels.base import Rejected, TryLater
from bot.logs import log
from bot.runtime.partition_leases import Leases
from storage.errors import StoreUnavailable

_NOT_OURS_S = 2
_TROUBLE_S = 3


class Receiver(Protocol):
    """What stands behind one account's webhook."""

    def authentic(self, secret: bytes) -> bool:
        """Whether the request's secret is ours; an empty one never is."""
        ...

    async def take(self, body: bytes) -> bool:
        """One update, committed when this returns. False: it is not JSON at all. StoreUnavailable: not committed,
        it must be sent again."""
        ...


class Poller(Protocol):
    """Asks one account for updates and handles them."""

    @property
    def account(self) -> str: ...

    def begin(self) -> None:
        """Somebody else may have polled meanwhile: what is not confirmed comes again."""

    async def round(self) -> None:
        """Ask once, for much less than a lease's life. Raises TryLater, Rejected or StoreUnavailable."""


async def poll(poller: Poller, leases: Leases, stopping: asyncio.Event) -> None:
    """Rounds until `stopping`, by one process at a time (Telegram answers 409 to a second)."""
    while not stopping.is_set():
        try:
            if not await leases.renew(0):
                poller.begin()
                if not await leases.take(0):
                    await pause(stopping, _NOT_OURS_S)
                    continue
            await poller.round()
        except (StoreUnavailable, TryLater, Rejected) as error:
            log.warning("polling_waits", bot=poller.account, why=str(error))
            await pause(stopping, getattr(error, "retry_after_s", None) or _TROUBLE_S)


async def pause(stopping: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stopping.wait()


def is_json(body: bytes) -> bool:
    """Whether it is JSON at all, however strange: decoders stop at the first thing that they do not expect."""
    try:
        json.loads(body.decode(), parse_int=str, parse_constant=_no_number)  # numbers may be absurdly long
    except RecursionError:  # nested deeper than anything that can be read, but JSON so far
        return True
    except ValueError:
        return False
    return True


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
