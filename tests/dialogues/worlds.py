"""The worlds that dialogues are played in: the engine alone, and the intake with a store."""

from datetime import tzinfo
from typing import Protocol

from msgspec.structs import replace

from conversation import events as e
from conversation.decide.channel_switch import digest, read_code
from conversation.engine import Engine, invitation
from conversation.inbound import (
    Address,
    ClaimAnswered,
    CodeEntered,
    CommandReceived,
    Inbound,
    Opened,
    TextReceived,
)
from conversation.outbound import OutboundMessage
from conversation.record.audit import seal, unseal
from conversation.script import Script
from conversation.state import Record
from conversation.timing.schedule import next_due
from handlers.campaigns import Campaigns
from handlers.catalogues import vocabulary
from handlers.intake.receive import Intake
from handlers.intake.transcripts import Moment, copy_for, with_answers
from handlers.notices.notices import Notices
from storage import keys
from storage.codec import pack, unpack
from storage.ports import Campaign, Store
from tests.fakes.scene import empty_outbox

TOKEN = "kR3vX9dQ2mB7tL5wY8nC1A"
OTHER_TOKEN = "bN4cW8hT6yM2qF9sJ3xZ7E"
CODE = "spring"
RECRUITERS = Address("telegram", "700900", "-100200")


class Clock:
    def __init__(self, now: int) -> None:
        self.now = now


class World(Protocol):
    """What a dialogue is played in.

    `receive` takes a person's event, and `apply` one without a person. Both return the messages sent. `halted`
    says whether colleagues have paused our account.
    """

    halted: bool

    async def open(self, script: Script, name: str, phone: str, *, walk_in: bool) -> None: ...
    async def receive(self, inbound: Inbound) -> list[OutboundMessage]: ...
    async def apply(self, inbound: Inbound) -> list[OutboundMessage]: ...
    async def due(self) -> int: ...
    async def record(self) -> Record: ...
    async def entries(self) -> list[bytes]: ...


class PureWorld:
    """The engine alone. The state is encoded and decoded between turns."""

    def __init__(self, clock: Clock, zone: tzinfo) -> None:
        self._clock = clock
        self._engine = Engine(vocabulary(), zone)
        self._notices = Notices(vocabulary(), zone, [RECRUITERS])
        self._entries: list[bytes] = []
        self._seen: set[str] = set()
        self._codes: set[str] = set()
        self.halted = False
        self._stored = b""
        self._script: Script

    async def open(self, script: Script, name: str, phone: str, *, walk_in: bool) -> None:
        self._script = script
        interview = digest(TOKEN)[:16]
        event = e.Invited(interview, CODE, script.version, name, walk_in=walk_in, phone=phone)
        record, _, stored = invitation(event, self._clock.now, "invited")
        self._keep(record, stored)

    async def receive(self, inbound: Inbound) -> list[OutboundMessage]:
        what = inbound.what
        if isinstance(what, CommandReceived) and what.name == "start" and what.argument:
            inbound = replace(inbound, what=Opened())
        elif isinstance(what, TextReceived) and digest(code := read_code(what.text)) in self._codes:
            inbound = replace(inbound, what=CodeEntered(code))
        return await self.apply(replace(inbound, nonce="fresh", halted=self.halted))

    async def apply(self, inbound: Inbound) -> list[OutboundMessage]:
        if inbound.id in self._seen:
            return []
        record = unpack(self._stored)
        outcome = self._engine.step(record, inbound, self._script, self._clock.now)
        if outcome.entry is None:
            return list(outcome.messages)
        self._seen.add(inbound.id)
        stored, head = seal(record.head, outcome.entry)
        before = tuple(self._entries)
        self._codes |= {each.code_sha256 for each in outcome.entry.events if isinstance(each, e.CodeIssued)}
        self._keep(Record(outcome.state, outcome.entry.n, head), stored)
        messages = list(outcome.messages)
        if outcome.reviews:
            entries = [*(unseal(blob)[1] for blob in before), outcome.entry]
            words = vocabulary()[outcome.state.language]
            messages = list(with_answers(outcome.messages, entries, self._script, words))
        for notice in outcome.notices:
            messages += self._notices.write(notice, outcome.state, self._script)
        if outcome.transcript_to:
            words = vocabulary()[outcome.state.language]
            moment = Moment(self._clock.now, self._engine.zone)
            messages += copy_for(outcome.transcript_to, before, outcome.state, self._script, words, moment)
        return messages

    async def due(self) -> int:
        return next_due(unpack(self._stored).state, self._script, self._engine.zone)

    async def record(self) -> Record:
        return unpack(self._stored)

    async def entries(self) -> list[bytes]:
        return self._entries

    def _keep(self, record: Record, stored: bytes) -> None:
        self._stored = pack(record)
        self._entries.append(stored)


class IntakeWorld:
    """The whole intake, with a store. Each turn has a new intake, with empty caches."""

    def __init__(self, store: Store, clock: Clock, zone: tzinfo) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone
        self._address: Address | None = None
        self.halted = False
        self._interview = ""

    async def open(self, script: Script, name: str, phone: str, *, walk_in: bool) -> None:
        for partition in range(keys.PARTITIONS):
            await self._store.outbox.open(partition)
        campaign = await self._campaigns(TOKEN).open(script, code=CODE, walk_in=walk_in)
        if not walk_in:
            self._interview = (await self._campaigns(TOKEN).invite(campaign, name, phone=phone)).interview
            await self._campaigns(OTHER_TOKEN).invite(await self._another(script), name)

    async def _another(self, script: Script) -> Campaign:
        return await self._campaigns(OTHER_TOKEN).open(script, code="autumn")

    def _campaigns(self, nonce: str) -> Campaigns:
        return Campaigns(self._store, now=lambda: self._clock.now, nonce=lambda: nonce, zone=self._zone)

    async def receive(self, inbound: Inbound) -> list[OutboundMessage]:
        await self._intake().receive(inbound)
        if not self._interview and inbound.sender:
            self._interview = await self._store.directory.who(inbound.sender) or ""
        return await self._sent()

    async def apply(self, inbound: Inbound) -> list[OutboundMessage]:
        if isinstance(inbound.what, ClaimAnswered):
            await self._intake().answer_claim(self._interview, inbound)
        else:
            await self._intake().apply(self._interview, inbound)
        return await self._sent()

    def _intake(self) -> Intake:
        return Intake(
            self._store,
            Engine(vocabulary(), self._zone),
            Notices(vocabulary(), self._zone, [RECRUITERS]),
            now=lambda: self._clock.now,
            nonce=lambda: "fresh",
            halted=lambda _: self.halted,
        )

    async def _sent(self) -> list[OutboundMessage]:
        return await empty_outbox(self._store)

    async def due(self) -> int:
        partition = keys.partition_of(self._interview)
        found = await self._store.interviews.due(partition, 2**52, 10)
        return dict(found).get(self._interview, 0)

    async def record(self) -> Record:
        record = await self._store.interviews.load(self._interview)
        assert record is not None
        return record

    async def entries(self) -> list[bytes]:
        return await self._store.interviews.entries(self._interview)
