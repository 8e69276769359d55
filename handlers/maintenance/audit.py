"""Verifying interview records: the chain is intact, and folding its events yields the stored state."""

import contextlib
import struct
from collections.abc import AsyncIterator, Mapping, Sequence

import msgspec

from conversation.errors import ChainBroken
from conversation.evolve import fold
from conversation.record.audit import Erasure, is_erased, verify
from conversation.state import Record
from handlers.maintenance.erasure_entries import erasures_in
from handlers.organisation.repository import verified_organisation
from storage.errors import ArchivedRecordLost
from storage.ports import Store

_LOOKS = 3


class Erasures:
    """The erasures in the organisation's record, read on first use. Share one to verify many records."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: Mapping[str, Erasure] | None = None

    async def of(self, interview: str) -> Erasure | None:
        """Return the interview's erasure, if any. Raises ChainBroken if the organisation's record is broken."""
        if self._known is None:
            _, entries = await verified_organisation(self._store)
            self._known = erasures_in(entries)
        return self._known.get(interview)


async def audit(store: Store, interview: str, erasures: Erasures | None = None) -> Record:
    """Verify an interview's record and return it. Raises ChainBroken with the first entry that is wrong.

    Reads again before raising, because an entry may have been written between two reads. Raises ArchiveOutOfReach
    if the record is archived and cannot be read now.
    """
    for _ in range(_LOOKS - 1):
        with contextlib.suppress(ChainBroken):
            return await _audit(store, interview, erasures or Erasures(store))
    return await _audit(store, interview, Erasures(store))


async def _audit(store: Store, interview: str, erasures: Erasures) -> Record:
    try:
        stored = await store.interviews.entries(interview)
    except ArchivedRecordLost as lost:
        raise ChainBroken(interview, 1, lost.reason) from None
    try:
        record = await store.interviews.load(interview)
    except (msgspec.MsgspecError, struct.error, ValueError):
        raise ChainBroken(interview, max(1, len(stored)), "the state that it led to cannot be read") from None
    if record is None:
        raise ChainBroken(interview, 1, "there is no such interview" if not stored else "its state is gone")
    erasure = await erasures.of(interview) if await _was_erased(store, record, stored) else None
    entries = verify(interview, stored, record.version, record.head, erasure)
    if fold(entries) != record.state:
        raise ChainBroken(interview, len(entries), "the stored state is not what the record says")
    return record


async def _was_erased(store: Store, record: Record, stored: Sequence[bytes]) -> bool:
    """Return whether the record must match an erasure, which is not so while the erasure is under way."""
    if any(map(is_erased, stored)):
        return True
    if record.state.phase != "erased":
        return False
    return all(order.interview != record.state.interview for order in await store.erasures.ordered())


async def was_there(store: Store, interview: str) -> bool:
    """Return whether there is, or ever was, an interview of this id.

    One that a campaign lists or that was erased was there, even if nothing is stored of it: its record is broken.
    """
    try:
        if await store.interviews.entries(interview) or await Erasures(store).of(interview):
            return True
        if await store.interviews.load(interview):
            return True
    except (ArchivedRecordLost, msgspec.MsgspecError, struct.error, ValueError):
        return True
    async for each in all_interviews(store):
        if each == interview:
            return True
    return False


async def all_interviews(store: Store) -> AsyncIterator[str]:
    """Yield the ids of all interviews of all campaigns."""
    for campaign in await store.directory.campaigns():
        async for interview in store.interviews.members(campaign):
            yield interview
