"""The WebSocket's frames, decoded and encoded. The page's side is `page/connection.js`."""

import hashlib
import re
from typing import Annotated, Literal
from urllib.parse import quote

import msgspec

from conversation.inbound import (
    Address,
    ChoicePressed,
    CircumstanceNoticed,
    Client,
    CommandReceived,
    Inbound,
    TextEdited,
    TextReceived,
    What,
)
from conversation.outbound import Attachment, OutboundMessage

CHANNEL = "web"
ACCOUNT = "local"
PANE = Address(CHANNEL, "staff", "recruiter")
"""The mailbox behind the recruiter's pane of the local messenger."""
MOST_CHARACTERS = 4_000
MOST_NAME = 150
"""Characters of a file's name."""
_MOST_ID = 64
_NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f/\\\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_PICTURES = frozenset({"image/png", "image/jpeg"})
Number = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)]
"""What a page's numbers can be without losing digits."""


class Hello(msgspec.Struct, frozen=True):
    """The first frame. `key` is the page's own secret; who has it is the candidate. `former` is the one key that
    the whole browser had in earlier versions. `begin`: on a shared computer, somebody has said that they begin."""

    key: str = ""
    after: Number = 0
    start: str | None = None
    language: str = ""
    former: str = ""
    begin: bool = False
    pane: Literal["", "recruiter"] = ""


class ClientFrame(msgspec.Struct, frozen=True):
    """What a page says of itself, as in `inbound.Client`; whatever it is, only what is known is taken over."""

    device: str = ""
    browser: str = ""
    version: str = ""
    network: str = ""


class Frame(msgspec.Struct, frozen=True):
    """Everything that a page sends. Which fields are there tells what it is."""

    hello: Hello | None = None
    ping: Number | None = None
    id: str = ""
    text: str | None = None
    choice: str | None = None
    label: str = ""
    edit: str = ""
    language: str = ""
    client: ClientFrame | None = None
    noticed: str = ""


_DEVICES = frozenset({"phone", "tablet", "computer"})
_BROWSERS = frozenset(
    {"Chrome", "Edge", "Firefox", "Opera", "Safari", "Samsung", "WeChat", "DingTalk", "UC", "QQ"}
)
_NETWORKS = frozenset({"wifi", "cellular", "ethernet", "other", "slow-2g", "2g", "3g", "4g"})
_VERSION = re.compile(r"[0-9]{1,4}", re.ASCII)
_decode = msgspec.json.Decoder(Frame).decode
_encode = msgspec.json.Encoder().encode


