"""Custom group robots, as XUMIAN_NOTIFY names them: `dingtalk+robot://TOKEN?secret=SEC…`."""

import re
from collections.abc import Iterable
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from pydantic import SecretStr

from conversation.inbound import Address
from conversation.script import LANGUAGES

SCHEME = "dingtalk+robot"
CHANNEL = "dingtalk-robot"
GROUP = "group"
"""A robot's only reader."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,128}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{8,128}")


class Robot(NamedTuple):
    """`account` stands for the robot wherever its token must not."""

    account: str
    token: SecretStr
    secret: SecretStr


def fault(place: str) -> str:
    """What is wrong with it, without what stands there; empty: nothing."""
    parts, told = urlsplit(place), _told(place)
    if not _TOKEN.fullmatch(parts.netloc):
        return "has no robot's token (what stands behind access_token= in its webhook's address)"
    if not _SECRET.fullmatch(told.get("secret", "")):
        return "has no ?secret=SEC… (with which its messages are signed)"
    if parts.path not in ("", "/") or parts.fragment or not told.keys() <= {"secret", "language"}:
        return "has more than the robot's token, secret and language"
    return "" if told.get("language", "zh") in LANGUAGES else "names a language that there is not: zh or en"


def address(place: str) -> Address:
    return Address(CHANNEL, _account(place), GROUP)


def robots(places: Iterable[str]) -> list[Robot]:
    return [
        Robot(_account(each), SecretStr(urlsplit(each).netloc), SecretStr(_told(each)["secret"]))
        for each in places
        if urlsplit(each).scheme == SCHEME
    ]


def _account(place: str) -> str:
    """Known by its token's hash: addresses are kept, logged and shown."""
    return sha256(f"{SCHEME}:{urlsplit(place).netloc}".encode()).hexdigest()[:12]


def _told(place: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(place).query, keep_blank_values=True))
