"""Reading and writing the organisation's record, and creating the code with which the first owner joins."""

import asyncio
import contextlib
import struct
from collections.abc import Callable, Sequence

import msgspec

from conversation.errors import BotError, ChainBroken
from conversation.inbound import Address
from conversation.outbound import OutboundMessage
from conversation.record.audit import genesis
from handlers.organisation.audit import decode_state, digest, new_organisation, read_entries, seal, verify
from handlers.organisation.events import AnyOrganisationEvent, ChatMoved, CodeMade, OrganisationEntry
from handlers.organisation.evolve import evolve
from handlers.organisation.state import NAME, ROOT, OrganisationRecord
from storage.ports import Answer, Commit, Committed, Conflict, Store

CLAIM_S = 3600
"""How long the first owner's code is valid, in seconds."""
_ATTEMPTS = 30
_LOOKS = 3


class RecordBusy(BotError):
    """Others changed the organisation's record between every read and write of an entry."""


async def load(store: Store) -> OrganisationRecord:
    """Return the organisation as stored, or an empty one if nothing has been recorded."""
    blob = await store.interviews.blob(NAME)
    if blob is None:
        return new_organisation()
    return OrganisationRecord(decode_state(blob.state), blob.version, blob.head)


async def commit(
    store: Store,
    record: OrganisationRecord,
    events: Sequence[AnyOrganisationEvent],
    cause: str,
    by: str,
    now: int,
    messages: Sequence[OutboundMessage] = (),
    reply: bytes = b"",
) -> Answer:
    """Append one entry to the record and send the messages, both or neither.

    `cause` is the id of the message that caused it, `by` the person's id; `reply` is as in `Commit`. Another entry
    committed meanwhile is no conflict if it left the organisation unchanged, as most do (commands that only show
    something are recorded too): the new entry is then appended after it.
    """
    while True:
        answer = await _commit(store, record, events, cause, by, now, messages, reply)
        if not isinstance(answer, Conflict):
            return answer
        latest = await load(store)
        if latest.state != record.state:
            return answer
        record = latest


async def _commit(
    store: Store,
    record: OrganisationRecord,
    events: Sequence[AnyOrganisationEvent],
    cause: str,
    by: str,
    now: int,
    messages: Sequence[OutboundMessage],
    reply: bytes,
) -> Answer:
    organisation = record.state
    for event in events:
        organisation = evolve(organisation, event, now)
    entry = OrganisationEntry(record.version + 1, now, by, cause, tuple(events))
    stored, head = seal(record.head, entry)
    after = OrganisationRecord(organisation, entry.n, head)
    return await store.interviews.commit(
        Commit(NAME, cause, record.version, after, stored, messages=tuple(messages), reply=reply)
    )


async def append(
    store: Store,
    events_of: Callable[[OrganisationRecord], Sequence[AnyOrganisationEvent] | None],
    cause: str,
    by: str,
    now: Callable[[], int],
    messages: Sequence[OutboundMessage] = (),
) -> bool:
    """Append one entry, trying again after conflicts. Return whether it was appended by this call.

    `events_of` gives the entry's events for the record as it is then; None if there is nothing to append any more.
    Raises RecordBusy after too many conflicts.
    """
    for _ in range(_ATTEMPTS):
        record = await load(store)
        events = events_of(record)
        if events is None:
            return False
        answer = await commit(store, record, events, cause, by, now(), messages)
        if not isinstance(answer, Conflict):
            return isinstance(answer, Committed)
    raise RecordBusy("the organisation's record was changed again and again: it is tried again")


async def move_chat(
    store: Store, old: Address, new: Address, now: Callable[[], int], *, in_use: bool = False
) -> None:
    """Move what is kept under a chat's old address to its new one. Repeating it changes nothing.

    `in_use` says that something was just sent to the old address, so that later messages to it must be redirected
    even if the organisation keeps nothing there. Raises RecordBusy.
    """
    event = ChatMoved(old, new)

    def events_of(record: OrganisationRecord) -> Sequence[AnyOrganisationEvent] | None:
        before = record.state
        if before.whereabouts(old) == new:
            return None
        after = evolve(before, event, now())
        return (event,) if in_use or msgspec.structs.replace(after, moved=before.moved) != before else None

    await append(store, events_of, f"chat-moved:{old}:{new}", "system", now)


async def has_acted_on(store: Store, inbound: str) -> bool:
    """Return whether a console message has been handled before. Reads the whole record."""
    return any(entry.cause == inbound for entry in read_entries(await store.interviews.entries(NAME)))


async def claim_code(store: Store, now: Callable[[], int], nonce: Callable[[], str]) -> str:
    """Create a one-time code that makes whoever sends it to the console an owner. Returns the code."""
    code = nonce()
    made = CodeMade(digest(code), "owner", ROOT, now() + CLAIM_S * 1000)
    await append(store, lambda _: (made,), f"claim:{digest(code)[:16]}", "cli", now)
    return code


async def audit_organisation(store: Store) -> int:
    """Verify the organisation's record and return its number of entries. Raises ChainBroken."""
    record, _ = await verified_organisation(store)
    return record.version


async def verified_organisation(store: Store) -> tuple[OrganisationRecord, list[OrganisationEntry]]:
    """Return the organisation's record with all its entries, if it is intact.

    Reads again before raising ChainBroken, because an entry may have been written between two reads.
    """
    for _ in range(_LOOKS - 1):
        with contextlib.suppress(ChainBroken):
            return await _verified(store)
    return await _verified(store)


async def _verified(store: Store) -> tuple[OrganisationRecord, list[OrganisationEntry]]:
    try:
        record = await load(store)
    except (msgspec.MsgspecError, struct.error):
        raise ChainBroken(NAME, 1, "the state that it led to cannot be read") from None
    stored = await store.interviews.entries(NAME)
    assert record.version or record.head == genesis(NAME)
    return record, await asyncio.to_thread(verify, stored, record)
