"""The command `chat`: an interview in the terminal, against the same engine and store."""

import asyncio
import contextlib
import os
import stat
import sys
from collections.abc import AsyncIterator, Awaitable, Callable

from rich.console import Console
from rich.text import Text

from bot.app import App
from bot.channels.web.frames import ACCOUNT, Item, decode_item
from bot.clock import nonce, now_ms
from bot.commands import output
from conversation.inbound import Address, CommandReceived, Inbound, TextReceived, What
from storage.keys import partition_of
from storage.ports import Campaign

_LONGEST_LINE = 1 << 24
_LOOK_S = 0.05
_LOOKS = 200


async def chat(app: App, campaign: str, name: str, language: str) -> None:
    """Run an interview in the terminal until the input ends (Ctrl-D) or Ctrl-C.

    Deliveries and timers run here too, in case no other process runs them.
    """
    found = await app.campaigns.find(campaign)
    if not output.shows_everything():
        output.tolerate("replace")
        output.remark(output.ASCII_NOTE)
    terminal = Terminal(app, Address("terminal", ACCOUNT, name), language)
    code = found.code or await _own_invitation(app, found, terminal.address)
    running = asyncio.create_task(app.run(("delivery", "timers"), None))
    try:
        await terminal.converse(code)
    finally:
        app.stop()
        await running


async def _own_invitation(app: App, campaign: Campaign, address: Address) -> str:
    """Return a new invitation's token, or "" if this address already has an interview of the campaign."""
    interview = await app.store.directory.who(address)
    record = await app.store.interviews.load(interview) if interview else None
    if record and record.state.campaign == campaign.id:
        return ""
    return (await app.campaigns.invite(campaign)).token


class Terminal:
    def __init__(self, app: App, address: Address, language: str) -> None:
        self._app = app
        self.address = address
        self._language = language
        self._out = Console(highlight=False)
        self._shown = 0

    async def converse(self, code: str) -> None:
        async with self._app.store.mailboxes.watch(self.address) as watch:
            await self._skip_history()
            await self._receive(CommandReceived("start", code))
            printer = asyncio.create_task(self._print(watch.news))
            quitting = asyncio.create_task(self._app.stopping.wait())
            reading = asyncio.create_task(self._read())
            await asyncio.wait({quitting, reading}, return_when=asyncio.FIRST_COMPLETED)
            if not quitting.done():
                await self._until_sent()
            for task in (printer, quitting, reading):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
            await self._print_new()

    async def _skip_history(self) -> None:
        while items := await self._app.store.mailboxes.read(self.address, self._shown, 500):
            self._shown = items[-1].seq

    async def _read(self) -> None:
        async for line in lines():
            text = line.strip()
            if text:
                await self._receive(_what(text))

    async def _receive(self, what: What) -> None:
        mark = nonce()
        await self._app.intake.receive(
            Inbound(f"term:{mark}", what, self.address, now_ms(), mark, language=self._language)
        )

    async def _until_sent(self) -> None:
        """Wait a while until nothing of the interview waits to be sent: the last line may have an answer.

        Any process may deliver it.
        """
        interview = await self._app.store.directory.who(self.address)
        for _ in range(_LOOKS if interview else 0):
            if not await self._app.store.outbox.oldest_ms(partition_of(interview or "")):
                return
            await asyncio.sleep(_LOOK_S)

    async def _print(self, news: Callable[[float], Awaitable[bool]]) -> None:
        while True:
            await self._print_new()
            await news(5)

    async def _print_new(self) -> None:
        while items := await self._app.store.mailboxes.read(self.address, self._shown, 100):
            for item in items:
                self._shown = item.seq
                self._show(decode_item(item.payload))

    def _show(self, item: Item) -> None:
        text = Text(item.text)
        for offset, length in item.bold:
            text.stylize("bold", offset, offset + length)
        self._out.print()
        self._out.print(text)
        if item.file and item.file.name not in item.text:
            self._out.print(f"  📎 {item.file.name}", markup=False)
        for number, (_, label) in enumerate(item.choices, start=1):
            shown = f"[{label}]" if item.by_name else f"{number} {label}"
            self._out.print(f"  {shown}", style="cyan", markup=False)


def _what(text: str) -> What:
    if text.startswith("/"):
        name, _, argument = text[1:].partition(" ")
        return CommandReceived(name.lower()[:32], argument)
    return TextReceived(text[:4000])


async def lines() -> AsyncIterator[str]:
    """Yield the lines of standard input without blocking the event loop, unless input is a file."""
    if not _waits(sys.stdin.fileno()):
        for line in sys.stdin.buffer:
            yield line.decode("utf-8", "replace")
        return
    reader = asyncio.StreamReader(limit=_LONGEST_LINE)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        yield line.decode("utf-8", "replace")


def _waits(descriptor: int) -> bool:
    """Return whether reading may block: a terminal, pipe or socket. uvloop aborts on anything else."""
    mode = os.fstat(descriptor).st_mode
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or os.isatty(descriptor)
