"""The recruiter's pane as a staff console: handles what is typed, pressed and sent there on this machine."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal

from bot.channels.web import frames
from bot.channels.web.frames import PANE, Frame
from bot.channels.web.messenger import Messenger
from bot.logs import log
from handlers.console.command_line import MOST_CHARACTERS
from handlers.console.context import StaffFile, StaffInbound
from storage.errors import StoreUnavailable

MOST_WAITING = 40
"""The most lines of one tab that may wait. The page is asked to repeat further ones later."""
_RETRY_S = 2
Outcome = Literal["done", "failed"]
Send = Callable[..., Awaitable[None]]


class Desk:
    """One tab of the pane. Lines are queued, so that the tab is still read while a command runs."""

    def __init__(self, messenger: Messenger, send: Send) -> None:
        self._messenger = messenger
        self._send = send
        self._waiting: asyncio.Queue[Frame] = asyncio.Queue(MOST_WAITING)

    async def take(self, frame: Frame) -> None:
        """Queue a line or a button press, or tell the page that it is refused or must be repeated."""
        if why := refusal(frame):
            await self._send(refused=frame.id[:64], why=why)
            return
        try:
            self._waiting.put_nowait(frame)
        except asyncio.QueueFull:
            await self._send(retry=frame.id, after_s=_RETRY_S)

    async def work(self) -> None:
        """Carry out queued lines one after another until cancelled."""
        while True:
            await self._carry_out(await self._waiting.get())

    async def _carry_out(self, frame: Frame) -> None:
        try:
            outcome = await receive(self._messenger, frame)
        except StoreUnavailable:
            await self._send(retry=frame.id, after_s=_RETRY_S)
            return
        if outcome == "done":
            await self._send(ack=frame.id)
        else:
            await self._send(refused=frame.id, why=outcome)


def refusal(frame: Frame) -> str:
    """Return the reason code for refusing a line, or an empty string if it is acceptable."""
    if why := frames.refusal(frame):
        return why
    said = frame.text if frame.choice is None else frame.choice
    if frame.edit:
        return "malformed"
    return "too_long" if len(said or "") > MOST_CHARACTERS else ""


async def receive(messenger: Messenger, frame: Frame, file: StaffFile | None = None) -> Outcome:
    """Show a line in every tab of the pane, then carry it out. Repeating the same id has no effect.

    A line that cannot be processed is only logged, not stored, because it may be secret. Raises StoreUnavailable.
    """
    if messenger.console is None:
        return "failed"
    console, now = await messenger.console(), messenger.now()
    text = (frame.text if frame.choice is None else frame.choice) or ""
    item = frames.staff_echo(frame, console.shown(text), now, file.name if file else "")
    await messenger.store.mailboxes.append(PANE, f"me:{frame.id}", item)
    inbound = StaffInbound(
        f"web:{PANE.account}:{frame.id}", PANE, PANE, text, language=frame.language[:35], file=file
    )
    try:
        await console.receive(inbound)
    except StoreUnavailable:
        raise
    except Exception:
        log.exception("staff_line_failed")
        return "failed"
    return "done"
