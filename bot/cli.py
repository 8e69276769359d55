"""The command line. Errors are one sentence on stderr, and a user's mistake never shows a traceback.

Each command imports what it works with, so that no other one, and above all no start of the service, waits for it.
"""

import os
import sys
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
import uvloop

from bot import logs
from bot.app import App, Part
from bot.assessor import commands as assessor_commands
from bot.channels import CHANNELS
from bot.channels.base import Registry
from bot.commands import (
    backup_commands,
    output,
    report_commands,
    script_commands,
    service,
    token_commands,
    voice_commands,
)
from bot.commands.imports import command as import_command
from bot.commands.options import Again, ExportForm, ListForm
from bot.commands.output import stdout
from bot.commands.usage import WrongUsage
from bot.setting_names import unknown_names
from bot.settings import Settings, load
from bot.store import Waits, opened, patiently
from bot.web import open_files
from conversation.errors import BotError
from conversation.words import Vocabulary
from handlers.campaigns import KIOSK_ALONE
from storage.errors import StoreUnavailable

if TYPE_CHECKING:
    from rich.console import Console

    from bot.tracing.tracing import Tracing

app = typer.Typer(
    name="xumian",
    help="续面 Xumian: staged job interviews on messengers, resumable at any moment.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
work = typer.Typer(help="One part as a process of its own, any number of each.", no_args_is_help=True)
app.add_typer(work, name="work")
app.add_typer(voice_commands.group, name="voice")
app.add_typer(script_commands.group, name="script")

_PRIVATE = 0o077
"""The umask: nobody else reads the files and folders that are made, such as recordings and exports."""
CampaignArgument = Annotated[str, typer.Argument(help="The campaign's code.")]


def main() -> None:
    """Run the command line and exit with 0, 1 (failure) or 2 (wrong usage)."""
    output.tolerate("backslashreplace")
    logs.configure()  # to stderr: a program may read what a command prints
    os.umask(_PRIVATE)
    try:
        result = app(standalone_mode=False, prog_name="xumian")
    except typer.TyperException as error:
        _fail(_usage(error), error.exit_code)
    except typer.Exit as error:
        sys.exit(error.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        _fail("stopped", 1)
    except WrongUsage as error:
        _fail(str(error), 2)
    except StoreUnavailable as error:
        _fail(error.reason, 1)
    except BotError as error:
        _fail(str(error), 1)
    except OSError as error:
        _fail(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}", 1)
    except Exception:  # the error's text may quote a candidate, so only its place is logged
        logs.configure()
        logs.log.exception("unexpected")
        _fail("something went wrong that should not have: please report the line above", 1)
    else:
        sys.exit(result or 0)


def _fail(message: str, code: int) -> None:
    output.remark(message)
    sys.exit(code)


def _usage(error: typer.TyperException) -> str:
    """Return what is wrong and where to find the right usage, or the help itself if no command was given."""
    context = getattr(error, "ctx", None)
    message = error.format_message()
    if message.startswith("Usage:"):
        return message
    path = context.command_path if context else "xumian"
    return f"{' '.join(message.split())} (see {path} --help)"


def _run(task: Coroutine[Any, Any, int | None]) -> int | None:
    return uvloop.run(task)


async def _with_app(
    act: Callable[[App], Awaitable[int | None]],
    *,
    channels: bool = True,
    settings: Settings | None = None,
    waits: Waits | None = None,
    tracing: "Tracing | None" = None,
) -> int | None:
    """Open the store and run a command on the app.

    Commands that send or make links need `channels` to be built. Others start faster without them. With `waits`,
    wait for Redis as `patiently` does.
    """
    settings = settings or load()
    async with opened(settings, waits) as store:
        build = partial(_built, partial(App, settings, store, tracing), channels=channels)
        app_ = await (patiently(build, waits) if waits else build())
        try:
            return await act(app_)
        finally:
            await app_.close()


async def _built(new: Callable[[], App], *, channels: bool) -> App:
    app_ = new()
    try:
        if channels:
            await app_.add_channels()
    except StoreUnavailable:
        await app_.close()
        raise
    return app_


def _serve(parts: tuple[Part, ...], *, welcome: bool = False) -> None:
    logs.configure()
    for line in unknown_names():
        logs.log.warning("setting_unknown", what=line)
    open_files.raise_limit()
    _run(_serving(parts, stdout if welcome else None))


async def _serving(parts: tuple[Part, ...], welcome: "Callable[[], Console] | None") -> None:
    settings = load()
    async with service.starting(settings, parts) as standby, service.tracing(settings) as tracing:
        serve_ = partial(service.serve, parts=parts, welcome=welcome, standby=standby)
        await _with_app(serve_, settings=settings, waits=standby.waits, tracing=tracing)


@app.command()
def run() -> None:
    """Start everything in one process: web server, delivery, timers, voice, and the assistant if one is set."""
    _serve(("web", "delivery", "timers", "voice", "assessor"), welcome=True)


@app.command("pane")
def pane_() -> int | None:
    """Print an address that opens the recruiter's pane in a browser on this machine, once."""
    from bot.commands import pane

    return _run(_with_app(lambda app_: pane.pane(app_, stdout()), channels=False))


@app.command()
def serve() -> None:
    """Start the web server and everything else that receives messages, such as long polling."""
    _serve(("web",))


def _work(part: Part, what: str) -> None:
    """Add the command that starts one part as a process of its own."""

    @work.command(part, help=what)
    def start() -> None:
        _serve((part,))


_work("delivery", "Start the delivery of messages.")
_work("timers", "Start the timers, which send reminders and enforce deadlines.")
_work("voice", "Start a voice worker, which fetches, archives and transcribes recordings.")
_work("assessor", "Start a worker of the assistant that reads answers.")


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="Interview scripts (YAML or XLSX).", metavar="FILE…")],
) -> int | None:
    """Check interview scripts, and print every fault with its line or cell and what to write instead."""
    from bot.commands import script_files

    return _run(script_files.check(files, stdout()))


