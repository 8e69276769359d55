"""If nobody looks at the recruiter's pane, notices are kept, and the log mentions them."""

import pytest
import structlog

from bot.channels.web.frames import PANE, address_of, decode_item
from tests.bot.whole_app import KEY, WholeApp
from tests.fakes.waiting import until

pytestmark = pytest.mark.redis


async def test_a_public_installation_keeps_what_is_for_recruiters(public_app: WholeApp) -> None:
    async with public_app.visitor(start="demo") as page:
        await page.begin()
        with structlog.testing.capture_logs() as lines:
            await page.say(id="1", text="/human")
            await page.until("ack")
            await page.say(id="2", text="Quetzalcoatl cannot hear the questions")
            await page.until("ack")
    kept: list[str] = []

    async def arrived() -> bool:
        kept[:] = [
            str(decode_item(each.payload).text) for each in await public_app.store.mailboxes.read(PANE, 0, 10)
        ]
        return bool(kept)

    await until(arrived, "the notice in the mailbox")
    interview = await public_app.store.directory.who(address_of(KEY))
    said = [line for line in lines if line["event"] == "recruiter_notice"]
    assert {line["interview"] for line in said} == {interview}
    assert all(set(line) == {"event", "log_level", "kind", "interview"} for line in said)
    assert "Quetzalcoatl" not in str(said)
