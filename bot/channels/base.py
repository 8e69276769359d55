"""The base of all channels: capabilities, sending, and the errors of sending."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from conversation.errors import BotError
from conversation.inbound import Address, Media
from conversation.outbound import OutboundMessage
from handlers.actions.context import Account
from handlers.actions.system.bot_registry import Figures

Mode = Literal["", "webhook", "polling", "stream"]
"""How messages come in. Empty if the platform has only one way."""


class Capabilities(msgspec.Struct, frozen=True):
    """What a platform can do, as far as other parts of the code depend on it.

    - `edits`: a sent message can be changed in place.
    - `bulk_per_s`: how many unprompted messages an account may send a second. After the platform has complained,
      it limits all messages of the account. 0 means no limit.
    - `chat_burst`: messages that may be sent to one conversation at once, and on average in `chat_period_s`
      seconds. A period of 0 means as many seconds as there are messages.
    - `media_life_s`: how long a candidate's file can be fetched, in seconds. 0 means for ever.
    - `most_media_bytes`: the largest file that can be fetched.
    - `silent`: a message can be sent without a sound. Otherwise notices wait for the morning's digest.
    - `files`: people can be sent files.
    - `pictures`: people can be shown pictures.
    - `typed`: no link leads into the conversation, so candidates type their token.
    - `reaches`: people notice unprompted messages, whatever they are doing.
    - `local`: links open only on the machine that runs the service, unless it has a public address.
    - `kept`: we store the conversations ourselves, in mailboxes.
    - `commands`: staff can give commands here.
    - `staff`: only staff are here, no candidates.
    - `gives_up`: it decides by itself when a message was tried often enough, and raises Rejected.
    - `internal`: only parts of this program are here, no people.
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
    gives_up: bool = False


class SendError(BotError):
    """A message was not sent."""


class TryLater(SendError):
    """The message may be sent later: the network or the platform failed, or there were too many messages.

    `retry_after_s` is the wait that the platform asked for, or None if it did not say. `whole_account` says that
    the limit holds for the whole account, not only for this conversation.
    """

    def __init__(self, why: str, retry_after_s: float | None = None, *, whole_account: bool = False) -> None:
        super().__init__(why)
        self.retry_after_s = retry_after_s
        self.whole_account = whole_account


class Unreachable(SendError):
    """The person can no longer be reached here: they blocked us, unsubscribed, or deleted their account."""


class NotNow(SendError):
    """The platform accepts nothing for this person until they write again."""


class Rejected(SendError):
    """The platform will never accept this message."""


class NothingToEdit(SendError):
    """The message to edit is gone, or can no longer be changed."""


class MediaGone(BotError):
    """A candidate's file can never be fetched. `why` is `gone` or `too_large`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Channel(ABC):
    """One of our accounts on one platform.

    Only `send` must be implemented. The other methods default to what fits a platform without the feature.

    - `name`: the platform as spelled in addresses (`telegram`, `web`).
    - `account`: our account there.
    - `username`: the account's public name.
    - `can`: where accounts differ, whether this one may send unprompted (`push`) or only reply (`reply`).
    """

    name: str
    account: str
    capabilities: Capabilities = Capabilities()
    mode: Mode = ""
    username: str = ""

    @property
    def can(self) -> Literal["", "push", "reply"]:
        return ""

    @property
    def nudges(self) -> bool:
        """Whether a notice that an interview is waiting can be sent at any time."""
        return False

    @abstractmethod
    async def send(self, message: OutboundMessage, key: str) -> str:
        """Send the whole message. `key` is the same for every attempt at the same message.

        Returns the platform's id of the message for `edit`, or "" if it cannot be edited. Raises SendError.
        """

    async def edit(self, message: OutboundMessage, shown: str, key: str) -> None:
        """Replace the message whose id is `shown` by this one. Raises SendError, such as NothingToEdit."""
        raise NothingToEdit("what was sent cannot be changed")

    async def fetch(self, media: Media) -> bytes:
        """Return the bytes of a candidate's file. Raises MediaGone or TryLater."""
        raise MediaGone("gone")

    def pieces(self, message: OutboundMessage) -> Sequence[OutboundMessage]:
        """Split a message into the messages that the platform counts, each short enough for it."""
        return (message,)

    def joined(self, messages: Sequence[OutboundMessage]) -> Sequence[OutboundMessage]:
        """Merge messages to one conversation into fewer, if the platform limits their number."""
        return messages

    async def learn_link(self) -> None:
        """Ask the platform for what links need, such as the account's name. Raises SendError, StoreUnavailable."""

    async def prepare_links(self, tokens: Sequence[str]) -> None:
        """Ask the platform for the links of these tokens, if only it can make them."""

    def link(self, token: str) -> str | None:
        """Return the link by which a candidate enters with this token, or None if there is none yet."""
        return None

    def staff_link(self, code: str) -> str | None:
        """Return the link that sends `/start` with this code to our account in private, or None if there is none.

        By such a link the holder of a one-time code joins the staff.
        """
        return None

    async def hand_over(self, user: str) -> bool:
        """Hand the conversation over to the platform's own desk.

        Returns False if the platform has none. Raises SendError.
        """
        return False

    async def figures(self) -> Figures:
        """Return what the platform reports about the account: waiting updates, its last error, API calls used."""
        return Figures()

    def problem(self) -> str | None:
        """Return what keeps this account from working, in a sentence, or None if no problem is known."""
        return None

    def warning(self) -> str | None:
        """Return what is not in order although the account works, in a sentence, or None if nothing is known."""
        return None

    async def close(self) -> None:
        """Release connections."""


