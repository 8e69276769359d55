"""The candidates' Telegram bots: those of the settings, and those that staff add by chat."""

from bot.channels.platform import Built, Host
from bot.channels.telegram_api.settings import TelegramAccounts


class TelegramSettings(TelegramAccounts):
    async def build(self, host: Host) -> Built:
        """Built in any case, because bots can be added while the process runs."""
        from bot.channels.telegram.build import build

        return await build(self, host)
