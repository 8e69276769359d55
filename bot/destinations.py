"""Places that the setting XUMIAN_NOTIFY names: where notices of all units go besides the chats with /notify."""

from urllib.parse import parse_qsl, urlsplit

from bot.channels.dingtalk import places as dingtalk
from bot.channels.web.frames import PANE
from conversation.inbound import Address
from conversation.script import LANGUAGES
from handlers.notices import Destination
from handlers.quiet_hours import Hours

TELEGRAM = "telegram"
_LATER = ("wecom+robot",)
_CAN = "it can send to telegram://CHAT_ID and dingtalk+robot://TOKEN?secret=…"
_STAFF_CHANNEL = "telegram-staff"
_MOST_DIGITS = 20
PANE_PLACE = Destination(PANE, quiet=Hours(0, 0))
"""The local page's own pane: it makes no sound at any time, and shows everything."""


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
    if parts.scheme in _LATER:
        return f"begins with {parts.scheme}://, where this version cannot send; {_CAN}"
    if parts.scheme == dingtalk.SCHEME:
        return dingtalk.fault(place)
    if parts.scheme != TELEGRAM:
        return "does not begin with telegram:// or dingtalk+robot://"
    chat = _chat(place)
    if not chat.removeprefix("-").isdecimal() or not chat.isascii() or len(chat) > _MOST_DIGITS:
        return "has no chat's number (that of a group begins with -100)"
    told = dict(parse_qsl(parts.query, keep_blank_values=True))
    if parts.path not in ("", "/") or parts.fragment or not told.keys() <= {"language"}:
        return "has more than the chat's number and ?language=zh or ?language=en"
    return "" if told.get("language", "zh") in LANGUAGES else "names a language that there is not: zh or en"


def _chat(place: str) -> str:
    return urlsplit(place).netloc


def needs_staff_bot(places: tuple[str, ...]) -> bool:
    """Whether the staff's bot writes to one of them."""
    return any(urlsplit(each).scheme == TELEGRAM for each in places)


def destinations(places: tuple[str, ...], staff_token: str) -> list[Destination]:
    """`staff_token` is that of the bot that writes there."""
    bot = staff_token.partition(":")[0]
    return [
        Destination(
            _address(each, bot),
            dict(parse_qsl(urlsplit(each).query)).get("language", "zh"),
            digest=True,
        )
        for each in places
    ]


def _address(place: str, bot: str) -> Address:
    if urlsplit(place).scheme == dingtalk.SCHEME:
        return dingtalk.address(place)
    return Address(_STAFF_CHANNEL, bot, _chat(place))
