"""The store in memory: it behaves like the one in Redis without a server, for tests and for trying out
dialogues."""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from itertools import count

import msgspec

from conversation.inbound import Address
from conversation.outbound import OutboundMessage
from conversation.record.audit import HASH_BYTES
from conversation.state import Record
from conversation.views.counters import Change
from storage import keys
from storage.codec import Blob, pack, unpack, unwrap
from storage.erasure_matcher import Traces
from storage.memory.directory import MemoryDirectory
from storage.memory.erasures import MemoryErasures
from storage.memory.jobs import MemoryJobs
from storage.memory.mailboxes import MemoryMailboxes
from storage.ports import Answer, Commit, Committed, Conflict, Duplicate, OutboxEntry

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(OutboundMessage).decode


class MemoryInterviews:
    """Keeps records as bytes, so that what cannot be stored in Redis fails here, too."""

    def __init__(self, outbox: "MemoryOutbox", jobs: MemoryJobs) -> None:
        self._outbox = outbox
        self._jobs = jobs
        self._states: dict[str, bytes] = {}
        self._logs: dict[str, list[bytes]] = defaultdict(list)
        self._seen: dict[tuple[str, str], Duplicate] = {}
        self._due: dict[str, int] = {}
        self._members: dict[str, dict[str, None]] = defaultdict(dict)
        self._counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self._days: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self._held: dict[str, list[bytes]] = defaultdict(list)
        self._holds: set[tuple[str, str]] = set()

    async def load(self, interview: str) -> Record | None:
        blob = self._states.get(interview)
        return unpack(blob) if blob else None

    async def load_many(self, interviews: Sequence[str]) -> list[Record]:
        return [unpack(blob) for interview in interviews if (blob := self._states.get(interview))]

    async def blob(self, name: str) -> Blob | None:
        found = self._states.get(name)
        return unwrap(found) if found else None

    async def commit(self, commit: Commit) -> Answer:
        if known := self._seen.get((commit.interview, commit.inbound)):
            return known
        blob = self._states.get(commit.interview)
        if (unwrap(blob).version if blob else 0) != commit.expected:
            return Conflict()
        campaign = commit.record.state.campaign
        self._states[commit.interview] = pack(commit.record)
        self._logs[commit.interview].append(commit.entry)
        self._seen[commit.interview, commit.inbound] = Duplicate(commit.record.version, commit.reply)
        self._members[campaign].setdefault(commit.interview)
        self._count(campaign, commit.counts)
        self._hold(commit)
        await self.reschedule(commit.interview, commit.due_ms)
        partition = keys.partition_of(commit.interview)
        self._outbox.add(partition, commit.messages)
        self._jobs.add(partition, commit.jobs)
        return Committed()

    def _count(self, campaign: str, changes: Sequence[Change]) -> None:
        for change in changes:
            counted = self._days[campaign, change.day] if change.day else self._counts[campaign]
            counted[change.name] += change.number

    def _hold(self, commit: Commit) -> None:
        held, hold = self._held[commit.interview], [_encode(message) for message in commit.hold]
        if commit.taken:
            held[: commit.taken] = hold
        else:
            held += hold

    async def held(self, interview: str) -> list[OutboundMessage]:
        return [_decode(each) for each in self._held[interview]]

    async def hold(self, message: OutboundMessage, key: str) -> None:
        if (message.interview, key) not in self._holds:
            self._holds.add((message.interview, key))
            self._held[message.interview].append(_encode(message))

    async def beside(self, message: OutboundMessage, version: int) -> bool:
        blob = self._states.get(message.interview)
        if blob is None or unwrap(blob).version != version:
            return False
        self._outbox.add(keys.partition_of(message.interview), [message])
        return True

    def redact(self, interview: str, version: int, entries: Sequence[bytes]) -> bool:
        """Implements `Erasures.redact`."""
        blob, log = self._states.get(interview), self._logs[interview]
        same = [each[:HASH_BYTES] for each in entries] == [each[:HASH_BYTES] for each in log[:-1]]
        if blob is None or unwrap(blob).version != version or not same:
            return False
        log[:-1] = entries
        return True

    def remove_marks(self, interview: str) -> None:
        self._held.pop(interview, None)
        self._holds = {each for each in self._holds if each[0] != interview}
        for key in [each for each in self._seen if each[0] == interview]:
            del self._seen[key]

    async def entries(self, interview: str) -> list[bytes]:
        return list(self._logs[interview])

    async def reschedule(self, interview: str, due_ms: int, version: int | None = None) -> None:
        blob = self._states.get(interview)
        if version is not None and (unwrap(blob).version if blob else 0) != version:
            return
        self._due.pop(interview, None)
        if due_ms:
            self._due[interview] = due_ms

    async def due(self, partition: int, now_ms: int, limit: int) -> list[tuple[str, int]]:
        found = [
            (interview, due)
            for interview, due in self._due.items()
            if due <= now_ms and keys.partition_of(interview) == partition
        ]
        return sorted(found, key=lambda pair: pair[1])[:limit]

    async def members(self, campaign: str) -> AsyncIterator[str]:
        for interview in list(self._members[campaign]):
            yield interview

    async def counts(self, campaign: str) -> dict[str, int]:
        return dict(self._counts[campaign])

    async def adjust(self, campaign: str, changes: Sequence[Change]) -> None:
        self._count(campaign, changes)

    async def day_counts(self, campaign: str, days: Sequence[str]) -> dict[str, dict[str, int]]:
        return {day: dict(self._days[campaign, day]) for day in days}