class Registry:
    """The channels of this process, by platform and account."""

    def __init__(self) -> None:
        self._channels: dict[tuple[str, str], Channel] = {}

    def add(self, channel: Channel) -> None:
        self._channels[channel.name, channel.account] = channel

    def remove(self, name: str, account: str) -> Channel | None:
        """Remove a channel and return it, or None if it was not there."""
        return self._channels.pop((name, account), None)

    def get(self, name: str, account: str) -> Channel | None:
        return self._channels.get((name, account))

    def at(self, address: Address) -> Channel | None:
        """Return the channel that reaches this address, or None if this process has none."""
        return self._channels.get((address.channel, address.account))

    def all(self) -> list[Channel]:
        return list(self._channels.values())

    def accounts(self) -> list[Account]:
        """Return our accounts, without those that only we use."""
        return [
            Account(
                each.name,
                each.account,
                each.problem(),
                each.mode,
                files=each.capabilities.files,
                username=each.username,
                can=each.can,
                typed=each.capabilities.typed,
                staff=each.capabilities.staff,
                warning=each.warning(),
            )
            for each in self.all()
            if not each.capabilities.internal
        ]

    def problems(self) -> dict[str, str]:
        """Return what keeps accounts from working, by account."""
        return _by_account((each, each.problem()) for each in self.all())

    def warnings(self) -> dict[str, str]:
        """Return what is not in order with accounts that work, by account."""
        return _by_account((each, each.warning()) for each in self.all() if not each.problem())

    def staff_link(self, address: Address, payload: str) -> str | None:
        """Return the link that sends the payload to our account at this address, as `Channel.staff_link` does."""
        channel = self.at(address)
        return channel.staff_link(payload) if channel else None

    def pieces(self, message: OutboundMessage) -> Sequence[OutboundMessage]:
        """Split a message as `Channel.pieces` does. It stays whole if its channel is not in this process."""
        channel = self.at(message.to)
        return channel.pieces(message) if channel else (message,)

    def joined(self, messages: Sequence[OutboundMessage]) -> Sequence[OutboundMessage]:
        """Merge messages as `Channel.joined` does. All must go to the same address."""
        channel = self.at(messages[0].to) if messages else None
        return channel.joined(messages) if channel else messages

    def can(self, address: Address, capability: str, *, unknown: bool) -> bool:
        """Return whether the address's channel has this capability, or `unknown` if the channel is not here."""
        channel = self.at(address)
        return bool(getattr(channel.capabilities, capability)) if channel else unknown


def _by_account(told: Iterable[tuple[Channel, str | None]]) -> dict[str, str]:
    return {f"{channel.name}:{channel.account}": text for channel, text in told if text}
