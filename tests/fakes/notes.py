"""Notes in memory, for whatever needs none of Redis: nothing expires."""


class MemoryNotes:
    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    async def get(self, name: str) -> str | None:
        return self.values.get(name)

    async def set(self, name: str, value: str, life_s: int | None = None) -> None:
        self.values[name] = value

    async def erase(self, name: str) -> None:
        self.values.pop(name, None)

    async def take(self, name: str, owner: str, life_s: int) -> bool:
        return self.values.setdefault(name, owner) == owner

    async def give_back(self, name: str, owner: str) -> None:
        if self.values.get(name) == owner:
            del self.values[name]