@app.command("open")
def open_(
    script: Annotated[str, typer.Argument(help="A script file, or its name in XUMIAN_SCRIPTS_DIR.")],
    code: Annotated[str, typer.Option(help="The campaign's code; default: the script's id.")] = "",
    walk_in: Annotated[bool, typer.Option("--walk-in", help="One code for all, who register themselves.")] = False,
    cap: Annotated[int, typer.Option(help="At most so many walk-in candidates; 0: no limit.", min=0)] = 0,
    unit: Annotated[str, typer.Option(help="The organisation's unit that it belongs to.")] = "",
    kiosk: Annotated[bool, typer.Option("--kiosk", help="Walk-in candidates take turns on one device.")] = False,
) -> int | None:
    """Open a campaign with a script."""
    from bot.commands import campaigns

    if kiosk and not walk_in:
        raise typer.BadParameter(KIOSK_ALONE)
    return _run(
        _with_app(
            lambda app_: campaigns.open_(
                app_, stdout(), script, code=code, walk_in=walk_in, cap=cap, unit=unit, kiosk=kiosk
            ),
            channels=walk_in,
        )
    )


@app.command()
def invite(
    campaign: CampaignArgument,
    name: Annotated[str, typer.Option(help="The candidate's name.")] = "",
    file: Annotated[Path | None, typer.Option(help="A CSV or XLSX file with a column name (or 姓名).")] = None,
    count: Annotated[int, typer.Option(help="So many invitations without a name.", min=0, max=10_000)] = 0,
    form: Annotated[ListForm, typer.Option("--format", help="table, json or csv.")] = ListForm.table,
    again: Annotated[
        Again | None,
        typer.Option(help="What to do about people who were invited before: skip, new, or link."),
    ] = None,
) -> int | None:
    """Create personal invitations, and print each one's id, token and a link per channel."""
    from bot.commands import campaigns

    if sum((bool(name), file is not None, count > 0)) > 1:
        raise typer.BadParameter("give one of --name, --file and --count")
    return _run(
        _with_app(lambda app_: campaigns.invite(app_, stdout(), campaign, name, file, count or 1, form, again))
    )


