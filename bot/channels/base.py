"""What every channel has in common: what it can do, how it sends, and what can go wrong while sending."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Literal

import msgspec

from conversation.errors import BotError
from conversation.inbound import Address, Media
from conversation.outbound import OutboundMessage
from handlers.actions.bot_registry import Figures

Mode = Literal["", "webhook", "polling", "stream"]
"""How messages come in; empty where a platform has one way only."""


class Capabilities(msgspec.Struct, frozen=True):
    """What a platform can do, as far as other parts of the code act on it.

    - `edits`: a message that was sent can be changed in its place.
    - `bulk_per_s`: messages an account may send a second, for everything unprompted and after the platform has
      complained; 0: no limit.
    - `chat_burst`: messages that may be sent to one conversation at once, and on average in `chat_period_s`
      seconds (0: in as many seconds as there are messages).
    - `media_life_s`: how long a file that a candidate sent can be fetched; 0: for ever.
    - `most_media_bytes`: the largest file that can be fetched.
    - `silent`: a message can be sent without a sound. Where that is not so, notices wait for the morning's digest.
    - `files`: people can be sent files, `pictures`: and see pictures.
    - `typed`: no link leads into the conversation; candidates type their token.
    - `reaches`: people notice what we send unasked, whatever they are doing.
    - `local`: links open on the machine that the service runs on, unless it has a public address.
    - `kept`: we keep the conversations ourselves, in mailboxes.
    - `commands`: staff give commands here.
    - `staff`: only staff are here, no candidates.
    - `internal`: only parts of our own are here, no people.
    """

    edits: bool = False
    bulk_per_s: float = 0
    chat_burst: int = 0
    chat_period_s: float = 0
    media_life_s: int = 0
    most_media_bytes: int = 20 * 1024 * 1024
    silent: bool = False
    files: bool = False
    pictures: bool = False
    typed: bool = False
    reaches: bool = True
    local: bool = False
    kept: bool = False
    commands: bool = False
    staff: bool = False
    internal: bool = False


class SendError(BotError):
    """A message was not sent."""


class TryLater(SendError):
    """The message may be sent later: the network failed, the platform is in trouble, or there were too many
    messages. `retry_after_s` is what the platform asked for, None if it did not say. `whole_account`: the limit
    holds for the account, not only for this conversation."""

    def __init__(self, why: str, retry_after_s: float | None = None, *, whole_account: bool = False) -> None:
        super().__init__(why)
        self.retry_after_s = retry_after_s
        self.whole_account = whole_account


class Unreachable(SendError):
    """The person cannot be reached here any more: they blocked us, unsubscribed, or deleted their account."""


class NotNow(SendError):
    """The platform takes nothing for this person until they write again."""


class Rejected(SendError):
    """The platform will never take this message."""


class NothingToEdit(SendError):
    """The message that was shown is gone, or can no longer be changed."""


class MediaGone(BotError):
    """A file that a candidate sent can never be fetched; `why` is `gone` or `too_large`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Channel(ABC):
    """One of our accounts on one platform. Only `send` is needed; the other methods have the answers of a platform
    that lacks the feature.

    `name` is the platform as addresses spell it (`telegram`, `web`), `account` our account there, `username` its
    public name. `can` tells, where accounts differ, whether it may send unasked (`push`) or only reply. With
    `nudges` a notice that an interview waits can be sent at any time.
    """

    name: str
    account: str
    capabilities: Capabilities = Capabilities()
    mode: Mode = ""
    username: str = ""
    nudges: bool = False

    @property
    def can(self) -> Literal["", "push", "reply"]:
        return ""

    @abstractmethod
    async def send(self, message: OutboundMessage, key: str) -> str:
        """Send the whole message. `key` is the same for every attempt at the same message. Return the platform's
        id of it, for `edit`; empty if it cannot be edited. Raises SendError."""

    async def edit(self, message: OutboundMessage, shown: str, key: str) -> None:  # noqa: ARG002 - overridden
        """Put the message in the place of the one whose id is `shown`. Raises SendError, such as NothingToEdit."""
        raise NothingToEdit("what was sent cannot be changed")

    async def fetch(self, media: Media) -> bytes:  # noqa: ARG002 - overridden
        """The bytes of a file that a candidate sent. Raises MediaGone or TryLater."""
        raise MediaGone("gone")

    def pieces(self, message: OutboundMessage) -> Sequence[OutboundMessage]:
        """Split a message into those that the platform counts, each short enough for it."""
        return (message,)

    def joined(self, messages: Sequence[OutboundMessage]) -> Sequence[OutboundMessage]:
        """Join messages to one conversation into fewer, on a platform that allows only so many."""
        return messages

    async def learn_link(self) -> None:  # noqa: B027 - overridden, as the next ones
        """Ask the platform for what links need, such as the account's name. Raises SendError, StoreUnavailable."""

    async def prepare_links(self, tokens: Sequence[str]) -> None:  # noqa: B027
        """Ask the platform for the links of these tokens, where only it can make them."""

    def link(self, token: str) -> str | None:  # noqa: ARG002 - overridden
        """The link by which a candidate comes in with this token; None if there is none, or it is not known."""
        return None

    def staff_link(self, code: str) -> str | None:  # noqa: ARG002 - overridden
        """The link by which somebody with a one-time code joins the staff; None if there is none."""
        return None

    async def hand_over(self, user: str) -> bool:  # noqa: ARG002 - overridden
        """Give the conversation to a colleague at the platform's own desk. Return False if it has none. Raises
        SendError."""
        return False

    async def figures(self) -> Figures:
        """What the platform tells of the account: updates that wait, its last error, API calls used."""
        return Figures()

    def problem(self) -> str | None:
        """What keeps this account from working, in a sentence; None if nothing is known to."""
        return None

    async def close(self) -> None:  # noqa: B027
        """Release connections."""


class Registry:
    """The channels of this process, by platform and account."""

    def __init__(self) -> None:
        self._channels: dict[tuple[str, str], Channel] = {}

    def add(self, channel: Channel) -> None:
        self._channels[channel.name, channel.account] = channel

    def remove(self, name: str, account: str) -> Channel | None:
        """Remove a channel. Return it, or None if it was not there."""
        return self._channels.pop((name, account), None)

    def get(self, name: str, account: str) -> Channel | None:
        return self._channels.get((name, account))

    def at(self, address: Address) -> Channel | None:
        """The channel that reaches this address; None if this process has none."""
        return self._channels.get((address.channel, address.account))

    def all(self) -> list[Channel]:
        return list(self._channels.values())

    def pieces(self, message: OutboundMessage) -> Sequence[OutboundMessage]:
        """See `Channel.pieces`; the message whole if its channel is not here."""
        channel = self.at(message.to)
        return channel.pieces(message) if channel else (message,)

    def joined(self, messages: Sequence[OutboundMessage]) -> Sequence[OutboundMessage]:
        """See `Channel.joined`; all messages go to one address."""
        channel = self.at(messages[0].to) if messages else None
        return channel.joined(messages) if channel else messages

    def can(self, address: Address, capability: str, *, unknown: bool) -> bool:
        """Whether the address's channel has the capability of this name; `unknown` if the channel is not here."""
        channel = self.at(address)
        return bool(getattr(channel.capabilities, capability)) if channel else unknown
