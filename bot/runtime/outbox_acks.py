"""Recording in the outbox what was sent: several letters at once, again and again until the store takes it."""

import asyncio
from collections.abc import Callable

from bot.logs import log
from storage.errors import StoreUnavailable
from storage.ports import Outbox, OutboxEntry

EVERY_S = 0.01
RETRY_S = 0.5
_LAST_ATTEMPTS = 10


class Acknowledger:
    """`recorded` is told of each letter (partition, id) that the outbox will not give again."""

    def __init__(self, outbox: Outbox, recorded: Callable[[int, str], None]) -> None:
        self._outbox = outbox
        self._recorded = recorded
        self._sent: dict[int, list[str]] = {}
        self._news = asyncio.Event()

    def note(self, letter: OutboxEntry) -> None:
        """It was sent, or dealt with in another way."""
        self._sent.setdefault(letter.partition, []).append(letter.id)
        self._news.set()

    def waits(self, partition: int) -> bool:
        """Whether something of the partition is not recorded yet."""
        return bool(self._sent.get(partition))

    async def run(self) -> None:
        """For as long as letters are sent."""
        while True:
            await self._news.wait()
            await asyncio.sleep(EVERY_S)  # several at once
            self._news.clear()
            if not await self._flush():
                self._news.set()
                await asyncio.sleep(RETRY_S)

    async def record_the_rest(self) -> None:
        """What was sent and is not recorded would be sent again."""
        for _ in range(_LAST_ATTEMPTS):
            if await self._flush():
                return
            await asyncio.sleep(RETRY_S)

    async def _flush(self) -> bool:
        """Record what was sent; False where that is not possible now. It may be asked for again at any moment."""
        try:
            sent = {partition: tuple(ids) for partition, ids in self._sent.items()}
            await self._outbox.done_all(sent)
        except StoreUnavailable as error:
            log.warning("delivery_not_recorded", why=str(error))
            return False
        for partition, ids in sent.items():
            for letter in ids:
                self._recorded(partition, letter)
            del self._sent[partition][: len(ids)]
            if not self._sent[partition]:
                del self._sent[partition]
        return True
