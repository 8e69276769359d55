"""What was imported, in memory."""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence

from storage.ports import ImportedKind


class MemoryImports:
    def __init__(self) -> None:
        self._records: dict[ImportedKind, dict[str, bytes]] = defaultdict(dict)

    async def put(self, kind: ImportedKind, records: Mapping[str, bytes]) -> None:
        self._records[kind] |= records

    async def get(self, kind: ImportedKind, names: Sequence[str]) -> dict[str, bytes]:
        return {name: self._records[kind][name] for name in names if name in self._records[kind]}

    async def drop(self, kind: ImportedKind, names: Sequence[str]) -> None:
        for name in names:
            self._records[kind].pop(name, None)

    async def scan(self, kind: ImportedKind) -> AsyncIterator[tuple[str, bytes]]:
        for each in list(self._records[kind].items()):
            yield each
