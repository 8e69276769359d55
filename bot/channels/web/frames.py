"""Encoding and decoding the frames of the WebSocket. The page's counterpart is `page/connection.js`."""

import hashlib
import re
from typing import Annotated, Literal
from urllib.parse import quote

import msgspec

from bot.channels.shared.damaged_text import repaired_json
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
"""The address of the mailbox shown in the recruiter's pane of the local messenger."""
MOST_CHARACTERS = 4_000
MOST_NAME = 150
"""The longest file name, in characters."""
_MOST_ID = 64
_NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f/\\\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_PICTURES = frozenset({"image/png", "image/jpeg"})
Number = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)]
"""An integer that JavaScript can represent exactly."""


class Hello(msgspec.Struct, frozen=True):
    """The first frame of a connection.

    `key`: the page's secret, which identifies the candidate.
    `after`: the number of the last mailbox item that the page has.
    `start`: the token of the link that was opened.
    `former`: the key that earlier versions used for the whole browser.
    `begin`: on a shared computer, whether somebody has confirmed that they begin.
    """

    key: str = ""
    after: Number = 0
    start: str | None = None
    language: str = ""
    former: str = ""
    begin: bool = False
    pane: Literal["", "recruiter"] = ""


class ClientFrame(msgspec.Struct, frozen=True):
    """What a page reports about itself, as in `inbound.Client`. Unknown values are dropped by `client_of`."""

    device: str = ""
    browser: str = ""
    version: str = ""
    network: str = ""


class Frame(msgspec.Struct, frozen=True):
    """Any frame that a page sends. The fields that are set determine its type."""

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
    """Decode a frame. Returns None for anything that our page never sends."""
    try:
        return None if text is None else _decode(repaired_json(text.encode("utf-8", "surrogatepass")))
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None


def address_of(key: str) -> Address:
    """Return the candidate's address, which contains a hash of the key. The key itself is not stored."""
    return Address(CHANNEL, ACCOUNT, hashlib.sha256(key.encode()).hexdigest()[:24])


def refusal(frame: Frame) -> str:
    """Return the reason code for refusing a message, or an empty string if it is acceptable."""
    if not frame.id or len(frame.id) > _MOST_ID or not frame.id.isascii():
        return "malformed"
    said = frame.text if frame.choice is None else frame.choice
    if said is None or len(frame.edit) > _MOST_ID or len(frame.label) > 200:
        return "malformed"
    return "too_long" if len(said) > MOST_CHARACTERS else ""


def inbound(sender: Address, frame: Frame, at_ms: int, language: str, client: Client | None = None) -> Inbound:
    """Return a message frame as an inbound event.

    `at_ms` is the server's time, because the page's clock is not trusted. Ids are made by the page, so the event's
    id includes the sender: nobody can use up another person's ids.
    """
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
    """Return the event for opening the page with a link. The same person and link give the same event id."""
    mark = hashlib.sha256(f"{sender}|{token}".encode()).hexdigest()[:24]
    return Inbound(f"web:start:{mark}", CommandReceived("start", token), sender, sent_ms=at_ms, language=language)


class File(msgspec.Struct, frozen=True, omit_defaults=True):
    """A file attached to a mailbox item.

    `address`: the path to fetch it from. If empty, only the name is shown.
    `picture`: whether the page shows it as a picture. `alt` describes what it shows.
    `type`: its media type, only for files on the candidate's page.
    """

    name: str
    address: str = ""
    picture: bool = False
    alt: str = ""
    type: str = ""


def client_of(frame: ClientFrame) -> Client:
    """Return what the page reports about itself, keeping only known values, so that it identifies nobody."""
    return Client(
        frame.device if frame.device in _DEVICES else "",
        frame.browser if frame.browser in _BROWSERS else "",
        frame.version if frame.browser in _BROWSERS and _VERSION.fullmatch(frame.version) else "",
        frame.network if frame.network in _NETWORKS else "",
    )


