"""One connection of the page: passes its messages to the intake, and new mailbox items to the page."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from aiolimiter import AsyncLimiter
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.channels.web import frames
from bot.channels.web.arrival import Arrival, arrive
from bot.channels.web.frames import PANE, Frame, Hello
from bot.channels.web.local_console import Desk
from bot.channels.web.messenger import Messenger
from bot.channels.web.place import Place, place_of, title_of
from bot.channels.web.presence import Presence
from bot.channels.web.wire import first_of
from bot.web.http import network_of
from conversation.script import Script
from conversation.state import Record
from handlers.intake.responses import Receipt
from storage.errors import StoreUnavailable

_HELLO_S = 10
_LOOK_ANYWAY_S = 15
_PAGE = 200
_FRAMES = 60
"""The most frames of any kind that are taken from one tab in `_FRAMES_S` seconds. Our page sends far fewer."""
_FRAMES_S = 10
GONE = (WebSocketDisconnect, RuntimeError)
"""Exceptions raised on reading or writing after the other side has disconnected."""


class Flooded(Exception):
    """More frames came than are taken, and they were none that our page sends."""


class Connection:
    """The connection of one tab, of a candidate or of the recruiter's pane."""

    def __init__(self, messenger: Messenger, socket: WebSocket, hello: Hello) -> None:
        self._messenger = messenger
        self._socket = socket
        self._hello = hello
        self._network = network_of(socket.scope) or "unknown"
        self._pane = hello.pane == "recruiter"
        self.address = PANE if self._pane else frames.address_of(hello.key)
        self._limiter = AsyncLimiter(_FRAMES, _FRAMES_S)
        self._shown = max(0, hello.after)
        self._language = ""
        self._desk = Desk(messenger, self._send) if self._pane and messenger.console else None
        self._told_consent = False
        self._place: Place | None = None
        self._telling = asyncio.Lock()
        self._presence: Presence | None = None

    async def run(self) -> None:
        if not self._pane:
            if not await self._let_in(await self._arrive()):
                return
        elif not await self._is_owner():
            await self._send(denied="not_here")
            return
        await self._send(welcome=await self._welcome())
        async with self._messenger.store.mailboxes.watch(self.address) as watch:
            if not self._pane:
                await self._tell_state(place=False)
            await self._catch_up(first=True)
            if not self._pane:
                await self._tell_state()
                await self._be_present()
            desk = [self._desk.work()] if self._desk else []
            await first_of(self._push(watch.news), self._listen(), *desk)

    # the beginning

    async def _is_owner(self) -> bool:
        return await self._messenger.owner.is_here(self._socket)

    async def _arrive(self) -> Arrival:
        messenger, store = self._messenger, self._messenger.store
        look_up = partial(messenger.intake.limits.look_up, self._network)
        return await arrive(self._hello, store.directory, store.interviews, messenger.open_campaign, look_up)

    async def _let_in(self, arrival: Arrival) -> bool:
        """Let the visitor in and follow their link, if any.

        Returns False if the conversation cannot begin; the page has then been told what to do instead.
        """
        if arrival.denied:
            await self._send(denied=arrival.denied)
        elif arrival.former:
            await self._send(welcome={"use": "former"})
        elif arrival.kiosk:
            script = await self._messenger.store.directory.script(arrival.kiosk.script)
            await self._send(kiosk=arrival.kiosk.code, title=title_of(script))
        elif why := await self._follow(arrival):
            await self._send(denied=why)
        else:
            return True
        return False

    async def _follow(self, arrival: Arrival) -> str:
        """Follow the visitor's link, if any. Returns why it does not let them in, or an empty string.

        A visitor who is not let in leaves no trace, so that nobody can fill the store by knocking.
        """
        if not arrival.token:
            return ""
        start = frames.start(self.address, arrival.token, self._messenger.now(), self._hello.language)
        receipt = Receipt(shows_refusals=not arrival.known)
        await self._messenger.receive(start, self._network, receipt)
        return receipt.refused.removeprefix("stranger.")

    async def _welcome(self) -> dict[str, object]:
        messenger = self._messenger
        welcome = {
            "recruiter": not self._pane and await self._is_owner(),
            "voice": messenger.archive is not None,
            "console": self._desk is not None,
        }
        found = await messenger.interview_of(self.address)
        if found is None:
            return {**welcome, "title": title_of(None)}
        record, script = found
        campaign = await messenger.store.directory.campaign(record.state.campaign)
        kiosk = campaign.code if campaign and campaign.kiosk else ""
        return {**welcome, "title": title_of(script), "kiosk": kiosk}

    async def _tell_state(self, *, place: bool = True) -> None:
        """Tell the page what has changed: the interview's language, its progress, and the candidate's consent.

        After the consent, the page may report its circumstances.
        """
        async with self._telling:  # so that the state sent last is the state read last
            found = await self._messenger.interview_of(self.address)
            if found:
                await self._tell(*found, place=place)

    async def _tell(self, record: Record, script: Script, *, place: bool) -> None:
        if record.state.language != self._language:
            self._language = record.state.language
            await self._send(language=self._language)
        if record.state.consent and not self._told_consent:
            self._told_consent = True
            await self._send(circumstances=True)
        if place and (now := place_of(record.state, script)) != self._place:
            self._place = now
            await self._send(place=now)

    async def _be_present(self) -> None:
        messenger = self._messenger
        self._presence = Presence(self.address, messenger.tabs, messenger.store, messenger.intake, messenger.now)
        await self._presence.begin()

    async def left(self, code: int | None) -> None:
        """Record that the connection has ended. For `code` see `Presence.end`."""
        if self._presence:
            await self._presence.end(code)

    # from the page

    async def _listen(self) -> None:
        """Take frames, no faster than the limit. Meanwhile, nothing is read from the socket. Raises Flooded."""
        while True:
            frame = frames.decode(await _text_of(self._socket))
            known = frame is not None and not (frame.id and frames.refusal(frame))
            if not known and not self._limiter.has_capacity():
                raise Flooded
            await self._wait_turn()
            if frame is not None:
                await self._take(frame)

    async def _wait_turn(self) -> None:
        """Wait until another frame may be taken, but not while the process stops."""
        if self._limiter.has_capacity():
            await self._limiter.acquire()
        else:
            await first_of(self._limiter.acquire(), self._stopping())

    async def _stopping(self) -> None:
        await self._messenger.stopping.wait()

    async def _take(self, frame: Frame) -> None:
        if frame.ping is not None:
            await self._send(pong=frame.ping)
            if self._presence:
                await self._presence.alive()
        elif frame.id and self._desk:
            await self._desk.take(frame)
        elif frame.id and not self._pane:
            await self._message(frame)
        elif self._presence and (frame.client or frame.noticed):
            await self._presence.told(frame.noticed, frame.client)

    async def _message(self, frame: Frame) -> None:
        if why := frames.refusal(frame):
            await self._send(refused=frame.id[:64], why=why)
            return
        messenger = self._messenger
        now = messenger.now()
        language = self._hello.language
        try:
            item = frames.echo(frame, now)
            seq = await messenger.store.mailboxes.append(self.address, f"me:{frame.id}", item)
            client = self._presence.client if self._presence else None
            inbound = frames.inbound(self.address, frame, now, language, client)
            answer = await messenger.receive(inbound, self._network)
        except StoreUnavailable:
            await self._send(retry=frame.id, after_s=2)
            return
        await self._send(ack=frame.id, answer=answer, seq=seq)
        await self._tell_state()

    # to the page

    async def _push(self, news: Callable[[float], Awaitable[bool]]) -> None:
        """Send new mailbox items until the process stops. Also checks at intervals without a notification."""
        while not self._messenger.stopping.is_set():
            await news(_LOOK_ANYWAY_S)
            if await self._catch_up(first=False) and not self._pane:
                await self._tell_state()

    async def _catch_up(self, *, first: bool) -> bool:
        """Send all mailbox items that the page has not got yet. Returns whether there were any."""
        mailboxes, before = self._messenger.store.mailboxes, self._shown
        while items := await mailboxes.read(self.address, self._shown, _PAGE):
            for item in items:
                await self._socket.send_text(frames.item_frame(item.seq, item.payload))
                self._shown = item.seq
        if first:
            await self._send(caughtup=await self._last())
        return self._shown > before

    async def _last(self) -> int:
        """Return the number of the last item shown, or 0 if the mailbox started anew and has fewer items."""
        if self._shown and not await self._messenger.store.mailboxes.read(self.address, self._shown - 1, 1):
            return 0
        return self._shown

    async def _send(self, **fields: object) -> None:
        await self._socket.send_text(frames.frame(**fields))


async def hello_of(socket: WebSocket) -> Hello | None:
    try:
        async with asyncio.timeout(_HELLO_S):
            frame = frames.decode(await _text_of(socket))
    except TimeoutError:
        return None
    return frame.hello if frame else None


async def _text_of(socket: WebSocket) -> str | None:
    """Return the next frame's text, or None for a binary frame. Raises WebSocketDisconnect."""
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1006))
    text: str | None = message.get("text")
    return text
