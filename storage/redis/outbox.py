"""The outbox and the dead letters in Redis: one stream of each in each partition."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, cast

import msgspec

from conversation.inbound import Address
from conversation.outbound import OutboundMessage
from storage import keys
from storage.errors import StoreUnavailable
from storage.ports import OutboxEntry
from storage.redis.connection import Client, open_group
from storage.redis.lua_script import LuaScript

GROUP = "delivery"
READER = "reader"
"""A constant consumer name: the process that takes over a partition finds what the previous reader had not
finished."""
DEAD_LETTERS = 10_000
SHOWN_LIFE_S = 2 * 86_400
"""How long a message may be edited into a later one on the same subject, in seconds."""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(OutboundMessage).decode

_POST = """
redis.call('XLEN', KEYS[2])  -- before anything is written: it may be of another type
if not redis.call('SET', KEYS[1], '1', 'NX', 'EX', ARGV[2]) then return 0 end
redis.call('XADD', KEYS[2], '*', 'm', ARGV[1])
return 1
"""
_ANSWER = """
redis.call('XLEN', KEYS[2])
local answered = redis.call('SCARD', KEYS[1])
if answered > tonumber(ARGV[4]) or redis.call('SADD', KEYS[1], ARGV[1]) == 0 then return end
if answered == 0 then redis.call('EXPIRE', KEYS[1], ARGV[5]) end
redis.call('XADD', KEYS[2], '*', 'm', answered < tonumber(ARGV[4]) and ARGV[2] or ARGV[3])
return 1
"""
_CONFIRM = "return #redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[3], 'JUSTID')"
"""Changes nothing for the reader of an entry, but counts as written, so that replicas have to confirm it."""
_DONE = """
redis.call('XACK', KEYS[1], ARGV[1], unpack(ARGV, 2))
redis.call('XDEL', KEYS[1], unpack(ARGV, 2))
return 1
"""
_BURY = """
redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[5], '*', 'kind', ARGV[1], 'why', ARGV[2], 'payload', ARGV[3])
if ARGV[4] ~= '' then
  redis.call('XACK', KEYS[2], ARGV[6], ARGV[4])
  redis.call('XDEL', KEYS[2], ARGV[4])
