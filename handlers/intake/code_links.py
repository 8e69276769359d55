"""The ways to go on elsewhere: links for a resume code, and a picture of one to be scanned."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from conversation.errors import BotError
from conversation.inbound import Address, Attachment
from conversation.outbound import OutboundMessage
from conversation.words import Styled, Words

LENT_MS = 24 * 3600_000
"""How long the archive keeps the picture; its code has expired by then."""
_NAME = "continue.png"


class Drawing(NamedTuple):
    """`takes` says whether pictures can be sent to an address, `draw` makes one of a link (PNG), `keep` archives
    its bytes and gives their SHA-256, `lend` lets the archive drop them after that time (epoch milliseconds)."""

    takes: Callable[[Address], bool]
    draw: Callable[[str], bytes]
    keep: Callable[[bytes], Awaitable[str]]
    lend: Callable[[str, int], Awaitable[None]]


class Ways:
    """`links` gives the link of each channel for a code, by the channel's name (and the account's, where there are
    several); without `drawing` there are no pictures."""

    def __init__(
        self, links: Callable[[str], dict[str, str]] = lambda _code: {}, drawing: Drawing | None = None
    ) -> None:
        self._links = links
        self._drawing = drawing

    async def added(
        self, messages: Sequence[OutboundMessage], code: str, words: Words, now: int
    ) -> tuple[OutboundMessage, ...]:
        """The messages, of which the first that names `code` (as it was issued) has the links as well, and the
        picture, where its place takes one."""
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
                Styled(message.text, message.bold),
                words.say("switch.code.links"),
                *lines,
                *([words.say("switch.code.picture")] if picture else []),
            ]
        )
        return replace(message, text=text.text, bold=text.bold, file=picture)

    async def _picture(self, to: Address, link: str, words: Words, now: int) -> Attachment | None:
        """None where no picture can be sent, or none can be had now: the links say the same."""
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
    """What people call the channel; the account behind it stays."""
    channel, _, account = name.partition(" ")
    return f"{words.channel(channel)} {account}".strip()


def _web_first(links: dict[str, str]) -> str:
    return links.get("web") or next(iter(links.values()))
