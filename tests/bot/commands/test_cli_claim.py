"""`xumian claim`: it prints the code of the first owner, which works at once in the console."""

import asyncio
import re
from pathlib import Path

import pytest

from handlers.organisation.repository import CLAIM_S, load
from storage.redis.store import RedisStore
from tests.bot.channels.telegram_staff.staff_bots import STAFF_TOKEN, USERNAME
from tests.bot.commands.commands import Commands, Running, command
from tests.fakes.bot_api import FakeBotApi

pytestmark = pytest.mark.redis
LINE = re.compile(r"^/claim ([\w-]{22})$", re.MULTILINE)


def test_without_a_staff_bot_it_says_how_to_have_one(xumian: Commands) -> None:
    said = xumian.well("claim")
    assert LINE.search(said)
    assert f"{CLAIM_S // 60} minutes" in said
    assert "XUMIAN_TELEGRAM_STAFF_TOKEN" in said


def test_where_telegram_does_not_answer_the_code_is_there_all_the_same(xumian: Commands) -> None:
    xumian.set(XUMIAN_TELEGRAM_STAFF_TOKEN=STAFF_TOKEN, XUMIAN_TELEGRAM_API_URL="http://127.0.0.1:9")
    said = xumian("claim")
    assert said.code == 0
    assert LINE.search(said.out)
    assert "700900" in said.out
    assert STAFF_TOKEN not in said.out + said.err


async def test_each_code_is_kept_as_a_hash_only(xumian: Commands, one_store: RedisStore) -> None:
    codes = [LINE.findall(await asyncio.to_thread(xumian.well, "claim"))[0] for _ in range(2)]
    organisation = (await load(one_store)).state
    assert len(set(codes)) == 2
    assert len(organisation.codes) == 2
    assert all(code not in str(organisation) for code in codes)
    assert {(code.role, code.unit) for code in organisation.codes.values()} == {("owner", "")}


async def test_with_a_staff_bot_one_tap_is_enough(xumian: Commands) -> None:
    async with FakeBotApi(STAFF_TOKEN, USERNAME) as api:
        xumian.set(XUMIAN_TELEGRAM_STAFF_TOKEN=STAFF_TOKEN, XUMIAN_TELEGRAM_API_URL=api.url)
        said = await asyncio.to_thread(xumian.well, "claim")
        assert [call.method for call in api.calls] == ["getMe"]
    (code,) = LINE.findall(said)
    assert f"https://t.me/{USERNAME}?start={code}\n" in said


def test_beside_a_running_installation(tmp_path: Path) -> None:
    with Running(tmp_path, {}):
        said = command(tmp_path, "claim")
    assert said.code == 0, said
    assert LINE.search(said.out)
