"""The messenger's WebSocket: what is said goes through the intake, what is new in the mailbox goes to the page."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import msgspec
from aiolimiter import AsyncLimiter
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.channels.web import frames
from bot.channels.web.frames import PANE, Frame, Hello
from bot.logs import log
from bot.metrics import DEAD
from conversation.inbound import Inbound
from conversation.script import Wording
from handlers.intake import Intake
from storage.errors import StoreUnavailable
from storage.keys import partition_of
from storage.redis_store import RedisStore

_HELLO_S = 10
_LOOK_ANYWAY_S = 15
_PAGE = 200
_MESSAGES_PER_10_S = 40
_LEAST_KEY = 16


class Messenger:
    """All connections of this process. `open_campaign` is the walk-in campaign that a visitor without an
    invitation enters (local default), and `local` opens the recruiter's pane."""

    def __init__(
        self,
        store: RedisStore,
        intake: Intake,
        now: Callable[[], int],
        *,
        local: bool,
        public_url: str | None,
        open_campaign: str = "",
    ) -> None:
        self.store = store
        self.intake = intake
        self.now = now
        self.local = local
        self.open_campaign = open_campaign
        self._host = urlsplit(public_url).netloc if public_url else None
        self.stopping = asyncio.Event()

    def same_origin(self, socket: WebSocket) -> bool:
        """Browsers name the page that opens a socket; another site's page may not."""
        origin = socket.headers.get("origin")
        return origin is None or urlsplit(origin).netloc in (socket.headers.get("host"), self._host)

    async def serve(self, socket: WebSocket) -> None:
        """One connection, from its hello to its end."""
        if not self.same_origin(socket):
            await socket.close(1008)
            return
        await socket.accept()
        try:
            async with asyncio.timeout(_HELLO_S):
                hello = frames.decode(await socket.receive_text()).hello
        except (msgspec.MsgspecError, TimeoutError, WebSocketDisconnect, KeyError, RuntimeError):
            hello = None
        if hello is None:
            with contextlib.suppress(RuntimeError):
                await socket.close(1002)
            return
        connection = Connection(self, socket, hello)
        try:
            await connection.run()
        except StoreUnavailable:
            with contextlib.suppress(RuntimeError):
                await socket.close(1013)  # try again later


class Connection:
    """One tab."""

    def __init__(self, messenger: Messenger, socket: WebSocket, hello: Hello) -> None:
        self._messenger = messenger
        self._socket = socket
        self._hello = hello
        self._pane = hello.pane == "recruiter"
        self.address = PANE if self._pane else frames.address_of(hello.key)
        self._limiter = AsyncLimiter(_MESSAGES_PER_10_S, 10)
        self._shown = max(0, hello.after)
        self._language = ""

    async def run(self) -> None:
        if denied := await self._denied():
            await self._send(denied=denied)
            return
        title = await self._title()
        recruiter = self._messenger.local and not self._pane
        await self._send(welcome={"title": title, "recruiter": recruiter})
        async with self._messenger.store.mailboxes.watch(self.address) as watch:
            if not self._pane:
                await self._tell_language()
            await self._catch_up(first=True)
            pusher = asyncio.create_task(self._push(watch.news))
            try:
                await self._listen()
            except (WebSocketDisconnect, RuntimeError):
                return
            finally:
                pusher.cancel()
                with contextlib.suppress(
                    asyncio.CancelledError, WebSocketDisconnect, RuntimeError, StoreUnavailable
                ):
                    await pusher

    # the beginning

    async def _denied(self) -> str:
        """Why this visitor is not let in, or an empty string; an invitation is followed on the way."""
        if self._pane:
            client = self._socket.client
            inside = client is not None and client.host in ("127.0.0.1", "::1", "testclient")
            return "" if self._messenger.local and inside else "not_here"
        if len(self._hello.key) < _LEAST_KEY:
            return "no_key"
        if token := self._hello.start:
            await self._receive(
                frames.start(self.address, token[:64], self._messenger.now(), self._hello.language)
            )
        elif await self._messenger.store.directory.who(self.address) is None:
            if not self._messenger.open_campaign:
                return "no_invitation"
            token = self._messenger.open_campaign
            await self._receive(frames.start(self.address, token, self._messenger.now(), self._hello.language))
        return ""

    async def _title(self) -> dict[str, str]:
        interview = await self._messenger.store.directory.who(self.address)
        record = await self._messenger.store.interviews.load(interview) if interview else None
        script = await self._messenger.store.directory.script(record.state.script) if record else None
        wording = script.title if script else Wording("续面", "Xumian")
        return {"zh": wording.in_("zh"), "en": wording.in_("en")}

    async def _tell_language(self) -> None:
        """The page speaks the language of the interview."""
        interview = await self._messenger.store.directory.who(self.address)
        record = await self._messenger.store.interviews.load(interview) if interview else None
        if record and record.state.language != self._language:
            self._language = record.state.language
            await self._send(language=self._language)

    # from the page

    async def _listen(self) -> None:
        while True:
            text = await self._socket.receive_text()
            try:
                frame = frames.decode(text)
            except (msgspec.MsgspecError, UnicodeError, RecursionError):
                continue
            if frame.ping is not None:
                await self._send(pong=frame.ping)
            elif frame.id and not self._pane:
                await self._message(frame)

    async def _message(self, frame: Frame) -> None:
        if why := frames.refusal(frame):
            await self._send(refused=frame.id[:64], why=why)
            return
        await self._limiter.acquire()
        messenger = self._messenger
        now = messenger.now()
        language = self._hello.language
        try:
            await messenger.store.mailboxes.append(self.address, f"me:{frame.id}", frames.echo(frame, now))
            await self._receive(frames.inbound(self.address, frame, now, language))
        except StoreUnavailable:
            await self._send(retry=frame.id, after_s=2)
            return
        await self._send(ack=frame.id)
        await self._tell_language()

    async def _receive(self, inbound: Inbound) -> None:
        """Through the intake; what fails for its own sake is put away, so that the page need not repeat it."""
        try:
            await self._messenger.intake.receive(inbound)
        except StoreUnavailable:
            raise
        except Exception as error:
            log.exception("web_message_failed", inbound=inbound.id)
            DEAD.labels("web").inc()
            await self._messenger.store.outbox.bury(
                partition_of(str(self.address)), "web", type(error).__name__, msgspec.json.encode(inbound)
            )

    # to the page

    async def _push(self, news: Callable[[float], Awaitable[bool]]) -> None:
        """Whatever is new in the mailbox; looks now and then even without being told."""
        while not self._messenger.stopping.is_set():
            await news(_LOOK_ANYWAY_S)
            await self._catch_up(first=False)

    async def _catch_up(self, *, first: bool) -> None:
        mailboxes = self._messenger.store.mailboxes
        while items := await mailboxes.read(self.address, self._shown, _PAGE):
            for item in items:
                await self._socket.send_text(frames.item_frame(item.seq, item.payload))
                self._shown = item.seq
        if first:
            await self._send(caughtup=await self._last())

    async def _last(self) -> int:
        """The highest number shown; 0 where the page has seen more than there is (a record that started anew)."""
        if self._shown and not await self._messenger.store.mailboxes.read(self.address, self._shown - 1, 1):
            return 0
        return self._shown

    async def _send(self, **fields: object) -> None:
        await self._socket.send_text(frames.frame(**fields))
