"""What comes in: whatever a platform, a timer, a loop or a colleague brings, as one kind of value."""

import msgspec


class Address(msgspec.Struct, frozen=True, array_like=True):
    """Where a person is reached: the channel's name, our account on it, the person's id there."""

    channel: str
    account: str
    user: str

    def __str__(self) -> str:
        return f"{self.channel}:{self.account}:{self.user}"


class TextReceived(msgspec.Struct, frozen=True, tag="text"):
    text: str


class TextEdited(msgspec.Struct, frozen=True, tag="edited"):
    """The sender changed an earlier message; `Inbound.message` is that message's id."""

    text: str


class ChoicePressed(msgspec.Struct, frozen=True, tag="choice"):
    """A button was pressed; `choice` is what `outbound.Choice.token` said, but strangers can send anything."""

    choice: str


class CommandReceived(msgspec.Struct, frozen=True, tag="command"):
    name: str
    argument: str = ""


class OtherReceived(msgspec.Struct, frozen=True, tag="other"):
    """A message of a kind that no question takes: sticker, location, contact, …"""

    kind: str


class Opened(msgspec.Struct, frozen=True, tag="opened"):
    """The candidate followed an invitation to this interview (or the walk-in code of its campaign)."""


class CodeEntered(msgspec.Struct, frozen=True, tag="code"):
    """Somebody typed a resume code that leads to this interview."""

    code: str


class ChannelClosed(msgspec.Struct, frozen=True, tag="closed"):
    """The candidate blocked the bot, unsubscribed, or deleted the chat."""

    why: str


class ChannelReopened(msgspec.Struct, frozen=True, tag="reopened"):
    """The candidate unblocked the bot or subscribed again."""


class SetAside(msgspec.Struct, frozen=True, tag="aside"):
    """The candidate opened another interview at the same address."""


class Ticked(msgspec.Struct, frozen=True, tag="tick"):
    """It is time to look at what is due."""


class DeliveryFailed(msgspec.Struct, frozen=True, tag="undelivered"):
    """A message of ours could not be delivered to the candidate, for good."""

    why: str


class OutageEnded(msgspec.Struct, frozen=True, tag="outage"):
    """We could not receive or answer for so long (our fault)."""

    lasted_ms: int


class DeadlineMoved(msgspec.Struct, frozen=True, tag="extend"):
    """A recruiter gave more time: the deadline is `until_ms` (epoch)."""

    until_ms: int


What = (
    TextReceived
    | TextEdited
    | ChoicePressed
    | CommandReceived
    | OtherReceived
    | Opened
    | CodeEntered
    | ChannelClosed
    | ChannelReopened
    | SetAside
    | Ticked
    | DeliveryFailed
    | OutageEnded
    | DeadlineMoved
)


class Inbound(msgspec.Struct, frozen=True, omit_defaults=True):
    """One inbound event.

    `id` is the platform's own id made unique over all channels (`tg:700001:123`): the same id is the same
    event, however often it is delivered. `sent_ms` is the platform's time of sending (epoch; 0: unknown).
    `message` is the platform's id of the message, which a later edit names. `fresh` is unguessable text, new
    for each event, for whatever needs chance (a resume code).
    """

    id: str
    what: What
    sender: Address | None = None
    sent_ms: int = 0
    message: str = ""
    name: str = ""
    language: str = ""
    fresh: str = ""
