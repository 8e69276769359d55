"""Reading and checking scripts in files."""

from pathlib import Path

from rich.console import Console

from conversation.script import Script
from handlers.authoring import MAX_BYTES, Reading, ScriptUnusable, read_script

_SUFFIXES = (".yaml", ".yml")
_SHOWN = 100  # characters of a wrong name


def read_file(path: Path) -> Reading:
    """Read a script file. Raises ScriptUnusable if the file itself cannot be read."""
    try:
        if path.exists() and not path.is_file():
            raise ScriptUnusable(f"{path} is not a file")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)  # its size may change while it is read
        if len(data) > MAX_BYTES:
            raise ScriptUnusable(f"{path} is larger than 1 MiB: one interview a file, texts only")
        return read_script(data.decode("utf-8"), str(path))
    except UnicodeDecodeError:
        raise ScriptUnusable(f"{path} is not UTF-8 text: save it as UTF-8") from None
    except OSError as error:
        raise ScriptUnusable(f"{path} cannot be read: {error.strerror}") from None


def check(files: list[Path], out: Console) -> int:
    """Print every fault of every file. Returns 1 if a script is unusable, otherwise 0."""
    failed = False
    for path in files:
        try:
            reading = read_file(path)
        except ScriptUnusable as error:
            out.print(str(error), markup=False)
            failed = True
            continue
        for fault in reading.faults:
            out.print(str(fault), markup=False)
        if reading.script is None:
            failed = True
        else:
            script = reading.script
            out.print(
                f"{path}: {script.id}, version {script.version}, {len(script.stages)} stages, "
                f"{len(script.steps)} questions, about {script.minutes_left[0]:g} minutes",
                markup=False,
            )
    return int(failed)


def find(name: str, folder: Path) -> Script:
    """Return the script in a file, or of that name in the scripts folder. Raises ScriptUnusable.

    For the operator only, because the name may be any path. Others use `find_by_name`.
    """
    path = next((each for each in (Path(name), folder / name) if each.is_file()), None)
    return _usable(path) if path else find_by_name(name, folder)


def find_by_name(name: str, folder: Path) -> Script:
    """Return the script of this name in the scripts folder. Raises ScriptUnusable. Blocks."""
    scripts = sorted(each for each in folder.glob("*.y*ml") if each.suffix in _SUFFIXES)
    path = next((each for each in scripts if name in (each.stem, each.name)), None)
    if path is None:
        known = ", ".join(each.stem for each in scripts) or "none"
        raise ScriptUnusable(f"there is no script {name[:_SHOWN]!r}; in {folder} are: {known}")
    return _usable(path)


def _usable(path: Path) -> Script:
    reading = read_file(path)
    if reading.script is None:
        errors = [str(fault) for fault in reading.faults if fault.level == "error"]
        more = f" (and {len(errors) - 1} more: see xumian check {path})" if len(errors) > 1 else ""
        raise ScriptUnusable(errors[0] + more)
    return reading.script
