"""Do what the README says on a clean Debian, as a user without any rights, and say how long it took.

    python -m tests.machines.fresh --python 3.11

Clones the last commit, runs `make run` until the page is there, kills everything, runs it again, and passes a part
of the tests by `make test`. Python 3.11, 3.13 and 3.14 are those of three releases of Debian.
"""

import argparse
import socket
import subprocess
import sys
from pathlib import Path

from tests.machines.debian import PATH, Debian, add_options, exit_on_failure, new_machine, timed

ROOT = Path(__file__).resolve().parents[2]
SUITES = {"3.11": "bookworm", "3.13": "trixie", "3.14": "sid"}
_USER, _HOME = "1000:1000", "/home/newcomer"
_CLONE = f"{_HOME}/xumian"
_STARTED = r"""
rm -f run.log  # of the run before
make run >run.log 2>&1 & started=$!
tries=0
printed() { grep -os 'http://127[.]0[.]0[.]1:[0-9]*/[?]pane=[A-Za-z0-9_-]*' run.log | head -n 1; }
until address="$(printed)" && [ -n "$address" ]; do
  tries=$((tries + 1))
  [ $tries -lt 3000 ] && kill -0 $started 2>/dev/null || { cat run.log; exit 1; }
  sleep 0.2
done
.venv/bin/python -c 'import sys, urllib.request
page = urllib.request.urlopen(sys.argv[1], timeout=30).read().decode()
assert "composer" in page, page' "$address" || { cat run.log; exit 1; }
"""


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.machines.fresh", description="Try the README on a clean Debian."
    )
    parser.add_argument("--python", choices=SUITES, default="3.11", help="the version of Python (default: 3.11)")
    parser.add_argument(
        "--tests",
        default="tests/dialogues -q",
        metavar="ARGUMENTS",
        help="what of the tests is passed; empty: nothing",
    )
    add_options(parser)
    options = parser.parse_args(arguments)
    exit_on_failure(lambda: try_out(options.python, options.tests, options.share))


def try_out(python: str, tests: str, shared: list[str]) -> None:
    """Go through the README on a clean machine. Raises Failed."""
    packages = ["ca-certificates", "git", "make", f"python{python}", f"python{python}-venv"]
    with new_machine(shared, SUITES[python], packages) as machine:
        machine.run(["useradd", "--create-home", "--home-dir", _HOME, "newcomer"])
        _clone(machine)
        for what in ("make run, from the clone to the page", "make run again, after everything was killed"):
            with timed(what):
                _as_user(machine, ["sh", "-c", _STARTED], XUMIAN_HTTP_PORT=str(_free_port()))
        if tests:
            with timed(f"make test PYTEST_ARGS={tests!r}"):
                _as_user(machine, ["make", "test", f"PYTEST_ARGS={tests}"])


def _clone(machine: Debian) -> None:
    bundle = machine.inside(f"{_HOME}/xumian.bundle")
    subprocess.run(["git", "-C", str(ROOT), "bundle", "create", "--quiet", str(bundle), "HEAD"], check=True)
    machine.run(["chown", _USER, f"{_HOME}/xumian.bundle"])
    machine.run(
        ["git", "clone", "--quiet", f"{_HOME}/xumian.bundle", _CLONE], user=_USER, environment={"HOME": _HOME}
    )


def _as_user(machine: Debian, command: list[str], **environment: str) -> None:
    values = {"HOME": _HOME, "PATH": PATH, "LANG": "C.UTF-8", **environment}
    machine.run(command, user=_USER, folder=_CLONE, environment=values)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main(sys.argv[1:])
