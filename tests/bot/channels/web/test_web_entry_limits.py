"""Attacks on the running product's WebSocket from one network: taking all places, endless interviews, guessing.

The networks are those that a trusted proxy names.
"""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from msgspec.structs import replace

from bot.channels.web.frames import address_of
from handlers.intake import entry_limits
from handlers.intake.entry_limits import LEAST_PLACES, MOST_TRIES
from tests.bot.whole_app import Visitor, WholeApp, whole_app

pytestmark = pytest.mark.redis

ATTACKER, OTHER = "203.0.113.7", "198.51.100.9"


@pytest.fixture
async def proxied(one_redis: str) -> AsyncIterator[WholeApp]:
    """The public app behind a reverse proxy."""
    async with whole_app(one_redis, public=True, more={"trusted_proxies": "127.0.0.1"}) as running:
        yield running


async def arrives(app: WholeApp, network: str, key: str, start: str | None) -> dict[str, Any]:
    """Return the first frame that a page from this network gets."""
    async with app.page(additional_headers={"X-Forwarded-For": network}) as socket:
        page = Visitor(socket)
        await page.say(hello={"key": key, "language": "en", "start": start})
        return await page.hear()


def key_of(number: int) -> str:
    return f"the-key-of-page-{number:04d}"


async def change(app: WholeApp, **fields: Any) -> None:
    campaign = await app.store.directory.walk_in("demo")
    assert campaign
    await app.store.directory.put_campaign(replace(campaign, **fields))


async def test_fresh_keys_from_one_network_cannot_take_all_places(
    proxied: WholeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entry_limits, "MOST_OF_A_NETWORK", 60)
    await change(proxied, cap=20)
    frames = [await arrives(proxied, ATTACKER, key_of(number), "demo") for number in range(100)]
    assert sum("welcome" in frame for frame in frames) == LEAST_PLACES
    assert frames[LEAST_PLACES:] == [
        *[{"denied": "places"}] * (60 - LEAST_PLACES),
        *[{"denied": "network"}] * (100 - 60),
    ]
    assert "welcome" in await arrives(proxied, OTHER, key_of(200), "demo")
    assert "welcome" in await arrives(proxied, ATTACKER, key_of(0), "demo")


async def test_who_is_not_let_in_writes_nothing(proxied: WholeApp) -> None:
    await change(proxied, cap=1)
    await arrives(proxied, ATTACKER, key_of(0), "demo")
    for number in range(1, 20):
        assert await arrives(proxied, ATTACKER, key_of(number), "demo") == {"denied": "full"}
        assert await proxied.store.mailboxes.read(address_of(key_of(number)), 0, 10) == []
        names = await proxied.store.client.keys("*")
        assert not [name for name in names if address_of(key_of(number)).user.encode() in name]


async def test_a_closed_campaign_says_so_at_the_door(proxied: WholeApp) -> None:
    await change(proxied, closed_ms=1)
    assert await arrives(proxied, ATTACKER, key_of(0), "demo") == {"denied": "closed"}


async def test_a_page_that_is_in_cannot_begin_more_by_typing(proxied: WholeApp) -> None:
    opened = await proxied.app.campaigns.find("demo")
    await proxied.store.directory.put_campaign(replace(opened, id="second", code="second", cap=20))
    for number in range(20):
        await arrives(proxied, ATTACKER, key_of(number), "demo")
    for number in range(20):
        async with proxied.page(additional_headers={"X-Forwarded-For": ATTACKER}) as socket:
            page = Visitor(socket)
            await page.say(hello={"key": key_of(number), "language": "en"})
            await page.until("caughtup")
            await page.say(id="1", text="/start second")
            await page.until("ack")
    taken = [each async for each in proxied.store.interviews.members("second")]
    assert len(taken) == LEAST_PLACES


async def test_guessing_ends_at_the_door(proxied: WholeApp) -> None:
    await arrives(proxied, ATTACKER, key_of(0), "demo")
    campaign = await proxied.app.campaigns.find("demo")
    token = (await proxied.app.campaigns.invite(campaign, "Li Lei")).token
    guesses = ["A7KP2MQ", "other-code", "x" * 22]
    tried = [
        await arrives(proxied, ATTACKER, key_of(number), f"{guesses[number % 3]}{number}")
        for number in range(1, 31)
    ]
    assert tried == [{"denied": "no_invitation"}] * MOST_TRIES + [{"denied": "too_many"}] * (30 - MOST_TRIES)
    assert await arrives(proxied, ATTACKER, key_of(99), token) == {"denied": "too_many"}
    assert "welcome" in await arrives(proxied, ATTACKER, key_of(0), None)  # who is in an interview
    assert "welcome" in await arrives(proxied, OTHER, key_of(99), token)


async def test_a_page_without_a_link_is_no_guess(proxied: WholeApp) -> None:
    for number in range(2 * MOST_TRIES):
        assert await arrives(proxied, OTHER, key_of(number), None) == {"denied": "no_invitation"}
    assert "welcome" in await arrives(proxied, OTHER, key_of(0), "demo")


async def test_a_forged_header_brings_no_new_network(one_redis: str) -> None:
    """Where the visitor's address is not that of a trusted proxy, the header is their own invention."""
    async with whole_app(one_redis, public=True, more={"trusted_proxies": "10.0.0.1"}) as app:
        tried = [
            await arrives(app, f"203.0.113.{number}", key_of(number), f"no-such-token-{number}")
            for number in range(MOST_TRIES + 1)
        ]
    assert tried == [{"denied": "no_invitation"}] * MOST_TRIES + [{"denied": "too_many"}]


async def test_the_local_default_lets_many_begin(app: WholeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entry_limits, "MOST_OF_A_NETWORK", 60)
    for number in range(63):
        async with app.page() as socket:
            await socket.send(json.dumps({"hello": {"key": key_of(number)}}))
            assert "welcome" in json.loads(await socket.recv())
