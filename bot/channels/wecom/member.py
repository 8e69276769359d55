"""The channel for members of the corporation, in the app's conversations.

Source: developer.work.weixin.qq.com, document 90236 (发送应用消息) (read 2026-11): members can be written to at
any time. A text has at most 2048 bytes. About thirty messages a minute to one member (zyh94946/wx-msg-push,
unconfirmed).
"""

from collections.abc import Sequence
from functools import partial

from bot.channels.base import Capabilities, Channel, Unreachable
from bot.channels.shared.steps import Steps
from bot.channels.wechat_api.texts import pieces, text_of
from bot.channels.wecom.corp import MEDIA_LIFE_S, MOST_MEDIA_BYTES, CorpApi
from bot.channels.wecom.parse import CHANNEL
from conversation.inbound import Media
from conversation.outbound import OutboundMessage

CAPABILITIES = Capabilities(
    bulk_per_s=5,
    chat_burst=9,
    chat_period_s=27,
    media_life_s=MEDIA_LIFE_S,
    most_media_bytes=MOST_MEDIA_BYTES,
)


class MemberChannel(Channel):
    """One app.

    The account is the corporation's id, because a member has the same id in all of its apps. An app has no link
    with a parameter, so members send it the invitation's code.
    """

    name = CHANNEL
    capabilities = CAPABILITIES

    def __init__(self, api: CorpApi) -> None:
        self.account = api.corp_id
        self._api = api
        self._steps = Steps()

    async def send(self, message: OutboundMessage, key: str) -> str:
        """Send the message, continuing where an earlier attempt stopped.

        Returns "", because it cannot be edited. Raises SendError.
        """
        user = message.to.user
        await self._steps.run(key, [partial(self._say, user, text_of(each)) for each in self.pieces(message)])
        return ""

    async def _say(self, user: str, text: str) -> None:
        """Send one text. Raises Unreachable if the answer names the member as having left or lost access."""
        body = {"touser": user, "msgtype": "text", "agentid": int(self._api.agent_id), "text": {"content": text}}
        answer = await self._api.call("/cgi-bin/message/send", body)
        if user.lower() in str(answer.get("invaliduser", "")).lower().split("|"):
            raise Unreachable("unsubscribed")

    async def fetch(self, media: Media) -> bytes:
        """Return a member's file. Raises MediaGone, TryLater, StoreUnavailable."""
        return await self._api.fetch(media.reference)

    def pieces(self, message: OutboundMessage) -> Sequence[OutboundMessage]:
        return pieces(message)

    def problem(self) -> str | None:
        return self._api.problem

    async def close(self) -> None:
        await self._api.close()
