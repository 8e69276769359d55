"""Making anchors: one a day, kept in the archive beside the list of its leaves.

Which anchors there are is looked up in the archive only, because whoever holds the store must not be able to have
one left out or made anew.
"""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import NamedTuple, Protocol

from conversation.record.anchors import ORIGIN, Anchor, AnchorWrong, Leaf, digest, parse, root_of, write_list
from conversation.record.signed_notes import Signer, sign
from handlers.maintenance.audit import all_interviews
from handlers.members import BATCH
from handlers.organisation.state import NAME
from storage.ports import Store

FOLDER = "anchors"
AT = time(8)
"""When the day's anchor is made, in local time: when the quiet hours of chats end."""
NOTE = ".note"
_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})\.note")


class Files(Protocol):
    """The folder of the archive in which anchors are kept."""

    async def create(self, name: str, data: bytes) -> bool:
        """Store a file durably. Return False, without changing anything, if there is one of this name already."""
        ...

    async def read(self, name: str) -> bytes | None:
        """Return a file's content, or None if there is no such file."""
        ...

    async def names(self) -> list[str]:
        """Return the names of all files, sorted."""
        ...


class Kept(NamedTuple):
    """An anchor in the archive. `new`: it was made by this call."""

    day: str
    note: str
    anchor: Anchor
    new: bool = False


def list_name(anchor: Anchor) -> str:
    """Return the name of the file with the anchor's leaves."""
    return f"{anchor.root.hex()}.leaves.gz"


class Anchors:
    """Makes anchors. `signer` returns the key to sign with, `now` epoch milliseconds."""

    def __init__(
        self, store: Store, files: Files, signer: Callable[[], Signer], now: Callable[[], int], zone: tzinfo
    ) -> None:
        self._store = store
        self._files = files
        self._signer = signer
        self.now = now
        self._zone = zone

    def due_day(self) -> str:
        """Return the day (ISO date) whose anchor is due or has been made: it begins at `AT`."""
        local = datetime.fromtimestamp(self.now() / 1000, self._zone)
        return (local.date() if local.time() >= AT else local.date() - timedelta(days=1)).isoformat()

    async def of_today(self) -> Kept | None:
        """Return the anchor of the day that is due, making it if necessary. None if nothing was ever recorded.

        Raises AnchorWrong if the last anchor in the archive cannot be read.
        """
        day = self.due_day()
        days = [found[1] for name in await self._files.names() if (found := _NAME.fullmatch(name))]
        last = await self._kept(days[-1]) if days else None
        if last and last.day >= day:
            return last
        made = datetime.fromtimestamp(self.now() / 1000, UTC)
        leaves = sorted({leaf async for leaf in _leaves(self._store)})
        if not leaves and not last:
            return None
        root = await asyncio.to_thread(root_of, leaves)
        number, previous = (last.anchor.number + 1, digest(last.note)) if last else (1, b"")
        anchor = Anchor(number, made, len(leaves), root, previous)
        note = sign(anchor.text(), ORIGIN, self._signer())
        await self._files.create(list_name(anchor), await asyncio.to_thread(write_list, leaves))
        if await self._files.create(f"{day}{NOTE}", note.encode()):
            return Kept(day, note, anchor, new=True)
        return await self._kept(day)  # another process was faster

    async def _kept(self, day: str) -> Kept:
        note = (await self._files.read(f"{day}{NOTE}") or b"").decode(errors="replace")
        try:
            return Kept(day, note, parse(f"{note.rpartition(chr(10) * 2)[0]}\n"))
        except AnchorWrong as error:
            name = f"{FOLDER}/{day}{NOTE}"
            raise AnchorWrong(f"the anchor {name} is damaged ({error}): restore it from a backup") from None


async def _leaves(store: Store) -> AsyncIterator[bytes]:
    """Yield the encoded leaves of all records. Of each, only the first bytes of its state are read."""
    names = [NAME]
    async for interview in all_interviews(store):
        names.append(interview)
        if len(names) == BATCH:
            for leaf in await _encoded(store, names):
                yield leaf
            names = []
    for leaf in await _encoded(store, names):
        yield leaf


async def _encoded(store: Store, names: list[str]) -> list[bytes]:
    leaves = []
    for name, head in zip(names, await store.interviews.heads(names), strict=True):
        if head:
            with contextlib.suppress(ValueError):  # no id of ours: it must not keep the others from being anchored
                leaves.append(Leaf(name, *head).encoded())
    return leaves
