"""A webhook's events arrive in order, signed, at least once, also if the receiver refuses or is away for days."""

import asyncio
import time
from collections.abc import AsyncIterator

import httpx
import pytest
import structlog
from standardwebhooks import WebhookVerificationError

from bot.channels.base import Rejected, TryLater
from bot.channels.webhook import channel as webhooks
from bot.channels.webhook.posting import MOST_ANSWER_BYTES, NoAnswer, Poster
from bot.runtime.delivery import PARK_AFTER
from handlers.actions.system.webhook_registry import Secret
from handlers.notices.webhooks import RETRIED_MS
from tests.bot.channels.webhook.receiver import FORMER, SECRET, URL, Receiver, event
from tests.bot.runtime.offices import Office, open_office, outbound
from tests.fakes.virtual_time import now_ms, virtual_time

DAY_S = 24 * 3600
HASTE = 48
"""How much faster the clock of webhooks goes than that of delivery, which looks for work all the time."""


def _now() -> int:
    return int(time.time() * 1000)


async def test_the_specification_s_library_verifies_an_event() -> None:
    receiver = Receiver()
    await receiver.channel(_now).send(event(1, at_ms=_now()), "0:1-0")
    assert receiver.verified(SECRET) == {"type": "interview.paused", "data": {"interview": "i1", "sequence": 1}}
    assert receiver.ids == ["i1-1-1"]
    with pytest.raises(WebhookVerificationError):
        receiver.verified(FORMER)
    receiver.requests[0]._content = receiver.requests[0].content.replace(b"paused", b"erased")
    with pytest.raises(WebhookVerificationError):
        receiver.verified(SECRET)


async def test_while_a_secret_changes_both_sign() -> None:
    receiver, now = Receiver(), [_now()]
    channel = receiver.channel(lambda: now[0], Secret(SECRET), Secret(FORMER, now[0] + 60_000))
    await channel.send(event(1), "0:1-0")
    assert receiver.verified(SECRET) == receiver.verified(FORMER)
    now[0] += 60_000
    await channel.send(event(2), "0:2-0")
    receiver.verified(SECRET)
    with pytest.raises(WebhookVerificationError):
        receiver.verified(FORMER)


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 401, 404, 429, 500, 503])
async def test_what_is_not_accepted_is_sent_again_with_the_same_id_and_nowhere_else(status: int) -> None:
    receiver = Receiver()
    channel = receiver.channel(_now)
    receiver.answers = [httpx.Response(status, headers={"Location": "https://127.0.0.1/"})]
    with pytest.raises(TryLater, match=f"HTTP {status}"):
        await channel.send(event(1, at_ms=_now()), "0:1-0")
    assert len(receiver.requests) == 1
    await channel.send(event(1, at_ms=_now()), "0:1-0")
    assert receiver.ids == ["i1-1-1"] * 2


async def test_a_receiver_that_is_gone_for_good_gets_the_event_no_more() -> None:
    receiver = Receiver()
    receiver.answers = [httpx.Response(410)]
    with pytest.raises(Rejected, match="410"):
        await receiver.channel(_now).send(event(1, at_ms=_now()), "0:1-0")


async def test_retry_after_is_kept_to_within_limits() -> None:
    receiver, now = Receiver(), [1_000_000]
    channel = receiver.channel(lambda: now[0])
    for asked, kept_s in (("120", 120), ("999999999", 1800)):
        receiver.answers = [httpx.Response(429, headers={"Retry-After": asked})]
        with pytest.raises(TryLater):
            await channel.send(event(1, at_ms=now[0]), "0:1-0")
        sent = len(receiver.requests)
        now[0] += kept_s * 1000 - 1
        with pytest.raises(TryLater):
            await channel.send(event(2, "i2", at_ms=now[0]), "0:2-0")
        assert len(receiver.requests) == sent
        now[0] += 1
        await channel.send(event(2, "i2", at_ms=now[0]), "0:2-0")


@virtual_time
async def test_a_receiver_that_does_not_answer_takes_fifteen_seconds() -> None:
    receiver = Receiver()
    receiver.hangs = True
    begun = asyncio.get_running_loop().time()
    with pytest.raises(NoAnswer, match="15 s"):
        await receiver.poster.post(URL, "{}", {})
    assert 15 <= asyncio.get_running_loop().time() - begun < 16


async def test_of_an_endless_answer_only_the_beginning_is_read() -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 1024
            yield b"x" * 1024

    receiver = Receiver()
    poster = Poster(receiver.look_up, httpx.MockTransport(lambda _: httpx.Response(200, content=endless())))
    assert (await poster.post(URL, "{}", {})).status == 200
    assert read <= MOST_ANSWER_BYTES + 2048


def _hasty_ms() -> int:
    return HASTE * now_ms()


def _office_with(office: Office, receiver: Receiver) -> None:
    office.channels.add(receiver.channel(_hasty_ms))


