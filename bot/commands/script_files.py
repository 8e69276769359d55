"""Reading and checking scripts in files."""

from pathlib import Path

from rich.console import Console

from conversation.script import Script
from handlers.authoring import Reading, ScriptUnusable, read_script


def read_file(path: Path) -> Reading:
    """Read a script file. Raises ScriptUnusable if the file itself cannot be read."""
    try:
        return read_script(path.read_text(encoding="utf-8"), str(path))
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
    """Return the script in a file, or of that name in the scripts folder. Raises ScriptUnusable."""
    candidates = [Path(name), folder / name, folder / f"{name}.yaml", folder / f"{name}.yml"]
    path = next((path for path in candidates if path.is_file()), None)
    if path is None:
        known = ", ".join(sorted(each.stem for each in folder.glob("*.y*ml"))) or "none"
        raise ScriptUnusable(f"there is no script {name!r}; in {folder} are: {known}")
    reading = read_file(path)
    if reading.script is None:
        errors = [str(fault) for fault in reading.faults if fault.level == "error"]
        more = f" (and {len(errors) - 1} more: see xumian check {path})" if len(errors) > 1 else ""
        raise ScriptUnusable(errors[0] + more)
    return reading.script
