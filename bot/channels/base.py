"""What every channel is: what it can do, how it sends, and what can go wrong with that."""

from typing import Protocol

import msgspec

from conversation.errors import BotError
from conversation.inbound import Media
from conversation.outbound import OutboundMessage


class Capabilities(msgspec.Struct, frozen=True):
    """What a platform can do, as far as it makes a difference to how we send.

    `edits`: a message can be changed in its place. `bulk_per_s`: how many messages an account may send a
    second once the platform has complained, and for everything unprompted; 0: no limit. `chat_burst`: so many
    at once to one conversation, and on average so many in `chat_period_s` (0: in as many seconds).
    `media_life_s`: for how long what a candidate sent can be fetched, 0: as long as one likes;
    `most_media_bytes`: larger files cannot be. `silent`: a message can be sent without a sound; notices that
    should make none go nowhere else at night, and wait for the morning's digest. `files`: candidates can be
    sent files; `typed`: no link leads there, candidates type their token. `reaches`: what we send by ourselves
    is noticed by somebody who does something else, such as a reminder. `internal`: only parts of our own are
    there, no people."""

    edits: bool = False
    bulk_per_s: float = 0
    chat_burst: int = 0
    chat_period_s: float = 0
    media_life_s: int = 0
    most_media_bytes: int = 20 * 1024 * 1024
    silent: bool = False
    files: bool = False
    typed: bool = False
    reaches: bool = True
    internal: bool = False


class SendError(BotError):
    """A message was not sent."""


class TryLater(SendError):
    """It may be sent later: the network, the platform's own trouble, or too many messages.

    `retry_after_s` is what the platform asked for; None: it did not say. `whole_account`: the limit is not this
    chat's alone.
    """

    def __init__(self, why: str, retry_after_s: float | None = None, *, whole_account: bool = False) -> None:
        super().__init__(why)
        self.retry_after_s = retry_after_s
        self.whole_account = whole_account


class Unreachable(SendError):
    """The candidate cannot be reached here any more: blocked, unsubscribed, deleted."""


class NotNow(SendError):
    """The platform takes nothing for this candidate before they write again."""


class Rejected(SendError):
    """The platform will never take this message."""


class NothingToEdit(SendError):
    """What was shown is no longer there, or can no longer be changed."""


class MediaGone(BotError):
    """What a candidate sent cannot be fetched, ever; `why` is gone or too_large."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Channel(Protocol):
    """One account on one platform. One whose platform has a desk of its own also has `hand_over(user)`: whoever is
    free there gets the conversation."""

    @property
    def name(self) -> str:
        """The platform: `telegram`, `web`, …"""

    @property
    def account(self) -> str:
        """Our account there."""

    @property
    def capabilities(self) -> Capabilities: ...

    async def send(self, message: OutboundMessage, key: str) -> str:
        """Hand the message to the platform, whole. `key` is the same for every attempt at the same message. The
        platform's id of it, for `edit`; empty where it cannot be edited. Raises SendError."""

    async def edit(self, message: OutboundMessage, shown: str, key: str) -> None:
        """Put the message in the place of the one that `send` gave the id `shown`. Only where
        `capabilities.edits`. Raises SendError, NothingToEdit among them."""

    async def fetch(self, media: Media) -> bytes:
        """What a candidate sent, as it is. Raises MediaGone, or TryLater."""

    def link(self, token: str) -> str | None:
        """Where a candidate goes in with this token; None while that is not known."""

    def problem(self) -> str | None:
        """What keeps this account from working, in a sentence; None: nothing is known to."""

    async def close(self) -> None: ...


class Registry:
    """The channels of this process, by platform and account."""

    def __init__(self) -> None:
        self._channels: dict[tuple[str, str], Channel] = {}

    def add(self, channel: Channel) -> None:
        self._channels[channel.name, channel.account] = channel

    def remove(self, name: str, account: str) -> Channel | None:
        """The channel that is no longer there, if it was."""
        return self._channels.pop((name, account), None)

    def get(self, name: str, account: str) -> Channel | None:
        return self._channels.get((name, account))

    def all(self) -> list[Channel]:
        return list(self._channels.values())


class NoEdits:
    """For a channel whose platform cannot change what was sent."""

    async def edit(self, message: OutboundMessage, shown: str, key: str) -> None:  # noqa: ARG002 - the protocol's
        raise NothingToEdit("what was sent cannot be changed")


class NoFiles:
    """For a channel on which nobody can send anything."""

    async def fetch(self, media: Media) -> bytes:  # noqa: ARG002 - the protocol's
        raise MediaGone("gone")
