"""A clean Debian in a folder: made by mmdebstrap, entered by chroot in namespaces of its own."""

import argparse
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_NETWORK = ("/etc/resolv.conf", "/etc/hosts")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")


class Failed(Exception):
    """A command in the machine failed. The message says which one."""


class Debian:
    """A machine in the folder `root`. `shared` are paths of this machine that can be read there, too, at the same
    place, such as a package index on disk and pip's configuration."""

    def __init__(self, root: Path, shared: Sequence[Path] = ()) -> None:
        self.root = root
        self._shared = [path.absolute() for path in shared]

    def make(self, suite: str, packages: Sequence[str] = ()) -> None:
        """Install the smallest Debian of that suite, and these packages. Raises Failed."""
        include = [f"--include={','.join(packages)}"] if packages else []
        lagging = '--aptopt=Acquire::Check-Valid-Until "false"'  # as mirrors of sid may be
        _run(["mmdebstrap", "--quiet", "--variant=minbase", lagging, *include, suite, str(self.root)])
        for each in _NETWORK:
            shutil.copyfile(each, self.inside(each))

    def inside(self, path: str) -> Path:
        """Return where a path of the machine is on this one."""
        return self.root / path.lstrip("/")

    def run(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        folder: str = "/",
        user: str = "",
        writable: Sequence[str] = (),
    ) -> None:
        """Run a command there, as root or as `user` (UID:GID), and wait for it. Raises Failed.

        With `writable`, all but these folders is read-only and there is no network but the loopback, as in a
        container with `read_only: true`. All processes of the command end with it, and so do its mounts.
        """
        values = {"PATH": PATH, "HOME": "/root", **_pip_settings(), **(environment or {})}
        mounts = [
            f"mount --bind {self._quoted('/')} {self._quoted('/')}",
            f"mount -t proc proc {self._quoted('/proc')}",
        ]
        mounts += [self._bound(path) for path in (*map(Path, _DEVICES), *self._shared)]
        mounts += [f"mkdir -p {self._quoted('/dev/shm')}", f"mount -t tmpfs tmpfs {self._quoted('/dev/shm')}"]
        mounts += [f"mount --bind {self._quoted(each)} {self._quoted(each)}" for each in writable]
        if writable:
            mounts += [f"mount -o remount,bind,ro {self._quoted('/')}", "ip link set lo up"]
        entered = [
            *("chroot", *([f"--userspec={user}"] if user else []), str(self.root)),
            *("env", "-i", *(f"{name}={value}" for name, value in values.items())),
            *("sh", "-c", f'cd {shlex.quote(folder)} && exec "$@"', "sh", *command),
        ]
        script = " && ".join([*mounts, f"exec {shlex.join(entered)}"])
        apart = ["--mount", "--pid", "--fork", "--kill-child", *(["--net"] if writable else [])]
        _run(["unshare", *apart, "sh", "-c", script], command)

    def _bound(self, path: Path) -> str:
        """Return the shell command that makes a path of this machine visible there."""
        there = self._quoted(str(path))
        kind = f"mkdir -p {there}" if path.is_dir() else f"mkdir -p $(dirname {there}) && touch {there}"
        return f"{kind} && mount --bind {shlex.quote(str(path))} {there}"

    def _quoted(self, path: str) -> str:
        return shlex.quote(str(self.inside(path)))


@contextmanager
def new_machine(shared: Sequence[str], suite: str, packages: Sequence[str] = ()) -> Iterator[Debian]:
    """Make a machine in a temporary folder, and remove it afterwards."""
    if os.geteuid() != 0 or shutil.which("mmdebstrap") is None:
        raise SystemExit("this needs root and mmdebstrap: apt install mmdebstrap")
    with TemporaryDirectory(prefix="xumian-debian-") as folder:
        machine = Debian(Path(folder) / "root", [Path(each) for each in shared])
        with timed(f"a clean Debian {suite}"):
            machine.make(suite, packages)
        yield machine


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--share",
        action="append",
        default=[],
        metavar="PATH",
        help="a path of this machine that is to be readable there, too, such as pip's configuration; repeatable",
    )


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Say what is done, and then how long it took."""
    print(f"… {what}", flush=True)
    begun = time.monotonic()
    yield
    print(f"✓ {what}: {time.monotonic() - begun:.0f} s", flush=True)


def exit_on_failure(work: Callable[[], None]) -> None:
    """Do `work`. If it fails, print why and exit with 1."""
    try:
        work()
    except Failed as failure:
        print(failure, file=sys.stderr)
        raise SystemExit(1) from None


def _pip_settings() -> dict[str, str]:
    """Return this machine's settings of pip that are given by environment variables."""
    return {name: value for name, value in os.environ.items() if name.startswith("PIP_")}


def _run(command: Sequence[str], shown: Sequence[str] = ()) -> None:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise Failed(f"failed with {done.returncode}: {shlex.join(shown or command)}"[:2000])