class MemoryOutbox:
    together = True

    def __init__(self) -> None:
        self._numbers = count(1)
        self._letters: dict[int, dict[str, OutboxEntry]] = defaultdict(dict)
        self._read: set[str] = set()
        self._posted: set[tuple[Address, str]] = set()
        self._answered: dict[Address, set[str]] = defaultdict(set)
        self._shown: dict[str, str] = {}
        self.buried: list[tuple[str, str, bytes]] = []

    def add(self, partition: int, messages: Sequence[OutboundMessage]) -> None:
        for message in messages:
            letter_id = f"{next(self._numbers)}-0"
            self._letters[partition][letter_id] = OutboxEntry(letter_id, partition, message, _encode(message))

    async def open(self, partition: int) -> None:
        self._letters[partition]

    async def post(self, address: Address, topic: str, message: OutboundMessage, window_s: int) -> bool:
        if (address, topic) in self._posted:
            return False
        self._posted.add((address, topic))
        self.add(keys.partition_of(str(address)), [message])
        return True

    async def answer(
        self, address: Address, cause: str, line: OutboundMessage, wait: OutboundMessage, most: int, window_s: int
    ) -> bool:
        answered = self._answered[address]
        if cause in answered or len(answered) > most:
            return False
        self.add(keys.partition_of(str(address)), [line if len(answered) < most else wait])
        answered.add(cause)
        return True

    async def read(self, partitions: Sequence[int], count: int, block_ms: int) -> list[OutboxEntry]:
        fresh = [
            letter
            for partition in partitions
            for letter in self._letters[partition].values()
            if letter.id not in self._read
        ][:count]
        self._read.update(letter.id for letter in fresh)
        return fresh

    async def pending(self, partition: int, after: str, count: int) -> list[OutboxEntry]:
        at = int(after.split("-")[0])
        held = [
            letter
            for letter in self._letters[partition].values()
            if letter.id in self._read and int(letter.id.split("-")[0]) > at
        ]
        return held[:count]

    async def done(self, partition: int, ids: Sequence[str]) -> None:
        for letter_id in ids:
            self._letters[partition].pop(letter_id, None)

    async def done_all(self, sent: Mapping[int, Sequence[str]]) -> None:
        for partition, ids in sent.items():
            await self.done(partition, ids)

    async def dead_letter(self, partition: int, kind: str, why: str, payload: bytes, letter: str = "") -> None:
        self.buried.append((kind, why, payload))
        self._letters[partition].pop(letter, None)

    def remove(self, traces: Traces) -> None:
        """Remove all waiting messages and dead letters that have these traces."""
        for letters in self._letters.values():
            for letter_id in [each.id for each in letters.values() if traces.in_letter(each.raw)]:
                del letters[letter_id]
        self.buried = [each for each in self.buried if not traces.in_dead_letter(each[2])]

    async def dead_letters(self) -> int:
        return len(self.buried)

    async def oldest_ms(self, partition: int) -> int:
        return next((int(letter_id.split("-")[0]) for letter_id in self._letters[partition]), 0)

    async def shown(self, message: OutboundMessage) -> str:
        return self._shown.get(_place(message), "")

    async def remember_shown(self, message: OutboundMessage, shown: str) -> None:
        self._shown[_place(message)] = shown


def _place(message: OutboundMessage) -> str:
    return keys.shown(message.interview, message.subject, message.to)


class MemoryStore:
    def __init__(self) -> None:
        self.outbox = MemoryOutbox()
        self.jobs = MemoryJobs()
        self.interviews = MemoryInterviews(self.outbox, self.jobs)
        self.directory = MemoryDirectory()
        self.mailboxes = MemoryMailboxes()
        self.erasures = MemoryErasures(self.interviews, self.outbox, self.jobs, self.mailboxes)
