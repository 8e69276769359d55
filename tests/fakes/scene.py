"""Engine, intake and store together, with a clock controlled by the test, and people who take part."""

import asyncio
import itertools
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from conversation.engine import Engine
from conversation.events import Entry
from conversation.inbound import (
    Address,
    ChoicePressed,
    CommandReceived,
    Inbound,
    TextReceived,
    Ticked,
    What,
)
from conversation.outbound import OutboundMessage
from conversation.record.audit import verify
from conversation.script import Script
from conversation.state import Record, State
from handlers.campaigns import Campaigns
from handlers.catalogues import vocabulary
from handlers.intake.entrance import no_secret
from handlers.intake.entry_limits import EntryLimits
from handlers.intake.receive import Intake
from handlers.intake.runner import Result
from handlers.notices.notices import Notices
from storage import keys
from storage.ports import Campaign, Kv, Store
from storage.redis.store import RedisStore
from tests.fakes.kv import MemoryKv
from tests.fakes.scripts import SCRIPT

ZONE = ZoneInfo("Asia/Shanghai")
MORNING = int(datetime(2026, 11, 24, 10, tzinfo=ZONE).timestamp() * 1000)
RECRUITERS = Address("telegram", "700900", "-100200")
MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
_AT_ONCE = 500


class Clock:
    """A clock in epoch milliseconds, moved only by tests."""

    def __init__(self, now: int = MORNING) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now

    def forward(self, ms: int) -> None:
        self.now += ms


class Fresh:
    """Returns a new, predictable text each time."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def __call__(self) -> str:
        return f"fresh-{next(self._numbers):016d}"


class Scene:
    """An installation with one store. `intake` is the first process's intake, and `process()` adds another."""

    def __init__(self, store: Store, clock: Clock | None = None) -> None:
        self.store = store
        self.clock = clock or Clock()
        self.nonce = Fresh()
        self.kv: Kv = store.kv if isinstance(store, RedisStore) else MemoryKv(lambda: self.clock.now / 1000)
        self.counted: list[tuple[str, str]] = []
        self._waiting: list[OutboundMessage] = []
        self.campaigns = Campaigns(store, now=self.clock, nonce=self.nonce, zone=ZONE)
        self.intake = self.process()

    def process(self, store: Store | None = None) -> Intake:
        """Return the intake of another process, with empty caches."""
        return Intake(
            store or self.store,
            Engine(vocabulary(), ZONE),
            Notices(vocabulary(), ZONE, [RECRUITERS]),
            now=self.clock,
            nonce=self.nonce,
            count=lambda what, channel: self.counted.append((what, channel)),
            limits=EntryLimits(self.kv, no_secret),
        )

    async def invited(
        self, name: str = "", script: Script = SCRIPT, code: str = "", phone: str = ""
    ) -> tuple[str, str]:
        """Create a campaign and an invitation to it. Returns (interview, token)."""
        campaign = await self.campaigns.open(script, code=code)
        invitation = await self.campaigns.invite(campaign, name, phone=phone)
        return invitation.interview, invitation.token

    async def walk_in(self, script: Script = SCRIPT, code: str = "poster", cap: int = 0) -> Campaign:
        return await self.campaigns.open(script, code=code, walk_in=True, cap=cap)

    def person(self, user: str, channel: str = "telegram", **who: str) -> "Person":
        return Person(self, Address(channel, "700001", user), **who)

    async def tick(self, interview: str, intake: Intake | None = None) -> Result:
        return await (intake or self.intake).apply(interview, Inbound(f"tick:{self.clock.now}", Ticked()))

    async def record(self, interview: str) -> Record:
        found = await self.store.interviews.load(interview)
        assert found is not None, f"there is no interview {interview}"
        return found

    async def state(self, interview: str) -> State:
        return (await self.record(interview)).state

    async def entries(self, interview: str) -> list[Entry]:
        """Return an interview's entries, after verifying their chain."""
        record = await self.record(interview)
        return verify(interview, await self.store.interviews.entries(interview), record.version, record.head)

    async def sent(self, to: Address | None = None) -> list[OutboundMessage]:
        """Return the messages sent (to this address) and not returned before, in order within each partition."""
        self._waiting += await empty_outbox(self.store)
        wanted = [message for message in self._waiting if to in (None, message.to)]
        self._waiting = [message for message in self._waiting if to not in (None, message.to)]
        return wanted


async def empty_outbox(store: Store) -> list[OutboundMessage]:
    """Take every message out of the outbox, and return them in order within each partition.

    All partitions are asked at once what waits in them, because reading an empty one takes a tenth of a second on
    Redis.
    """
    posted_ms = await asyncio.gather(*(store.outbox.oldest_ms(each) for each in range(keys.PARTITIONS)))
    taken: list[OutboundMessage] = []
    for partition in (number for number, oldest in enumerate(posted_ms) if oldest):
        more = True
        while more:
            letters = await store.outbox.read([partition], _AT_ONCE, 1)
            taken += [letter.message for letter in letters if letter.message]
            await store.outbox.done(partition, [letter.id for letter in letters])
            more = len(letters) == _AT_ONCE
    return taken


class Person:
    """Someone with an account on a channel."""

    def __init__(self, scene: Scene, address: Address, name: str = "", language: str = "en") -> None:
        self.scene = scene
        self.address = address
        self.name = name
        self.language = language
        self.intake = scene.intake
        self._messages = itertools.count(1)

    def brings(self, what: What, *, sent_ms: int = 0, sequence: int = 0) -> Inbound:
        """Return this person's next inbound event."""
        number = next(self._messages)
        return Inbound(
            id=f"{self.address}:{number}",
            what=what,
            sender=self.address,
            sent_ms=sent_ms,
            sequence=sequence,
            message=f"{number}",
            name=self.name,
            language=self.language,
        )

    async def does(self, *whats: What) -> Result:
        """Send these, and return the result of the last."""
        result: Result = "nothing"
        for what in whats:
            result = await self.intake.receive(self.brings(what))
        return result

    async def opens(self, payload: str) -> Result:
        return await self.does(CommandReceived("start", payload))

    async def says(self, *texts: str) -> Result:
        return await self.does(*map(TextReceived, texts))

    async def presses(self, *choices: str) -> Result:
        return await self.does(*map(ChoicePressed, choices))

    async def commands(self, name: str, argument: str = "") -> Result:
        return await self.does(CommandReceived(name, argument))

    async def hears(self) -> list[str]:
        """Return the texts sent to this person and not returned before."""
        return [message.text for message in await self.scene.sent(self.address)]


def named(entries: Sequence[Entry]) -> list[str]:
    """Return the names of all events of a record, in order."""
    return [type(event).__name__ for entry in entries for event in entry.events]
