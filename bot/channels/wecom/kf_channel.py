"""One account of 微信客服: what goes out to candidates outside the corporation.

Source: developer.work.weixin.qq.com, documents 94677 (发送消息), 95122 (发送欢迎语等事件响应消息), 94669
(分配客服会话), 94665 (获取客服账号链接) (read 2026-11). A message's own `msgid` (32 bytes at most) is what makes a
repeated attempt no second message. The API may send while a conversation is new (state 0) or the API's own (1).
"""

import hashlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Literal
from urllib.parse import quote

from bot.channels.base import Capabilities, Channel, SendError
from bot.channels.wechat_api.api import WRONG_STATE, Refused
from bot.channels.wechat_api.texts import joined, pieces, text_of
from bot.channels.wecom.corp import MEDIA_LIFE_S, MOST_MEDIA_BYTES, CorpApi
from bot.channels.wecom.kf_codes import Codes, Notes
from bot.channels.wecom.kf_parse import CHANNEL
from bot.channels.wecom.steps import Steps
from conversation.inbound import Media
from conversation.outbound import OutboundMessage

CAPABILITIES = Capabilities(
    bulk_per_s=5,
    media_life_s=MEDIA_LIFE_S,
    most_media_bytes=MOST_MEDIA_BYTES,
)
SCENE = "xumian"
"""Of our links; a candidate's token goes with it as scene_param."""
TROUBLE_S = 3600
"""What the platform said of the whole account is taken to hold for so long."""
State = Literal[0, 1, 2, 3, 4]
"""service_state: new, the API's, waiting for colleagues, colleagues', over."""
THEIRS = frozenset({2, 3})
_NEW: State = 0
_OURS: State = 1
_QUEUE: State = 2


class KfChannel(Channel):
    """`notes` hold what all processes know: the account's link and events' codes; `now` gives epoch seconds."""

    name = CHANNEL
    capabilities = CAPABILITIES

    def __init__(self, open_kfid: str, api: CorpApi, notes: Notes, now: Callable[[], float]) -> None:
        self.account = open_kfid
        self._now = now
        self._trouble, self._since_s = "", 0.0
        self.codes = Codes(notes, open_kfid)
        self._api = api
        self._notes = notes
        self._steps = Steps()
        self._way_in = ""

    async def send(self, message: OutboundMessage, key: str) -> str:
        """Nothing that was sent can be edited: no id."""
        calls = [
            partial(self._say, message.to.user, text_of(each), self._msgid(key, number))
            for number, each in enumerate(self.pieces(message))
        ]
        await self._steps.run(key, calls)
        return ""

    def _msgid(self, key: str, number: int) -> str:
        return hashlib.sha256(f"{self.account}:{key}:{number}".encode()).hexdigest()[:32]

    async def _say(self, user: str, text: str, msgid: str) -> None:
        said: dict[str, object] = {"msgid": msgid, "msgtype": "text", "text": {"content": text}}
        if await self._said_by_code(user, said):
            return
        body = {"touser": user, "open_kfid": self.account, **said}
        try:
            await self._api.ask("/cgi-bin/kf/send_msg", body)
        except Refused as refused:
            if refused.code != WRONG_STATE or not await self._taken_back(user):
                raise refused.as_send_error() from None
            await self._api.call("/cgi-bin/kf/send_msg", body)

    async def _said_by_code(self, user: str, said: dict[str, object]) -> bool:
        """Whether an event's code did it. A code that is refused (used, too old) is forgotten."""
        code = await self.codes.of(user)
        if not code:
            return False
        try:
            await self._api.ask("/cgi-bin/kf/send_msg_on_event", {"code": code, **said})
        except Refused:
            await self.codes.drop(user)
            return False
        await self.codes.drop(user)
        return True

    # whose the conversation is

    async def state(self, user: str) -> int:
        """The conversation's service_state. Raises SendError, StoreUnavailable."""
        answer = await self._api.call("/cgi-bin/kf/service_state/get", self._whose(user))
        return int(answer["service_state"])

    async def hand_over(self, user: str) -> bool:
        """To whichever colleague is free. Raises SendError, StoreUnavailable."""
        await self._trans(user, _QUEUE)
        return True

    async def _trans(self, user: str, state: State) -> None:
        body = {**self._whose(user), "service_state": state}
        await self._api.call("/cgi-bin/kf/service_state/trans", body)

    async def _taken_back(self, user: str) -> bool:
        """Whether the conversation was nobody's, and is the API's by now. Colleagues keep theirs."""
        try:
            if await self.state(user) not in (_NEW, _OURS):
                return False
            await self._trans(user, _OURS)
        except SendError:
            return False
        return True

    def _whose(self, user: str) -> dict[str, Any]:
        return {"open_kfid": self.account, "external_userid": user}

    # how one gets in

    async def learn_link(self) -> None:
        """Ask for the account's link once for all processes and times. Raises SendError, StoreUnavailable."""
        name = f"wecom-kf:{self.account}:link"
        self._way_in = self._way_in or await self._notes.get(name) or ""
        if not self._way_in:
            body = {"open_kfid": self.account, "scene": SCENE}
            self._way_in = str((await self._api.call("/cgi-bin/kf/add_contact_way", body))["url"])
            await self._notes.set(name, self._way_in)

    def link(self, token: str) -> str | None:
        if not self._way_in:
            return None
        joint = "&" if "?" in self._way_in else "?"
        return f"{self._way_in}{joint}scene_param={quote(token, safe='')}"

    def pieces(self, message: OutboundMessage) -> Sequence[OutboundMessage]:
        return pieces(message)

    def joined(self, messages: Sequence[OutboundMessage]) -> Sequence[OutboundMessage]:
        """Each message counts here, and nothing can be said in the response."""
        return joined(messages)

    async def fetch(self, media: Media) -> bytes:
        """Raises MediaGone, TryLater, StoreUnavailable."""
        return await self._api.fetch(media.reference)

    def in_trouble(self, why: str) -> None:
        """Messages do not arrive, and it is not their receiver's fault."""
        self._trouble, self._since_s = why, self._now()

    def problem(self) -> str | None:
        if self._trouble and self._now() < self._since_s + TROUBLE_S:
            return f"WeCom's customer service does not deliver: {self._trouble}"
        return self._api.problem

    async def close(self) -> None:
        await self._api.close()
