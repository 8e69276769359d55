"""The outbox in memory."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import count

import msgspec

from conversation.inbound import Address
from conversation.outbound import OutboundMessage
from storage import keys
from storage.erasure_matcher import Traces
from storage.ports import OutboxEntry

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(OutboundMessage).decode


class MemoryOutbox:
    together = True

    def __init__(self) -> None:
        self._numbers = count(1)
        self._letters: dict[int, dict[str, OutboxEntry]] = defaultdict(dict)
        self._read: set[str] = set()
        self._posted: set[tuple[Address, str]] = set()
        self._answered: dict[Address, set[str]] = defaultdict(set)
        self._shown: dict[str, str] = {}
        self.buried: list[tuple[str, str, bytes]] = []

    def add(self, partition: int, messages: Sequence[OutboundMessage]) -> None:
        for message in messages:
            letter_id = f"{next(self._numbers)}-0"
            self._letters[partition][letter_id] = OutboxEntry(letter_id, partition, message, _encode(message))

    async def open(self, partition: int) -> None:
        self._letters[partition]

    async def post(self, address: Address, topic: str, message: OutboundMessage, window_s: int) -> bool:
        if (address, topic) in self._posted:
            return False
        self._posted.add((address, topic))
        self.add(keys.partition_of(str(address)), [message])
        return True

    async def answer(
        self, address: Address, cause: str, line: OutboundMessage, wait: OutboundMessage, most: int, window_s: int
    ) -> bool:
        answered = self._answered[address]
        if cause in answered or len(answered) > most:
            return False
        self.add(keys.partition_of(str(address)), [line if len(answered) < most else wait])
        answered.add(cause)
        return True

    async def read(self, partitions: Sequence[int], count: int, block_ms: int) -> list[OutboxEntry]:
        fresh = [
            letter
            for partition in partitions
            for letter in self._letters[partition].values()
            if letter.id not in self._read
        ][:count]
        self._read.update(letter.id for letter in fresh)
        return fresh

    async def pending(self, partition: int, after: str, count: int) -> list[OutboxEntry]:
        at = int(after.split("-")[0])
        held = [
            letter
            for letter in self._letters[partition].values()
            if letter.id in self._read and int(letter.id.split("-")[0]) > at
        ]
        return held[:count]

    async def unsettled(self, partition: int) -> int:
        return sum(letter_id in self._read for letter_id in self._letters[partition])

    async def done(self, partition: int, ids: Sequence[str]) -> None:
        for letter_id in ids:
            self._letters[partition].pop(letter_id, None)

    async def done_all(self, sent: Mapping[int, Sequence[str]]) -> None:
        for partition, ids in sent.items():
            await self.done(partition, ids)

    async def dead_letter(self, partition: int, kind: str, why: str, payload: bytes, letter: str = "") -> None:
        self.buried.append((kind, why, payload))
        self._letters[partition].pop(letter, None)

    def remove(self, traces: Traces) -> None:
        """Remove all waiting messages and dead letters that have these traces."""
        for letters in self._letters.values():
            for letter_id in [each.id for each in letters.values() if traces.in_letter(each.raw)]:
                del letters[letter_id]
        self.buried = [each for each in self.buried if not traces.in_dead_letter(each[2])]

    async def dead_letters(self) -> int:
        return len(self.buried)

    async def oldest_ms(self, partition: int) -> int:
        return next((int(letter_id.split("-")[0]) for letter_id in self._letters[partition]), 0)

    async def shown(self, message: OutboundMessage) -> str:
        return self._shown.get(_place(message), "")

    async def remember_shown(self, message: OutboundMessage, shown: str) -> None:
        self._shown[_place(message)] = shown


def _place(message: OutboundMessage) -> str:
    return keys.shown(message.interview, message.subject, message.to)
