"""The commands `script …`."""

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.output import language as language_of_terminal
from bot.commands.output import stdout

group = typer.Typer(help="Interview scripts as spreadsheets.", no_args_is_help=True)


@group.command("template")
def template(
    output_: Annotated[Path, typer.Option("-o", "--output", help="The file to write.")] = Path("interview.xlsx"),
    language: Annotated[str, typer.Option(help="zh or en; default: the terminal's.")] = "",
) -> None:
    """Write a spreadsheet in which an interview script can be filled in. check and open read it."""
    from bot.commands import script_files

    if language not in ("", "zh", "en"):
        raise typer.BadParameter("--language is zh or en")
    script_files.write_template(output_, language or language_of_terminal(), stdout())
