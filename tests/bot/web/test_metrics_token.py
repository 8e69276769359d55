"""With a token set, only who has it sees the metrics and which accounts have problems."""

from collections.abc import AsyncIterator

import pytest

from tests.bot.whole_app import WholeApp, whole_app

pytestmark = pytest.mark.redis
TOKEN = "a-token-for-monitoring"


@pytest.fixture
async def guarded(one_redis: str) -> AsyncIterator[WholeApp]:
    async with whole_app(one_redis, more={"metrics_token": TOKEN}) as running:
        yield running


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", f"bearer {TOKEN}", "Bearer " + "x" * 9000, "密"])
async def test_without_the_token(guarded: WholeApp, header: str) -> None:
    headers = {b"authorization": header.encode()}
    answer = await guarded.web.get("/metrics", headers=headers)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    ready = await guarded.web.get("/readyz", headers=headers)
    assert (ready.status_code, ready.json()) == (200, {"ready": True})
    assert (await guarded.web.get("/healthz")).status_code == 200


async def test_with_the_token(guarded: WholeApp) -> None:
    headers = {"authorization": f"Bearer {TOKEN}"}
    assert "xumian_inbound_total" in (await guarded.web.get("/metrics", headers=headers)).text
    assert "problems" in (await guarded.web.get("/readyz", headers=headers)).json()
