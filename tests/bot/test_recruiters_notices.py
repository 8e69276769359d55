"""Where nobody can open the recruiter's pane, notices are in the record, and the log says that there are some."""

from typing import Any

import pytest
import structlog

from bot.channels.web.frames import PANE, address_of
from tests.bot.whole_app import KEY, WholeApp

pytestmark = pytest.mark.redis


async def _ask_for_help(app: WholeApp) -> str:
    """Ask for a person, and return the interview's id."""
    async with app.visitor(start="demo") as page:
        await page.begin()
        await page.say(id="1", text="/human")
        await page.until("ack")
        await page.say(id="2", text="Quetzalcoatl cannot hear the questions")
        await page.until("ack")
    return await app.store.directory.who(address_of(KEY)) or ""


async def test_a_public_installation_does_not_fill_the_pane(public_app: WholeApp) -> None:
    with structlog.testing.capture_logs() as lines:
        interview = await _ask_for_help(public_app)
    said = [line for line in lines if line["event"] == "recruiter_notice"]
    assert {line["interview"] for line in said} == {interview}
    assert all(set(line) == {"event", "log_level", "kind", "interview"} for line in said)
    assert "Quetzalcoatl" not in str(said)
    assert b"Quetzalcoatl" in b"".join(await public_app.store.interviews.entries(interview))
    for partition in range(16):  # nothing for the pane waits, either
        waiting: Any = await public_app.store.client.xrange(f"xm:{{p{partition:02d}}}:outbox")
        assert b"recruiter" not in b"".join(fields[b"m"] for _, fields in waiting)
    assert await public_app.store.mailboxes.read(PANE, 0, 10) == []
