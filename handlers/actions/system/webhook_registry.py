"""Interface to the webhooks: where their URLs and secrets are kept, and how one is tried."""

from typing import NamedTuple, Protocol

import msgspec

from conversation.errors import BotError


class AddressRefused(BotError):
    """Nothing is sent to a URL. `why`: `private` (it is not on the public internet) or `host` (there is none)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class TargetGone(BotError):
    """The URL and the secrets of a webhook cannot be read."""


class Secret(msgspec.Struct, frozen=True):
    """A secret (`whsec_…`) that signs until `until_ms` (epoch milliseconds; 0: without end)."""

    text: str
    until_ms: int = 0


class Target(msgspec.Struct, frozen=True):
    """Where a webhook's events go, and the secrets that sign them, the newest first."""

    url: str
    secrets: tuple[Secret, ...]


class Tried(NamedTuple):
    """How a test event was answered: the HTTP status, or 0 and `why` there was none."""

    status: int
    why: str = ""


class WebhookRegistry(Protocol):
    """Keeps the targets of webhooks, encrypted, each under a note."""

    async def check(self, url: str) -> None:
        """Look up the host of the URL. Raises AddressRefused."""

    async def keep(self, note: str, target: Target) -> None:
        """Store the target under this note. Raises BotError if it cannot be encrypted."""

    async def kept(self, note: str) -> Target:
        """Return the target under this note. Raises TargetGone."""

    async def erase(self, note: str) -> None:
        """Delete the note and the target in it."""

    async def ping(self, target: Target, identity: str) -> Tried:
        """Send a test event with this `webhook-id`, once."""

    def trouble(self, webhook: str) -> str:
        """Return why the webhook's events are not accepted at present, as far as this process knows, or ""."""
