"""Interviews in memory."""

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence

import msgspec

from conversation.outbound import OutboundMessage
from conversation.record.audit import HASH_BYTES
from conversation.state import Record
from conversation.views.counters import Change
from storage import keys
from storage.archive.records import ArchivedRecords
from storage.codec import Blob, pack, unpack, unwrap
from storage.memory.jobs import MemoryJobs
from storage.memory.outbox import MemoryOutbox
from storage.memory.search_lines import MemorySearchLines
from storage.memory.stubs import MemoryRecords
from storage.ports import Answer, Commit, Committed, Conflict, Duplicate, Head

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(OutboundMessage).decode


class MemoryInterviews:
    """Keeps records as bytes, so that what cannot be stored in Redis fails here, too."""

    def __init__(
        self,
        outbox: MemoryOutbox,
        jobs: MemoryJobs,
        records: MemoryRecords,
        archived: ArchivedRecords,
        lines: MemorySearchLines,
    ) -> None:
        self._outbox = outbox
        self._jobs = jobs
        self._archived = archived
        self._places = records.places
        self._states = records.states
        self._logs = records.logs
        self._seen = records.seen
        self._due = records.due
        self._lines = lines
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

    async def has_version(self, interview: str, version: int) -> bool:
        blob = self._states.get(interview)
        return (unwrap(blob).version if blob else 0) == version

    async def blob(self, name: str) -> Blob | None:
        found = self._states.get(name)
        return unwrap(found) if found else None

    async def heads(self, names: Sequence[str]) -> list[Head | None]:
        found = [await self.blob(name) for name in names]
        return [Head(blob.version, blob.head) if blob else None for blob in found]

    async def commit(self, commit: Commit) -> Answer:
        await self._archived.bring_back(commit.interview)
        if known := self._seen[commit.interview].get(commit.inbound):
            return known
        blob = self._states.get(commit.interview)
        if (unwrap(blob).version if blob else 0) != commit.expected:
            return Conflict()
        campaign = commit.record.state.campaign
        self._states[commit.interview] = pack(commit.record)
        self._logs[commit.interview].append(commit.entry)
        self._seen[commit.interview][commit.inbound] = Duplicate(commit.record.version, commit.reply)
        self._members[campaign].setdefault(commit.interview)
        self._lines.committed(commit)
        self._count(campaign, commit.counts)
        self._hold(commit)
        await self.reschedule(commit.interview, commit.due_ms)
        partition = keys.partition_of(commit.interview)
        self._outbox.add(partition, commit.messages)
        self._jobs.add(partition, commit.jobs)
        return Committed()

    async def committed(self, interview: str, inbound: str) -> Duplicate | None:
        return self._seen[interview].get(inbound)

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
        self._seen.pop(interview, None)

    async def entries(self, interview: str) -> list[bytes]:
        if (place := self._places.get(interview)) and (found := await self._archived.entries(interview, place)):
            return found
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

    async def members_of(self, campaign: str, partition: int) -> list[str]:
        return sorted(each for each in self._members[campaign] if keys.partition_of(each) == partition)

    async def counts(self, campaign: str) -> dict[str, int]:
        return dict(self._counts[campaign])

    async def adjust(self, campaign: str, changes: Sequence[Change]) -> None:
        self._count(campaign, changes)

    async def day_counts(self, campaign: str, days: Sequence[str]) -> dict[str, dict[str, int]]:
        return {day: dict(self._days[campaign, day]) for day in days}
