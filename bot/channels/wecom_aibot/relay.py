"""Sending from a process without the connection, by asking the one that has it.

The requests are shared values of the installation that expire after a minute. A request that was carried out is
answered under its key, so an attempt that is repeated is not carried out twice.
"""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec

from bot.channels.base import Rejected, SendError, TryLater
from bot.channels.wecom_aibot.render import Part
from bot.channels.wecom_aibot.settings import CHANNEL
from bot.logs import log, log_wait
from storage.errors import StoreUnavailable
from storage.ports import Kv

LIFE_S = 60
PATIENCE_S = 20.0
_LOOK_S = 0.25
_IDLE_S = 0.5
_SENT = "sent"
_PART = msgspec.json.Decoder(Part)


class Relay:
    """Both sides. `deliver` sends a part over the connection of this process, and raises SendError."""

    def __init__(
        self, kv: Kv, account: str, deliver: Callable[[Part], Awaitable[None]], *, patience_s: float = PATIENCE_S
    ) -> None:
        self._kv = kv
        self._deliver = deliver
        self._patience_s = patience_s
        self._asked = f"wecom-aibot:{account}:asked"
        self._told = f"wecom-aibot:{account}:told"

    async def ask(self, part: Part, key: str) -> None:
        """Have a part sent. `key` is the same for each attempt. Raises SendError, StoreUnavailable."""
        if not await self._answered(key):
            await self._kv.put(self._asked, key, msgspec.json.encode(part).decode(), LIFE_S)
            try:
                async with asyncio.timeout(self._patience_s):
                    while not await self._answered(key):  # noqa: ASYNC110 - another process answers
                        await asyncio.sleep(_LOOK_S)
            except TimeoutError:
                await self._kv.drop(self._asked, [key])
                raise TryLater("no process of this installation is connected to WeCom") from None

    async def _answered(self, key: str) -> bool:
        """Return whether a part was sent. Raises the error if it was not, and a new attempt may be made."""
        told = (await self._kv.fields(self._told)).get(key)
        if told is None:
            return False
        await self._kv.drop(self._told, [key])
        kind, _, why = told.partition(" ")
        if kind != _SENT:
            raise Rejected(why) if kind == "rejected" else TryLater(why)
        return True

    async def serve(self) -> None:
        """Carry out requests, until this is cancelled."""
        while True:
            try:
                asked = await self._kv.fields(self._asked)
                told = await self._kv.fields(self._told) if asked else {}
                for key, part in asked.items():
                    if key not in told:
                        await self._kv.put(self._told, key, await self._outcome(part), LIFE_S)
                    await self._kv.drop(self._asked, [key])
            except StoreUnavailable as error:
                log_wait("relay_waits", error)
                asked = {}
            await asyncio.sleep(0 if asked else _IDLE_S)

    async def _outcome(self, part: str) -> str:
        try:
            await self._deliver(_PART.decode(part))
        except Rejected as error:
            return f"rejected {error}"
        except SendError as error:
            return f"later {error}"
        except Exception as error:  # whatever is asked for must not end the answers to others
            log.exception("relay_failed", channel=CHANNEL)
            return f"later {type(error).__name__}"
        return _SENT
