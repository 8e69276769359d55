"""The candidates' Telegram bots: those of the settings, and those that staff add by chat."""

from bot.channels.telegram_api.settings import TelegramAccounts


class TelegramSettings(TelegramAccounts):
    """They are always built, because bots can be added while the process runs."""
