"""The command `assessor check`."""

from collections.abc import Callable, Coroutine
from typing import Any

import typer

from bot.commands.backup_commands import WithApp
from bot.commands.output import stdout


def commands(run: Callable[[Coroutine[Any, Any, int | None]], int | None], with_app: WithApp) -> typer.Typer:
    """Return the group. `run` runs a coroutine to its end, `with_app` one that needs the open store."""
    group = typer.Typer(name="assessor", help="The assistant that reads answers.", no_args_is_help=True)

    @group.callback()
    def assessor() -> None:
        pass  # keeps `check` a command of the group

    @group.command()
    def check() -> int | None:
        """Try the model of XUMIAN_ASSESSOR_URL on known cases, and print a dated card. Without a passed card for
        this model, no assistant reads. Exit code 1 if it fails."""
        from bot.assessor import check as admission_test

        return run(with_app(lambda app: admission_test.check(app, stdout()), channels=False))

    return group
