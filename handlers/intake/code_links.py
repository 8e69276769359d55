"""Ways to continue an interview elsewhere: links for a resume code, and a QR code of one of them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from conversation.errors import BotError
from conversation.inbound import Address, Attachment
from conversation.outbound import OutboundMessage
from conversation.words import Styled, Words

LENT_MS = 24 * 3600_000
"""How long the archive keeps the picture, in milliseconds; its code has expired by then."""
_NAME = "continue.png"


class Drawing(NamedTuple):
    """How pictures of links are made and kept.

    - `takes`: whether pictures can be sent to an address.
    - `draw`: make a PNG picture of a link.
    - `keep`: archive a file and return its SHA-256.
    - `lend`: let the archive delete a file after a time (epoch milliseconds).
    """

    takes: Callable[[Address], bool]
    draw: Callable[[str], bytes]
    keep: Callable[[bytes], Awaitable[str]]
    lend: Callable[[str, int], Awaitable[None]]


class Ways:
    """Adds links to messages that contain a resume code.

    `links` returns the link on each channel for a code, by the channel's name, followed by the account if there
    are several. Without `drawing`, no pictures are sent.
    """

    def __init__(
        self, links: Callable[[str], dict[str, str]] = lambda _code: {}, drawing: Drawing | None = None
    ) -> None:
        self._links = links
        self._drawing = drawing

    async def added(
        self, messages: Sequence[OutboundMessage], code: str, words: Words, now: int
    ) -> tuple[OutboundMessage, ...]:
        """Return the messages, adding the links to the first one that contains `code`.

        `code` is written as issued. A picture is added if the message's address can be sent one.
        """
        links = self._links(code) if code else {}
        at = next((number for number, each in enumerate(messages) if _names(each, code)), None)
        if not links or at is None:
            return tuple(messages)
        return (*messages[:at], await self._with_links(messages[at], links, words, now), *messages[at + 1 :])

    async def _with_links(
        self, message: OutboundMessage, links: dict[str, str], words: Words, now: int
    ) -> OutboundMessage:
        lines = [
            words.plain("switch.code.link", channel=_title(channel, words), link=link)
            for channel, link in links.items()
        ]
        picture = await self._picture(message.to, _web_first(links), words, now)
        text = Styled.join(
            [
                Styled(message.text, message.bold, message.instants),
                words.say("switch.code.links"),
                *lines,
                *([words.say("switch.code.picture")] if picture else []),
            ]
        )
        return replace(message, text=text.text, bold=text.bold, instants=text.instants, file=picture)

    async def _picture(self, to: Address, link: str, words: Words, now: int) -> Attachment | None:
        """Return a picture of the link, or None if none can be sent or made now: the links are enough."""
        drawing = self._drawing
        if drawing is None or not drawing.takes(to):
            return None
        try:
            sha256 = await drawing.keep(await asyncio.to_thread(drawing.draw, link))
            await drawing.lend(sha256, now + LENT_MS)
        except BotError:
            return None
        return Attachment(_NAME, sha256, "image/png", words.text("switch.code.picture.alt"))


def _names(message: OutboundMessage, code: str) -> bool:
    return code in message.text.replace("-", "")


def _title(name: str, words: Words) -> str:
    """Return the channel's displayed name, followed by the account if there is one."""
    channel, _, account = name.partition(" ")
    return f"{words.channel(channel)} {account}".strip()


def _web_first(links: dict[str, str]) -> str:
    return links.get("web") or next(iter(links.values()))
