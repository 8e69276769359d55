"""Receiving updates from any bot platform: polling by one process at a time, or a webhook."""

import asyncio
import contextlib
import json
from typing import Protocol

from bot.channels.base import Rejected, TryLater
from bot.logs import log_wait
from bot.runtime.partition_leases import Leases
from storage.errors import StoreUnavailable

_NOT_OURS_S = 2
_TROUBLE_S = 3


class WebhookReceiver(Protocol):
    """Handles the requests to one account's webhook."""

    def authentic(self, secret: bytes) -> bool:
        """Return whether the request carries this account's secret. An empty secret never matches."""
        ...

    async def take(self, body: bytes) -> bool:
        """Handle one update; it is committed when this returns. Returns False if the body is not JSON.

        Raises StoreUnavailable if it was not committed and has to be sent again.
        """
        ...


class Poller(Protocol):
    """Asks one account for updates and handles them."""

    @property
    def account(self) -> str: ...

    def begin(self) -> None:
        """Start over after another process may have polled. Unconfirmed updates are received again."""

    async def round(self) -> None:
        """Poll once, taking much less time than a lease lasts. Raises TryLater, Rejected or StoreUnavailable."""


async def poll(poller: Poller, leases: Leases, stopping: asyncio.Event) -> None:
    """Poll until `stopping` is set, while this process has the lease.

    Only one process may poll at a time: Telegram answers 409 to a second one.
    """
    while not stopping.is_set():
        try:
            if not await leases.renew(0):
                poller.begin()
                if not await leases.take(0):
                    await pause(stopping, _NOT_OURS_S)
                    continue
            await poller.round()
        except (StoreUnavailable, TryLater, Rejected) as error:
            log_wait("polling_waits", error, bot=poller.account)
            await pause(stopping, getattr(error, "retry_after_s", None) or _TROUBLE_S)


async def pause(stopping: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stopping.wait()


def is_json(body: bytes) -> bool:
    """Return whether the body is well-formed JSON, whatever it contains.

    A decoder's error does not tell: typed decoders stop at the first value that they do not expect.
    """
    try:
        json.loads(body.decode(), parse_int=str, parse_constant=_no_number)  # numbers may be absurdly long
    except RecursionError:  # nested too deeply to parse, but JSON so far
        return True
    except ValueError:
        return False
    return True


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
