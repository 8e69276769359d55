"""The official account's own affairs."""

from rich.console import Console

from bot.app import App
from bot.channels.base import Rejected, SendError
from conversation.errors import BotError


class NoAccount(BotError):
    """No official account is configured, or it may not do that."""


async def menu(app: App, out: Console, language: str) -> None:
    """Set the account's menu, in the place of the one that there is."""
    if app.platforms.wechat is None:
        raise NoAccount("no official account is configured: set XUMIAN_WECHAT_APP_ID and what belongs to it")
    channel = app.platforms.wechat.channel
    try:
        await channel.set_menu(app.vocabulary[language])
    except SendError as error:
        if problem := channel.problem():
            raise NoAccount(problem) from None
        if not isinstance(error, Rejected):
            raise
        raise NoAccount(f"the account may not have a menu by API ({error}): only verified accounts may") from None
    out.print(f"the menu of {channel.account} is set; phones show it within five minutes", markup=False)
