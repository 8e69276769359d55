"""The commands `xumian wechat …` for an official account."""

from typing import Annotated

import typer

from bot.channels.base import Registry, Rejected, SendError
from bot.channels.platform import WithApp
from conversation.errors import BotError
from conversation.script import LANGUAGES
from conversation.words import Vocabulary


class NoAccount(BotError):
    """No official account is configured, or it lacks the permission."""


def commands(run: WithApp) -> typer.Typer:
    group = typer.Typer(name="wechat", help="The official account on WeChat.", no_args_is_help=True)

    @group.callback()
    def keep_the_name() -> None:
        """The official account on WeChat."""  # without this, a group with one command becomes that command

    @group.command()
    def menu(language: Annotated[str, typer.Option(help="zh or en.")] = "zh") -> int | None:
        """Set the account's menu, replacing the current one."""
        if language not in LANGUAGES:
            raise typer.BadParameter("the language is zh or en")
        return run(lambda channels, vocabulary: set_menu(channels, vocabulary, language))

    return group


async def set_menu(channels: Registry, vocabulary: Vocabulary, language: str) -> None:
    """Set the menu of the official account. Raises NoAccount, which says what to do, or TryLater."""
    from bot.channels.wechat.channel import WeChatChannel  # loaded where it is wanted

    channel = next((each for each in channels.all() if isinstance(each, WeChatChannel)), None)
    if channel is None:
        raise NoAccount("no official account is configured: set XUMIAN_WECHAT_APP_ID and what belongs to it")
    try:
        await channel.set_menu(vocabulary[language])
    except SendError as error:
        if problem := channel.problem():
            raise NoAccount(problem) from None
        if not isinstance(error, Rejected):
            raise
        raise NoAccount(f"the account may not have a menu by API ({error}): only verified accounts may") from None
    print(f"the menu of {channel.account} is set; phones show it within five minutes")  # noqa: T201 - its output