@app.command()
def export(
    campaign: CampaignArgument,
    output: Annotated[Path, typer.Option("-o", "--output", help="The file to write.")],
    form: Annotated[ExportForm, typer.Option("--format", help="csv, xlsx or jsonl.")] = ExportForm.jsonl,
) -> int | None:
    """Export all interviews of a campaign, whatever their state."""
    from bot.commands import exports

    return _run(_with_app(lambda app_: exports.export(app_, stdout(), campaign, form, output), channels=False))


@app.command()
def audit(
    interview: Annotated[str, typer.Argument(help="An interview's id.")] = "",
    every: Annotated[bool, typer.Option("--all", help="All interviews of all campaigns.")] = False,
    anchors: Annotated[
        bool, typer.Option("--anchors", help="Compare with the signed daily anchors, too; without an id, all.")
    ] = False,
    note: Annotated[
        list[Path] | None,
        typer.Option(help="A file with an anchor kept elsewhere; may be repeated.", exists=True, dir_okay=False),
    ] = None,
    key: Annotated[
        list[str] | None,
        typer.Option(help="A public key with which anchors were signed earlier; may be repeated."),
    ] = None,
) -> int | None:
    """Verify the records. Exit code 1, with the first broken entry, if one is broken."""
    from bot.commands import anchor_audit, record_audit

    if (interview and every) or not (interview or every or anchors):
        raise typer.BadParameter("give an interview's id, or --all, or --anchors")
    if (note or key) and not anchors:
        raise typer.BadParameter("--note and --key go with --anchors")
    if not anchors:
        return _run(_with_app(lambda app_: record_audit.audit(app_, stdout(), interview), channels=False))
    evidence = anchor_audit.Evidence(tuple(note or ()), tuple(key or ()))
    return _run(_with_app(lambda app_: anchor_audit.audit(app_, stdout(), interview, evidence), channels=False))


@app.command()
def recount(
    campaign: Annotated[str, typer.Argument(help="A campaign's code; none: all campaigns.")] = "",
    repair: Annotated[
        bool, typer.Option("--repair", help="Correct what differs (while nobody is at work).")
    ] = False,
) -> int | None:
    """Recompute the figures from the records. Exit code 1, with the differences, if the counters are wrong."""
    from bot.commands import recounts

    return _run(_with_app(lambda app_: recounts.compare(app_, stdout(), campaign, repair=repair), channels=False))


@app.command()
def claim() -> int | None:
    """Make a one-time code that makes its sender an owner at the staff console."""
    from bot.commands import claim_code

    return _run(_with_app(lambda app_: claim_code.claim(app_, stdout())))


@app.command()
def chat(
    campaign: CampaignArgument,
    name: Annotated[str, typer.Option("--as", help="Whom to be: each name is a candidate of its own.")] = "me",
    language: Annotated[str, typer.Option(help="zh or en.")] = "",
) -> int | None:
    """Take an interview here in the terminal, against the same engine and store."""
    from bot.commands import terminal

    return _run(_with_app(lambda app_: terminal.chat(app_, campaign, name, language)))


@app.command("doctor")
def doctor_() -> int | None:
    """Look for what is wrong with this installation, and say what to do. Exit code 1 if there is a problem."""
    from bot.commands import doctor

    return _run(doctor.doctor(load(), stdout()))


app.add_typer(backup_commands.commands(_run, _with_app))
app.add_typer(token_commands.commands(_run, _with_app))
app.add_typer(report_commands.commands(_run, _with_app))
app.add_typer(import_command.commands(_run, _with_app))
app.add_typer(assessor_commands.commands(_run, _with_app))


def _with_channels(act: Callable[[Registry, Vocabulary], Awaitable[None]]) -> int | None:
    return _run(_with_app(lambda app_: act(app_.channels, app_.vocabulary)))


for _channel in CHANNELS:
    if _group := _channel.commands(_with_channels):
        app.add_typer(_group)
