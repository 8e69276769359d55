"""Running drills in the background of this process, with a report message that is edited as they progress."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from importlib.resources import files

import msgspec

from bot.logs import log, log_wait
from conversation.outbound import OutboundMessage
from handlers.actions.context import Tools
from handlers.drill.board import Board
from handlers.drill.report import told
from handlers.drill.request import DrillRequest
from handlers.drill.runner import Drill
from storage.errors import StoreUnavailable
from storage.ports import Kv

BEAT_S = 10.0
LEASE_S = 40
"""A drill whose process has not renewed its lease for this many seconds counts as interrupted."""
SHOW_EVERY_MS = 2_000
"""Minimum time between edits of the report, because platforms limit edits per minute."""
_DONE_S = 24 * 3600
_POST_S = 3600
_LEASE, _NOTE = "drill-lease", "drill"
_encode = msgspec.json.encode
_decode = msgspec.json.Decoder(DrillRequest).decode


def recording(language: str) -> bytes:
    """Return the voice recording, an Ogg file, that the drill's candidate sends in this language."""
    return (files("bot") / "speech" / "samples" / f"{language}.ogg").read_bytes()


class Drills:
    """Starts drills, at most one at a time per installation. `discard` removes everything a drill created."""

    def __init__(
        self,
        kv: Kv,
        discard: Callable[[DrillRequest], Awaitable[None]],
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._kv = kv
        self._discard = discard
        self._pause = pause
        self._tools: Tools | None = None
        self._running: dict[str, asyncio.Task[None]] = {}
        self._stopping = asyncio.Event()

    def use(self, tools: Tools) -> None:
        """Set the tools under test; must be called before `start`."""
        self._tools = tools

    async def start(self, order: DrillRequest) -> bool:
        """Start a drill in the background.

        Returns False if another drill is running or this process is stopping. Starting the same order again does
        nothing and returns True.
        """
        if order.id in self._running or await self._kv.get(_done(order)):
            return True
        if self._stopping.is_set() or not await self._kv.take(_LEASE, order.id, LEASE_S):
            return False
        await self._clear()
        await self._kv.set(_NOTE, _encode(order).decode())
        await self._kv.set(_done(order), "1", _DONE_S)
        self._running[order.id] = asyncio.create_task(self._carry_out(order))
        return True

    async def run(self) -> None:
        """Look for interrupted drills until `stop` is called, then cancel those running here."""
        while not self._stopping.is_set():
            try:
                await self.look()
            except StoreUnavailable as error:
                log_wait("drills_unknown", error)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LEASE_S):
                    await self._stopping.wait()
        for task in self._running.values():
            task.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    def stop(self) -> None:
        self._stopping.set()

    async def look(self) -> None:
        """Report a drill as interrupted and clean it up, if its lease has expired."""
        if await self._kv.get(_NOTE) and await self._kv.take(_LEASE, "look", LEASE_S):
            await self._clear()
            await self._kv.give_back(_LEASE, "look")

    async def _clear(self) -> None:
        """Report and clean up an unfinished drill, if there is one. The caller must hold the lease."""
        if note := await self._kv.get(_NOTE):
            await self._interrupted(_decode(note))

    # one drill

    async def _carry_out(self, order: DrillRequest) -> None:
        beating = asyncio.create_task(self._beat(order))
        try:
            await self._drill(order)
        except asyncio.CancelledError:
            await self._interrupted(order)
            raise
        except Exception as error:
            log.exception("drill_failed", why=type(error).__name__)
            with contextlib.suppress(StoreUnavailable):
                await self._interrupted(order)
        finally:
            beating.cancel()
            with contextlib.suppress(StoreUnavailable):
                await self._kv.give_back(_LEASE, order.id)
            self._running.pop(order.id, None)

    async def _drill(self, order: DrillRequest) -> None:
        tools = self._tools
        if tools is None:
            raise ValueError("a drill needs something to drill")
        script = await tools.intake.script(order.version)
        said = await asyncio.to_thread(recording, order.language)
        poster = Poster(tools, order)
        board = await Drill(order, script, tools, self._pause, said, poster.show).run()
        log.info("drill_done", passed=board.number("passed"), failed=board.number("failed"))
        await self._tidy(order)

    async def _beat(self, order: DrillRequest) -> None:
        while True:
            with contextlib.suppress(StoreUnavailable):
                await self._kv.set(_LEASE, order.id, LEASE_S)
            await asyncio.sleep(BEAT_S)

    async def _interrupted(self, order: DrillRequest) -> None:
        if self._tools:
            board = Board([], order.started_ms, interrupted=True)
            await Poster(self._tools, order).show(board)
        await self._tidy(order)

    async def _tidy(self, order: DrillRequest) -> None:
        await self._discard(order)
        await self._kv.erase(_NOTE)


class Poster:
    """Shows the drill's board in a single message, replacing what it showed before.

    The first and the last board are always shown. Where messages cannot be edited, only those two are.
    """

    def __init__(self, tools: Tools, order: DrillRequest) -> None:
        self._tools = tools
        self._order = order
        self._number = 0
        self._shown_ms = 0

    async def show(self, board: Board) -> None:
        now = self._tools.now()
        last = bool(board.ended_ms or board.interrupted)
        if not last and self._number and now < self._shown_ms + SHOW_EVERY_MS:
            return
        self._shown_ms = now
        styled = told(board, self._order, self._tools.words[self._order.language])
        message = OutboundMessage(
            self._order.chat,
            styled.text,
            bold=styled.bold,
            subject=f"drill:{self._order.id}",
            quiet=bool(self._number) and not last,
        )
        topic = f"drill:{self._order.id}:{'last' if last else self._number}"
        self._number += 1
        await self._tools.store.outbox.post(self._order.chat, topic, message, _POST_S)


def _done(order: DrillRequest) -> str:
    return f"drill-done:{order.id}"
