"""How much is written to Redis."""

from typing import Any

import pytest

from storage.redis.store import RedisStore


def bytes_sent(store: RedisStore, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that gets the size in bytes of each command from now on."""
    sizes: list[int] = []
    original = store.client.execute_command

    async def counting(*args: Any, **options: Any) -> Any:
        sizes.append(sum(len(each) if isinstance(each, bytes) else len(str(each)) for each in args))
        return await original(*args, **options)

    monkeypatch.setattr(store.client, "execute_command", counting)
    return sizes
