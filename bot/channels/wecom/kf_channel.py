"""The channel of one 微信客服 account, which sends to candidates outside the corporation.

Source: developer.work.weixin.qq.com, documents 94677 (发送消息), 95122 (发送欢迎语等事件响应消息), 94669
(分配客服会话), 94665 (获取客服账号链接) (read 2026-11). A message's own `msgid` (at most 32 bytes) keeps a
repeated attempt from becoming a second message. The API may send while a conversation is new (state 0) or handled
by the API (1).
"""

import hashlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Literal
from urllib.parse import quote

from bot.channels.base import Capabilities, Channel, SendError
from bot.channels.shared.steps import Steps
from bot.channels.wechat_api.api import WRONG_STATE, ApiRefused
from bot.channels.wechat_api.texts import joined, pieces, text_of
from bot.channels.wecom.corp import MEDIA_LIFE_S, MOST_MEDIA_BYTES, CorpApi
from bot.channels.wecom.kf_codes import Codes
from bot.channels.wecom.kf_parse import CHANNEL
from conversation.inbound import Media
from conversation.outbound import OutboundMessage
from storage.ports import Kv

CAPABILITIES = Capabilities(
    bulk_per_s=5,
    media_life_s=MEDIA_LIFE_S,
    most_media_bytes=MOST_MEDIA_BYTES,
)
SCENE = "xumian"
"""The scene of our links. A candidate's token is added as scene_param."""
TROUBLE_S = 3600
"""How long a problem reported for the whole account is taken to last, in seconds."""
State = Literal[0, 1, 2, 3, 4]
"""A service_state: new, handled by the API, queued for colleagues, handled by a colleague, over."""
THEIRS = frozenset({2, 3})
_NEW: State = 0
_OURS: State = 1
_QUEUE: State = 2


class KfChannel(Channel):
    """One 微信客服 account.

    `kv` are shared by all processes and hold the account's link and event codes. `now` returns epoch seconds.
    """

    name = CHANNEL
    capabilities = CAPABILITIES

    def __init__(self, open_kfid: str, api: CorpApi, kv: Kv, now: Callable[[], float]) -> None:
        self.account = open_kfid
        self._now = now
        self._trouble, self._since_s = "", 0.0
        self.codes = Codes(kv, open_kfid)
        self._api = api
        self._kv = kv
        self._steps = Steps()
        self._way_in = ""

    async def send(self, message: OutboundMessage, key: str) -> str:
        """Send the message, continuing where an earlier attempt stopped.

        Returns "", because it cannot be edited. Raises SendError.
        """
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
        except ApiRefused as refused:
            if refused.code != WRONG_STATE or not await self._taken_back(user):
                raise refused.as_send_error() from None
            await self._api.call("/cgi-bin/kf/send_msg", body)

    async def _said_by_code(self, user: str, said: dict[str, object]) -> bool:
        """Send with an event's code, if there is one. Returns whether that worked.

        A code can be used once, so it is forgotten even if it is refused.
        """
        code = await self.codes.of(user)
        if not code:
            return False
        try:
            await self._api.ask("/cgi-bin/kf/send_msg_on_event", {"code": code, **said})
        except ApiRefused:
            await self.codes.drop(user)
            return False
        await self.codes.drop(user)
        return True

    # who has the conversation

    async def state(self, user: str) -> int:
        """Return the conversation's service_state. Raises SendError, StoreUnavailable."""
        answer = await self._api.call("/cgi-bin/kf/service_state/get", self._whose(user))
        return int(answer["service_state"])

    async def hand_over(self, user: str) -> bool:
        """Queue the conversation for any free colleague. Returns True. Raises SendError, StoreUnavailable."""
        await self._trans(user, _QUEUE)
        return True

    async def _trans(self, user: str, state: State) -> None:
        body = {**self._whose(user), "service_state": state}
        await self._api.call("/cgi-bin/kf/service_state/trans", body)

    async def _taken_back(self, user: str) -> bool:
        """Take the conversation for the API if it is new or already the API's. Returns whether that worked.

        Conversations of colleagues are left to them.
        """
        try:
            if await self.state(user) not in (_NEW, _OURS):
                return False
            await self._trans(user, _OURS)
        except SendError:
            return False
        return True

    def _whose(self, user: str) -> dict[str, Any]:
        return {"open_kfid": self.account, "external_userid": user}

    # links

    async def learn_link(self) -> None:
        """Learn the account's link, asking the platform only once for all processes.

        Raises SendError, StoreUnavailable.
        """
        name = f"wecom-kf:{self.account}:link"
        self._way_in = self._way_in or await self._kv.get(name) or ""
        if not self._way_in:
            body = {"open_kfid": self.account, "scene": SCENE}
            self._way_in = str((await self._api.call("/cgi-bin/kf/add_contact_way", body))["url"])
            await self._kv.set(name, self._way_in)

    def link(self, token: str) -> str | None:
        if not self._way_in:
            return None
        joint = "&" if "?" in self._way_in else "?"
        return f"{self._way_in}{joint}scene_param={quote(token, safe='')}"

    def pieces(self, message: OutboundMessage) -> Sequence[OutboundMessage]:
        return pieces(message)

    def joined(self, messages: Sequence[OutboundMessage]) -> Sequence[OutboundMessage]:
        """Join messages, because each counts here and none can be in the response."""
        return joined(messages)

    async def fetch(self, media: Media) -> bytes:
        """Return a candidate's file. Raises MediaGone, TryLater, StoreUnavailable."""
        return await self._api.fetch(media.reference)

    def in_trouble(self, why: str) -> None:
        """Note that messages do not arrive for a reason that affects the whole account."""
        self._trouble, self._since_s = why, self._now()

    def problem(self) -> str | None:
        if self._trouble and self._now() < self._since_s + TROUBLE_S:
            return f"WeCom's customer service does not deliver: {self._trouble}"
        return self._api.problem

    async def close(self) -> None:
        await self._api.close()
