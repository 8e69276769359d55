"""The commands `token …`."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Annotated, Any

import typer

from bot.app import App
from bot.commands.backup_commands import WithApp
from bot.commands.options import Role
from bot.commands.output import stdout


def commands(run: Callable[[Coroutine[Any, Any, int | None]], int | None], with_app: WithApp) -> typer.Typer:
    """Return the commands. `run` runs a coroutine to its end, `with_app` one that needs the open store."""
    group = typer.Typer(name="token", help="Tokens of the REST API.", no_args_is_help=True)

    def running(act: Callable[[App], Awaitable[int | None]]) -> int | None:
        return run(with_app(act, channels=False))

    @group.command("create")
    def create(
        name: Annotated[str, typer.Option(help="What uses it, such as ATS; the record says so.")],
        unit: Annotated[str, typer.Option(help="The unit that it is for; default: the whole organisation.")] = "",
        role: Annotated[Role, typer.Option(help="What it may do.")] = Role.recruiter,
        days: Annotated[int, typer.Option(help="How long it works.", min=1, max=3650)] = 365,
    ) -> int | None:
        """Create a token, and print it once, alone on standard output."""
        from bot.commands import tokens

        return running(lambda app: tokens.create(app, stdout(), name, unit, role.value, days))

    @group.command("list")
    def list_() -> int | None:
        """List the tokens that work, and when each was last used."""
        from bot.commands import tokens

        return running(lambda app: tokens.list_(app, stdout()))

    @group.command("revoke")
    def revoke(name: Annotated[str, typer.Argument(help="The token's name or id.")]) -> int | None:
        """Revoke a token at once."""
        from bot.commands import tokens

        return running(lambda app: tokens.revoke(app, stdout(), name))

    return group
