"""Voice workers for tests: any number of them on one store, in virtual time.

Each has a connection of its own to the store, which can break at any call.
"""

import asyncio
import hashlib
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar, cast

from bot.channels.base import Capabilities, Registry
from bot.media.archive import NotArchived
from bot.speech.whisper import Heard, Task, Unheard
from bot.speech.worker import voice_worker
from conversation import events as e
from conversation import inbound as i
from conversation.inbound import Address, Inbound, Media
from conversation.outbound import OutboundMessage
from conversation.record.audit import unseal
from handlers.intake.receive import Intake
from storage.errors import StoreUnavailable
from storage.ports import Store
from tests.bot.runtime.offices import Office
from tests.fakes.posts import FakeChannel
from tests.fakes.virtual_time import now_ms

OGG = b"OggS\0\2" + bytes(20) + b"\1\x13OpusHead"
"""How a recording in Ogg Opus begins."""
T = TypeVar("T")


def recording(name: str) -> bytes:
    return OGG + name.encode()


class VoiceChannel(FakeChannel):
    """A channel with voice messages.

    `troubles` lists by reference what fetching gives first: errors to raise, or bytes to return instead of the
    recording.
    """

    def __init__(self, *, media_life_s: int = 0) -> None:
        super().__init__()
        self.capabilities = Capabilities(media_life_s=media_life_s, most_media_bytes=1000)
        self.fetch_s = 0.05
        self.troubles: dict[str, deque[Exception | bytes]] = defaultdict(deque)
        self.asked: dict[str, list[float]] = defaultdict(list)

    async def fetch(self, media: Media) -> bytes:
        self.asked[media.reference].append(asyncio.get_running_loop().time())
        await asyncio.sleep(self.fetch_s)
        if troubles := self.troubles[media.reference]:
            trouble = troubles.popleft()
            if isinstance(trouble, Exception):
                raise trouble
            return trouble
        return recording(media.reference)


