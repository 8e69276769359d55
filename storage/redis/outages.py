"""Whether Redis refuses at present, as this process's calls find it: when an outage begins and when it is over."""

import asyncio
from typing import Protocol

from storage.errors import StoreUnavailable

QUIET_S = 5.0
"""How long no call may have been refused before an outage counts as over, in seconds. Often only some calls are
refused, for example those that write."""
EXPECTED = frozenset({"NOSCRIPT", "BUSYGROUP", "NOGROUP"})
"""Codes of replies that their callers expect and deal with."""
OPTIONAL = frozenset({"INFO", "CONFIG GET", "BGREWRITEAOF", "BGSAVE"})
"""Commands that a server may lack or a user may be forbidden. Only warnings and erased bytes in files depend on
them."""
FORBIDDEN = frozenset({"NOPERM", "ERR"})
"""The codes with which optional commands are refused."""


class Listener(Protocol):
    """Is told of outages."""

    def begun(self, error: StoreUnavailable) -> None:
        """Redis refuses. In one outage this is called once for each code."""

    def over(self, seconds: float) -> None:
        """Redis has refused nothing for a while, after an outage of so many seconds."""


class Outages:
    """The outages of one client's server."""

    def __init__(self, listener: Listener | None = None) -> None:
        self.listener = listener
        self.current: StoreUnavailable | None = None
        """The latest refusal of the outage that lasts."""
        self._codes: set[str] = set()
        self._since = self._last = 0.0

    def refused(self, error: StoreUnavailable, command: object = "") -> None:
        """Note that a call was refused."""
        if error.code in EXPECTED or (command in OPTIONAL and error.code in FORBIDDEN):
            return
        self._last = asyncio.get_running_loop().time()
        if self.current is None:
            self._since = self._last
        self.current = error
        if error.code not in self._codes:
            self._codes.add(error.code)
            if self.listener:
                self.listener.begun(error)

    def answered(self) -> None:
        """Note that a call was carried out. Needs to be called only while an outage lasts."""
        if asyncio.get_running_loop().time() - self._last < QUIET_S:
            return
        self.current = None
        self._codes.clear()
        if self.listener:
            self.listener.over(self._last - self._since)
