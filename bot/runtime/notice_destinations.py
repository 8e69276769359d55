"""Places that the setting XUMIAN_NOTIFY names: where notices of all units go besides the chats with /notify."""

import re
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qsl, urlsplit

from pydantic import SecretStr

from bot.channels.dingtalk import group_robots as dingtalk
from bot.channels.web.frames import PANE
from conversation.inbound import Address
from conversation.script import LANGUAGES
from handlers.notices.notices import Destination
from handlers.organisation.quiet_hours import Hours

TELEGRAM = "telegram"
ROBOT = "wecom+robot"
_STAFF_CHANNEL = "telegram-staff"
_ROBOT_CHANNEL = "wecom-robot"
_GROUP = "group"
"""A robot's only reader."""
_MOST_DIGITS = 20
_KEY = re.compile(r"[A-Za-z0-9-]{16,64}")
PANE_PLACE = Destination(PANE, quiet=Hours(0, 0))
"""The local page's own pane: it makes no sound at any time, and shows everything."""


class Robot(NamedTuple):
    """A group robot of WeCom; `account` stands for its key, which is a secret."""

    account: str
    key: SecretStr
    language: str


def split(value: str) -> tuple[str, ...]:
    """The places, checked one by one. Raises ValueError, which names a place by its number: it can be secret."""
    places = tuple(each.strip() for each in value.split(",") if each.strip())
    for number, each in enumerate(places, start=1):
        if fault := _fault(each):
            raise ValueError(f"place {number} of {len(places)} {fault}")
    if len({(urlsplit(each).scheme, _chat(each)) for each in places}) < len(places):
        raise ValueError("the same chat stands there twice")
    return places


def _fault(place: str) -> str:
    parts = urlsplit(place)
    match parts.scheme:
        case "telegram":
            return _chat_fault(_chat(place)) or _rest_fault(parts, "the chat's number")
        case "wecom+robot":
            if not _KEY.fullmatch(_chat(place)):
                return "has no robot's key (what stands behind key= in its webhook's address)"
            return _rest_fault(parts, "the robot's key")
        case dingtalk.SCHEME:
            return dingtalk.fault(place)
        case _:
            return "does not begin with telegram://, wecom+robot:// or dingtalk+robot://"


def _chat_fault(chat: str) -> str:
    if not chat.removeprefix("-").isdecimal() or not chat.isascii() or len(chat) > _MOST_DIGITS:
        return "has no chat's number (that of a group begins with -100)"
    return ""


def _rest_fault(parts: SplitResult, what: str) -> str:
    told = dict(parse_qsl(parts.query, keep_blank_values=True))
    if parts.path not in ("", "/") or parts.fragment or not told.keys() <= {"language"}:
        return f"has more than {what} and ?language=zh or ?language=en"
    return "" if told.get("language", "zh") in LANGUAGES else "names a language that there is not: zh or en"


def _chat(place: str) -> str:
    return urlsplit(place).netloc


def _language(place: str) -> str:
    return dict(parse_qsl(urlsplit(place).query)).get("language", "zh")


def needs_staff_bot(places: tuple[str, ...]) -> bool:
    """Whether the staff's bot writes to one of them."""
    return any(urlsplit(each).scheme == TELEGRAM for each in places)


def robots(places: tuple[str, ...]) -> list[Robot]:
    return [
        Robot(_account(key), SecretStr(key), _language(each))
        for each in places
        if urlsplit(each).scheme == ROBOT and (key := _chat(each))
    ]


def _account(key: str) -> str:
    """Known by its key's hash: addresses are kept, logged and shown."""
    return sha256(f"{ROBOT}:{key}".encode()).hexdigest()[:12]


def destinations(places: tuple[str, ...], staff_token: str) -> list[Destination]:
    """`staff_token` is that of the bot that writes to Telegram's chats."""
    bot = staff_token.partition(":")[0]
    return [Destination(_address(each, bot), _language(each), digest=True) for each in places]


def _address(place: str, bot: str) -> Address:
    if urlsplit(place).scheme == ROBOT:
        return Address(_ROBOT_CHANNEL, _account(_chat(place)), _GROUP)
    if urlsplit(place).scheme == dingtalk.SCHEME:
        return dingtalk.address(place)
    return Address(_STAFF_CHANNEL, bot, _chat(place))
