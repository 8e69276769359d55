"""Interviews in Redis: states, records, due times, membership and counters."""

from collections.abc import AsyncIterator, Callable, Sequence
from importlib.resources import files
from itertools import chain
from typing import Any, cast

import msgspec

from conversation.outbound import OutboundMessage
from conversation.state import Record, State
from conversation.state_parts import Part
from conversation.views.counters import Change
from storage import keys
from storage.archive.records import ArchivedRecords
from storage.codec import (
    HEAD_BYTES,
    Blob,
    pack_apart,
    pack_entry,
    pack_parts,
    parts_of,
    unpack_apart,
    unpack_entry,
    unwrap,
    version_bytes,
)
from storage.ports import Answer, Commit, Committed, Conflict, Duplicate, Head
from storage.redis.connection import Client, is_cluster
from storage.redis.jobs import queue_of
from storage.redis.lua_script import LuaScript
from storage.redis.search_lines import PUT_LINE
from storage.search_lines import changed_line

REMEMBERED_INBOUND = 1024
"""How many inbound ids are remembered per interview. Platforms repeat a message for a day at most."""
REPLY_LIFE_S = 3600
_KEYS, _COUNTS_KEY, _COUNTS_AT = 11, 6, 10
"""Properties of the commit script: how many keys every commit has, which of them (from 1) is that of the counters,
and which argument (from 0) holds the changes of counters."""

_LOAD = """
local found = {}
for at = 1, #KEYS, 2 do
  found[at] = redis.call('GET', KEYS[at])
  found[at + 1] = redis.call('LRANGE', KEYS[at + 1], 0, -1)
end
return found
"""

_RESCHEDULE = """
if ARGV[3] ~= '' and redis.call('GETRANGE', KEYS[1], 0, 7) ~= ARGV[3] then return 0 end
if ARGV[2] == '' then return redis.call('ZREM', KEYS[2], ARGV[1]) end
return redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
"""

_BESIDE = """
if redis.call('GETRANGE', KEYS[1], 0, 7) ~= ARGV[1] then return 0 end
redis.call('XADD', KEYS[2], '*', 'm', ARGV[2])
return 1
"""

_VERSION = "return redis.call('GETRANGE', KEYS[1], 0, ARGV[1] - 1)"
_COMMITTED = """
local version = redis.call('ZSCORE', KEYS[1], ARGV[1])
return version and {version, redis.call('GET', KEYS[2]) or ''}
"""
_HEADS = """
local found = {}
for at, key in ipairs(KEYS) do found[at] = redis.call('GETRANGE', key, 0, ARGV[1] - 1) end
return found
"""
_COUNTS = """
local found = {}
for at, key in ipairs(KEYS) do found[at] = redis.call('HGETALL', key) end
return found
"""
_HOLD = """
if redis.call('SET', KEYS[2], '', 'NX', 'EX', ARGV[2]) then redis.call('RPUSH', KEYS[1], ARGV[1]) end
"""
_ADJUST = """
for at, key in ipairs(KEYS) do redis.call('HINCRBY', key, ARGV[2 * at - 1], ARGV[2 * at]) end
"""

_encode = _encode_counts = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(OutboundMessage).decode


