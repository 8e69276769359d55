"""A key of one candidate's that holds something else: their message is put away, and nobody else waits. A key that
others need is an outage: everybody waits, and nothing is put away."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import structlog

from bot.channels.telegram.parse import CHANNEL
from conversation.inbound import Address
from storage import keys
from tests.bot.test_redis_outages import Candidates
from tests.bot.whole_app import WholeApp, whole_app

pytestmark = pytest.mark.redis
GARBAGE = b"\x00" * 41
"""Bytes that are no state."""


@pytest.fixture
async def here(one_redis: str) -> AsyncIterator[WholeApp]:
    async with whole_app(one_redis) as app:
        yield app


def address_of(user: int) -> Address:
    return Address(CHANNEL, "700001", str(user))


async def interview_of(app: WholeApp, user: int) -> str:
    found = await app.store.directory.who(address_of(user))
    assert found
    return found


async def dead_letters(app: WholeApp) -> list[bytes]:
    found: list[bytes] = []
    for partition in range(keys.PARTITIONS):
        stored: Any = await app.store.client.xrange(keys.dead(partition))
        found += [fields[b"payload"] for _, fields in stored]
    return found


@pytest.mark.parametrize(
    ("key_of", "value"),
    [
        (lambda _, interview: keys.state(interview), ["a list"]),
        (lambda _, interview: keys.state(interview), GARBAGE),
        (lambda _, interview: keys.log(interview), b"a string"),
        (lambda _, interview: keys.seen(interview), b"a string"),
        (lambda _, interview: keys.parts(interview), b"a string"),
        (lambda user, _: keys.who(address_of(user)), ["a list"]),
    ],
    ids=["state of another type", "damaged state", "record", "inbound ids", "open answer", "address"],
)
async def test_a_message_that_meets_it_is_put_away_and_the_others_go_on(
    here: WholeApp, key_of: Callable[[int, str], str], value: list[str] | bytes
) -> None:
    candidates = Candidates(here)
    unlucky, lucky = await candidates.come(), await candidates.come()
    interview, client = await interview_of(here, unlucky), here.store.client
    key = key_of(unlucky, interview)
    await client.delete(key)
    await (client.rpush(key, *value) if isinstance(value, list) else client.set(key, value))
    here.app.intake.forget(interview)
    message = candidates.message(unlucky, "I am Li, and I like numbers.")
    with structlog.testing.capture_logs() as log:
        assert await candidates.post(message) == 200
    assert [json.loads(each) for each in await dead_letters(here)] == [message]
    alerts = [line for line in log if line["event"] == "update_put_away"]
    assert [line["log_level"] for line in alerts] == ["error"]
    assert "numbers" not in str(log)
    assert str(unlucky) not in str([line for line in log if line["event"] == "redis_unavailable"])
    assert await candidates.post(candidates.message(lucky, "I am Wang.")) == 200
    await candidates.hears(lucky, 3)
    assert len(await dead_letters(here)) == 1


@pytest.mark.parametrize("key_of", [keys.outbox, keys.due, lambda partition: keys.counts(partition, "demo")])
async def test_what_others_need_is_waited_for(here: WholeApp, key_of: Callable[[int], str]) -> None:
    candidates = Candidates(here)
    user = await candidates.come()
    interview = await interview_of(here, user)
    key = key_of(keys.partition_of(interview))
    kept: Any = await here.store.client.dump(key)
    await here.store.client.set(key, "a string")
    message = candidates.message(user, "I am Li, and I like numbers.")
    for _ in range(2):
        assert await candidates.post(message) == 503
    await here.store.client.delete(key)
    await here.store.client.restore(key, 0, kept)
    assert await candidates.post(message) == 200
    await candidates.hears(user, 3)
    assert await dead_letters(here) == []
