"""The command `report`: the whole report of one interview, or of each interview of a campaign, as files."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.commands.backup_commands import WithApp
from bot.commands.options import ReportForm, ReportLanguage
from bot.commands.output import stdout


def commands(run: Callable[[Coroutine[Any, Any, int | None]], int | None], with_app: WithApp) -> typer.Typer:
    """Return the command. `run` and `with_app` are as for `backup_commands.commands`."""
    one = typer.Typer()

    @one.command()
    def report(
        output: Annotated[Path, typer.Option("-o", "--output", help="The file, or with --campaign the folder.")],
        interview: Annotated[str, typer.Argument(help="An interview's id.")] = "",
        campaign: Annotated[str, typer.Option(help="All interviews of this campaign instead.")] = "",
        form: Annotated[
            ReportForm | None,
            typer.Option("--format", help="html, pdf, docx or json; default: as the file's name says, or pdf."),
        ] = None,
        language: Annotated[
            ReportLanguage | None, typer.Option(help="zh or en; default: the candidate's language.")
        ] = None,
    ) -> int | None:
        """Write the whole report of an interview, whatever its state."""
        if bool(interview) == bool(campaign):
            raise typer.BadParameter("give an interview's id, or --campaign")
        from bot.commands import reports

        wanted = form or next((each for each in ReportForm if output.suffix == f".{each}"), ReportForm.pdf)
        spoken = language.value if language else ""
        if campaign:
            return run(
                with_app(lambda app: reports.all_(app, stdout(), campaign, wanted, output, spoken), channels=False)
            )
        return run(
            with_app(lambda app: reports.one(app, stdout(), interview, wanted, output, spoken), channels=False)
        )

    return one
