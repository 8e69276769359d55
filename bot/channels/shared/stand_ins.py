"""Texts that platforms put in place of messages that they do not pass on, such as stickers.

They come as ordinary text messages, but are nobody's words. None of the platforms documents them as such. `_SEEN`
has the rows with a source (read 2026-11), `_GUESSED` those without one. Only a whole message counts. Its
punctuation and the form of its brackets do not matter, but where a row has brackets, so must the message.
"""

from functools import cache
from typing import Literal

from conversation.inbound import OtherReceived
from conversation.visible_text import trimmed
from conversation.words import normal

Platform = Literal["tencent", "dingtalk"]

KIND = "unsupported"
"""The kind of a message that the platform does not pass on."""

_SEEN: dict[Platform, tuple[str, ...]] = {
    "tencent": (
        # Official accounts, for GIFs and stickers: JeffreySu/WeiXinMPSDK issue 1087; compared with in
        # zhayujie/chatgpt-on-wechat channel/wechatmp/passive_reply.py and many other programs.
        "【收到不支持的消息类型，暂无法显示】",
        # The same from apps in other languages: compared with beside the row above in several of these programs.
        "【收到不支援的訊息類型，無法顯示】",
        "[Unsupported Message]",
        # WeCom's text messages (type 11041 of its client): zhayujie/chatgpt-on-wechat
        # channel/wework/wework_message.py. Its second text is without brackets there, which are a guess.
        "[该消息类型暂不能展示]",
        "[不支持的消息类型]",
        # Shown in WeChat in place of a message from WeCom: feiyu563/PrometheusAlert issue 94,
        # isecret/sspanel-autocheckin issue 58. That it is passed on to bots, too, is a guess.
        "暂不支持此消息类型，请在企业微信中查看",
        # Stickers, and cards of WeChat Channels, as personal accounts get them in web WeChat: compared with in
        # many programs on Wechaty; wechaty/puppet-wechat4u issue 45. That bots get them, too, is a guess.
        "[收到了一个表情，请在手机上查看]",
        "[Received a sticker. View on phone]",
        "[Send an emoji, view it on mobile]",
        "当前版本不支持展示该内容，请升级至最新版本。",
        "当前微信版本不支持展示该内容，请升级至最新版本。",
    ),
    # DingTalk's document "robots receive messages" has a kind of its own, `unknownMsgType`, and no text.
    "dingtalk": (),
}
_GUESSED: dict[Platform, tuple[str, ...]] = {
    "tencent": (
        # Rows of `_SEEN` in the other script, or worded a little differently.
        "【收到不支援的訊息類型，暫無法顯示】",
        "[Unsupported message type]",
        "[Received an unsupported message type]",
        "[該訊息類型暫不能展示]",
        "[不支援的訊息類型]",
        "[暂不支持的消息类型]",
        "[暂不支持该消息类型]",
        "[暂不支持此消息类型]",
    ),
    # What apps show in place of messages that they cannot, in case DingTalk's comes as text.
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
    return frozenset(_form(each) for each in (*_SEEN[platform], *_GUESSED[platform]))


def _form(text: str) -> tuple[bool, str]:
    return trimmed(text)[:1] in tuple(_BRACKETS), normal(text)


def stand_in(platform: Platform, text: str) -> OtherReceived | None:
    """Return the event of a message that the platform replaced by this text, or None if somebody typed it."""
    found = len(text) <= _LONGEST and _form(text) in _forms(platform)
    return OtherReceived(KIND) if found else None
