"""The Telegram bot that staff use."""

import re
from collections.abc import Sequence
from typing import ClassVar

from bot.channels.notify import NoticePlace
from bot.channels.platform import PREFIX
from bot.channels.telegram_api.settings import TelegramAccounts
from conversation.inbound import Address
from handlers.notices.notices import Destination

CHANNEL = "telegram-staff"
_CHAT = re.compile(r"-?[0-9]{1,19}")


class TelegramStaffSettings(TelegramAccounts):
    scheme: ClassVar[str] = "telegram"
    place_form: ClassVar[str] = "`telegram://CHAT_ID`: a chat of the staff's bot ([staff.md](staff.md))"

    def place_fault(self, place: NoticePlace) -> str:
        if not _CHAT.fullmatch(place.target):
            return "has no chat's number (that of a group begins with -100)"
        if self.staff_token is None:
            return f"needs the staff's bot: set {PREFIX}TELEGRAM_STAFF_TOKEN, too"
        return place.rest_fault("the chat's number")

    def destinations(self, places: Sequence[NoticePlace]) -> list[Destination]:
        return [
            Destination(Address(CHANNEL, self.staff_bot, each.target), each.language, digest=True)
            for each in places
        ]

    @property
    def configured(self) -> bool:
        return self.staff_token is not None
