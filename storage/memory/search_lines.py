"""What candidates are searched by, in memory."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from conversation.state import Record
from storage import keys
from storage.codec import unwrap
from storage.memory.stubs import MemoryRecords
from storage.ports import Commit
from storage.search_lines import END, Found, Progress, StoredLines, changed_line, line_of, unpack


class MemorySearchLines:
    def __init__(self, records: MemoryRecords) -> None:
        self._states = records.states
        self._lines: dict[tuple[str, int], dict[str, str]] = defaultdict(dict)
        self._progress = Progress(built_ms=1)  # a store in memory begins empty

    def committed(self, commit: Commit) -> None:
        state = commit.record.state
        if line := changed_line(commit.before, state, new=not commit.expected):
            self._lines[state.campaign, keys.partition_of(commit.interview)][commit.interview] = line

    async def holding(self, campaigns: Sequence[str], words: Sequence[str], most: int) -> Found:
        return self._found(campaigns, most, lambda line: any(word in line for word in words))

    async def similar(self, campaigns: Sequence[str], grams: Sequence[str], lengths: range, most: int) -> Found:
        def is_near(line: str) -> bool:
            name = unpack(line.removesuffix(END)).name
            return len(name.encode()) in lengths and 2 * sum(each in name for each in grams) >= len(grams)

        return self._found(campaigns, most, is_near)._replace(complete=True)

    def _found(self, campaigns: Sequence[str], most: int, wanted: Callable[[str], bool]) -> Found:
        every = [list(filter(wanted, lines)) for lines in self._of(campaigns)]
        lines = tuple(unpack(each.removesuffix(END)) for some in every for each in some[:most])
        return Found(lines, all(len(some) <= most for some in every))

    def _of(self, campaigns: Sequence[str]) -> Iterable[Iterable[str]]:
        for campaign in campaigns:
            for partition in range(keys.PARTITIONS):
                yield self._lines[campaign, partition].values()

    async def stored(self, campaign: str, partition: int) -> StoredLines:
        lines = self._lines[campaign, partition].items()
        return StoredLines({interview: unpack(line.removesuffix(END)) for interview, line in lines})

    async def write(self, campaign: str, partition: int, records: Sequence[Record]) -> None:
        for record in records:
            interview = record.state.interview
            blob = self._states.get(interview)
            if blob and unwrap(blob).version == record.version:
                self._lines[campaign, partition][interview] = line_of(record.state).packed()

    async def tidy(self, campaign: str, partition: int) -> None:
        """Nothing is left over here."""

    async def progress(self) -> Progress:
        return self._progress

    async def note(self, progress: Progress) -> None:
        self._progress = progress
