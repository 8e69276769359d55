"""The candidates' bots as the console sees them: who keeps their tokens, and how they are doing."""

from typing import NamedTuple, Protocol

from conversation.errors import BotError


class TokenUnknown(BotError):
    """The platform does not know the token."""


class PlatformAway(BotError):
    """The platform could not be asked."""


class Figures(NamedTuple):
    """How an account is doing, over all processes: messages sent in the last minute, how long the oldest one waits
    (ms), updates that wait at the platform (None: not known), the last error and when it was (epoch ms, 0: none is
    remembered). `calls` of the platform's API: those of this month, and how many it allows (None: any number)."""

    sent: int = 0
    waits_ms: int = 0
    pending: int | None = None
    error: str = ""
    error_ms: int = 0
    calls: tuple[int, int] | None = None


class Bots(Protocol):
    """Keeps the bots that were added by chat. `configured` are the numbers of those in the settings, `staff` is
    that of the staff's bot (empty: there is none); `shared_key`: the tokens can be opened on other machines.
    `channel` is the platform, as addresses spell it."""

    @property
    def channel(self) -> str: ...
    @property
    def configured(self) -> frozenset[str]: ...
    @property
    def staff(self) -> str: ...
    @property
    def shared_key(self) -> bool: ...

    async def meet(self, token: str) -> str:
        """The bot's username, as the platform tells it. Raises TokenUnknown or PlatformAway."""

    async def keep(self, note: str, token: str) -> None:
        """The token, sealed, under this name. Raises BotError where it cannot be sealed."""

    async def erase(self, note: str) -> None:
        """What was kept under this name is gone."""

    async def leave(self, bot: str) -> None:
        """The platform sends the bot's updates nowhere any more, as far as it can be told."""