class RedisInterviews:
    def __init__(self, client: Client, archived: ArchivedRecords) -> None:
        self._client = client
        self._archived = archived
        self._load = LuaScript(client, _LOAD, reads=True)
        self._reschedule = LuaScript(client, _RESCHEDULE)
        self._beside = LuaScript(client, _BESIDE)
        self._counts = LuaScript(client, _COUNTS, reads=True)
        self._version = LuaScript(client, _VERSION)
        self._committed = LuaScript(client, _COMMITTED)
        self._heads = LuaScript(client, _HEADS, reads=True)
        self._hold = LuaScript(client, _HOLD)
        self._adjust = LuaScript(client, _ADJUST)
        self._commit = LuaScript(client, PUT_LINE + (files("storage.redis") / "commit.lua").read_text())

    async def load(self, interview: str) -> Record | None:
        found = _records(await self._load(keys=[keys.state(interview), keys.parts(interview)], args=[]))
        return found[0] if found else None

    async def load_many(self, interviews: Sequence[str]) -> list[Record]:
        """Return those of the records that exist, in no order. One round trip or, on a cluster, one for each
        partition involved."""
        together: dict[int, list[str]] = {}
        for interview in interviews:
            group = keys.partition_of(interview) if is_cluster(self._client) else 0
            together.setdefault(group, []).extend((keys.state(interview), keys.parts(interview)))
        found: list[Record] = []
        for each in together.values():
            found += _records(await self._load(keys=each, args=[]))
        return found

    async def has_version(self, interview: str, version: int) -> bool:
        """Return whether the stored record has this version, as one that cannot be lost any more (see `Batches`).
        Reads eight bytes."""
        found = await self._version(keys=[keys.state(interview)], args=[len(version_bytes(1))])
        return cast(bytes, found) == version_bytes(version)

    async def blob(self, name: str) -> Blob | None:
        """Return a record of another kind, with its state still encoded."""
        found = await self._client.get(keys.state(name))
        return unwrap(cast(bytes, found)) if found else None

    async def heads(self, names: Sequence[str]) -> list[Head | None]:
        """Return how far these records of any kind have come, in their order, without loading their states. None:
        there is no such record."""
        together: dict[int, list[str]] = {}
        for name in dict.fromkeys(names):
            together.setdefault(keys.partition_of(name) if is_cluster(self._client) else 0, []).append(name)
        answers = await self._heads.each([([*map(keys.state, each)], [HEAD_BYTES]) for each in together.values()])
        found = dict(zip(chain.from_iterable(together.values()), chain.from_iterable(answers), strict=True))
        return [Head(*unwrap(blob)[:2]) if len(blob := found[name]) == HEAD_BYTES else None for name in names]

    async def commit(self, commit: Commit) -> Answer:
        """Write everything, unless the inbound event was committed before (Duplicate) or another commit came first
        (Conflict)."""
        kept, parts = _changed_parts(commit)
        answer = await self._write(commit, kept, parts)
        if answer[0] == b"archived":
            await self._archived.bring_back(commit.interview)
            answer = await self._write(commit, kept, parts)
        if answer[0] == b"missing":  # the state was stored with its messages: archived, or by an earlier release
            answer = await self._write(commit, 0, parts_of(commit.record.state))
        return _answer(answer)

    async def committed(self, interview: str, inbound: str) -> Duplicate | None:
        """Return what `commit` answers to an inbound event that is in the record. None: it is not there, or not
        among the last ones any more."""
        found = await self._committed(keys=[keys.seen(interview), keys.reply(interview, inbound)], args=[inbound])
        return Duplicate(int(float(found[0])), cast(bytes, found[1])) if found else None

    async def _write(self, commit: Commit, kept: int | None, parts: Sequence[Part]) -> list[bytes]:
        """Run the commit script. It keeps the first `kept` messages of the open answer, and appends `parts`. None:
        there were none, and there are none."""
        state = commit.record.state
        partition = keys.partition_of(commit.interview)
        arguments: list[Any] = [
            commit.inbound,
            version_bytes(commit.expected),
            pack_apart(commit.record),
            pack_entry(commit.entry),
            commit.record.version,
            commit.due_ms or "",
            commit.interview,
            commit.reply,
            REPLY_LIFE_S,
            REMEMBERED_INBOUND,
            b"",
            commit.taken,
            len(commit.hold),
            len(commit.jobs),
            "" if kept is None else kept,
            len(parts),
            changed_line(commit.before, state, new=not commit.expected),
        ]
        days, arguments[_COUNTS_AT] = _counts_of(commit)
        arguments += pack_parts(parts)
        arguments += map(_encode, commit.hold)
        arguments += map(_encode, commit.jobs)
        arguments += map(_encode, commit.messages)
        answer = await self._commit(
            keys=[
                keys.state(commit.interview),
                keys.log(commit.interview),
                keys.seen(commit.interview),
                keys.outbox(partition),
                keys.due(partition),
                keys.counts(partition, state.campaign),
                keys.members(partition, state.campaign),
                keys.reply(commit.interview, commit.inbound),
                keys.held(commit.interview),
                keys.parts(commit.interview),
                keys.search_lines(partition, state.campaign),
                *(keys.jobs(partition, queue_of(job)) for job in commit.jobs),
                *(keys.day_counts(partition, state.campaign, day) for day in days),
            ],
            args=arguments,
        )
        return cast(list[bytes], answer)

    async def beside(self, message: OutboundMessage, version: int) -> bool:
        """Send a message that is no part of the record. Returns False, without sending it, if the record has
        another version: it then says something newer."""
        found = await self._beside(
            keys=[keys.state(message.interview), keys.outbox(keys.partition_of(message.interview))],
            args=[version_bytes(version), _encode(message)],
        )
        return bool(found)

    async def held(self, interview: str) -> list[OutboundMessage]:
        """Return the messages held until the candidate writes, oldest first."""
        found = cast(list[bytes], await self._client.lrange(keys.held(interview), 0, -1))
        return [_decode(each) for each in found]

    async def hold(self, message: OutboundMessage, key: str) -> None:
        """Hold a message of an interview until the candidate writes. Repeated calls with the same key within an
        hour hold it only once."""
        name = keys.held(message.interview)
        await self._hold(keys=[name, f"{name}:{key}"], args=[_encode(message), REPLY_LIFE_S])

    async def entries(self, interview: str) -> list[bytes]:
        """Return all entries of a record, wherever they are. Raises ArchivedRecordLost and ArchiveOutOfReach."""
        found = await self._entries_here(interview)
        while not found:
            if not (place := await self._archived.place(interview)):
                return await self._entries_here(interview)  # it may have come back meanwhile
            found = await self._archived.entries(interview, place) or await self._entries_here(interview)
        return found

    async def _entries_here(self, interview: str) -> list[bytes]:
        found = cast(list[bytes], await self._client.lrange(keys.log(interview), 0, -1))
        return list(map(unpack_entry, found))

    async def reschedule(self, interview: str, due_ms: int, version: int | None = None) -> None:
        """Look at the interview again at `due_ms` (epoch milliseconds), or never (0). With a `version`, this has
        an effect only if the record still has that version: a later commit has set its own time."""
        await self._reschedule(
            keys=[keys.state(interview), keys.due(keys.partition_of(interview))],
            args=[interview, due_ms or "", "" if version is None else version_bytes(version)],
        )

    async def due(self, partition: int, now_ms: int, limit: int) -> list[tuple[str, int]]:
        """Return interviews that need attention, most overdue first: (interview, when it was due in epoch
        milliseconds)."""
        found = await self._client.zrange(
            keys.due(partition), "-inf", now_ms, byscore=True, offset=0, num=limit, withscores=True
        )
        return [(interview.decode(), int(score)) for interview, score in cast(list[tuple[bytes, float]], found)]

    async def members(self, campaign: str) -> AsyncIterator[str]:
        """Yield all interviews of a campaign, each once, in no order."""
        for partition in range(keys.PARTITIONS):
            met: set[bytes] = set()
            async for member in self._client.sscan_iter(keys.members(partition, campaign), count=500):
                if member not in met:
                    met.add(member)
                    yield member.decode()

    async def members_of(self, campaign: str, partition: int) -> list[str]:
        """Return the interviews of a campaign in one partition, in the order of their ids."""
        found = cast(set[bytes], await self._client.smembers(keys.members(partition, campaign)))
        return sorted(member.decode() for member in found)

    async def counts(self, campaign: str) -> dict[str, int]:
        """Return the campaign's counters, summed over the partitions. One round trip or, on a cluster, one for
        each partition."""
        total: dict[str, int] = {}
        for counters in await self._counters([""], lambda partition, _: keys.counts(partition, campaign)):
            _add(total, counters)
        return total

    async def day_counts(self, campaign: str, days: Sequence[str]) -> dict[str, dict[str, int]]:
        """Return the campaign's counters of each of these days, in as many round trips as `counts`."""
        total: dict[str, dict[str, int]] = {day: {} for day in days}
        found = await self._counters(days, lambda partition, day: keys.day_counts(partition, campaign, day))
        for number, counters in enumerate(found):
            _add(total[days[number % len(days)]], counters)
        return total

    async def adjust(self, campaign: str, changes: Sequence[Change]) -> None:
        """Correct counters outside any commit. They are summed over the partitions, so the difference is stored in
        one of these."""
        counters = [
            keys.day_counts(0, campaign, change.day) if change.day else keys.counts(0, campaign)
            for change in changes
        ]
        await self._adjust(keys=counters, args=[each for name, number, _ in changes for each in (name, number)])

    async def _counters(self, of: Sequence[str], key: Callable[[int, str], str]) -> list[list[bytes]]:
        """Return all counters, partition by partition."""
        every = [[key(partition, each) for each in of] for partition in range(keys.PARTITIONS)]
        shares = every if is_cluster(self._client) else [list(chain.from_iterable(every))]
        found = await self._counts.each([(share, []) for share in shares])
        return [each for share in cast(list[list[list[bytes]]], found) for each in share]


