"""The queues of jobs in Redis: a stream of each kind in each partition, shared by a consumer group of workers."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Any, assert_never, cast

import msgspec

from conversation.jobs import Assess, ClaimPlace, DraftFollowUp, FetchFile, FetchMedia, Job, Transcribe
from storage import keys
from storage.errors import StoreUnavailable
from storage.ports import JobEntry, Queue
from storage.redis.connection import Client, open_group
from storage.redis.lua_script import LuaScript

GROUP = "workers"
QUEUES: tuple[Queue, ...] = ("fetch", "transcribe", "assess", "drafts", "places")
RELEASED_MS = 7 * 24 * 3600_000
"""The idle time, in milliseconds, that is set for a released job, so that the next worker to look takes it."""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Job).decode

# Returns one entry of the first stream in KEYS that has a new one: [which stream, [id, fields]].
_TAKE = """
for i = 1, #KEYS do
  local found = redis.call('XREADGROUP', 'GROUP', ARGV[1], ARGV[2], 'COUNT', 1, 'STREAMS', KEYS[i], '>')
  if found and found[1] and found[1][2][1] then return {i, found[1][2][1]} end
end
return false
"""
# XAUTOCLAIM examines ten entries for each one requested, and returns where it stopped.
_RECLAIM = """
for i = 1, #KEYS do
  local from = '0-0'
  repeat
    local found = redis.call('XAUTOCLAIM', KEYS[i], ARGV[1], ARGV[2], ARGV[3], from, 'COUNT', 1)
    if found[2][1] then return {i, found[2][1]} end
    from = found[1]
  until from == '0-0'
end
return false
"""
# Only the present owner of a job may set its idle time.
_TOUCH = """
if #redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1, ARGV[2]) == 0 then return 0 end
redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[3], 'IDLE', ARGV[4], 'JUSTID')
return 1
"""
_DONE = """
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
return redis.call('XDEL', KEYS[1], ARGV[2])
"""
# Moves a job to those to be tried later; repeated calls have no further effect.
_LATER = """
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
if redis.call('XDEL', KEYS[1], ARGV[2]) == 0 then return 0 end
redis.call('ZADD', KEYS[2], ARGV[4], ARGV[3])
return 1
"""
# KEYS: the jobs to be tried later, then the streams, in the order of their letters in ARGV[2].
_WAKE = """
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, 100)
for _, each in ipairs(due) do
  local at = string.find(ARGV[2], string.sub(each, 1, 1), 1, true)
  redis.call('XADD', KEYS[1 + at], '*', 'j', string.sub(each, 2))
  redis.call('ZREM', KEYS[1], each)