end
return 1
"""


class RedisOutbox:
    def __init__(self, client: Client, *, cluster: bool = False) -> None:
        self._client = client
        self._cluster = cluster
        self._post = LuaScript(client, _POST)
        self._answer = LuaScript(client, _ANSWER)
        self._confirm = LuaScript(client, _CONFIRM)
        self._done = LuaScript(client, _DONE)
        self._dead_letter = LuaScript(client, _BURY)

    @property
    def together(self) -> bool:
        """Whether several partitions can be read in one call, because their keys are on one node."""
        return not self._cluster

    async def post(self, address: Address, topic: str, message: OutboundMessage, window_s: int) -> bool:
        """Send a message that belongs to no interview, at most once in `window_s` seconds for each address and
        topic. Returns whether it is sent."""
        partition = keys.partition_of(str(address))
        sent = await self._post(
            keys=[keys.lobby(address, topic), keys.outbox(partition)], args=[_encode(message), window_s]
        )
        return bool(sent)

    async def answer(
        self, address: Address, cause: str, line: OutboundMessage, wait: OutboundMessage, most: int, window_s: int
    ) -> bool:
        """Send `line` in answer to the event `cause`, once per event and for at most `most` events of the address
        in `window_s` seconds. The next event is answered with `wait`, further ones with nothing. Returns whether
        anything is sent."""
        sent = await self._answer(
            keys=[keys.lobby(address, "answered"), keys.outbox(keys.partition_of(str(address)))],
            args=[cause, _encode(line), _encode(wait), most, window_s],
        )
        return bool(sent)

    async def open(self, partition: int) -> None:
        """Create the stream and its group if they do not exist."""
        await open_group(self._client, keys.outbox(partition), GROUP)

    async def read(self, partitions: Sequence[int], count: int, block_ms: int) -> list[OutboxEntry]:
        """Return new entries, in order within each partition; wait for them up to `block_ms`."""
        return await self._read(partitions, ">", count, block_ms)

    async def pending(self, partition: int, after: str, count: int) -> list[OutboxEntry]:
        """Return entries that an earlier reader had not finished, in order, after the id `after` (`0` for the
        first)."""
        return await self._read([partition], after, count)

    async def unsettled(self, partition: int) -> int:
        """Return how many entries have been read and are not done."""
        try:
            found = await self._client.xpending(keys.outbox(partition), GROUP)
        except StoreUnavailable as error:
            if error.code != "NOGROUP":
                raise
            return 0
        return int(found["pending"])

    async def _read(
        self, partitions: Sequence[int], after: str, count: int, block_ms: int | None = None
    ) -> list[OutboxEntry]:
        streams: dict[Any, Any] = {keys.outbox(partition): after for partition in partitions}
        try:
            found = await self._client.xreadgroup(GROUP, READER, streams, count=count, block=block_ms)
        except StoreUnavailable as error:
            if error.code != "NOGROUP":
                raise
            for partition in partitions:  # somebody has deleted a stream or emptied the database
                await self.open(partition)
            found = await self._client.xreadgroup(GROUP, READER, streams, count=count, block=block_ms)
        letters = _letters(found)
        if letters and self._client.replicas:
            await self._confirmed(letters[-1])
        return letters

    async def _confirmed(self, last: OutboxEntry) -> None:
        """Wait until replicas have confirmed everything up to this entry, which was read just now: the commit that
        wrote it may still wait for them. If it is lost with its server, nobody may have seen what it says. Raises
        StoreUnavailable if they do not confirm it in time."""
        await self._confirm(keys=[keys.outbox(last.partition)], args=[GROUP, READER, last.id])

    async def done(self, partition: int, ids: Sequence[str]) -> None:
        """Delete entries that were delivered."""
        if ids:
            await self._done(keys=[keys.outbox(partition)], args=[GROUP, *ids])

    async def done_all(self, sent: Mapping[int, Sequence[str]]) -> None:
        """Do `done` for several partitions, in one round trip if they are on one node."""
        calls = [([keys.outbox(partition)], [GROUP, *ids]) for partition, ids in sent.items() if ids]
        await self._done.each(calls)

    async def dead_letter(self, partition: int, kind: str, why: str, payload: bytes, letter: str = "") -> None:
        """Keep something that cannot be handled, in full, as a dead letter. `letter` is the id of its outbox
        entry, which is deleted; empty: it had none."""
        await self._dead_letter(
            keys=[keys.dead(partition), keys.outbox(partition)],
            args=[kind, why, payload, letter, DEAD_LETTERS, GROUP],
        )

    async def dead_letters(self) -> int:
        """Return the number of dead letters in all partitions."""
        lengths = await asyncio.gather(*(self._client.xlen(keys.dead(each)) for each in range(keys.PARTITIONS)))
        return sum(lengths)

    async def oldest_ms(self, partition: int) -> int:
        """Return when the oldest waiting message was posted (epoch milliseconds); 0: none is waiting."""
        found = await self._client.xrange(keys.outbox(partition), count=1)
        return int(cast(bytes, found[0][0]).split(b"-")[0]) if found else 0

    async def shown(self, message: OutboundMessage) -> str:
        """Return the platform's id of the message last sent to this address on this subject of this interview;
        empty if unknown."""
        found = await self._client.get(keys.shown(message.interview, message.subject, message.to))
        return cast(bytes, found).decode() if found else ""

    async def remember_shown(self, message: OutboundMessage, shown: str) -> None:
        """Store the platform's id of a sent message. An empty id means that it cannot be edited; an earlier one is
        forgotten, so that it will not be edited either."""
        key = keys.shown(message.interview, message.subject, message.to)
        if shown:
            await self._client.set(key, shown, ex=SHOWN_LIFE_S)
        else:
            await self._client.unlink(key)


def _letters(found: Any) -> list[OutboxEntry]:
    pairs = found.items() if isinstance(found, dict) else found or ()
    letters: list[OutboxEntry] = []
    for stream, entries in pairs:
        partition = int(stream[5:7])  # xm:{pNN}:outbox
        if entries and isinstance(entries[0], list):  # RESP3 adds a level of nesting
            entries = entries[0]
        for entry_id, fields in entries:
            raw = fields.get(b"m", b"") if fields else b""
            letters.append(OutboxEntry(entry_id.decode(), partition, _message(raw), raw))
    return letters


def _message(raw: bytes) -> OutboundMessage | None:
    try:
        return _decode(raw)
    except msgspec.MsgspecError:
        return None
