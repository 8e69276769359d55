import pytest

from storage.memory.store import MemoryStore
from tests.bot.api.site import Site, site_of


@pytest.fixture
async def site() -> Site:
    return await site_of(MemoryStore())
