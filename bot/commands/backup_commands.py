"""The commands `backup` and `restore`: a whole copy of the installation, and back."""

from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, Protocol

import typer

from bot.app import App
from bot.commands.output import stdout
from bot.commands.usage import WrongUsage
from bot.runtime.secret_key import FILE as SECRET
from bot.settings import load


class WithApp(Protocol):
    """Runs a command on the installation."""

    def __call__(
        self, act: Callable[[App], Awaitable[int | None]], *, channels: bool
    ) -> Coroutine[Any, Any, int | None]: ...


def commands(run: Callable[[Coroutine[Any, Any, int | None]], int | None], with_app: WithApp) -> typer.Typer:
    """Return both commands. `run` runs a coroutine to its end, `with_app` one that needs the open store."""
    both = typer.Typer()

    @both.command()
    def backup(
        folder: Annotated[Path, typer.Argument(help="A new or empty folder.", metavar="DIR")],
        with_secrets: Annotated[
            bool, typer.Option("--with-secrets", help=f"Also copy {SECRET} from the data folder.")
        ] = False,
        without_files: Annotated[
            bool,
            typer.Option("--without-files", help="Leave out recordings and files that are backed up elsewhere."),
        ] = False,
    ) -> int | None:
        """Copy the whole installation into a folder, while it goes on working."""
        from bot.commands import backups

        return run(
            with_app(
                lambda app: backups.backup(app, stdout(), folder, secrets=with_secrets, files=not without_files),
                channels=False,
            )
        )

    @both.command()
    def restore(
        folder: Annotated[Path, typer.Argument(help="The folder of a backup.", metavar="DIR")],
    ) -> int | None:
        """Restore a backup into an empty installation, and compare it. An interrupted restore can be repeated."""
        if not folder.is_dir():
            raise WrongUsage(f"there is no folder {folder}")
        from bot.commands import backups

        return run(backups.restore(load(), stdout(), folder))

    return both