end
return #due
"""
_LETTERS = "".join(queue[0] for queue in QUEUES)


def queue_of(job: Job) -> Queue:
    match job:
        case FetchMedia() | FetchFile():
            return "fetch"
        case Transcribe():
            return "transcribe"
        case Assess():
            return "assess"
        case DraftFollowUp():
            return "drafts"
        case ClaimPlace():
            return "places"
        case _:
            assert_never(job)


class RedisJobs:
    """With `cluster`, the partitions are on different nodes, so that no script may use two of them."""

    def __init__(self, client: Client, *, cluster: bool = False) -> None:
        self._client = client
        every = list(range(keys.PARTITIONS))
        self._shares = [[each] for each in every] if cluster else [every]
        self._turns: Counter[Queue] = Counter()
        self._take = LuaScript(client, _TAKE)
        self._reclaim = LuaScript(client, _RECLAIM)
        self._touch = LuaScript(client, _TOUCH)
        self._done = LuaScript(client, _DONE)
        self._later = LuaScript(client, _LATER)
        self._wake = LuaScript(client, _WAKE)

    async def open(self) -> None:
        """Create the streams and their groups if they do not exist."""
        for partition in range(keys.PARTITIONS):
            for queue in QUEUES:
                await open_group(self._client, keys.jobs(partition, queue), GROUP)

    async def take(self, queue: Queue, worker: str) -> JobEntry | None:
        """Take a job that no worker has; the partitions take turns. None if there is none."""
        return await self._first(self._take, queue, [GROUP, worker])

    async def reclaim(self, queue: Queue, worker: str, idle_ms: int) -> JobEntry | None:
        """Take a job whose worker has not reported for `idle_ms` milliseconds. None if there is none."""
        return await self._first(self._reclaim, queue, [GROUP, worker, idle_ms])

    async def _first(self, script: LuaScript, queue: Queue, arguments: Sequence[Any]) -> JobEntry | None:
        self._turns[queue] += 1
        for share in _rotated(self._shares, self._turns[queue]):
            partitions = _rotated(share, self._turns[queue])
            streams = [keys.jobs(partition, queue) for partition in partitions]
            if found := await self._with_groups(script, streams, arguments):
                which, (entry_id, fields) = cast(tuple[int, tuple[bytes, list[bytes]]], found)
                return _entry(entry_id, partitions[which - 1], queue, fields[1])
        return None

    async def _with_groups(self, script: LuaScript, streams: Sequence[str], arguments: Sequence[Any]) -> Any:
        try:
            return await script(keys=streams, args=arguments)
        except StoreUnavailable as error:
            if error.code != "NOGROUP":
                raise
        await self.open()  # somebody has deleted a stream or emptied the database
        return await script(keys=streams, args=arguments)

    async def keep(self, entries: Sequence[JobEntry], worker: str) -> None:
        """Report that the worker still has these jobs."""
        calls = [([_stream(each)], [GROUP, worker, each.id, 0]) for each in entries]
        if calls:
            await self._touch.each(calls)

    async def release(self, entry: JobEntry, worker: str) -> None:
        """Give a job back unfinished, so that the next worker need not wait for it."""
        await self._touch(keys=[_stream(entry)], args=[GROUP, worker, entry.id, RELEASED_MS])

    async def done(self, entry: JobEntry) -> None:
        await self._done(keys=[_stream(entry)], args=[GROUP, entry.id])

    async def later(self, entry: JobEntry, job: Job, due_ms: int) -> None:
        """Try the job again at `due_ms` (epoch milliseconds), in the form of `job`."""
        again = queue_of(job)[0].encode() + _encode(job)
        await self._later(
            keys=[_stream(entry), keys.jobs_later(entry.partition)], args=[GROUP, entry.id, again, due_ms]
        )

    async def wake(self, now_ms: int) -> int:
        """Move jobs that are due back into their queues, at most 100 per partition. Returns how many there
        were."""
        calls = [
            (
                [keys.jobs_later(partition), *(keys.jobs(partition, queue) for queue in QUEUES)],
                [now_ms, _LETTERS],
            )
            for partition in range(keys.PARTITIONS)
        ]
        return sum(cast(list[int], await self._wake.each(calls)))

    async def waiting(self, queue: Queue, count: int) -> list[JobEntry]:
        """Return the oldest unfinished jobs, whether a worker has them or not, oldest first."""
        found = await asyncio.gather(*(self._oldest(each, queue, count) for each in range(keys.PARTITIONS)))
        entries = [entry for partition in found for entry in partition]
        return sorted(entries, key=lambda entry: tuple(map(int, entry.id.split("-"))))[:count]

    async def _oldest(self, partition: int, queue: Queue, count: int) -> list[JobEntry]:
        stream = keys.jobs(partition, queue)
        found, in_hand = await asyncio.gather(self._client.xrange(stream, count=count), self._taken(stream, count))
        entries = cast(list[tuple[bytes, dict[bytes, bytes]]], found)
        return [
            _entry(entry_id, partition, queue, fields.get(b"j", b""))._replace(in_hand=entry_id in in_hand)
            for entry_id, fields in entries
        ]

    async def _taken(self, stream: str, count: int) -> set[bytes]:
        """Return the ids of those of the oldest jobs that a worker has."""
        try:
            found = await self._client.xpending_range(stream, GROUP, min="-", max="+", count=count)
        except StoreUnavailable as error:
            if error.code != "NOGROUP":
                raise
            return set()  # there was no worker yet
        taken = cast(list[dict[str, Any]], found)
        return {each["message_id"] for each in taken if each["time_since_delivered"] < RELEASED_MS}

    async def length(self, queue: Queue) -> int:
        """Return the number of unfinished jobs."""
        lengths = await asyncio.gather(
            *(self._client.xlen(keys.jobs(each, queue)) for each in range(keys.PARTITIONS))
        )
        return sum(lengths)


def _stream(entry: JobEntry) -> str:
    return keys.jobs(entry.partition, entry.queue)


def _rotated(items: list[Any], by: int) -> list[Any]:
    at = by % len(items)
    return items[at:] + items[:at]


def _entry(entry_id: bytes, partition: int, queue: Queue, raw: bytes) -> JobEntry:
    try:
        job: Job | None = _decode(raw)
    except msgspec.MsgspecError:
        job = None
    return JobEntry(entry_id.decode(), partition, queue, job, raw)
