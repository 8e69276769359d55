"""What somebody can do who holds Redis: rewrite records so consistently that the chain itself shows nothing."""

from collections.abc import Callable, Sequence

import msgspec
from msgspec.structs import replace

from conversation.events import Entry
from conversation.evolve import fold
from conversation.record.audit import genesis, seal, unseal
from conversation.state import Record
from handlers.organisation import audit as organisation
from handlers.organisation.evolve import evolve
from handlers.organisation.state import NAME, OrganisationRecord
from storage import keys
from storage.codec import Stored, pack
from storage.redis.store import RedisStore

DAY_MS = 24 * 3_600_000


def _earlier(entries: Sequence[Entry]) -> list[Entry]:
    return [replace(each, at_ms=each.at_ms - DAY_MS) for each in entries]


async def rewrite(
    store: RedisStore, interview: str, change: Callable[[Sequence[Entry]], list[Entry]] = _earlier
) -> None:
    """Replace an interview's record by another one, with the right hashes, state and head. By default, everything
    happened a day earlier."""
    entries = change([unseal(blob)[1] for blob in await store.interviews.entries(interview)])
    previous, stored = genesis(interview), list[bytes]()
    for entry in entries:
        blob, previous = seal(previous, entry)
        stored.append(blob)
    await _put(store, interview, stored, Record(fold(entries), len(entries), previous))


async def rewrite_organisation(store: RedisStore) -> None:
    """Replace the organisation's record by one in which everything happened a day earlier."""
    record = organisation.new_organisation()
    state, previous, stored = record.state, record.head, list[bytes]()
    entries = organisation.read_entries(await store.interviews.entries(NAME))
    for entry in entries:
        moved = msgspec.structs.replace(entry, at_ms=entry.at_ms - DAY_MS)
        for event in moved.events:
            state = evolve(state, event, moved.at_ms)
        blob, previous = organisation.seal(previous, moved)
        stored.append(blob)
    await _put(store, NAME, stored, OrganisationRecord(state, len(stored), previous))


async def remove(store: RedisStore, record: str, campaign: str = "") -> None:
    """Remove a record, as if there had never been one."""
    await store.client.delete(keys.state(record), keys.log(record), keys.seen(record))
    if campaign:
        await store.client.srem(keys.members(keys.partition_of(record), campaign), record)


async def _put(store: RedisStore, name: str, stored: Sequence[bytes], record: Stored) -> None:
    await store.client.delete(keys.log(name))
    await store.client.rpush(keys.log(name), *stored)
    await store.client.set(keys.state(name), pack(record))
