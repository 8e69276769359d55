"""The machine that we run on: settings, data folder, open files, fonts, speech model, scripts."""

import os
import platform
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bot.commands.script_files import read_file
from bot.doctor.findings import Finding, ok, problem, warning
from bot.runtime.space import LEAST_BYTES, LEAST_PERCENT
from bot.setting_names import unknown_names
from bot.settings import Settings
from bot.speech import models
from bot.web import open_files
from handlers.authoring import ScriptUnusable
from handlers.charts.fonts import has_chinese

_MIB = 1024 * 1024
_TIGHT = 5
"""Below this multiple of what is needed at least, free space is mentioned."""
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_SCRIPTS = (".yaml", ".yml")


def look(settings: Settings) -> Iterator[Finding]:
    """Look at everything that needs neither Redis nor a network."""
    yield ok("python", version=platform.python_version(), system=platform.platform(terse=True))
    unknown = unknown_names()
    yield from (warning("setting.unknown", what=line) for line in unknown)
    if not unknown:
        yield ok("settings")
    yield from _data_folder(settings.data_dir)
    yield _files()
    yield _font()
    yield _model(settings)
    yield from _scripts(settings.scripts_dir)


def _data_folder(folder: Path) -> Iterator[Finding]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"x")
            file.flush()
    except OSError as error:
        yield problem("folder.unwritable", folder=folder, why=error.strerror or type(error).__name__)
        return
    usage = shutil.disk_usage(folder)
    least = max(LEAST_BYTES, usage.total * LEAST_PERCENT // 100)
    found = {"folder": folder, "free": usage.free // _MIB, "least": least // _MIB}
    if usage.free < least:
        yield problem("folder.full", **found)
    elif usage.free < _TIGHT * least:
        yield warning("folder.tight", **found)
    else:
        yield ok("folder", **found)
    if os.name == "posix" and folder.stat().st_mode & _OTHERS:
        yield warning("folder.open", folder=folder)


def _files() -> Finding:
    open_files.raise_limit()
    limit = open_files.limit()
    if limit < open_files.ENOUGH:
        return warning("files", limit=limit, pages=open_files.capacity().sockets, wanted=open_files.WANTED)
    return ok("files.enough", limit=limit, pages=open_files.capacity().sockets)


def _font() -> Finding:
    return ok("font") if has_chinese() else warning("font.none")


def _model(settings: Settings) -> Finding:
    try:
        name, folder = models.choose(settings.speech_model, settings.data_dir)
    except models.ModelMissing:
        return warning("model.none")
    return ok("model", name=name, folder=folder)


def _scripts(folder: Path) -> Iterator[Finding]:
    paths = sorted(path for path in folder.glob("*") if path.suffix in _SCRIPTS) if folder.is_dir() else []
    if not paths:
        yield warning("scripts.none", folder=folder)
        return
    wrong = [path.name for path in paths if not _is_usable(path)]
    yield from (problem("script", file=name, folder=folder) for name in wrong)
    if not wrong:
        yield ok("scripts", n=len(paths), folder=folder)


def _is_usable(path: Path) -> bool:
    try:
        return read_file(path).script is not None
    except ScriptUnusable:
        return False
