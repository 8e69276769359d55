"""Records that were imported: put, found, listed and dropped."""

from storage.memory.store import MemoryStore
from storage.redis.store import RedisStore


async def test_records_of_each_kind_are_kept_apart(redis_store: RedisStore) -> None:
    people = {f"{number:016x}": f"person {number}".encode() for number in range(1_200)}
    for store in (MemoryStore(), redis_store):
        await store.imports.put("person", people)
        await store.imports.put("pair", {"ab": b"pair"})
        await store.imports.put("person", {f"{3:016x}": b"changed"})
        found = {name: blob async for name, blob in store.imports.scan("person")}
        assert found == people | {f"{3:016x}": b"changed"}
        await store.imports.drop("person", [f"{3:016x}", "no such name"])
        wanted = [f"{4:016x}", f"{3:016x}", f"{5:016x}", "ab"]
        assert await store.imports.get("person", wanted) == {name: people[name] for name in (wanted[0], wanted[2])}
        assert await store.imports.get("pair", ["ab"]) == {"ab": b"pair"}
        assert await store.imports.get("link", []) == {}