def circumstance(
    sender: Address, what: CircumstanceNoticed, mark: str, at_ms: int, client: Client | None
) -> Inbound:
    """Return a circumstance of a tab as an inbound event. `mark` must be unique."""
    return Inbound(f"web:{sender.user}:noticed:{mark}", what, sender, sent_ms=at_ms, client=client)


class Item(msgspec.Struct, frozen=True, omit_defaults=True, rename={"sender": "from"}):
    """One message of the conversation, as stored in the mailbox and as sent to the page (there with its `seq`).

    `edits`: the `id` of the item that this one replaces.
    `fixed`: the message is a button press or a command and cannot be edited.
    `voice`: a voice message's duration in milliseconds, at least 1; 0 for other messages.
    `pressed`: the token of the button that was pressed, if the page needs it again.
    `recording`: the SHA-256 of the voice message's recording.
    `calendar`: a time that the candidate may add to their calendar (epoch milliseconds).
    `by_name`: typed choices must use the labels, because a number would be taken as an answer.
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
    """Return an outbound message as a mailbox item.

    `edits` is the id of the item that it replaces, if any. For `key` see `item_id`.
    """
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
    """Return the attached file, with a name that is safe in browsers. `mine`: it is sent to a candidate."""
    name = _NOT_IN_NAMES.sub("_", attached.name)[:MOST_NAME].strip(". ") or "file"
    address = address_of_file("mine" if mine else "files", attached.sha256, name)
    if mine:
        return File(name, address, type=attached.media_type)
    return File(name, address, attached.media_type in _PICTURES, attached.alt)


def address_of_file(folder: Literal["mine", "files", "own"], sha256: str, name: str) -> str:
    """Return the path from which the page fetches a file.

    `mine` holds files sent to the candidate, `own` files sent by the candidate, and `files` the recruiter's.
    """
    return f"/{folder}/{sha256}/{quote(name, safe='')}"


def item_id(message: OutboundMessage, key: str) -> str:
    """Return the id by which later edits refer to the message, or an empty string if it has no subject.

    A message with `formerly` is shown in addition to the earlier one on its subject, so its id also depends on
    `key`, which is the same for every attempt to send it.
    """
    if not message.subject:
        return ""
    apart = f"|{key}" if message.formerly else ""
    mark = hashlib.sha256(f"{message.interview}|{message.subject}{apart}".encode()).hexdigest()[:24]
    return f"bot-{mark}"


def echo(frame: Frame, at_ms: int) -> bytes:
    """Return the candidate's own message as a mailbox item, which is shown in each of their tabs."""
    text = frame.text or ""
    fixed = frame.choice is not None or (text.startswith("/") and not frame.edit)
    shown = frame.label or frame.choice or text if fixed else text
    return _encode(Item("me", at_ms, shown, id=frame.id, edits=frame.edit, fixed=fixed))


def voice_echo(voice: str, duration_ms: int, at_ms: int, sha256: str = "") -> bytes:
    """Return the candidate's own voice message as a mailbox item. The recording itself is in the archive."""
    return _encode(Item("me", at_ms, "", id=voice, fixed=True, voice=max(1, duration_ms), recording=sha256))


def file_echo(message_id: str, sent: Attachment, text: str, at_ms: int) -> bytes:
    """Return a file that the candidate sent as a mailbox item."""
    file = File(sent.name, address_of_file("own", sent.sha256, sent.name), type=sent.media_type)
    return _encode(Item("me", at_ms, text, id=message_id, fixed=True, file=file))


def staff_echo(frame: Frame, text: str, at_ms: int, file: str = "") -> bytes:
    """Return a message of the recruiter's pane as a mailbox item. `text` is the part that may be shown."""
    pressed = frame.choice or ""
    shown = frame.label or text if pressed else text
    named = File(file) if file else None
    return _encode(Item("me", at_ms, shown, id=frame.id, fixed=bool(pressed), file=named, pressed=pressed))


def item_frame(seq: int, payload: bytes) -> str:
    return _encode({"item": msgspec.structs.replace(decode_item(payload), seq=seq)}).decode()


def frame(**fields: object) -> str:
    return _encode(fields).decode()