def _records(found: list[Any]) -> list[Record]:
    """Decode what the script that loads records returned: for each, its state (None: there is none) and its
    messages."""
    return [unpack_apart(blob, parts) for blob, parts in zip(found[::2], found[1::2], strict=True) if blob]


def _changed_parts(commit: Commit) -> tuple[int | None, tuple[Part, ...]]:
    """Return how many messages of the open answer stay as they are, from the first, and those that follow them
    now. None: there were none, and there are none."""
    before, after = parts_of(commit.before), parts_of(commit.record.state)
    if not before and not after and (commit.before is not None or not isinstance(commit.record.state, State)):
        return None, ()
    pairs = enumerate(zip(before, after, strict=False))
    same = next((at for at, (old, new) in pairs if old is not new and old != new), min(len(before), len(after)))
    return same, after[same:]


def _counts_of(commit: Commit) -> tuple[list[str], bytes]:
    """Return the days on which something is counted, and the changes of counters as the script reads them. They
    are one argument, instead of three for each counter."""
    days: list[str] = []
    flat: list[str | int] = []
    first_day = _KEYS + len(commit.jobs) + 1
    for name, number, day in commit.counts:
        key = _COUNTS_KEY
        if day:
            if day not in days:
                days.append(day)
            key = first_day + days.index(day)
        flat += (name, number, key)
    return days, _encode_counts(flat)


def _add(total: dict[str, int], counters: list[bytes]) -> None:
    for field, number in zip(counters[::2], counters[1::2], strict=True):
        total[field.decode()] = total.get(field.decode(), 0) + int(number)


def _answer(answer: list[bytes]) -> Answer:
    match answer[0]:
        case b"committed":
            return Committed()
        case b"duplicate":
            return Duplicate(int(float(answer[1])), answer[2])
        case _:
            return Conflict()
