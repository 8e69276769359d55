"""What units answer to candidates' questions reaches candidates of the running app."""

import pytest

from bot.clock import now_ms
from handlers.organisation.repository import append
from handlers.organisation.unit_events import UnitFaqSet
from tests.bot.whole_app import WholeApp

pytestmark = pytest.mark.redis
ASKED, ANSWER = "Is there a canteen?", "Yes, on the ground floor, from noon to two."


async def test_a_question_is_answered_from_the_units_list(app: WholeApp) -> None:
    answered = UnitFaqSet("", "en", (ASKED,), ANSWER)
    assert await append(app.store, lambda _: (answered,), "faq:1", "boss", now_ms)
    await app.app.watch.look()
    async with app.visitor(start="demo") as page:
        await page.begin()
        await page.say(id="1", text=ASKED)
        assert ANSWER in (await page.until_offered())["text"]
