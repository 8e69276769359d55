"""The response to a callback, with as many of the candidate's messages as fit.

Source: developers.weixin.qq.com, "被动回复用户消息" (read 2026-11): one message, within five seconds, at most
three attempts. An empty response means that no message follows.
"""

import re
from collections.abc import Sequence

from bot.channels.wechat_api.callback import cdata
from bot.channels.wechat_api.texts import JOINT, MAX_BYTES, RESERVE_BYTES, size, text_of
from conversation.outbound import OutboundMessage
from conversation.words import Vocabulary

_NOT_XML = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML cannot contain."""


class PassiveReply:
    """Collects messages for the response, as UTF-8 text."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self.payload = b""

    def fill(self, messages: Sequence[OutboundMessage], room: int | None, language: str) -> tuple[bytes, int]:
        """Join as many messages as fit. Returns the response and the number of messages in it.

        `room` is how many messages can be sent by other means, None without limit. Only the last message with
        choices shows them, because only these are still open. If not all messages fit but all can be sent
        otherwise, the response is empty, because a sent message may overtake it. If the rest cannot be sent, a
        line says how to get it.
        """
        taken = 0
        while taken < len(messages) and size(_joined(messages, taken + 1)) <= MAX_BYTES - RESERVE_BYTES:
            taken += 1
        left = len(messages) - taken
        if left and (room is None or len(messages) <= room):
            return b"", 0
        text = _joined(messages, taken)
        if room is not None and left > room:
            more = self._vocabulary[language].text("reply.more")
            text = f"{text}{JOINT}{more}" if text else more
        return text.encode(), taken


def _joined(messages: Sequence[OutboundMessage], taken: int) -> str:
    """Return the text of the first `taken` messages."""
    last = max((number for number, each in enumerate(messages) if each.choices), default=-1)
    return JOINT.join(text_of(each, choices=number == last) for number, each in enumerate(messages[:taken]))


def xml(to: str, account: str, text: str, now_s: float) -> str:
    """Return the XML of a text message to the user."""
    said = _NOT_XML.sub("", text)
    return (
        f"<xml><ToUserName>{cdata(to)}</ToUserName><FromUserName>{cdata(account)}</FromUserName>"
        f"<CreateTime>{int(now_s)}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content>{cdata(said)}</Content></xml>"
    )
