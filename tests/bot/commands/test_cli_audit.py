"""`xumian audit` tells an interview that never was from one whose record is gone."""

import asyncio

import pytest

from storage import keys
from storage.redis.store import RedisStore
from tests.bot.commands.commands import Commands
from tests.bot.commands.test_cli_records import answered

pytestmark = pytest.mark.redis


def test_an_interview_that_never_was_is_wrong_usage(xumian: Commands, one_redis: str) -> None:
    asyncio.run(answered(one_redis, ["one"]))
    for arguments in (("audit", "nobody"), ("audit", "nobody", "--anchors")):
        said = xumian(*arguments)
        assert (said.code, said.out) == (2, "")
        assert "there is no interview 'nobody'" in said.err
        assert "broken" not in said.err


def test_a_record_that_is_gone_is_broken(xumian: Commands, one_redis: str) -> None:
    (interview,) = asyncio.run(answered(one_redis, ["one"]))

    async def delete() -> None:
        store = RedisStore.at(one_redis)
        await store.client.delete(keys.log(interview), keys.state(interview))
        await store.close()

    asyncio.run(delete())
    said = xumian("audit", interview)
    assert said.code == 1
    assert interview in said.err
