"""What candidates do, as their platforms tell it."""

from typing import Literal

import msgspec

from conversation.inbound.common import Media


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


class VoiceReceived(msgspec.Struct, frozen=True, tag="voice"):
    """Somebody spoke instead of typing. `text` is what stands beside the recording."""

    media: Media
    text: str = ""


class OtherReceived(msgspec.Struct, frozen=True, tag="other"):
    """A message that is neither words nor speech: photo, document, sticker, location, contact, … `media` is the
    file in it, where it has one that can be fetched, with its `name`; `text` what stands beside it (a sticker:
    what it stands for)."""

    kind: str
    media: Media | None = None
    name: str = ""
    text: str = ""


class Opened(msgspec.Struct, frozen=True, omit_defaults=True, tag="opened"):
    """The candidate followed an invitation to this interview (or the walk-in code of its campaign). `busy`: what
    they type belongs to another interview."""

    busy: bool = False


class CodeEntered(msgspec.Struct, frozen=True, tag="code"):
    """Somebody typed a resume code that leads to this interview."""

    code: str


class ChannelClosed(msgspec.Struct, frozen=True, tag="closed"):
    """The candidate blocked the bot, unsubscribed, or deleted the chat."""

    why: str


class ChannelReopened(msgspec.Struct, frozen=True, tag="reopened"):
    """The candidate unblocked the bot or subscribed again."""


CircumstanceKind = Literal["lost", "connected", "hidden", "shown", "closed", "network"]


class CircumstanceNoticed(msgspec.Struct, frozen=True, tag="noticed"):
    """What a candidate's client shows without their saying anything: `kind` is lost (the connection broke off),
    connected (it is there again), hidden (they look at something else), shown, closed (they left the page),
    network (it is another one)."""

    kind: CircumstanceKind
