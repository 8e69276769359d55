"""How fast one conversation is written to."""

from bot.channels.base import Capabilities
from bot.channels.wecom.member import CAPABILITIES
from bot.lanes import Lane, Pace
from tests.fakes.posts import FakeChannel, outbound
from tests.fakes.virtual_time import now_ms, virtual_time


async def _times(capabilities: Capabilities, messages: int) -> list[int]:
    """When each of so many messages may go, in milliseconds."""
    channel, pace, lane, times = FakeChannel(), Pace(), Lane(), []
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
    times = await _times(Capabilities(buttons=True, max_text=1000, chat_burst=5), 30)
    assert 23_000 < times[-1] - times[0] < 26_000
