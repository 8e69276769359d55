"""A candidate who can be sent nothing else gets one notice that the interview is waiting.

This requires that the account has a template for it. Recruiters see until when a candidate can be written to.
"""

import json
from collections.abc import AsyncIterator

import pytest

from bot.channels.base import Rejected
from bot.channels.wechat.channel import Template
from conversation.engine import Engine
from conversation.inbound import DeadlineMoved, Inbound
from conversation.outbound import OutboundMessage
from handlers.catalogues import vocabulary
from storage.memory.store import MemoryStore
from tests.bot.channels.wechat.wechat_accounts import Desk, Phone, account
from tests.fakes.scene import DAY, HOUR, MINUTE, RECRUITERS, ZONE, named

ID = "a-template-of-the-console"


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with account(MemoryStore()) as desk:
        desk.scene.intake._engine = Engine(vocabulary(), ZONE, lambda to: to.channel == "wechat")
        desk.channel.template = Template.of(f"{ID}:thing4,time7")
        desk.api.templates.add(ID)
        yield desk
    assert not desk.api.refused


async def silent(desk: Desk) -> tuple[Phone, str]:
    """Go to the first question and say one part of the answer. Returns the phone and the interview."""
    interview, token = await desk.scene.invited("张三")
    phone = desk.phone()
    await phone.follows(token)
    await phone.says("1")
    await phone.says("我叫张三")
    return phone, interview


async def waits(desk: Desk, phone: Phone, interview: str, *times: int) -> list[str]:
    """Let these times pass, in milliseconds. Returns what arrived meanwhile."""
    heard: list[str] = []
    for wait in times:
        desk.scene.clock.forward(wait)
        await desk.scene.tick(interview)
        heard += await phone.looks()
    return heard


async def test_one_notice_a_silence(desk: Desk) -> None:
    phone, interview = await silent(desk)
    desk.scene.clock.forward(49 * HOUR)  # nothing looked at the interview meanwhile, and the window is over
    (notice,) = await waits(desk, phone, interview, 0, HOUR, 12 * HOUR, 6 * HOUR)
    data = json.loads(notice)
    assert set(data) == {"thing4", "time7"}
    assert data["thing4"]["value"] == "Analyst(中)"
    assert "11 月 27 日" in data["time7"]["value"]
    events = named(await desk.scene.entries(interview))
    assert events.count("ReminderLeftOut") >= 1
    assert "Reminded" not in events
    sent = [call.path for call in desk.api.calls if call.path.endswith("/template/send")]
    assert len(sent) == 1


async def test_another_one_after_they_have_written_and_fallen_silent_again(desk: Desk) -> None:
    phone, interview = await silent(desk)
    desk.scene.clock.forward(49 * HOUR)
    assert len(await waits(desk, phone, interview, 0)) == 1
    await phone.says("我回来了")
    await desk.scene.intake.apply(interview, _extension(desk))
    await phone.looks()
    desk.scene.clock.forward(3 * DAY)
    heard = await waits(desk, phone, interview, 0, 10 * HOUR)
    assert len([each for each in heard if each.startswith("{")]) == 1


async def test_without_a_template_there_is_none() -> None:
    async with account(MemoryStore()) as desk:
        phone, interview = await silent(desk)
        desk.scene.clock.forward(49 * HOUR)
        assert await waits(desk, phone, interview, 0, HOUR) == []
        message = OutboundMessage(phone.address, "Analyst", nudge=("Analyst", "soon"))
        with pytest.raises(Rejected):
            await desk.channel.send(message, "1")


@pytest.mark.parametrize(
    ("setting", "template"),
    [
        (None, None),
        ("", None),
        (ID, Template(ID, "keyword1", "keyword2")),
        (f"{ID}:thing1,time2", Template(ID, "thing1", "time2")),
    ],
)
def test_the_setting(setting: str | None, template: Template | None) -> None:
    assert Template.of(setting) == template


def _extension(desk: Desk) -> Inbound:
    return Inbound("more-time", DeadlineMoved(desk.scene.clock.now + 20 * DAY))


# what recruiters see


async def cards(desk: Desk) -> list[str]:
    return [each.text for each in await desk.scene.sent(RECRUITERS)]


async def test_recruiters_see_until_when_somebody_can_be_reached() -> None:
    async with account(MemoryStore()) as desk:
        phone, _ = await silent(desk)
        await phone.taps("exit")
        await phone.says("退出面试")
        await desk.scene.sent()
        await phone.desk.post(phone.message("text", Content="网络不好", MsgId="9"))
        (card,) = await cards(desk)
        assert "可联系到 11 月 26 日" in card


async def test_and_when_nobody_can() -> None:
    async with account(MemoryStore(), push=False) as desk:
        _, interview = await silent(desk)
        desk.scene.clock.forward(11 * MINUTE)
        await desk.scene.tick(interview)
        desk.scene.clock.forward(2 * HOUR)
        await desk.scene.tick(interview)
        (card,) = await cards(desk)
        assert "对方再写来之前无法联系" in card
