"""How fast conversations are written to, one by one and all together."""

import asyncio

from msgspec.structs import replace

from bot.channels.base import Capabilities, TryLater
from bot.channels.wecom.member import CAPABILITIES
from bot.runtime.lanes import Lane, Pace
from handlers.organisation.state import account_of
from storage.errors import StoreUnavailable
from storage.redis.send_rates import Reservation
from tests.fakes.posts import FakeChannel, outbound
from tests.fakes.send_rates import LocalRates
from tests.fakes.virtual_time import now_ms, virtual_time


async def _times(capabilities: Capabilities, messages: int) -> list[int]:
    """Return when each of these messages may be sent, in milliseconds."""
    channel, pace, lane, times = FakeChannel(), Pace(LocalRates()), Lane(), []
    channel.capabilities = capabilities
    for number in range(messages):
        await pace.wait(channel, outbound(f"{number}"), lane)
        times.append(now_ms())
    return times


@virtual_time
async def test_a_member_gets_thirty_messages_in_any_minute_at_most() -> None:
    times = await _times(CAPABILITIES, 100)
    assert times[9] - times[0] < 1_000, "some at once"
    for first in times:
        assert sum(first <= each < first + 60_000 for each in times) <= 30


@virtual_time
async def test_without_a_period_it_is_one_a_second() -> None:
    times = await _times(Capabilities(chat_burst=5), 30)
    assert 23_000 < times[-1] - times[0] < 26_000


BULK = Capabilities(bulk_per_s=10)


async def _unprompted(pace: Pace, times: list[int], *, prompted: bool = False) -> None:
    channel = FakeChannel()
    channel.capabilities = BULK
    for number in range(50):
        message = replace(outbound(f"{number}"), prompted=prompted)
        await pace.wait(channel, message, Lane())
        times.append(now_ms())


@virtual_time
async def test_several_processes_send_at_one_rate() -> None:
    rates, times = LocalRates(), list[int]()
    async with asyncio.TaskGroup() as group:
        for _ in range(3):
            group.create_task(_unprompted(Pace(rates), times))
    assert len(times) == 150
    for first in times:
        assert (
            sum(first <= each < first + 1000 for each in times) <= 21
        )  # the burst, and as many as a second allows


@virtual_time
async def test_what_the_platform_told_one_process_slows_the_others() -> None:
    rates, times = LocalRates(), list[int]()
    told, other = Pace(rates), Pace(rates)
    await told.after(TryLater("too many", 1, whole_account=True), 1, account_of("telegram", "main"))
    await _unprompted(other, [])
    await _unprompted(other, times, prompted=True)
    assert times[-1] - times[0] > 4_000


class _Away:
    async def reserve(self, account: str, per_s: float) -> Reservation:
        raise StoreUnavailable("away")

    async def complain(self, account: str, life_s: float) -> None:
        raise StoreUnavailable("away")


@virtual_time
async def test_while_the_store_is_away_a_process_keeps_to_the_rate_by_itself() -> None:
    times: list[int] = []
    pace = Pace(_Away())
    await _unprompted(pace, times)
    assert 4_800 <= times[-1] - times[0] <= 5_200
    assert await pace.after(TryLater("too many", 3, whole_account=True), 1, "telegram:main") == 3
