"""Mailboxes in memory."""

from collections import defaultdict
from collections.abc import Sequence

from conversation.inbound import Address
from storage.erasure_matcher import Traces
from storage.ports import Item


class MemoryMailboxes:
    def __init__(self) -> None:
        self._items: dict[Address, dict[str, Item]] = defaultdict(dict)
        self._last: dict[Address, int] = defaultdict(int)

    async def append(self, address: Address, item: str, payload: bytes) -> int:
        box = self._items[address]
        if item not in box:
            self._last[address] += 1
            box[item] = Item(self._last[address], payload)
        return box[item].seq

    async def read(self, address: Address, after: int, count: int) -> list[Item]:
        return [item for item in self._items[address].values() if item.seq > after][:count]

    def remove(self, places: Sequence[Address], traces: Traces) -> None:
        """Remove the items that have these traces from the mailboxes of these places."""
        for address in places:
            box = self._items[address]
            for item in [each for each, content in box.items() if traces.shown(content.payload)]:
                del box[item]

    async def clear(self, address: Address, *, whole: bool) -> None:
        self._items.pop(address, None)
        if whole:
            self._last.pop(address, None)
