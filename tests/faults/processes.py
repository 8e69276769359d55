"""The product as real processes: commands that are run, and services that are started, killed and stopped."""

import asyncio
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import bot
from tests.faults.platform import SECRET, TOKEN

SCRIPTS = Path(__file__).parent / "scripts"
_WRONG_CLOCK = Path(__file__).parent / "wrong_clock"
ROOT = Path(bot.__file__).parents[1]
"""The tree of this release."""
_COMMAND_S = 180
CAMPAIGNS = ("load-short", "load-open")


class Process:
    """A service, for example `xumian run`. Its output goes to a file."""

    def __init__(self, arguments: tuple[str, ...], environment: dict[str, str], folder: Path) -> None:
        self.arguments = arguments
        self.environment = dict(environment)
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.started = 0.0
        self.log = folder / f"{'-'.join(arguments)}-{environment['XUMIAN_HTTP_PORT']}.log"
        self._clock = self.log.with_suffix(".clock")
        self.environment |= {"WRONG_CLOCK": str(self._clock)}
        self.set_clock(0)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.environment['XUMIAN_HTTP_PORT']}"

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def renew(self, root: Path) -> None:
        """Let the next start be one of the release in this tree."""
        self.environment = self.environment | {"PYTHONPATH": _python_path(root)}

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.started = time.monotonic()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", *self.arguments],
                cwd=self._folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        """Send SIGKILL to the process, which must be running."""
        assert self._process is not None
        assert self.running, f"it ended by itself with {self._process.returncode}:\n{self.tail()}"
        self._process.send_signal(signal.SIGKILL)
        assert self._process.wait(10) == -signal.SIGKILL

    def pause(self) -> None:
        """Send SIGSTOP: the process keeps its connections but answers nothing until `resume`."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def set_clock(self, by_s: float) -> None:
        """Let the process's clock be wrong by so many seconds from now on; 0: right."""
        with self._clock.open("r+b" if self._clock.exists() else "wb") as file:
            file.write(struct.pack("<q", round(by_s * 1e9)))

    async def stop(self, patience_s: float) -> tuple[int, float]:
        """Send SIGTERM. Returns (exit code, seconds until the exit). Raises TimeoutExpired after `patience_s`."""
        assert self._process is not None
        assert self.running, f"it ended by itself with {self._process.returncode}:\n{self.tail()}"
        started = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        code = await asyncio.to_thread(self._process.wait, patience_s)
        return code, time.monotonic() - started

    def end(self) -> None:
        """Kill the process if it is running."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait(10)

    def tail(self) -> str:
        return self.log.read_text(errors="replace")[-3000:] if self.log.exists() else ""


class Installation:
    """An installation in a folder.

    It uses the Redis at `redis_url`, or the embedded one. `settings` are added to those of the Telegram bot.
    """

    def __init__(self, folder: Path, api_url: str, redis_url: str = "", **settings: str) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.processes: list[Process] = []
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("XUMIAN_")},
            "PYTHONPATH": _python_path(ROOT),
            "XUMIAN_DATA_DIR": str(self.data),
            "XUMIAN_REDIS_URL": redis_url,
            "XUMIAN_SCRIPTS_DIR": str(SCRIPTS),
            "XUMIAN_TELEGRAM_TOKENS": TOKEN,
            "XUMIAN_TELEGRAM_WEBHOOK_SECRET": SECRET,
            "XUMIAN_TELEGRAM_API_URL": api_url,
            "XUMIAN_PUBLIC_URL": "https://load.example.com",
            **settings,
        }

    def renew(self, root: Path) -> None:
        """Let commands, and processes yet to be created, be those of the release in this tree."""
        self._environment = self._environment | {"PYTHONPATH": _python_path(root)}

    def process(self, *arguments: str) -> Process:
        """Create a service with a port of its own, without starting it."""
        environment = self._environment | {"XUMIAN_HTTP_PORT": str(_free_port())}
        made = Process(arguments, environment, self.folder)
        self.processes.append(made)
        return made

    async def command(self, *arguments: str) -> str:
        """Run a command, which must succeed, and return its output."""
        return await asyncio.to_thread(self._command, arguments)

    def _command(self, arguments: tuple[str, ...]) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            cwd=self.folder,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=_COMMAND_S,
        )
        assert done.returncode == 0, (
            f"xumian {' '.join(arguments)}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        )
        return done.stdout

    async def open_campaigns(self) -> None:
        """Open both campaigns, in parallel because a command mostly takes time to start."""
        await asyncio.gather(*(self.command("open", each, "--code", each, "--walk-in") for each in CAMPAIGNS))

    async def exported(self) -> list[dict[str, Any]]:
        """Return all interviews, as in the export."""
        found = await asyncio.gather(*map(self._export, CAMPAIGNS))
        return [interview for each in found for interview in each]

    async def _export(self, campaign: str) -> list[dict[str, Any]]:
        file = self.folder / f"{campaign}.jsonl"
        await self.command("export", campaign, "--format", "jsonl", "-o", str(file))
        return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]

    def end(self) -> None:
        for process in self.processes:
            process.end()


def _python_path(root: Path) -> str:
    return f"{_WRONG_CLOCK}{os.pathsep}{root}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
