"""Importing earlier candidates on the command line: the proposal, the report, and undoing."""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import typer
from rich.console import Console
from rich.table import Table

from bot.clock import nonce
from bot.commands import output
from bot.commands.actions import perform, refusals
from bot.commands.usage import WrongUsage, check_unit
from bot.installation import Installation
from conversation.words import Words
from handlers.actions.imports.files import (
    LENT_MS,
    MOST_REFUSALS,
    HistoryImported,
    ImportGone,
    ImportHistory,
    ImportPreview,
    UndoImport,
)
from handlers.actions.perform import preview_at_machine
from handlers.catalogues import staff_vocabulary
from handlers.console.tables import table
from handlers.imports.model import FIELDS, MOST_BYTES, DayOrder, Refusal
from handlers.organisation.repository import load

_SHOWN = 20


class Wanted(NamedTuple):
    """The command's options. `told` are texts such as `date=H`."""

    file: Path
    told: tuple[str, ...]
    day_order: DayOrder
    unit: str
    report: Path | None
    dry_run: bool


async def import_(app: Installation, out: Console, wanted: Wanted) -> None:
    organisation = (await load(app.store)).state
    check_unit(organisation, wanted.unit)
    unit = organisation.unit_called(wanted.unit) or "" if wanted.unit else ""
    told = tuple(map(_told, wanted.told))
    data = await asyncio.to_thread(_read, wanted.file)
    tools = await app.tools()
    sha256 = await tools.put_file(data)
    await tools.store.erasures.lend(sha256, tools.now() + LENT_MS)
    action = ImportHistory(sha256, wanted.file.name, unit, told, wanted.day_order)
    with refusals():
        preview = await preview_at_machine(tools, f"cli:{nonce()}", action)
    assert isinstance(preview, ImportPreview)
    _show(out, preview)
    if wanted.report:
        await asyncio.to_thread(_write, wanted.report, preview.refusals)
    if wanted.dry_run:
        out.print("nothing was imported: this was a dry run")
        return
    _confirm(preview, wanted)
    made = await perform(app, preview.confirms, HistoryImported, _progress)
    done = made.what
    out.print(
        f"import {made.source}: {done.people} people with {done.interviews} earlier interviews; {done.refused} "
        f"rows refused; {done.duplicates} possible duplicates wait for a person (/duplicates in the staff console)"
    )
    out.print(f"to take it back: xumian import --undo {made.source}")


async def undo(app: Installation, out: Console, source: str) -> None:
    gone = await perform(app, UndoImport(source), ImportGone)
    out.print(f"import {source} is undone: {gone.people} people are deleted")
    if gone.decided:
        out.print(f"with them went {gone.decided} decisions of colleagues on who is the same person")


async def list_(app: Installation, out: Console) -> None:
    organisation = (await load(app.store)).state
    shown = Table("id", "at", "unit", "rows", "people", "interviews", "refused", "state", box=None)
    for source, each in sorted(organisation.imports.items(), key=lambda item: item[1].at_ms):
        at = datetime.fromtimestamp(each.at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
        numbers = map(str, (each.rows, each.people - each.erased, each.interviews, each.refused))
        state = "imported" if each.done else "not finished: undo it, then import again"
        shown.add_row(source, at, organisation.unit_title(each.unit) or "-", *numbers, state)
    out.print(shown)


def _told(text: str) -> tuple[str, str]:
    field, _, column = text.partition("=")
    if field not in FIELDS or not column:
        raise WrongUsage(f"--map {text!r}: write FIELD=COLUMN, as in date=H; FIELD is one of {', '.join(FIELDS)}")
    return field, column


def _read(file: Path) -> bytes:
    """Return the file's contents. Raises WrongUsage if it is too large, before reading it."""
    if file.stat().st_size > MOST_BYTES:
        raise WrongUsage(f"{file} is larger than {MOST_BYTES // 2**20} MiB: divide it")
    return file.read_bytes()


def _show(out: Console, preview: ImportPreview) -> None:
    summary, words = preview.summary, staff_vocabulary()["en"]
    columns = Table("column", "heading", "field", "because", "example", box=None)
    because = {"heading": "its heading", "content": "its contents", "rest": "nothing else fits", "told": "told"}
    for each in summary.columns:
        columns.add_row(each.letter, each.heading, each.field, because[each.found], each.example)
    out.print(columns)
    orders = "".join(f"; dates in column {letter} are {order}" for letter, order in summary.day_orders)
    out.print(
        f"{summary.rows} rows = {summary.read} read + {summary.refused} refused: {summary.people} people with "
        f"{summary.interviews} earlier interviews{orders}"
    )
    out.print(f"{summary.duplicates} pairs may be the same person; nobody is merged")
    for evidence, number in summary.common:
        out.print(f"{number} values of {evidence} are in too many rows to tell who is who, and were not compared")
    for refusal in preview.refusals[:_SHOWN]:
        out.print(_line(words, refusal), markup=False)
    if len(preview.refusals) > _SHOWN:
        out.print(f"… and {summary.refused - _SHOWN} more: --report FILE.csv lists them")


def _line(words: Words, refusal: Refusal) -> str:
    where = f", column {refusal.letter} {refusal.heading}".rstrip() if refusal.letter else ""
    said = f" ({refusal.value})" if refusal.value else ""
    return f"row {refusal.row}{where}: {words.text(f'staff.import.fault.{refusal.fault}')}{said}"


def _write(file: Path, rows: tuple[Refusal, ...]) -> None:
    words = staff_vocabulary()["en"]
    heading = ("row", "column", "heading", "value", "what to do")
    lines = (
        (str(each.row), each.letter, each.heading, each.value, words.text(f"staff.import.fault.{each.fault}"))
        for each in rows
    )
    file.write_bytes(table(heading, lines, "csv"))
    output.remark(f"{min(len(rows), MOST_REFUSALS)} refused rows are in {file}")


def _confirm(preview: ImportPreview, wanted: Wanted) -> None:
    """Ask whether the columns are right, if some were only guessed. Raises WrongUsage if nobody can be asked."""
    guessed = [each for each in preview.summary.columns if each.found == "content"]
    if not guessed or wanted.told:
        return
    line = " ".join(f"--map {each.field}={each.letter}" for each in guessed)
    if not sys.stdin.isatty():
        raise WrongUsage(f"some columns were only guessed from their contents; if the guess is right, add {line}")
    typer.confirm("Is this right?", abort=True, err=True)


async def _progress(done: int, of: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done} of {of}{'' if done < of else chr(10)}")
        sys.stderr.flush()
