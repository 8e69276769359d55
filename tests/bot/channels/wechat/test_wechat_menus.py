"""Choices can be clicked only if nothing has to be sent afterwards.

A click allows messages for one minute, typed text for two days.
"""

from collections.abc import AsyncIterator

import pytest

from conversation.inbound import Address
from conversation.outbound import Choice, OutboundMessage
from storage.memory.store import MemoryStore
from tests.bot.channels.wechat.wechat_accounts import Desk, account
from tests.fakes.wechat_api import APP_ID, Trouble

FACES = (Choice("face.4@6.ab12", "😀"), Choice("face.1@6.ab12", "🙁"))
SEND = "/cgi-bin/message/custom/send"


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with account(MemoryStore()) as desk:
        yield desk


async def sent(desk: Desk, *, last: bool) -> list[dict[str, object]]:
    phone = desk.phone()
    await phone.follows("")
    to = Address("wechat", APP_ID, phone.user)
    await desk.channel.send(OutboundMessage(to, "How was it?", FACES, last=last), "3:1-0")
    return [call.body for call in desk.api.calls if call.path == SEND and "How was it?" in str(call.body)]


async def test_at_the_end_there_are_buttons(desk: Desk) -> None:
    (body,) = await sent(desk, last=True)
    assert body["msgtype"] == "msgmenu"
    assert body["msgmenu"] == {
        "head_content": "How was it?",
        "list": [{"id": "face.4@6.ab12", "content": "😀"}, {"id": "face.1@6.ab12", "content": "🙁"}],
        "tail_content": "",
    }


async def test_before_the_end_there_are_lines_to_type(desk: Desk) -> None:
    (body,) = await sent(desk, last=False)
    assert body["msgtype"] == "text"
    assert body["text"] == {"content": "How was it?\n\n1. 😀\n2. 🙁"}


async def test_an_account_that_may_not_have_buttons_gets_lines(desk: Desk) -> None:
    desk.api.fail(SEND, Trouble(40008))
    menu, text = await sent(desk, last=True)
    assert (menu["msgtype"], text["msgtype"]) == ("msgmenu", "text")
