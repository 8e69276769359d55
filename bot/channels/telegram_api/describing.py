"""Describing a bot to the people who use it: its commands and profile texts, which Telegram keeps.

A bot works without them, so they are sent at leisure once it receives messages, and only those that have changed
since they were last sent. Telegram limits these calls for hours if they are made at every start.
"""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Iterable
from typing import Literal, NamedTuple

from bot.channels.base import SendError, TryLater
from bot.logs import log
from bot.runtime.polling import pause
from storage.errors import StoreUnavailable
from storage.ports import Kv

AFTER_S = 10.0
"""How long a bot has been connected before it is described, in seconds."""
FIRST_PAUSE_S = 60.0
EVERY_S = 60.0
AFTER_FAILURE_S = 3600.0
LONGEST_PAUSE_S = 6 * 3600.0
_KEPT_S = 400 * 24 * 3600


class Part(NamedTuple):
    """One thing that is set by one call.

    - `language`: for whom it is, by their language code; empty: for everyone whose language has none of its own.
    - `value`: the text, or the commands with their descriptions.
    - `chat`: the only chat in which it is shown; empty: in all.
    """

    kind: Literal["commands", "description", "short_description"]
    language: str
    value: str | tuple[tuple[str, str], ...]
    chat: str = ""

    @property
    def name(self) -> str:
        return f"{self.kind}:{self.language}:{self.chat}" if self.chat else f"{self.kind}:{self.language}"

    @property
    def sha256(self) -> str:
        return hashlib.sha256(json.dumps(self.value).encode()).hexdigest()


class Description:
    """The description of one bot.

    `send` sets one part and raises SendError. `kv` remember for all processes what was set; without them,
    everything is set each time. `warning` says what is not up to date and why, or is None.
    """

    def __init__(self, account: str, kv: Kv | None, send: Callable[[Part], Awaitable[None]]) -> None:
        self._account = account
        self._kv = kv
        self._send = send
        self._name = f"telegram-described:{account}"
        self.warning: str | None = None

    async def run(
        self, learn_name: Callable[[], Awaitable[None]], parts: Iterable[Part], stopping: asyncio.Event
    ) -> None:
        """Learn the bot's name and describe it, trying again until that is done or `stopping` is set.

        Waits as long as Telegram asks for, and otherwise longer after each failure.
        """
        failures = 0
        await pause(stopping, AFTER_S)
        while not stopping.is_set():
            try:
                await learn_name()
                await self.bring_up_to_date(parts)
                return
            except (SendError, StoreUnavailable) as error:
                self.warning = str(error)
                asked_s = getattr(error, "retry_after_s", None)
                pause_s = asked_s or min(FIRST_PAUSE_S * 2**failures, LONGEST_PAUSE_S)
                log.warning("bot_not_described", bot=self._account, why=str(error), again_in_s=round(pause_s))
            failures = min(failures + 1, 10)
            await pause(stopping, pause_s)

    async def keep_up_to_date(self, parts: Callable[[], Iterable[Part]], stopping: asyncio.Event) -> None:
        """Look every minute whether the parts have changed, and set those, until `stopping` is set."""
        done: tuple[Part, ...] = ()
        await pause(stopping, AFTER_S)
        while not stopping.is_set():
            now, pause_s = tuple(parts()), EVERY_S
            try:
                if now != done:
                    await self.bring_up_to_date(now)
                    done = now
            except (SendError, StoreUnavailable) as error:
                pause_s = getattr(error, "retry_after_s", None) or AFTER_FAILURE_S
                log.warning("menus_not_set", bot=self._account, why=str(error), again_in_s=round(pause_s))
            await pause(stopping, pause_s)

    async def bring_up_to_date(self, parts: Iterable[Part]) -> None:
        """Set the parts that have changed. Raises SendError, StoreUnavailable.

        A refused part does not keep the others from being set, but a limit on calls does.
        """
        known = await self._kv.fields(self._name) if self._kv else {}
        failed: SendError | None = None
        for part in parts:
            if known.get(part.name) == part.sha256:
                continue
            try:
                await self._send(part)
            except SendError as error:
                failed = error
                if isinstance(error, TryLater) and error.retry_after_s is not None:
                    break
                continue
            if self._kv:
                await self._kv.put(self._name, part.name, part.sha256, _KEPT_S)
        if failed:
            raise failed
        self.warning = None
