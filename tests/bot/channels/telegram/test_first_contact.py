"""A candidates' bot that is connected for the first time, or again after days away."""

from collections.abc import AsyncIterator
from datetime import UTC

import pytest

from bot.channels.telegram_api import describing
from handlers.campaigns import Campaigns
from storage import keys
from storage.redis.store import RedisStore
from tests.bot.channels.telegram.bot_sets import Bots, so
from tests.dialogues.playing import script_named
from tests.fakes.bot_apis import FakeBotApis
from tests.fakes.scene import Fresh

pytestmark = pytest.mark.redis
HOUR_S = 3600


@pytest.fixture
async def bots(one_store: RedisStore, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bots]:
    monkeypatch.setattr(describing, "AFTER_S", 3600)
    async with FakeBotApis() as api:
        bots = Bots(one_store, api)
        campaigns = Campaigns(one_store, now=lambda: bots.now, nonce=Fresh(), zone=UTC)
        await campaigns.open(script_named("short"), code="demo", walk_in=True)
        yield bots


async def answered(bots: Bots) -> list[str]:
    """Empty the outbox. Returns the users who are written to, once for each message."""
    users = list[str]()
    for partition in range(keys.PARTITIONS):
        if await bots.store.outbox.oldest_ms(partition):
            await bots.store.outbox.open(partition)
            found = await bots.store.outbox.read([partition], 100, 1)
            users += [entry.message.to.user for entry in found if entry.message]
    return sorted(users)


async def test_who_wrote_before_the_first_connection_is_not_answered(bots: Bots) -> None:
    first, _ = bots.api
    for number, hours in enumerate((23, 10, 2, 1)):
        bots.writes(first, "how much is the fish?", 100 + number, hours * HOUR_S)
    bots.writes(first, "/start demo", 200, 5 * HOUR_S)
    bots.writes(first, "hello", 300, 20)
    async with bots.running():
        await so(lambda: not first.waiting, "received")
    assert await answered(bots) == ["200", "300"]


async def test_after_days_away_everybody_is_answered_once(bots: Bots) -> None:
    first, _ = bots.api
    async with bots.running():
        await so(lambda: bool(first.of("getUpdates")), "connected")
    bots.now += 3 * 24 * HOUR_S * 1000
    for hours in (23, 12, 2, 1):
        for user in (100, 101):
            bots.writes(first, "hello?", user, hours * HOUR_S)
            bots.writes(first, "/start no-such-token", user, hours * HOUR_S - 60)
    bots.writes(first, "/start demo", 200, 5 * HOUR_S)
    bots.writes(first, "I am Ann", 200, 4 * HOUR_S)
    async with bots.running():
        await so(lambda: not first.waiting, "received")
    found = await answered(bots)
    assert [found.count(user) for user in ("100", "101")] == [1, 1]
    assert "200" in found
