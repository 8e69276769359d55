"""Erasing in Redis: the entries of the record in one step, then everything else, wherever it is, piece by
piece."""

import re
from collections.abc import AsyncIterator, Callable, Sequence
from importlib.resources import files
from typing import Any, cast

import msgspec

from conversation.inbound import Address
from storage import keys
from storage.codec import version_bytes
from storage.erasure_matcher import Traces
from storage.ports import ErasureOrder, Rewriting
from storage.redis import jobs
from storage.redis.connection import Client
from storage.redis.lua_script import LuaScript
from storage.redis.server_files import rewrite

_PAGE = 500
_GLOB = re.compile(r"[*?\[\]^\\-]")
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(ErasureOrder).decode

# A stream has no group before its first reader.
_REMOVE = """
if ARGV[1] ~= '' and redis.call('EXISTS', KEYS[1]) == 1 then
  for _, group in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
    redis.call('XACK', KEYS[1], group[2], unpack(ARGV, 2))
  end
end
return redis.call('XDEL', KEYS[1], unpack(ARGV, 2))
"""


class RedisErasures:
    def __init__(self, client: Client) -> None:
        self._client = client
        self._redact = LuaScript(client, (files("storage.redis") / "redact.lua").read_text())
        self._remove = LuaScript(client, _REMOVE)
        self._compact = LuaScript(client, (files("storage.redis") / "compact.lua").read_text())

    # orders

    async def order(self, order: ErasureOrder) -> ErasureOrder:
        """Store an order to erase an interview unless there is one already; return the one that is stored."""
        await self._client.hsetnx(keys.ERASURES, order.interview, _encode(order).decode())
        found = cast(bytes | None, await self._client.hget(keys.ERASURES, order.interview))
        return _decode(found) if found else order

    async def ordered(self) -> list[ErasureOrder]:
        """Return the orders that are not finished."""
        found = cast(dict[bytes, bytes], await self._client.hgetall(keys.ERASURES))
        return [_decode(each) for each in found.values()]

    async def note(self, order: ErasureOrder) -> None:
        """Store the progress of an order."""
        await self._client.hset(keys.ERASURES, order.interview, _encode(order).decode())

    async def finish(self, interview: str) -> None:
        """Delete a finished order."""
        await self._client.hdel(keys.ERASURES, interview)

    async def rewrite_files(self, requested: str) -> Rewriting:
        """Have the server write its files anew, without the erased data. See `server_files.rewrite`."""
        return await rewrite(self._client, requested)

    # erasing

    async def redact(self, interview: str, version: int, entries: Sequence[bytes]) -> bool:
        """Replace all entries of the record except the last by these, at once. Returns False, without changing
        anything, if the record has another version or the entries' hashes differ."""
        changed = await self._redact(
            keys=[keys.state(interview), keys.log(interview)], args=[version_bytes(version), *entries]
        )
        return bool(changed)

    async def sweep(self, order: ErasureOrder, places: Sequence[Address], *, last: bool) -> None:
        """Delete everything else about the interview: waiting messages and jobs, dead letters, marks, and what the
        mailboxes of these `places` show of it. A further run finds what has been added since."""
        interview, addresses = order.interview, order.addresses
        traces = Traces(interview, addresses, order.names, order.files, last=last)
        for partition in range(keys.PARTITIONS):
            await self._sweep_stream(keys.outbox(partition), b"m", traces.in_letter)
            await self._sweep_stream(keys.dead(partition), b"payload", traces.in_dead_letter)
            for queue in jobs.QUEUES:
                await self._sweep_stream(keys.jobs(partition, queue), b"j", traces.about)
            later = cast(list[bytes], await self._client.zrange(keys.jobs_later(partition), 0, -1))
            if found := [each for each in later if traces.about(each)]:
                await self._client.zrem(keys.jobs_later(partition), *found)
        for place in places:
            await self._sweep_stream(keys.mailbox(place), b"p", traces.shown)
        async for key in self._marks(interview, addresses):
            await self._client.unlink(key)

    async def _sweep_stream(self, stream: str, field: bytes, wanted: Callable[[bytes], bool]) -> None:
        after = "-"
        while True:
            page = cast(
                list[tuple[bytes, dict[bytes, bytes]]], await self._client.xrange(stream, min=after, count=_PAGE)
            )
            found = [entry for entry, fields in page if fields and wanted(fields.get(field, b""))]
            if found:
                await self._remove(keys=[stream], args=["group" if field != b"payload" else "", *found])
            if len(page) < _PAGE:
                break
            after = f"({page[-1][0].decode()}"
        await self._compact(keys=[stream], args=[])  # entries that were deleted long ago may have left bytes, too

    async def _marks(self, interview: str, addresses: Sequence[Address]) -> AsyncIterator[bytes]:
        """Yield the keys that name the interview, except those of its record, and the keys of messages outside any
        interview to and from these addresses."""
        record = {keys.state(interview).encode(), keys.log(interview).encode()}
        async for key in self._keys(f"*:{_plain(interview)}*"):
            if key not in record:
                yield key
        for address in addresses:
            for pattern in (f"*:lobby:*:{_plain(str(address))}", f"*:shown::*:{_plain(str(address))}"):
                async for key in self._keys(pattern):
                    yield key
            yield keys.kv(f"uploads:{address.user}").encode()

    async def _keys(self, pattern: str) -> AsyncIterator[bytes]:
        async for key in self._client.scan_iter(match=pattern, count=5_000):
            yield cast(bytes, key)

    # files of the archive

    async def refer(self, sha256: str, interview: str) -> None:
        """Note that the interview has this file."""
        await self._client.zadd(keys.recordings(sha256), {f"{sha256}:{interview}": 0})

    async def leave(self, sha256: str, interview: str) -> bool:
        """Note that the interview no longer has this file. Returns True if nothing needs it any more."""
        await self._client.zrem(keys.recordings(sha256), f"{sha256}:{interview}")
        lent = await self._client.zscore(keys.LENT, sha256)
        return lent is None and await self._is_nobodys(sha256)

    async def lend(self, sha256: str, until_ms: int) -> None:
        """Keep the file for colleagues to whom it was sent, until `until_ms` (epoch milliseconds)."""
        await self._client.zadd(keys.LENT, {sha256: until_ms})

    async def overdue(self, now_ms: int) -> list[str]:
        """Return files that have been kept for colleagues long enough, up to a limit."""
        found: Any = await self._client.zrange(keys.LENT, "-inf", now_ms, byscore=True, offset=0, num=_PAGE)
        return [each.decode() for each in found]

    async def give_back(self, sha256: str) -> bool:
        """Stop keeping the file for colleagues. Returns True if no interview has it either."""
        await self._client.zrem(keys.LENT, sha256)
        return await self._is_nobodys(sha256)

    async def _is_nobodys(self, sha256: str) -> bool:
        return not await self._client.zrangebylex(
            keys.recordings(sha256), f"[{sha256}:", f"({sha256};", start=0, num=1
        )


def _plain(text: str) -> str:
    """Escape the text, so that as a pattern it matches only itself."""
    return _GLOB.sub(lambda found: f"\\{found[0]}", text)
