"""Stubs of archived records in Redis: see `storage.archive.records.Stubs`.

The moves are a hash for each partition. A field is an interview and an object, its value `begun` or `dropped`, and
since when that is known.
"""

import hashlib
import struct
from collections.abc import Sequence
from importlib.resources import files
from itertools import chain
from typing import Any, cast

import msgspec

from storage import keys
from storage.archive.objects import Contents
from storage.archive.records import Move, Quiet, Whole
from storage.codec import HEAD_BYTES, PLACE, archived, pack_entry, pack_stub, place_in, unpack_apart, unpack_entry
from storage.redis.connection import Client, is_cluster
from storage.redis.lua_script import LuaScript

_AT_ONCE = 20
"""How many records one script reads: all other calls wait for it, about half a millisecond."""
_QUIET = """
local found = {}
for at = 1, #KEYS, 4 do
  local head = redis.pcall('GETRANGE', KEYS[at + 1], 40, 40)
  if type(head) == 'string' and head ~= '\\2' and not redis.call('ZSCORE', KEYS[at], ARGV[(at + 3) / 4]) then
    local last, parts = redis.pcall('LRANGE', KEYS[at + 2], -1, -1), redis.pcall('LRANGE', KEYS[at + 3], 0, -1)
    if last[1] and not parts.err then
      found[#found + 1] = {redis.call('GET', KEYS[at + 1]) or '', parts, last[1]}
    end
  end
end
return found
"""
"""Leaves out keys of a wrong type, because they must not keep other records where they are."""
_WHOLE = """
local state = redis.call('GET', KEYS[1])
if not state or string.byte(state, 41) == 2 then return false end
return {state, redis.call('LRANGE', KEYS[2], 0, -1), redis.call('LRANGE', KEYS[3], 0, -1),
  redis.call('ZRANGE', KEYS[4], 0, -1, 'WITHSCORES')}
"""
_NOTE = """
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') == ARGV[2] then redis.call('HSET', KEYS[1], ARGV[1], ARGV[3]) end
"""
_GIVE_UP = """
if redis.call('GETRANGE', KEYS[1], 40, 72) ~= ARGV[2] then
  redis.call('HSET', KEYS[2], ARGV[1], 'dropped')
  return 1
end
redis.call('HDEL', KEYS[2], ARGV[1])
return 0
"""


class RedisStubs:
    def __init__(self, client: Client) -> None:
        self._client = client
        self._quiet = LuaScript(client, _QUIET, reads=True)
        self._whole = LuaScript(client, _WHOLE, reads=True)
        self._note = LuaScript(client, _NOTE)
        self._give_up = LuaScript(client, _GIVE_UP)
        self._shrink = LuaScript(client, (files("storage.redis") / "shrink.lua").read_text())
        self._restore = LuaScript(client, (files("storage.redis") / "bring_back.lua").read_text())

    async def quiet(self, interviews: Sequence[str]) -> list[Quiet]:
        together: dict[int, list[str]] = {}
        for interview in interviews:
            group = keys.partition_of(interview) if is_cluster(self._client) else 0
            together.setdefault(group, []).append(interview)
        some = (names[at : at + _AT_ONCE] for names in together.values() for at in range(0, len(names), _AT_ONCE))
        calls = [([key for name in names for key in _keys_of(name)], names) for names in some]
        found: list[Any] = list(chain.from_iterable(await self._quiet.each(calls)))
        records = []
        for state, parts, last in found:
            try:
                records.append(Quiet(unpack_apart(state, parts), unpack_entry(last)))
            except (msgspec.MsgspecError, struct.error, ValueError):  # `audit` says so; it stays where it is
                continue
        return records

    async def whole(self, interview: str) -> Whole | None:
        found: Any = await self._whole(
            keys=[keys.state(interview), keys.log(interview), keys.parts(interview), keys.seen(interview)], args=[]
        )
        if not found:
            return None
        state, log, parts, seen = cast(list[Any], found)
        record = unpack_apart(state, parts)
        entries = tuple(map(unpack_entry, log))
        numbers = {inbound.decode(): int(number) for inbound, number in zip(seen[::2], seen[1::2], strict=True)}
        contents = Contents(interview, record.state.campaign, record.version, record.head, entries, numbers)
        mark = hashlib.sha1(b"".join(log) + b" ".join(seen), usedforsecurity=False).hexdigest()
        return Whole(record, contents, mark)

    async def place(self, interview: str) -> str:
        found = await self._client.getrange(keys.state(interview), 0, PLACE.stop - 1)
        return place_in(cast(bytes, found))

    async def shrink(self, whole: Whole, sha256: str) -> bool:
        interview, stub = whole.contents.interview, pack_stub(whole.record, sha256)
        shrunk = await self._shrink(
            keys=[
                keys.state(interview),
                keys.log(interview),
                keys.seen(interview),
                keys.parts(interview),
                _moves(interview),
            ],
            args=[stub[:HEAD_BYTES], whole.mark, Move(interview, sha256).name, stub],
        )
        return bool(shrunk)

    async def restore(self, sha256: str, contents: Contents) -> bool:
        interview = contents.interview
        entries = list(map(pack_entry, contents.entries))
        seen = [each for inbound, number in contents.seen.items() for each in (number, inbound)]
        restored = await self._restore(
            keys=[keys.state(interview), keys.log(interview), keys.seen(interview), _moves(interview)],
            args=[archived(sha256), Move(interview, sha256).name, len(entries), *entries, *seen],
        )
        return bool(restored)

    async def moves(self) -> list[Move]:
        found = []
        for partition in range(keys.PARTITIONS):
            stored = cast(dict[bytes, bytes], await self._client.hgetall(keys.moves(partition)))
            found += [_move(field.decode(), value.decode()) for field, value in stored.items()]
        return found

    async def note(self, move: Move, before: Move | None = None) -> None:
        expected = _value(before) if before else ""
        await self._note(keys=[_moves(move.interview)], args=[move.name, expected, _value(move)])

    async def give_up(self, move: Move) -> bool:
        given_up = await self._give_up(
            keys=[keys.state(move.interview), _moves(move.interview)],
            args=[move.name, archived(move.sha256)],
        )
        return bool(given_up)

    async def forget(self, move: Move) -> None:
        await self._client.hdel(_moves(move.interview), move.name)


def _keys_of(interview: str) -> tuple[str, ...]:
    """Return the keys that show whether a record is quiet."""
    due = keys.due(keys.partition_of(interview))
    return due, keys.state(interview), keys.log(interview), keys.parts(interview)


def _moves(interview: str) -> str:
    return keys.moves(keys.partition_of(interview))


def _value(move: Move) -> str:
    return f"{'dropped' if move.dropped else 'begun'} {move.since_ms or ''}".strip()


def _move(field: str, value: str) -> Move:
    interview, _, sha256 = field.partition(" ")
    kind, _, since = value.partition(" ")
    return Move(interview, sha256, kind == "dropped", int(since or 0))
