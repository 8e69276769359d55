"""Interface to the candidates' bots: where their tokens are kept, and their current figures."""

from typing import NamedTuple, Protocol

from conversation.errors import BotError


class TokenUnknown(BotError):
    """The platform does not know the token."""


class PlatformAway(BotError):
    """The platform could not be reached."""


class Figures(NamedTuple):
    """The current figures of an account, over all processes.

    - `sent`: messages sent in the last minute.
    - `waits_ms`: how long the oldest message has been waiting.
    - `pending`: updates waiting at the platform; None if unknown.
    - `error`, `error_ms`: the last error and its time (epoch ms); 0 if none is remembered.
    - `calls`: calls of the platform's API this month and the number allowed; None if unlimited.
    """

    sent: int = 0
    waits_ms: int = 0
    pending: int | None = None
    error: str = ""
    error_ms: int = 0
    calls: tuple[int, int] | None = None


class Bots(Protocol):
    """Keeps the bots that were added by chat.

    - `channel`: their platform, as addresses spell it.
    - `configured`: numbers of the bots in the settings.
    - `staff`: number of the staff's bot; empty if there is none.
    - `shared_key`: whether other machines can decrypt the tokens.
    """

    @property
    def channel(self) -> str: ...
    @property
    def configured(self) -> frozenset[str]: ...
    @property
    def staff(self) -> str: ...
    @property
    def shared_key(self) -> bool: ...

    async def meet(self, token: str) -> str:
        """Return the bot's username, asking the platform. Raises TokenUnknown or PlatformAway."""

    async def keep(self, note: str, token: str) -> None:
        """Store the token, encrypted, under this note. Raises BotError if it cannot be encrypted."""

    async def erase(self, note: str) -> None:
        """Delete the note and the token in it."""

    async def leave(self, bot: str) -> None:
        """Ask the platform to stop sending the bot's updates. Failures are ignored."""
