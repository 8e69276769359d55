"""The links that come with a resume code, in the whole app: they open, and are offered only where they do."""

import re

import pytest

from bot.channels.web.frames import address_of
from conversation.inbound import Address
from tests.bot.whole_app import WholeApp

pytestmark = pytest.mark.redis
PHONE_PAGE = "a-page-on-the-other-device-0001"
LINK = re.compile(r"https://interview\.example\.com/\?start=(\w{8})\b")


async def offered_by(app: WholeApp) -> str:
    """Return the answer to `/switch` on the page of someone who is in an interview."""
    campaign = await app.app.campaigns.find("demo")
    invitation = await app.app.campaigns.invite(campaign, "Li Lei")
    async with app.visitor(start=invitation.token) as page:
        await page.begin()
        await page.say(id="switch", text="/switch")
        said = ""
        while not re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", said):
            said = str((await page.until("item"))["text"])
    return said


async def test_the_link_on_the_page_opens_on_another_device(public_app: WholeApp) -> None:
    found = LINK.search(await offered_by(public_app))
    assert found is not None
    async with public_app.visitor(PHONE_PAGE, start=found[1]) as other:
        await other.until_offered("submit")
    interview = await public_app.store.directory.who(address_of(PHONE_PAGE))
    assert interview is not None
    record = await public_app.store.interviews.load(interview)
    assert record is not None
    assert record.state.address == address_of(PHONE_PAGE)


async def test_an_address_of_this_machine_is_no_link_for_another_device(app: WholeApp) -> None:
    assert "http://" not in await offered_by(app)


async def test_pictures_go_where_the_channel_can_show_them(app: WholeApp) -> None:
    shown = {
        each.name: app.app.channels.can(Address(each.name, each.account, "1"), "pictures", unknown=False)
        for each in app.app.channels.all()
    }
    assert shown.items() >= {"web": True, "terminal": False}.items()
    assert shown.get("telegram", True)
    nowhere = Address("telegram", "no-such-bot", "1")
    assert not app.app.channels.can(nowhere, "pictures", unknown=False)
