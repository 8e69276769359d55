"""Without the setting, nothing of traces is in the way of a message."""

import pytest

from bot.prepared_intake import PreparedIntake
from bot.runtime.delivery import Delivery
from bot.runtime.loops import of_delivery
from bot.runtime.message_edits import Showing
from storage.redis.interviews import RedisInterviews
from storage.redis.outbox import RedisOutbox
from tests.bot.tracing.recorded import Recorded
from tests.bot.whole_app import WholeApp, whole_app

pytestmark = pytest.mark.redis


def _kinds(running: WholeApp) -> list[type]:
    """Return the classes through which a message goes."""
    delivery = of_delivery(running.app)[0]
    assert isinstance(delivery, Delivery)
    app = running.app
    return [*map(type, (app.intake, app.store.interviews, app.store.outbox, delivery, delivery._showing))]


async def test_a_message_goes_through_no_wrapper(one_redis: str) -> None:
    plain = [PreparedIntake, RedisInterviews, RedisOutbox, Delivery, Showing]
    async with whole_app(one_redis) as running:
        assert _kinds(running) == plain
    async with whole_app(one_redis, tracing=Recorded().tracing) as running:
        for traced, kind in zip(_kinds(running), plain, strict=True):
            assert issubclass(traced, kind)
            assert traced is not kind
