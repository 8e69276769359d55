"""Slow and many uploads: each ends by itself, none fills the memory, and others can upload meanwhile."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import pytest
from starlette.requests import HTTPConnection
from starlette.types import Message, Receive

from bot.channels.web import bodies as limits
from bot.channels.web.bodies import MOST_OF_NETWORK, MOST_OF_PERSON, Bodies, UploadRefused
from bot.channels.web.upload import KEY_HEADER
from bot.web.http import ClientGone
from tests.bot.whole_app import KEY, WholeApp
from tests.fakes.virtual_time import virtual_time

MOST_BYTES = 20 * 1024 * 1024
KIB = 1024
OTHER = "the-key-of-another-page-98"
SOUND = b"\x1aE\xdf\xa3" + bytes(range(256)) * 40


def sending(piece: int, pause_s: float, pieces: int = 10**9, then: str = "end") -> Receive:
    """Return a `receive` that gives pieces of this size, each after a pause, then the end or a disconnect."""
    sent = 0

    async def receive() -> Message:
        nonlocal sent
        await asyncio.sleep(pause_s)
        sent += 1
        if sent > pieces and then == "gone":
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": b"x" * piece, "more_body": sent < pieces or then == "gone"}

    return receive


async def outcome(bodies: Bodies, receive: Receive, person: str = "anna", network: str = "203.0.113.7") -> str:
    """Upload a body. Returns the reason if it was refused, and otherwise "taken"."""
    try:
        with bodies.place(person, network) as body:
            await body.read(HTTPConnection({"type": "http", "headers": []}), receive, MOST_BYTES)
    except UploadRefused as refusal:
        return refusal.why
    except ClientGone:
        return "gone"
    return "taken"


async def moments() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("receive", "why", "after_s"),
    [
        (lambda: sending(1, 3600), "too_slow", 30),
        (lambda: sending(1, 1), "too_slow", 30),
        (lambda: sending(4 * KIB - 1, 15.1), "too_slow", 30),
        (lambda: sending(4 * KIB, 29), "too_slow", 900),
        (lambda: sending(4 * KIB, 29, pieces=20), "taken", 580),
        (lambda: sending(100 * KIB, 10, pieces=80), "taken", 800),
        (lambda: sending(10, 20, pieces=1), "taken", 20),
        (lambda: sending(100 * KIB, 1, pieces=10, then="gone"), "gone", 11),
        (lambda: sending(KIB * KIB, 1), "too_large", 21),
        (lambda: sending(0, 1, pieces=1), "empty", 1),
    ],
)
@virtual_time
async def test_an_upload_must_come_on(receive: Callable[[], Receive], why: str, after_s: float) -> None:
    bodies, loop = Bodies(), asyncio.get_running_loop()
    begun = loop.time()
    assert await outcome(bodies, receive()) == why
    assert loop.time() - begun == pytest.approx(after_s, abs=0.1)
    assert (bodies.held, bodies.reading) == (0, set())


@pytest.mark.parametrize(
    ("people", "most"), [(["anna"] * 9, MOST_OF_PERSON), ([f"person {n}" for n in range(9)], MOST_OF_NETWORK)]
)
@virtual_time
async def test_so_many_at_once_and_the_others_try_later(people: list[str], most: int) -> None:
    bodies = Bodies()
    outcomes = [asyncio.create_task(outcome(bodies, sending(1, 3600), person)) for person in people]
    await moments()
    assert [task.result() for task in outcomes[most:]] == ["try_later"] * (9 - most)
    assert await outcome(bodies, sending(KIB, 0, pieces=9), "boris", "198.51.100.1") == "taken"
    assert await asyncio.gather(*outcomes[:most]) == ["too_slow"] * most
    assert await outcome(bodies, sending(KIB, 0, pieces=9), people[0]) == "taken"


@virtual_time
async def test_the_memory_is_bounded_and_the_slowest_give_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_HELD_BYTES", 64 * KIB)
    bodies = Bodies()
    slow = [
        asyncio.create_task(outcome(bodies, sending(10 * KIB, 20), f"{n}", f"198.51.100.{n}")) for n in range(6)
    ]
    await asyncio.sleep(30)
    assert bodies.held == 60 * KIB
    most = 0

    async def watch() -> None:
        nonlocal most
        while True:
            most = max(most, bodies.held)
            await asyncio.sleep(0)

    watching = asyncio.create_task(watch())
    for number in range(5):
        assert await outcome(bodies, sending(8 * KIB, 0.001, pieces=4), f"anna {number}") == "taken"
    watching.cancel()
    assert most <= 64 * KIB + 10 * KIB
    assert "try_later" in [task.result() for task in slow if task.done()]
    await asyncio.gather(*slow)
    assert (bodies.held, bodies.reading) == (0, set())


@virtual_time
async def test_what_is_being_archived_counts_until_it_is_done() -> None:
    bodies = Bodies()
    with bodies.place("anna", "203.0.113.7") as body:
        await body.read(HTTPConnection({"type": "http", "headers": []}), sending(KIB, 0, pieces=5), MOST_BYTES)
        assert bodies.held == 5 * KIB
    assert bodies.held == 0


@pytest.mark.redis
async def test_slow_uploads_of_one_network_keep_nobody_from_uploading(app: WholeApp) -> None:
    attackers = [f"key of an attacker {number}" for number in range(6)]
    go_on, begun = asyncio.Event(), asyncio.Semaphore(0)

    async def slowly() -> AsyncIterator[bytes]:
        yield SOUND
        begun.release()
        await go_on.wait()

    async def attack(key: str) -> int:
        headers = {KEY_HEADER: key, "X-Forwarded-For": "198.51.100.1"}
        answer = await app.web.post("/voice/v1?ms=1000", content=slowly(), headers=headers)
        if answer.status_code == 503:
            assert answer.headers["retry-after"] == "5"
        return answer.status_code

    for key in [*attackers, OTHER, KEY]:
        async with app.visitor(key) as page:
            await page.begin()
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(go_on.set)
        attacks = [asyncio.create_task(attack(key)) for key in attackers for _ in range(4)]
        for _ in range(MOST_OF_NETWORK):
            await begun.acquire()
        assert (await app.web.get("/")).status_code == 200
        for key in (KEY, OTHER):
            headers = {KEY_HEADER: key, "X-Forwarded-For": "203.0.113.7"}
            answer = await app.web.post("/voice/v1?ms=1000", content=SOUND, headers=headers)
            assert answer.status_code == 200
    statuses = await asyncio.gather(*attacks)
    assert sorted(set(statuses)) == [200, 503]
    assert statuses.count(200) == MOST_OF_NETWORK
