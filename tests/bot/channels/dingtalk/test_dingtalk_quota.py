"""Over any month of traffic the server API is called only where the session cannot be used.

Groups have no sessions. If messages can be forged, a session stays the conversation's own until it ends.
"""

import asyncio
import contextlib
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.base import NotNow
from bot.channels.dingtalk.parse import MARGIN_MS
from conversation.inbound import Address
from conversation.outbound import OutboundMessage
from tests.bot.channels.dingtalk.dingtalk_robots import GROUP, MEMBER, PATH_SECRET, OnDingTalk, on_dingtalk
from tests.fakes.dingtalk_api import ROBOT, SESSION_S

CHATS = (MEMBER, "manager1", f"cid:{GROUP}", "out:$:LWCP_v1:$x")
MOST = 12
"""The month's quota of calls, small enough to be used up within an example."""


class Step(NamedTuple):
    """Something that happens in a chat, so many minutes after the step before."""

    minutes: int
    chat: str
    what: str


STEPS = st.lists(
    st.builds(
        Step,
        st.sampled_from([0, 1, 10, 60, 95, 24 * 60]),
        st.sampled_from(CHATS),
        st.sampled_from(["writes", "writes", "is answered", "is answered", "is reminded", "session ends"]),
    ),
    max_size=40,
)


class Month:
    """A month of traffic, with the expected numbers computed independently of the code."""

    def __init__(self, robot: OnDingTalk) -> None:
        self.robot = robot
        self.authentic = robot.account.settings.authentic
        self.until: dict[str, int] = {}
        self.ended: set[str] = set()

    async def play(self, step: Step) -> None:
        self.robot.desk.now += step.minutes * 60_000 + 1_000
        match step.what:
            case "writes":
                await self.write(step.chat)
            case "session ends":
                self.robot.api.end_sessions()
                self.ended.update(self.until)
            case _:
                await self.send(step.chat, prompted=step.what == "is answered")

    async def write(self, chat: str) -> None:
        outside = chat.startswith("out:")
        group = chat.removeprefix("cid:") if chat.startswith("cid:") else ""
        user = "" if outside else MEMBER if group else chat
        body = self.robot.message("hello", user, group, senderId="$:LWCP_v1:$x")
        assert (await self.robot.post(body)).status_code == 200
        if not group and (self.authentic or not self.believed(chat)):
            self.until[chat] = self.robot.desk.now + SESSION_S * 1000
            self.ended.discard(chat)

    def believed(self, chat: str) -> bool:
        return self.robot.desk.now < self.until.get(chat, 0) - MARGIN_MS

    async def send(self, chat: str, *, prompted: bool) -> None:
        robot, now = self.robot, self.robot.desk.now
        serves = self.believed(chat) and chat not in self.ended
        calls, used = len(self.sends), await self.used()
        message = OutboundMessage(Address("dingtalk", ROBOT, chat), "您好", prompted=prompted)
        sent = False
        with contextlib.suppress(NotNow):
            await robot.account.channel.send(message, f"3:{now}-0")
            sent = True
        called = len(self.sends) > calls
        if not serves:
            self.until.pop(chat, None)
        assert not (serves and called), "the session could have served"
        assert not (chat.startswith("out:") and called), "nobody outside can be reached so"
        assert sent == (serves or called)
        if called:
            assert used < MOST
            assert prompted or used < 0.9 * MOST

    async def used(self) -> int:
        month = next((name for name in self.robot.kv._held if ":calls:" in name), "")
        return int(await self.robot.kv.get(month) or 0)

    @property
    def sends(self) -> list[object]:
        names = ("/v1.0/robot/oToMessages/batchSend", "/v1.0/robot/groupMessages/send")
        return [call for call in self.robot.api.calls if call.path in names]


@settings(max_examples=60)
@given(STEPS, st.sampled_from([None, PATH_SECRET]))
def test_the_api_is_called_only_where_the_session_cannot_serve(steps: list[Step], secret: str | None) -> None:
    async def play() -> None:
        async with on_dingtalk(monthly_calls=MOST, path_secret=secret) as robot:
            month = Month(robot)
            for step in steps:
                await month.play(step)

    asyncio.run(play())
