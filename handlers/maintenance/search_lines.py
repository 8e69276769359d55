"""Writing the lines by which interviews are searched, where they are missing or wrong.

Commits write them. Those of interviews of earlier releases, and of a restored backup, are written here, and all
are compared once a day, because a process of an earlier release may still have been at work.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence

import msgspec

from conversation.state import Record
from handlers.members import BATCH
from storage.errors import OfOneConversation
from storage.keys import PARTITIONS
from storage.ports import Store
from storage.search_lines import Progress, line_of

AGAIN_MS = 24 * 3600_000
"""How long after all lines were compared they are compared again, in milliseconds."""
MOST_READ = 2_000
"""How many interviews one turn compares, or a few more: about a fifth of a second of work, in small pieces."""
_MOST_PLACES = 500


class SearchLineRepair:
    """Goes through all interviews, some each turn. A process that was killed is followed by one that goes on
    behind the last turn. `now`: epoch milliseconds."""

    def __init__(self, store: Store, now: Callable[[], int]) -> None:
        self._store = store
        self._now = now

    async def turn(self, goes_on: Callable[[], Awaitable[bool]]) -> int:
        """Compare the next interviews, and return how many lines were written. Stops once `goes_on` returns False.
        Raises StoreUnavailable."""
        lines = self._store.search_lines
        progress = await lines.progress()
        if progress.built_ms and self._now() < progress.built_ms + AGAIN_MS:
            return 0
        read = written = 0
        campaigns = await self._store.directory.campaigns()
        for count, (campaign, partition) in enumerate(_places(campaigns, progress)):
            if read >= MOST_READ or count >= _MOST_PLACES or not await goes_on():
                await lines.note(Progress(progress.built_ms, campaign, partition))
                return written
            compared, missing = await self._compare(campaign, partition)
            read, written = read + compared, written + missing
        await lines.note(Progress(self._now()))
        return written

    async def _compare(self, campaign: str, partition: int) -> tuple[int, int]:
        """Return how many interviews there are, and how many of their lines were written."""
        names = await self._store.interviews.members_of(campaign, partition)
        if not names:
            return 0, 0
        stored = await self._store.search_lines.stored(campaign, partition)
        written = 0
        for at in range(0, len(names), BATCH):
            records = await self._loaded(names[at : at + BATCH])
            wrong = [each for each in records if stored.lines.get(each.state.interview) != line_of(each.state)]
            await self._store.search_lines.write(campaign, partition, wrong)
            written += len(wrong)
        if stored.wasteful:
            await self._store.search_lines.tidy(campaign, partition)
        return len(names), written

    async def _loaded(self, names: Sequence[str]) -> list[Record]:
        """Return the records, except damaged ones: `audit` says which these are."""
        try:
            return await self._store.interviews.load_many(names)
        except (OfOneConversation, msgspec.MsgspecError):
            if len(names) == 1:
                return []
        return [record for name in names for record in await self._loaded([name])]


def _places(campaigns: Sequence[str], progress: Progress) -> Iterator[tuple[str, int]]:
    """Yield the campaigns with each partition, from where the present round goes on."""
    for campaign in sorted(campaigns):
        for partition in range(PARTITIONS):
            if (campaign, partition) >= (progress.campaign, progress.partition):
                yield campaign, partition
