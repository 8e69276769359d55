"""Running the command line in tests: in this process where possible, otherwise as a process of its own."""

import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

import pytest
import structlog

import bot
from bot import logs
from bot.cli import main
from tests.servers import wait_until

ROOT = Path(bot.__file__).parents[1]
SCRIPTS = ROOT / "interviews"
SHORT = ROOT / "tests" / "dialogues" / "scripts" / "short.yaml"
PATIENCE_S = 60


class Said(NamedTuple):
    code: int
    out: str
    err: str


class Commands:
    """Runs `xumian …` in this process, with only these settings, in an empty folder."""

    def __init__(
        self,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        folder: Path,
        settings: Mapping[str, str],
    ) -> None:
        for name in os.environ:
            if name.startswith("XUMIAN_"):
                monkeypatch.delenv(name)
        self._monkeypatch = monkeypatch
        self._capsys = capsys
        self.folder = folder
        monkeypatch.chdir(folder)
        monkeypatch.setattr(logs, "configure", _configured_for_now(logs.configure))
        monkeypatch.setenv("COLUMNS", "200")
        self.set(XUMIAN_SCRIPTS_DIR=str(SCRIPTS), **settings)

    def set(self, **settings: str) -> None:
        for name, value in settings.items():
            self._monkeypatch.setenv(name, value)

    def __call__(self, *arguments: str) -> Said:
        self._monkeypatch.setattr(sys, "argv", ["xumian", *arguments])
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        out, err = self._capsys.readouterr()
        assert "Traceback" not in out + err
        code = end.value.code
        assert code is None or isinstance(code, int)
        return Said(code or 0, out, err)

    def well(self, *arguments: str) -> str:
        said = self(*arguments)
        assert said.code == 0, said
        return said.out


def _configured_for_now(configure: Callable[[], None]) -> Callable[[], None]:
    """Wrap the log configuration: loggers must not keep the standard error of an earlier test."""

    def configured() -> None:
        configure()
        structlog.configure(cache_logger_on_first_use=False)

    return configured


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """Return the environment for a process, with its data below `folder` and the example scripts."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("XUMIAN_")}
    mine = {"XUMIAN_DATA_DIR": str(folder / "data"), "XUMIAN_SCRIPTS_DIR": str(SCRIPTS), "PYTHONPATH": str(ROOT)}
    return {**others, **mine, **settings}


def command(folder: Path, *arguments: str, stdin: bytes = b"", code: str = "", **settings: str) -> Said:
    """Run `xumian …` as a process of its own. `code` is Python code to run before it."""
    program = ["-c", f"{code}\nimport sys; from bot.cli import main; main()"] if code else ["-m", "bot"]
    done = subprocess.run(
        [sys.executable, *program, *arguments],
        input=stdin,
        capture_output=True,
        env=environment(folder, **settings),
        cwd=folder,
        timeout=PATIENCE_S,
        check=False,
    )
    said = Said(done.returncode, done.stdout.decode(), done.stderr.decode())
    assert "Traceback" not in said.out + said.err, said
    return said


class Running:
    """`xumian run`, or another command that runs until it is stopped, as a process of its own on a free port.

    `log` is everything that it has printed. If it is to become `ready`, entering waits until it is.
    """

    def __init__(
        self,
        folder: Path,
        settings: Mapping[str, str],
        code: str = "",
        arguments: Sequence[str] = ("run",),
        *,
        ready: bool = True,
    ) -> None:
        self._folder = folder
        self._code = code
        self._log = folder / "log"
        self.port = _free_port()
        self._settings = settings
        self._arguments = list(arguments)
        self._ready = ready
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")

    def __enter__(self) -> Self:
        program = f"{self._code}\nimport sys; from bot.cli import main; sys.argv[1:] = {self._arguments}; main()"
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-c", program],
                cwd=self._folder,
                env=environment(self._folder, XUMIAN_HTTP_PORT=str(self.port), **self._settings),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        if self._ready:
            try:
                wait_until(self.is_ready, "xumian run's first answer", PATIENCE_S)
            except BaseException:
                self.kill()  # it must not go on writing into the Redis of the tests that follow
                raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> int:
        """Ask the process to stop, and return its exit code."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(PATIENCE_S)

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait(PATIENCE_S)

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def is_ready(self) -> bool:
        assert self.is_running(), self.log
        try:
            with urllib.request.urlopen(f"{self.address}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
