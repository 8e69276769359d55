"""Texts that platforms put in place of messages that they do not pass on, such as stickers.

They come as ordinary text messages, but are nobody's words. None of the platforms documents them, so each row says
where it was seen (read 2026-11). Only a whole message counts. Its punctuation and the form of its brackets do not
matter, but where a row has brackets, so must the message.
"""

from functools import cache
from typing import Literal

from conversation.inbound import OtherReceived
from conversation.visible_text import trimmed
from conversation.words import normal

Platform = Literal["tencent", "dingtalk"]

KIND = "unsupported"
"""The kind of a message that the platform does not pass on."""

_TABLE: dict[Platform, tuple[str, ...]] = {
    "tencent": (
        # Official accounts: stickers and other kinds, in the language of the sender's app. Compared literally in
        # many public programs for official accounts; the official document lists no kind for stickers.
        "【收到不支持的消息类型，暂无法显示】",
        "【收到不支援的訊息類型，無法顯示】",
        "【收到不支援的訊息類型，暫無法顯示】",
        "[Unsupported Message]",
        "[Unsupported message type]",
        "[Received an unsupported message type]",
        # WeCom and 微信客服: reported by users of public robots (a text message, WeCom's type 11041).
        "[该消息类型暂不能展示]",
        "[該訊息類型暫不能展示]",
        "[不支持的消息类型]",
        "[不支援的訊息類型]",
        "[暂不支持的消息类型]",
        "[暂不支持该消息类型]",
        "[暂不支持此消息类型]",
        # WeCom messages opened in WeChat: feiyu563/PrometheusAlert issue 94.
        "暂不支持此消息类型，请在企业微信中查看",
        # Stickers and cards as WeChat's other clients show them: reported by users of public robots.
        "[收到了一个表情，请在手机上查看]",
        "[Received a sticker. View on phone]",
        "[Send an emoji, view it on mobile]",
        "当前版本不支持展示该内容，请升级至最新版本。",
        "当前微信版本不支持展示该内容，请升级至最新版本。",
    ),
    # Not confirmed: the document names a kind for what robots do not receive, `unknownMsgType`. The texts are the
    # ones that DingTalk's apps show, in case one arrives as text.
    "dingtalk": (
        "[不支持的消息类型]",
        "[不支援的訊息類型]",
        "[暂不支持的消息类型]",
        "[暂不支持该消息类型]",
        "[该消息类型暂不支持查看]",
        "[当前版本暂不支持查看该消息]",
        "当前版本暂不支持查看此消息，请升级到最新版本",
        "[Unsupported Message]",
        "[Unsupported message type]",
    ),
}
_LONGEST = 60
"""Characters; no row is longer."""


_BRACKETS = "[【［〔〖「『（("


@cache
def _forms(platform: Platform) -> frozenset[tuple[bool, str]]:
    return frozenset(_form(each) for each in _TABLE[platform])


def _form(text: str) -> tuple[bool, str]:
    return trimmed(text)[:1] in tuple(_BRACKETS), normal(text)


def stand_in(platform: Platform, text: str) -> OtherReceived | None:
    """Return the event of a message that the platform replaced by this text, or None if somebody typed it."""
    found = len(text) <= _LONGEST and _form(text) in _forms(platform)
    return OtherReceived(KIND) if found else None
