"""Sending to candidates by the session while it lasts, which costs nothing, otherwise by the limited server API.

Staff and groups are written to by the server API only. It takes the person's or the group's id, whereas the
address of a session comes from a message and could lead to somebody else.

Source: open.dingtalk.com, "接收消息" (sessionWebhook), "批量发送人与机器人会话中机器人消息", "机器人发送群聊消息"
(read 2026-11). An ended session answers errcode 300001 (agentscope-ai/QwenPaw issue 2221). Sessions accept no
files. People outside the organisation can be reached by sessions only.
"""

from collections.abc import Callable

import msgspec

from bot.channels.base import NotNow, TryLater, Unreachable
from bot.channels.dingtalk.api import Api, ApiRefused, understood
from bot.channels.dingtalk.parse import CHANNEL, GROUP, OUTSIDER, Session
from bot.channels.dingtalk.quota import Quota, Sessions
from bot.channels.dingtalk.render import Part, for_api, for_session
from bot.logs import log
from conversation.inbound import Address

_TOO_FAST = frozenset({"130101", "90018", "-1"})
_PAUSE_S = 60.0


class Replies:
    """Sends one robot's messages. `is_staff` returns whether an address is a colleague's or gets notices."""

    def __init__(self, api: Api, sessions: Sessions, quota: Quota, is_staff: Callable[[Address], bool]) -> None:
        self._api = api
        self._sessions = sessions
        self._quota = quota
        self._is_staff = is_staff

    async def send(self, user: str, part: Part, *, prompted: bool) -> None:
        """Send a part without a file. Raises SendError, StoreUnavailable."""
        address = Address(CHANNEL, self._api.robot, user)
        session = None
        if not user.startswith(GROUP) and not self._is_staff(address):
            session = await self._sessions.of(user)
        if session and await self._in_session(user, session, part):
            return
        await self.by_api(user, *for_api(part), prompted=prompted)

    async def _in_session(self, user: str, session: Session, part: Part) -> bool:
        """Send by the session. Returns False if it has ended. Raises TryLater if the platform is in trouble."""
        content = msgspec.json.encode(for_session(part))
        headers = {"Content-Type": "application/json"}
        status, answer = await self._api.post(session.url, content=content, headers=headers)
        if status >= 500 or status == 429:
            raise TryLater(f"the session's address answered {status}")
        try:
            understood(status, answer)
        except ApiRefused as refused:
            if refused.code in _TOO_FAST:
                raise TryLater(str(refused), _PAUSE_S) from None
            log.info("session_ended", channel=CHANNEL, why=str(refused))
            await self._sessions.end(user, session)
            return False
        return True

    async def by_api(self, user: str, key: str, parameters: str, *, prompted: bool) -> None:
        """Send by the server API. Raises SendError, StoreUnavailable."""
        if user.startswith(OUTSIDER):
            raise NotNow("outside the organisation, who can be answered for a while only")
        await self.may_call(prompted=prompted)
        body: dict[str, object] = {"robotCode": self._api.robot, "msgKey": key, "msgParam": parameters}
        try:
            if user.startswith(GROUP):
                body["openConversationId"] = user.removeprefix(GROUP)
                await self._api.call("robot/groupMessages/send", body)
            else:
                await self._to_member(user, body)
        except ApiRefused as refused:
            raise refused.as_send_error() from None

    async def wait(self, user: str) -> None:
        """Note that a message is held for this user. Raises StoreUnavailable."""
        await self._sessions.wait(user)

    async def may_call(self, *, prompted: bool) -> None:
        """Check that API calls are left for a message. Raises NotNow, StoreUnavailable."""
        if not await self._quota.allows(prompted=prompted):
            raise NotNow("the API calls of this month are kept for answers")

    async def _to_member(self, user: str, body: dict[str, object]) -> None:
        """Send to a member. An unknown member or a rate limit is reported in the answer's body."""
        answer = await self._api.call("robot/oToMessages/batchSend", {**body, "userIds": [user]})
        if user in (answer.get("invalidStaffIdList") or ()):
            raise Unreachable("not a member")
        if user in (answer.get("flowControlledStaffIdList") or ()):
            raise TryLater("too many messages to one member", _PAUSE_S)
