"""Reading everything that an installation keeps in Redis while it goes on working.

Each interview is read at one moment: its record, its due time, and how far the streams of its partition had come.
A waiting message or job of an interview is taken only if it was there at that moment. So every interview in the
copy is as it was after one of its commits. Different interviews are of different moments.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from importlib.resources import files
from typing import Any, NamedTuple, cast

import msgspec

from conversation.jobs import Job
from conversation.outbound import OutboundMessage
from storage import keys
from storage.backup.kinds import Kind, place_of
from storage.backup.pieces import PIECE_BYTES, Piece, Record, Type, pieces_of, records_of
from storage.codec import HEAD_BYTES, campaign_in, place_in
from storage.redis.connection import Client
from storage.redis.jobs import QUEUES
from storage.redis.lua_script import LuaScript

_PAGE = 2_000
_AT_ONCE = 64
_ENTRIES = 25
"""How many entries of a stream are read at once. A dead letter may have a megabyte."""
_PARTS = 5
"""How many keys belong to one interview only."""

_decode_message = msgspec.msgpack.Decoder(OutboundMessage).decode
_decode_job = msgspec.msgpack.Decoder(Job).decode


class _Found(NamedTuple):
    """A key as it was read. `expires_ms`: epoch milliseconds; 0: never."""

    type: str
    items: list[bytes]
    expires_ms: int
    last_id: bytes


class Interview(NamedTuple):
    """An interview as it was read.

    - `pieces`: its keys; empty if it does not exist any more.
    - `head`: how far its record had come, as stored: version and hash; empty if it has no state.
    - `ends`: the last ids of its partition's streams, in the order of `_streams`.
    - `archived`: the object with its entries (SHA-256 in hex), if they are in the archive.
    """

    pieces: list[Piece]
    head: bytes
    ends: tuple[bytes, ...]
    archived: str = ""


class StoreCopy:
    """One copy of the store, made in this order: `begin`, `interviews`, `others`, `again` as needed, `waiting`.
    Of several pieces of a key, the last one that is `whole` counts, with those after it.

    `leaves_out` says which notes concern only the processes that run now. All calls may raise StoreUnavailable.
    """

    def __init__(self, client: Client, leaves_out: Callable[[str], bool] = lambda _: False) -> None:
        self._client = client
        self._leaves_out = leaves_out
        self._copy = LuaScript(client, (files("storage.redis") / "copy.lua").read_text())
        self._ends: list[tuple[bytes, ...]] = []
        self._again: dict[str, tuple[bytes, ...]] = {}

    async def begin(self) -> AsyncIterator[Record]:
        """Note how far messages and jobs have come, and yield the jobs and which interviews each campaign has."""
        partitions = range(keys.PARTITIONS)
        ends = await asyncio.gather(*(self._read(_streams(each)) for each in partitions))
        self._ends = [tuple(stream.last_id for stream in found) for found in ends]
        for partition in partitions:
            for stream, first in zip(_streams(partition)[1:], ends[partition][1:], strict=True):
                async for record in self._stream(stream.encode(), first):
                    yield record
            async for record in self._plain([keys.jobs_later(partition).encode()]):
                yield record
        async for page in self._pages("xm:{p??}:m:*", Kind.members):
            async for record in self._plain(page):
                yield record

    async def interviews(self) -> AsyncIterator[tuple[str, Interview]]:
        """Yield every interview, and every other record of this kind, with its name. Some come more than once."""
        async for page in self._pages("xm:{p??}:[ialsh]:*", Kind.record):
            named = [(place_of(key).interview, _is_state(key)) for key in page]
            whole = dict.fromkeys(name for name, is_state in named if is_state)
            parts = list(dict.fromkeys(name for name, _ in named if name not in whole))
            heads = await asyncio.gather(*(self._client.getrange(keys.state(each), 0, 0) for each in parts))
            alone = [each for each, head in zip(parts, heads, strict=True) if not head]
            for some in _portions([*whole, *alone]):
                for name, found in zip(some, await asyncio.gather(*map(self._interview, some)), strict=True):
                    yield name, found

    async def others(self) -> AsyncIterator[Record]:
        """Yield all keys that belong to no interview, except waiting messages and jobs."""
        async for page in self._pages("xm:*", Kind.plain):
            async for record in self._plain(page):
                yield record

    async def again(self, name: str) -> Interview:
        """Return a record once more, as it is now. It replaces the one that was yielded before."""
        found = await self._interview(name, replacing=True)
        self._again[name] = found.ends
        return found

    async def hash(self, name: str) -> list[Record]:
        """Return a hash that belongs to no interview, as it is now, even if it does not exist any more. It
        replaces what was yielded before."""
        found = [record async for record in self._plain([name.encode()])]
        return found or [[Piece(name.encode(), "hash", [])]]

    async def waiting(self) -> AsyncIterator[tuple[str, Interview] | Record]:
        """Yield the waiting messages, and the jobs that are new since `begin`. The interviews to which something
        new belongs come first, once more."""
        for partition in range(keys.PARTITIONS):
            for name in await self._newly_waited_for(partition):
                yield name, await self.again(name)
            for number, stream in enumerate(_streams(partition)):
                (found,) = await self._read([stream])
                after = self._ends[partition][number] if number else b""  # the first jobs were in `begin`
                async for record in self._stream(stream.encode(), found, after, self._belongs(partition, number)):
                    yield record
            for piece in await self._added(keys.jobs_later(partition).encode()):
                yield [piece]

    async def _newly_waited_for(self, partition: int) -> list[str]:
        """Return the interviews that have a message or job that is new since `begin`, except those of `again`."""
        names: dict[str, None] = {}
        for number, stream in enumerate(_streams(partition)):
            async for _, fields in self._entries(stream.encode(), self._ends[partition][number]):
                name = _interview_of(number, fields)
                if _is_in(name, partition) and name not in self._again:
                    names[name] = None
        return list(names)

    def _belongs(self, partition: int, number: int) -> Callable[[bytes, dict[bytes, bytes]], bool]:
        """Return whether an entry of a stream was made by a commit that is in the copy."""
        end = _order(self._ends[partition][number])

        def belongs(entry_id: bytes, fields: dict[bytes, bytes]) -> bool:
            if _order(entry_id) <= end or not _is_in(name := _interview_of(number, fields), partition):
                return True
            return name in self._again and _order(entry_id) <= _order(self._again[name][number])

        return belongs

    async def _interview(self, name: str, *, replacing: bool = False) -> Interview:
        """Read an interview. If `replacing`, keys that it does not have are named, too."""
        partition = keys.partition_of(name)
        own = [keys.state(name), keys.parts(name), keys.log(name), keys.seen(name), keys.held(name)]
        due = keys.due(partition)
        found = await self._read([*own, due, *_streams(partition)], {due: name})
        pieces = [
            piece
            for key, each in zip(own, found, strict=False)
            if each.items or replacing
            for piece in _pieces(key.encode(), each)
        ]
        state = found[0].items[0] if found[0].items else b""
        if state:
            score = (*found[_PARTS].items, b"")[0]
            pieces.append(Piece(due.encode(), "zset", [name.encode(), score], whole=False))
        if campaign := campaign_in(state):
            key = keys.members(partition, campaign).encode()
            pieces.append(Piece(key, "set", [name.encode()], whole=False))
        ends = tuple(each.last_id for each in found[_PARTS + 1 :])
        return Interview(pieces, state[:HEAD_BYTES], ends, place_in(state))

    async def _plain(self, page: Sequence[bytes]) -> AsyncIterator[Record]:
        for some in _portions(page):
            for key, (found,) in zip(
                some, await asyncio.gather(*(self._read([key]) for key in some)), strict=True
            ):
                if found.type == "stream":
                    async for record in self._stream(key, found):
                        yield record
                elif found.items:
                    kind = cast(Type, found.type)
                    for record in records_of(list(pieces_of(key, kind, found.items, found.expires_ms))):
                        yield record

    async def _added(self, key: bytes) -> list[Piece]:
        (found,) = await self._read([key])
        return list(pieces_of(key, "zset", found.items, whole=False)) if found.items else []

    async def _stream(
        self,
        key: bytes,
        found: _Found,
        after: bytes = b"",
        belongs: Callable[[bytes, dict[bytes, bytes]], bool] = lambda *_: True,
    ) -> AsyncIterator[Record]:
        """Yield the entries that belong to the copy, from after an id (empty: all) to the last one in `found`."""
        if found.type != "stream":
            return
        whole, entries = not after, list[bytes]()
        async for entry_id, fields in self._entries(key, after, found.last_id):
            if belongs(entry_id, fields):
                entries += _flat(entry_id, fields)
            if sum(map(len, entries)) > PIECE_BYTES:
                yield [Piece(key, "stream", entries, whole, found.expires_ms)]
                whole, entries = False, []
        yield [Piece(key, "stream", entries, whole, found.expires_ms, found.last_id)]

    async def _entries(
        self, key: bytes, after: bytes, last: bytes = b"+"
    ) -> AsyncIterator[tuple[bytes, dict[bytes, bytes]]]:
        """Yield the entries of a stream after an id (empty: all), up to another."""
        start = b"(" + after if after else b"-"
        while True:
            page: Any = await self._client.xrange(key, min=start, max=last, count=_ENTRIES)
            for entry_id, fields in page:
                yield entry_id, fields or {}
            if len(page) < _ENTRIES:
                return
            start = b"(" + page[-1][0]

    async def _read(
        self, names: Sequence[str | bytes], members: dict[str | bytes, str] | None = None
    ) -> list[_Found]:
        """Read keys of one node at one moment. `members`: of these sorted sets, only one member's score."""
        told: Any = await self._copy(keys=names, args=[(members or {}).get(name, "") for name in names])
        now_ms = int(told[0])
        return [
            _Found(kind.decode(), items, now_ms + life if life > 0 else 0, last)
            for kind, life, items, last in told[1:]
        ]

    async def _pages(self, pattern: str, kind: Kind) -> AsyncIterator[list[bytes]]:
        """Yield the names of all keys of a kind, some of them more than once."""
        page: list[bytes] = []
        async for key in self._client.scan_iter(match=pattern, count=_PAGE):
            if place_of(key).kind is kind and not self._is_left_out(key):
                page.append(key)
            if len(page) >= _PAGE:
                yield page
                page = []
        if page:
            yield page

    def _is_left_out(self, key: bytes) -> bool:
        note = keys.kv("").encode()
        return key.startswith(note) and self._leaves_out(key[len(note) :].decode(errors="replace"))