class MemoryArchive:
    """An archive in memory. `put_troubles` and `get_troubles` are errors that the next calls raise."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}
        self.put_troubles: deque[Exception] = deque()
        self.get_troubles: deque[Exception] = deque()

    async def put(self, data: bytes) -> str:
        await asyncio.sleep(0.01)
        if self.put_troubles:
            raise self.put_troubles.popleft()
        sha256 = hashlib.sha256(data).hexdigest()
        self.held[sha256] = data
        return sha256

    async def get(self, sha256: str) -> bytes:
        await asyncio.sleep(0.01)
        if self.get_troubles:
            raise self.get_troubles.popleft()
        if sha256 not in self.held:
            raise NotArchived(sha256)
        return self.held[sha256]

    async def drop(self, sha256: str) -> None:
        self.held.pop(sha256, None)

    async def close(self) -> None:
        return


class FakeHearer:
    """A fake recogniser, which hears each recording as its own name after `takes_s` seconds.

    - `why`: why it cannot hear anything now; None if it can.
    - `troubles`: results or errors by a recording's name, to be given first.
    - `heard`: the recordings that it was given, by name.
    """

    def __init__(self, takes_s: float = 1.0) -> None:
        self.takes_s = takes_s
        self.why: str | None = None
        self.troubles: dict[str, deque[Exception | Unheard]] = defaultdict(deque)
        self.heard: list[str] = []
        self.closed = 0
        self.busy = 0

    async def problem(self) -> str | None:
        return self.why

    async def hear(self, task: Task, progress: Callable[[float], None]) -> Heard | Unheard:
        assert not self.busy, "one recording at a time"
        self.busy += 1
        try:
            for second in range(round(self.takes_s)):
                progress(second / self.takes_s)
                await asyncio.sleep(1)
        finally:
            self.busy -= 1
        name = task.data.removeprefix(OGG).decode()
        self.heard.append(name)
        if troubles := self.troubles[name]:
            trouble = troubles.popleft()
            if isinstance(trouble, Exception):
                raise trouble
            return trouble
        return Heard(f"说的是 {name}", 0.9, "fake", 3_000, ())

    async def close(self) -> None:
        self.closed += 1


class Line:
    """A worker's own connection to the store.

    `plan` returns what happens to a call, given its number (from 0) and its name: "" (nothing), "before" (the call
    never arrives) or "after" (its answer is lost).
    """

    def __init__(self, store: Store) -> None:
        self.calls = 0
        self.names: list[str] = []
        self.dead = False
        self.delays: dict[str, float] = {}
        self.plan: Callable[[int, str], str] = lambda _number, _name: ""
        self.interviews = _Wire(store.interviews, self)
        self.directory = _Wire(store.directory, self)
        self.outbox = _Wire(store.outbox, self)
        self.jobs = _Wire(store.jobs, self)
        self.mailboxes = _Wire(store.mailboxes, self)
        self.erasures = _Wire(store.erasures, self)

    async def call(self, name: str, act: Callable[[], Awaitable[T]]) -> T:
        number, self.calls = self.calls, self.calls + 1
        self.names.append(name)
        fate = self.plan(number, name)
        await asyncio.sleep(self.delays.get(name, 0))
        if fate == "before" or self.dead:
            raise StoreUnavailable("the fake line is broken")
        answer = await act()
        if fate == "after" or self.dead:
            raise StoreUnavailable("the fake line broke")
        return answer


class _Wire:
    def __init__(self, target: object, line: Line) -> None:
        self._target = target
        self._line = line

    def __getattr__(self, name: str) -> Any:
        act = getattr(self._target, name)

        async def call(*args: object, **kwargs: object) -> object:
            return await self._line.call(name, lambda: act(*args, **kwargs))

        return call


class Worker:
    def __init__(self, office: "VoiceOffice", name: str, recognizer: FakeHearer) -> None:
        self.line = Line(office.store)
        self.recognizer = recognizer
        store = cast(Store, self.line)
        voice = voice_worker(
            store,
            office.count,
            office.channels,
            office.archive,
            recognizer,
            office.intake_on(store),
            office.now,
            name,
            lambda: office.short_of_space,
        )
        self._voice = voice
        self.task = asyncio.create_task(voice.run())

    async def stop(self) -> None:
        self._voice.stop()
        await self.task

    async def die(self) -> None:
        """Stop as by SIGKILL: nothing is finished, and nothing is given back."""
        self.line.dead = True
        self.task.cancel()
        await asyncio.wait({self.task})


class VoiceOffice(Office):
    """One store, one channel and one archive, with any number of workers and candidates."""

    def __init__(self, *, media_life_s: int = 0) -> None:
        super().__init__()
        self.store.jobs.now = now_ms
        self.voices = VoiceChannel(media_life_s=media_life_s)
        self.channels = Registry()
        self.channels.add(self.voices)
        self.archive = MemoryArchive()
        self.workers: list[Worker] = []
        self.short_of_space = False
        self._counts: Counter[tuple[str, int]] = Counter()
        self._candidate = self.intake()
        self._interviews: dict[str, str] = {}
        self._skipped_ms = 0

    def now(self) -> int:
        return now_ms() + self._skipped_ms

    def skip(self, seconds: float) -> None:
        """Advance the office's clock without running anything.

        The loops look several times a second, so days of virtual time would take too long.
        """
        self._skipped_ms += round(seconds * 1000)

    async def until(self, happened: Callable[[], bool], patience_s: float = 3600) -> None:
        async with asyncio.timeout(patience_s):
            while not happened():  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(max(0.1, patience_s / 36_000))

    async def count(self, name: str, window_s: int) -> int:
        self._counts[name, now_ms() // (window_s * 1000)] += 1
        return self._counts[name, now_ms() // (window_s * 1000)]

    def intake_on(self, store: Store) -> Intake:
        """Return an intake on this store, as each process has one."""
        theirs = self.intake()
        return Intake(store, theirs._engine, theirs._notices, now=now_ms, nonce=theirs._nonce)

    def start(self, takes_s: float = 1.0, recognizer: FakeHearer | None = None) -> Worker:  # type: ignore[override]
        worker = Worker(self, f"worker-{len(self.workers)}", recognizer or FakeHearer(takes_s))
        self.workers.append(worker)
        return worker

    async def interview(self, user: str) -> str:
        self._interviews[user] = await super().interview(user)
        return self._interviews[user]

    async def speak(self, user: str, name: str, size: int = 0, recognised: str = "") -> None:
        """Send a voice message as a candidate."""
        media = Media(name, "voice", 3_000, size, recognised)
        sender = Address("telegram", "main", user)
        said = Inbound(f"voice-{user}-{name}", i.VoiceReceived(media), sender, now_ms(), message=name)
        assert await self._candidate.receive(said) == "committed"

    async def show(self, user: str, name: str, size: int = 0) -> None:
        """Send a picture as a candidate."""
        what = i.OtherReceived("photo", Media(name, "photo", size=size), f"{name}.png")
        said = Inbound(f"photo-{user}-{name}", what, Address("telegram", "main", user), now_ms(), message=name)
        assert await self._candidate.receive(said) == "committed"

    async def events(self, user: str) -> list[e.Event]:
        """Return all events of the candidate's record."""
        entries = await self.store.interviews.entries(self._interviews[user])
        return [event for stored in entries for event in unseal(stored)[1].events]

    async def results(self, user: str) -> list[e.Event]:
        """Return the results of the candidate's voice messages, in order."""
        kinds = e.AudioKept | e.AudioLost | e.Transcribed | e.TranscriptFailed | e.TranscriptDelayed
        return [event for event in await self.events(user) if isinstance(event, kinds)]

    async def texts(self, user: str) -> list[str]:
        """Return the transcripts in the candidate's record, in order."""
        return [event.text for event in await self.results(user) if isinstance(event, e.Transcribed)]

    def said(self, user: str) -> list[OutboundMessage]:
        """Return the outbox's messages to the candidate, oldest first."""
        letters = [letter for each in self.outbox._letters.values() for letter in each.values() if letter.message]
        letters.sort(key=lambda letter: int(letter.id.split("-")[0]))
        return [letter.message for letter in letters if letter.message and letter.message.to.user == user]

    @property
    def left(self) -> int:
        """How many jobs are not done, including those scheduled for later."""
        return len(self.store.jobs._entries) + len(self.store.jobs._later)

    async def all_done(self, patience_s: float = 3600) -> None:
        await self.until(lambda: not self.left, patience_s)


@asynccontextmanager
async def open_voice_office(*, media_life_s: int = 0) -> AsyncIterator[VoiceOffice]:
    """Open an office. At the end all workers die; this fails if one had failed."""
    office = VoiceOffice(media_life_s=media_life_s)
    try:
        yield office
    finally:
        for worker in office.workers:
            await worker.die()
    for worker in office.workers:
        if not worker.task.cancelled():
            worker.task.result()
