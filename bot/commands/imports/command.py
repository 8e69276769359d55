"""The options of the command `import`."""

from collections.abc import Callable, Coroutine
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.commands.backup_commands import WithApp
from bot.commands.output import stdout


class DayOrder(StrEnum):
    dmy = "dmy"
    mdy = "mdy"
    ymd = "ymd"


def commands(run: Callable[[Coroutine[Any, Any, int | None]], int | None], with_app: WithApp) -> typer.Typer:
    """Return the command. `run` and `with_app` are as for `backup_commands.commands`."""
    one = typer.Typer()

    @one.command("import")
    def import_(
        file: Annotated[
            Path | None, typer.Argument(help="A CSV, XLSX or JSON file, in any usual encoding.", metavar="FILE")
        ] = None,
        dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be imported.")] = False,
        undo: Annotated[str, typer.Option(help="Delete all that this import brought.", metavar="ID")] = "",
        map_: Annotated[
            list[str] | None,
            typer.Option(
                "--map",
                help="What a column is about: FIELD=COLUMN, such as date=H or date=面试日期; may be repeated.",
                metavar="FIELD=COLUMN",
            ),
        ] = None,
        dates: Annotated[
            DayOrder | None, typer.Option(help="How dates such as 03/04/2026 are written: dmy, mdy or ymd.")
        ] = None,
        unit: Annotated[
            str, typer.Option(help="Whose candidates they are; default: the whole organisation.")
        ] = "",
        report: Annotated[Path | None, typer.Option(help="Write all refused rows into this CSV file.")] = None,
    ) -> int | None:
        """Import earlier candidates and interviews. Nobody is merged: duplicates wait for a person.

        What each column seems to be about is printed first. FIELD is one of: name, surname, given, phone, email,
        contact, birth, school, date, position, interviewer, result, score, notes, author, recorded, answer,
        detail (kept under its heading), omit (not kept).
        """
        from bot.commands.imports import run as importing

        if undo and (file or dry_run or map_):
            raise typer.BadParameter("--undo goes alone")
        if undo:
            return run(with_app(lambda app: importing.undo(app, stdout(), undo), channels=False))
        if file is None:
            return run(with_app(lambda app: importing.list_(app, stdout()), channels=False))
        wanted = importing.Wanted(file, tuple(map_ or ()), dates.value if dates else "", unit, report, dry_run)
        return run(with_app(lambda app: importing.import_(app, stdout(), wanted), channels=False))

    return one
