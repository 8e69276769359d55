"""Verifying records: the chain holds, and folding it gives the state that is stored."""

import contextlib
import struct
from collections.abc import AsyncIterator

import msgspec

from conversation.audit import verify
from conversation.errors import ChainBroken
from conversation.evolve import fold
from conversation.state import Record
from storage.ports import Store

_LOOKS = 3


async def audit(store: Store, interview: str) -> Record:
    """The record, if it holds; ChainBroken with the first entry that does not fit. Looked at again before it is
    called broken: somebody may have written to it between one reading and the next."""
    for _ in range(_LOOKS - 1):
        with contextlib.suppress(ChainBroken):
            return await _audit(store, interview)
    return await _audit(store, interview)


async def _audit(store: Store, interview: str) -> Record:
    stored = await store.interviews.entries(interview)
    try:
        record = await store.interviews.load(interview)
    except (msgspec.MsgspecError, struct.error, ValueError):
        raise ChainBroken(interview, max(1, len(stored)), "the state that it led to cannot be read") from None
    if record is None:
        raise ChainBroken(interview, 1, "there is no such interview" if not stored else "its state is gone")
    entries = verify(interview, stored, record.version, record.head)
    if fold(entries) != record.state:
        raise ChainBroken(interview, len(entries), "the stored state is not what the record says")
    return record


async def all_interviews(store: Store) -> AsyncIterator[str]:
    for campaign in await store.directory.campaigns():
        async for interview in store.interviews.members(campaign):
            yield interview
