"""Measurements of each account, in one process and over all processes."""

import asyncio

import pytest

from bot.channels.base import TryLater
from bot.runtime import meters
from bot.runtime.delivery import Delivery
from bot.runtime.meters import FORGOTTEN_MS, LATE_MS, Meter, Metering, Report
from handlers.actions.system.bot_registry import Figures
from storage.errors import StoreUnavailable
from storage.redis.store import RedisStore
from tests.bot.runtime.offices import open_office, outbound
from tests.fakes.kv import MemoryKv
from tests.fakes.posts import FakeChannel
from tests.fakes.virtual_time import virtual_time

MAIN = "telegram:main"


class Clock:
    now_ms = 1_790_000_000_000

    def __call__(self) -> int:
        return self.now_ms


def test_a_minute_is_counted_and_no_more() -> None:
    clock, channel = Clock(), FakeChannel()
    meter = Meter(clock)
    for _ in range(90):
        meter.sent(channel)
        clock.now_ms += 1_000
    meter.failed(channel, "HTTP 502" + "x" * 1_000)
    (measured,) = meter.report({}).accounts.values()
    assert measured.sent == 59
    assert (measured.error[:8], len(measured.error), measured.error_ms) == ("HTTP 502", 200, clock.now_ms)
    clock.now_ms += 60_000
    assert meter.report({}).accounts[MAIN].sent == 0
    assert meter.report({"web:local": 5}).accounts["web:local"].oldest_ms == 5


@pytest.mark.redis
async def test_processes_are_added_up_and_those_that_are_gone_are_not(redis_store: RedisStore) -> None:
    clock, notes = Clock(), redis_store.kv
    one, two = Meter(clock), Meter(clock)
    for meter, times in ((one, 3), (two, 4)):
        for _ in range(times):
            meter.sent(FakeChannel())
    two.failed(FakeChannel(), "HTTP 502")
    await Metering(notes, one, "one", lambda: {MAIN: clock.now_ms - 7_000}).look()
    await Metering(notes, two, "two", lambda: {MAIN: clock.now_ms - 5_000}).look()
    found = await meters.figures(notes, clock.now_ms)
    assert found == {MAIN: Figures(7, 7_000, None, "HTTP 502", clock.now_ms)}
    error_ms = clock.now_ms
    clock.now_ms += LATE_MS + 1
    await Metering(notes, one, "one", dict[str, int]).look()
    assert await meters.figures(notes, clock.now_ms) == {MAIN: Figures(3, 0, None, "HTTP 502", error_ms)}
    clock.now_ms += FORGOTTEN_MS
    await Metering(notes, one, "one", dict[str, int]).look()
    assert await meters.figures(notes, clock.now_ms) == {MAIN: Figures()}
    assert list(await notes.fields("meters")) == ["one"]


class Forgetful(MemoryKv):
    """A kv that fails at first."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.tries = 0

    async def put(self, name: str, field: str, value: str, life_s: int) -> None:
        self.tries += 1
        if self.tries == 1:
            raise StoreUnavailable("away")
        self.said.append(f"{name} {field} {value} {life_s}")


@virtual_time
async def test_it_is_said_again_and_again_even_after_an_outage() -> None:
    notes = Forgetful()
    metering = Metering(notes, Meter(Clock()), "me", dict[str, int])
    task = asyncio.create_task(metering.run())
    await asyncio.sleep(3 * meters.EVERY_S - 1)
    metering.stop()
    await task
    assert len(notes.said) == 2
    assert meters._decode(notes.said[0].split()[2]) == Report(Clock.now_ms, {})


@virtual_time
async def test_the_delivery_measures() -> None:
    async with open_office() as office:
        office.channel.fail("a", TryLater("HTTP 502"), TryLater("too many", 5))  # the usual back-off, then 5 s
        office.outbox.put(outbound("one", "a"), outbound("two", "b"))
        delivery = office.start().delivery
        await office.until(lambda: office.channel.texts("b") == ["two"])
        assert list(delivery.oldest()) == [MAIN]
        await office.delivered()
        await asyncio.sleep(0.1)
        assert delivery.oldest() == {}
        assert isinstance(delivery, Delivery)
        measured = delivery._meter.report({}).accounts[MAIN]
        assert (measured.sent, measured.error) == (2, "HTTP 502")