def _pieces(key: bytes, found: _Found) -> Iterable[Piece]:
    if not found.items:
        return [Piece(key, "list", [])]  # writing nothing deletes the key, whatever its type was
    return pieces_of(key, cast(Type, found.type), found.items, found.expires_ms)


def _streams(partition: int) -> list[str]:
    return [keys.outbox(partition), *(keys.jobs(partition, queue) for queue in QUEUES)]


def _portions(items: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (items[at : at + _AT_ONCE] for at in range(0, len(items), _AT_ONCE))


def _is_state(key: bytes) -> bool:
    return key.split(b":", 3)[2] == b"i"


def _is_in(name: str, partition: int) -> bool:
    return bool(name) and keys.partition_of(name) == partition


def _order(entry_id: bytes) -> tuple[int, int]:
    """Return an id of a stream as numbers; the smallest if there is none."""
    first, _, second = entry_id.partition(b"-")
    return int(first or 0), int(second or 0)


def _flat(entry_id: bytes, fields: dict[bytes, bytes]) -> list[bytes]:
    strings = [each for pair in fields.items() for each in pair]
    return [entry_id, str(len(strings)).encode(), *strings]


def _interview_of(stream: int, fields: dict[bytes, bytes]) -> str:
    """Return the interview of a message (stream 0) or job; empty if it has none or cannot be decoded."""
    try:
        if not stream:
            return _decode_message(fields.get(b"m", b"")).interview
        job: Job = _decode_job(fields.get(b"j", b""))
        return job.interview
    except msgspec.MsgspecError:
        return ""
