"""Reading and checking scripts in files."""

import asyncio
from collections import Counter
from pathlib import Path

from rich.console import Console

from bot.commands import output
from bot.commands.usage import WrongUsage
from bot.media.spreadsheets import read_cells
from conversation.script import Script
from handlers.authoring import MAX_BYTES, Reading, ScriptUnusable, read_script, report, say
from handlers.authoring.workbook import MOST_BYTES as MOST_BOOK_BYTES
from handlers.authoring.workbook import MOST_QUESTIONS, BookUnusable, read_book, template

_SUFFIXES = (".yaml", ".yml")
_BOOKS = (".xlsx", ".xlsm")
_LOCK = "~$"
"""How the names of files begin that spreadsheet programs put beside an open workbook."""
_SHOWN = 100  # characters of a wrong name


def read_file(path: Path, name: str = "") -> Reading:
    """Read a script file, called `name` in its faults. Raises ScriptUnusable if the file itself cannot be read."""
    name = name or path.name
    try:
        if path.exists() and not path.is_file():
            raise ScriptUnusable(say("file.none", name=name))
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)  # its size may change while it is read
        if len(data) > MAX_BYTES:
            raise ScriptUnusable(say("file.large", name=name))
        return read_script(data.decode("utf-8-sig"), name)
    except UnicodeDecodeError:
        raise ScriptUnusable(say("file.encoding", name=name)) from None
    except OSError as error:
        raise ScriptUnusable(say("file.unreadable", name=name, why=error.strerror)) from None


async def read_any(path: Path, name: str = "") -> Reading:
    """Read a script file, YAML or a workbook. Raises ScriptUnusable if the file itself cannot be read."""
    name = name or path.name
    if not _is_book(path):
        return await asyncio.to_thread(read_file, path, name)
    data = await asyncio.to_thread(_read_book, path, name)
    try:
        return read_book(await read_cells(data), name)
    except BookUnusable as unusable:
        raise ScriptUnusable(say(unusable.why, name=name, most=MOST_QUESTIONS)) from None


def _read_book(path: Path, name: str) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BOOK_BYTES + 1)
    except OSError as error:
        raise ScriptUnusable(say("file.unreadable", name=name, why=error.strerror)) from None


def _is_book(path: Path) -> bool:
    return path.suffix.lower() in _BOOKS and path.is_file()


def write_template(target: Path, language: str, out: Console) -> None:
    """Write the workbook to fill in. An existing file is kept."""
    try:
        with target.open("xb") as file:
            file.write(template(language))
    except FileExistsError:
        raise WrongUsage(f"{target.name} exists already: choose another name with -o") from None
    out.print(str(target), markup=False)


async def check(files: list[Path], out: Console) -> int:
    """Print what is wrong with the files, in the terminal's language. Returns 1 if one is unusable, else 0."""
    failed = False
    language = output.language()
    same = Counter(path.name for path in files)
    for path in files:
        name = path.name if same[path.name] == 1 else str(path)
        try:
            reading = await read_any(path, name)
        except ScriptUnusable as error:
            out.print(error.worded(language), markup=False)
            failed = True
            continue
        for line in report(reading.faults, language):
            out.print(line, markup=False)
        failed = failed or reading.script is None
        if reading.script:
            out.print(_summary(name, reading.script, language), markup=False)
    return int(failed)


def _summary(name: str, script: Script, language: str) -> str:
    return say(
        "checked",
        name=name,
        id=script.id,
        version=script.version,
        stages=len(script.stages),
        n=len(script.steps),
        minutes=f"{script.minutes_left[0]:g}",
    ).in_(language)


async def find(name: str, folder: Path) -> Script:
    """Return the script in a file, or of that name in the scripts folder. Raises ScriptUnusable.

    For the operator only, because the name may be any path. Others use `find_by_name`.
    """
    path = next((each for each in (Path(name), folder / name) if each.is_file()), None)
    return _script(await read_any(path)) if path else await find_by_name(name, folder)


async def find_by_name(name: str, folder: Path) -> Script:
    """Return the script of this name in the scripts folder: from YAML or, if there is none, from a workbook.
    Raises ScriptUnusable."""
    return _script(await read_any(await asyncio.to_thread(_path_of, name, folder)))


def _path_of(name: str, folder: Path) -> Path:
    among = (each for each in folder.glob("*") if not each.name.startswith(_LOCK))
    scripts = sorted(
        (each for each in among if each.suffix.lower() in (*_SUFFIXES, *_BOOKS)),
        key=lambda each: (each.suffix.lower() in _BOOKS, each.name),
    )
    path = next((each for each in scripts if name in (each.stem, each.name)), None)
    if path is None:
        known = ", ".join(sorted({each.stem for each in scripts}))
        why = (
            say("file.unknown", name=repr(name[:_SHOWN]), known=known)
            if known
            else say("file.empty", name=repr(name[:_SHOWN]))
        )
        raise ScriptUnusable(why)
    return path


def _script(reading: Reading) -> Script:
    if reading.script is None:
        errors = [fault for fault in reading.faults if fault.level == "error"]
        more = say("file.more", first=str(errors[0]), n=len(errors) - 1) if len(errors) > 1 else str(errors[0])
        raise ScriptUnusable(more, reading.faults)
    return reading.script
