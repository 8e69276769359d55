"""What candidates do, as reported by their platforms."""

from typing import Literal

import msgspec

from conversation.inbound.common import Media


class TextReceived(msgspec.Struct, frozen=True, tag="text"):
    text: str


class TextEdited(msgspec.Struct, frozen=True, tag="edited"):
    """The sender changed an earlier message. `Inbound.message` is the id of that message."""

    text: str


class ChoicePressed(msgspec.Struct, frozen=True, tag="choice"):
    """A button was pressed. `choice` should be the `token` of an `outbound.Choice`, but strangers can send
    anything."""

    choice: str


class CommandReceived(msgspec.Struct, frozen=True, tag="command"):
    name: str
    argument: str = ""


class VoiceReceived(msgspec.Struct, frozen=True, tag="voice"):
    """A voice message. `text` is text that was sent with it."""

    media: Media
    text: str = ""


class OtherReceived(msgspec.Struct, frozen=True, tag="other"):
    """A message that is neither words nor speech: photo, document, sticker, location, contact and so on.

    - `media`, `name`: the file in it and its name, if it has one that can be fetched.
    - `text`: text that was sent with it; for a sticker, what it stands for.
    """

    kind: str
    media: Media | None = None
    name: str = ""
    text: str = ""


class Opened(msgspec.Struct, frozen=True, omit_defaults=True, tag="opened"):
    """The candidate followed an invitation to this interview, or used the walk-in code of its campaign. `busy`:
    what they type belongs to another interview."""

    busy: bool = False


class CodeEntered(msgspec.Struct, frozen=True, tag="code"):
    """Someone typed a resume code of this interview."""

    code: str


class ChannelClosed(msgspec.Struct, frozen=True, tag="closed"):
    """The candidate blocked the bot, unsubscribed, or deleted the chat."""

    why: str


class ChannelReopened(msgspec.Struct, frozen=True, tag="reopened"):
    """The candidate unblocked the bot or subscribed again."""


CircumstanceKind = Literal["lost", "connected", "hidden", "shown", "closed", "network"]


class CircumstanceNoticed(msgspec.Struct, frozen=True, tag="noticed"):
    """What a candidate's client shows without the candidate saying anything. `kind` is one of these:

    - `lost`: the connection broke off.
    - `connected`: the connection is there again.
    - `hidden`: the candidate looks at something else.
    - `shown`: the candidate looks at the page again.
    - `closed`: the candidate left the page.
    - `network`: the client is on another network.
    """

    kind: CircumstanceKind