def decode(text: str | None) -> Frame | None:
    """The frame; None for what a page of ours never sends."""
    try:
        return None if text is None else _decode(text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None


def address_of(key: str) -> Address:
    """The candidate's address: the key itself is kept nowhere."""
    return Address(CHANNEL, ACCOUNT, hashlib.sha256(key.encode()).hexdigest()[:24])


def refusal(frame: Frame) -> str:
    """Why a message cannot be taken, or an empty string."""
    if not frame.id or len(frame.id) > _MOST_ID or not frame.id.isascii():
        return "malformed"
    said = frame.text if frame.choice is None else frame.choice
    if said is None or len(frame.edit) > _MOST_ID or len(frame.label) > 200:
        return "malformed"
    return "too_long" if len(said) > MOST_CHARACTERS else ""


def inbound(sender: Address, frame: Frame, at_ms: int, language: str, client: Client | None = None) -> Inbound:
    """A message frame as an inbound event. `at_ms`: the page's clock is not trusted, so it is ours. The page makes
    the ids, so the sender is part of them: nobody can use up another's."""
    return Inbound(
        id=f"web:{sender.user}:{frame.id}",
        what=_what(frame),
        sender=sender,
        sent_ms=at_ms,
        message=frame.edit or frame.id,
        language=language,
        client=client,
    )


def _what(frame: Frame) -> What:
    if frame.choice is not None:
        return ChoicePressed(frame.choice)
    text = frame.text or ""
    if frame.edit:
        return TextEdited(text)
    if text.startswith("/"):
        name, _, argument = text[1:].partition(" ")
        return CommandReceived(name.lower()[:32], argument)
    return TextReceived(text)


def start(sender: Address, token: str, at_ms: int, language: str) -> Inbound:
    """The page was opened with an invitation: the same link is the same event."""
    mark = hashlib.sha256(f"{sender}|{token}".encode()).hexdigest()[:24]
    return Inbound(f"web:start:{mark}", CommandReceived("start", token), sender, sent_ms=at_ms, language=language)


class File(msgspec.Struct, frozen=True, omit_defaults=True):
    """A file that goes with an item; without an `address`, it can only be named. A `picture` is shown; `alt` says
    what is to be seen there. `type` is its media type, where a candidate is sent it."""

    name: str
    address: str = ""
    picture: bool = False
    alt: str = ""
    type: str = ""


def client_of(frame: ClientFrame) -> Client:
    """Without anything that no page of ours says: it tells no more of anybody than these few words can."""
    return Client(
        frame.device if frame.device in _DEVICES else "",
        frame.browser if frame.browser in _BROWSERS else "",
        frame.version if frame.browser in _BROWSERS and _VERSION.fullmatch(frame.version) else "",
        frame.network if frame.network in _NETWORKS else "",
    )


def circumstance(
    sender: Address, what: CircumstanceNoticed, mark: str, at_ms: int, client: Client | None
) -> Inbound:
    """Something that a tab shows; `mark` is no other's."""
    return Inbound(f"web:{sender.user}:noticed:{mark}", what, sender, sent_ms=at_ms, client=client)


class Item(msgspec.Struct, frozen=True, omit_defaults=True, rename={"sender": "from"}):
    """One line of the conversation, as it lies in the mailbox and as the page shows it (there with its `seq`).

    `fixed` marks what was pressed, or commanded: it is no text that could be edited. `edits` is the `id` of the
    item whose place this one takes. `voice` is a voice message's duration in ms, at least 1, and `recording` the
    SHA-256 of the recording. `pressed` is the token of the button that was pressed, where the page needs it again.
    `calendar` is a moment that may go into the candidate's calendar (epoch milliseconds). `by_name`: a number is
    an answer now, so where choices are typed, they are typed by their labels.
    """

    sender: str
    at: int
    text: str
    bold: tuple[tuple[int, int], ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    id: str = ""
    edits: str = ""
    fixed: bool = False
    voice: int = 0
    file: File | None = None
    pressed: str = ""
    seq: int = 0
    recording: str = ""
    calendar: int = 0
    by_name: bool = False


decode_item = msgspec.json.Decoder(Item).decode


def said(message: OutboundMessage, at_ms: int, edits: str = "", key: str = "") -> bytes:
    """An outbound message as a mailbox item, in the place of the item `edits`, where one is named; `key` as for
    `item_id`."""
    choices = tuple((choice.token, choice.label) for choice in message.choices)
    shown = "" if edits else item_id(message, key)
    file = _file(message.file, mine=message.to.account != PANE.account) if message.file else None
    return _encode(
        Item(
            "bot",
            at_ms,
            message.text,
            message.bold,
            choices,
            id=shown,
            edits=edits,
            file=file,
            calendar=message.calendar_ms,
            by_name=message.by_name,
        )
    )


def _file(attached: Attachment, *, mine: bool) -> File:
    """Under a name that a browser keeps as it is, and that reads as what it is. `mine`: for a candidate."""
    name = _NOT_IN_NAMES.sub("_", attached.name)[:MOST_NAME].strip(". ") or "file"
    address = address_of_file("mine" if mine else "files", attached.sha256, name)
    if mine:
        return File(name, address, type=attached.media_type)
    return File(name, address, attached.media_type in _PICTURES, attached.alt)


def address_of_file(folder: Literal["mine", "files", "own"], sha256: str, name: str) -> str:
    """Where the page fetches it: `mine` is what the candidate was sent, `own` what they sent themselves."""
    return f"/{folder}/{sha256}/{quote(name, safe='')}"


def item_id(message: OutboundMessage, key: str) -> str:
    """What a later edit names the message by; empty where its subject is no other's. One that stands beside the
    earlier one on its subject has a name of its own, by the `key` of all attempts to send it."""
    if not message.subject:
        return ""
    apart = f"|{key}" if message.formerly else ""
    mark = hashlib.sha256(f"{message.interview}|{message.subject}{apart}".encode()).hexdigest()[:24]
    return f"bot-{mark}"


def echo(frame: Frame, at_ms: int) -> bytes:
    """The candidate's own message as a mailbox item: it comes back to every tab."""
    text = frame.text or ""
    fixed = frame.choice is not None or (text.startswith("/") and not frame.edit)
    shown = frame.label or frame.choice or text if fixed else text
    return _encode(Item("me", at_ms, shown, id=frame.id, edits=frame.edit, fixed=fixed))


def voice_echo(voice: str, duration_ms: int, at_ms: int, sha256: str = "") -> bytes:
    """The candidate's own voice message as a mailbox item; the recording itself is in the archive."""
    return _encode(Item("me", at_ms, "", id=voice, fixed=True, voice=max(1, duration_ms), recording=sha256))


def file_echo(message_id: str, sent: Attachment, text: str, at_ms: int) -> bytes:
    """A file that the candidate sent, as a mailbox item."""
    file = File(sent.name, address_of_file("own", sent.sha256, sent.name), type=sent.media_type)
    return _encode(Item("me", at_ms, text, id=message_id, fixed=True, file=file))


def staff_echo(frame: Frame, text: str, at_ms: int, file: str = "") -> bytes:
    """What the recruiter's pane said, as a mailbox item: `text` is what of it may be shown."""
    pressed = frame.choice or ""
    shown = frame.label or text if pressed else text
    named = File(file) if file else None
    return _encode(Item("me", at_ms, shown, id=frame.id, fixed=bool(pressed), file=named, pressed=pressed))


def item_frame(seq: int, payload: bytes) -> str:
    return _encode({"item": msgspec.structs.replace(decode_item(payload), seq=seq)}).decode()


def frame(**fields: object) -> str:
    return _encode(fields).decode()