@virtual_time
async def test_events_of_an_interview_arrive_in_order_although_some_are_refused() -> None:
    async with open_office() as office:
        receiver = Receiver()
        _office_with(office, receiver)
        receiver.answers = [
            httpx.Response(500),
            httpx.ReadTimeout("slow"),
            httpx.Response(204),
            httpx.Response(429),
        ]
        office.outbox.put(*(event(number, at_ms=_hasty_ms()) for number in range(1, 6)))
        office.start()
        await office.delivered()
        assert [each["data"]["sequence"] for each in receiver.bodies] == [1, 2, 3, 4, 5]
        assert not office.outbox.buried


@virtual_time
async def test_after_two_days_away_everything_arrives_in_order_and_little_was_asked() -> None:
    async with open_office() as office:
        receiver = Receiver()
        _office_with(office, receiver)
        receiver.away = True
        begun = _hasty_ms()
        for number in range(1, 4):
            office.outbox.put(*(event(number, f"i{each}", at_ms=begun) for each in range(20)))
        office.start()
        await asyncio.sleep(2 * DAY_S / HASTE)
        assert not receiver.bodies
        assert 48 < len(receiver.requests) < 200
        office.outbox.put(outbound("hello"))
        await office.until(lambda: bool(office.channel.texts("42")))  # candidates do not wait for it
        receiver.away = False
        await office.delivered()
        for each in range(20):
            of_it = [body["data"] for body in receiver.bodies if body["data"]["interview"] == f"i{each}"]
            assert [data["sequence"] for data in of_it] == [1, 2, 3]
        assert not office.outbox.buried


@virtual_time
async def test_after_three_days_events_are_parked_whole_with_an_alert() -> None:
    async with open_office() as office:
        receiver = Receiver()
        _office_with(office, receiver)
        receiver.away = True
        office.outbox.put(event(1, at_ms=_hasty_ms()))
        with structlog.testing.capture_logs() as lines:
            office.start()
            await asyncio.sleep(RETRIED_MS / 1000 / HASTE - 10)
            assert not office.outbox.buried
            await office.delivered()
        ((kind, why, payload),) = office.outbox.buried
        assert (kind, why) == ("rejected", "the receiver did not accept it for days: HTTP 503")
        assert b"i1-1-1" in payload
        assert [line["log_level"] for line in lines if line["event"] == "message_put_away"] == ["error"]


@virtual_time
async def test_an_event_that_alone_is_refused_is_tried_for_days_and_holds_up_nobody() -> None:
    async with open_office() as office:
        receiver = Receiver()
        _office_with(office, receiver)
        receiver.refuses = '"bad"'
        office.outbox.put(event(1, "bad", at_ms=_hasty_ms()))
        office.start()
        for number in range(60):
            office.outbox.put(event(number, f"i{number}", at_ms=_hasty_ms()))
            await asyncio.sleep(30)
        await office.until(lambda: len(receiver.bodies) == 60)
        assert receiver.ids.count("bad-1-1") > PARK_AFTER
        assert not office.outbox.buried
        receiver.refuses = ""
        await office.delivered()
        assert receiver.bodies[-1]["data"]["interview"] == "bad"


@virtual_time
async def test_a_process_that_dies_may_repeat_an_event_but_not_its_id() -> None:
    async with open_office() as office:
        receiver = Receiver()
        _office_with(office, receiver)
        office.outbox.put(event(1, at_ms=_hasty_ms()))
        receiver.hangs = True
        first = office.start()
        await office.until(lambda: bool(receiver.requests))
        await first.die()
        receiver.hangs = False
        office.start()
        await office.delivered()
        assert receiver.ids == ["i1-1-1"] * 2


async def test_not_more_than_some_wait_for_receivers_that_are_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "MOST_WAITING", 3)
    receiver = Receiver()
    channel = receiver.channel(_now)
    receiver.away = True
    for number in range(3):
        with pytest.raises(TryLater):
            await channel.send(event(1, f"i{number}", at_ms=_now()), f"0:{number}-0")
    with pytest.raises(Rejected, match="too many"):
        await channel.send(event(1, "i9", at_ms=_now()), "0:9-0")
    with pytest.raises(TryLater):  # those that wait already, wait on
        await channel.send(event(1, "i0", at_ms=_now()), "0:0-0")


async def test_what_waits_for_a_webhook_that_was_removed_is_dropped() -> None:
    receiver = Receiver()
    channel = receiver.channel(_now)
    channel.removed = True
    assert await channel.send(event(1), "0:1-0") == ""
    assert not receiver.requests


async def test_without_its_key_events_wait_and_it_is_said_why() -> None:
    receiver = Receiver()
    channel = receiver.channel(_now)
    channel.target, channel.sealed = None, "this machine has no key"
    with pytest.raises(TryLater, match="no key"):
        await channel.send(event(1, at_ms=_now()), "0:1-0")
    assert channel.warning() == "this machine has no key"
