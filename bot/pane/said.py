"""What the console says, as parts of a page: texts with bold and links, files, and choices as links or buttons."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple
from urllib.parse import quote, urlencode

from bot.pane.addresses import PREFIX
from conversation.outbound import OutboundMessage
from handlers.console.command_line import Line, read
from handlers.console.commands.candidates.appointments.inbox_times import KIND as TIMES
from handlers.console.commands.candidates.inbox import KINDS
from handlers.console.registry import SUBJECTS
from handlers.queries.candidates import FILTERS

COMMANDS = frozenset(
    command.name for subject in ("campaigns", "candidates", "support", "figures") for command in SUBJECTS[subject]
) | {"yes", "no", "language"}
"""What can be done on the staff pages. Colleagues' rights, tokens, accounts and erasures stay in the chat, so that
whoever gets hold of a browser gets no further than its colleague's candidates."""
FIGURES = ("stats", "funnel", "exits")
_ID = re.compile(r"[0-9a-f]{16}")
_CODE = re.compile(r"[\w-]{1,60}")
_NUMBER = re.compile(r"[1-9]\d{0,2}")
_KEYS = re.compile(r"([1-5])( ✓)?")


class Piece(NamedTuple):
    """A piece of a text. `link` is where it leads, or empty."""

    text: str
    bold: bool
    link: str = ""


class Offer(NamedTuple):
    """A choice: a link to `path`, or else a button that sends the command line. `key` presses it; empty: none."""

    label: str
    line: str
    path: str
    key: str = ""


class SaidFile(NamedTuple):
    """A file, at `path`. `picture`: it is shown; `alt` describes it."""

    name: str
    path: str
    picture: bool
    alt: str


class Said(NamedTuple):
    """One message of the console."""

    pieces: Sequence[Piece]
    offers: Sequence[Offer]
    file: SaidFile | None


def said_of(
    messages: Iterable[OutboundMessage], reports: str, file_path: Callable[[str, str, str], str]
) -> list[Said]:
    """Return the messages as a page shows them.

    Only what leads to report pages, which are below the address `reports`, becomes a link. `file_path` gives the
    path of a file by its SHA-256, name and media type.
    """
    links = re.compile(rf"{re.escape(reports)}[\w.~-]+")
    found = []
    for message in messages:
        file = None
        if kept := message.file:
            path = file_path(kept.sha256, kept.name, kept.media_type)
            file = SaidFile(kept.name, path, kept.media_type == "image/png", kept.alt)
        pieces = [each for part in _pieces(message) for each in _linked(part, links)]
        offers = [offer for each in message.choices if (offer := offer_of(each.token, each.label))]
        found.append(Said(pieces, offers, file))
    return found


def _pieces(message: OutboundMessage) -> Iterator[Piece]:
    at = 0
    for offset, length in sorted(message.bold):
        yield Piece(message.text[at:offset], bold=False)
        yield Piece(message.text[offset : offset + length], bold=True)
        at = offset + length
    yield Piece(message.text[at:], bold=False)


def _linked(piece: Piece, links: re.Pattern[str]) -> Iterator[Piece]:
    at = 0
    for found in links.finditer(piece.text):
        yield Piece(piece.text[at : found.start()], piece.bold)
        yield Piece(found[0], piece.bold, found[0])
        at = found.end()
    if rest := piece.text[at:]:
        yield Piece(rest, piece.bold)


def offer_of(line: str, label: str) -> Offer | None:
    """Return a choice of the console as pages offer it; None if its command is not for them."""
    read_ = read(line)
    if read_ is None or read_.name not in COMMANDS:
        return None
    pressed = _KEYS.fullmatch(label)
    return Offer(label, line, page_of(read_), pressed[1] if pressed else "")


def page_of(line: Line) -> str:
    """Return the path of the page that shows what a command line asks for, or an empty string if there is none."""
    words = line.arguments
    match (line.name, words):
        case ("inbox", ()):
            return PREFIX
        case ("inbox", (kind,)) if kind in (*KINDS, TIMES):
            return f"{PREFIX}#{kind}"
        case ("candidate" | "report", (interview,)) if _ID.fullmatch(interview):
            return f"{PREFIX}/{line.name}/{interview}"
        case ("rate", (interview,)) if _ID.fullmatch(interview):
            return f"{PREFIX}/rate/{interview}"
        case ("rate", (interview, number)) if _ID.fullmatch(interview) and _NUMBER.fullmatch(number):
            return f"{PREFIX}/rate/{interview}/{number}"
        case ("blind", (campaign,)) if _CODE.fullmatch(campaign):
            return f"{PREFIX}/blind/{quote(campaign)}"
        case ("blind", (campaign, number)) if _CODE.fullmatch(campaign) and _NUMBER.fullmatch(number):
            return f"{PREFIX}/blind/{quote(campaign)}/{number}"
        case ("candidates", (campaign, *rest)) if campaign not in FILTERS and _CODE.fullmatch(campaign):
            if not rest or (len(rest) == 1 and rest[0] in FILTERS):
                state = {"state": rest[0]} if rest else {}
                return f"{PREFIX}/candidates?{urlencode({'campaign': campaign, **state})}"
            return ""
        case (name, ()) if name in FIGURES:
            return f"{PREFIX}/figures?{urlencode({'of': '', 'what': name})}"
        case (name, (of,)) if name in FIGURES and _CODE.fullmatch(of):
            return f"{PREFIX}/figures?{urlencode({'of': of, 'what': name})}"
        case _:
            return ""
