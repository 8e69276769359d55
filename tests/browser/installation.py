"""`xumian run` as a process of its own, with data folder, port and embedded Redis, and commands beside it."""

import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import Cookie, CookieJar
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext
from redis import Redis

import bot
from bot.channels.web.frames import PANE
from storage import keys
from storage.embedded.folder import ServerFolder
from tests.servers import wait_until

_ROOT = Path(bot.__file__).parents[1]
_COMMAND_S = 180
_END_S = 20


class Installation:
    """One installation. It keeps its port when it is started again, so that open pages find it."""

    def __init__(
        self, folder: Path, *, public: bool = False, model: Path | None = None, timezone: str = ""
    ) -> None:
        self._folder = folder
        self._port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._cookie: Cookie | None = None
        self.public = public
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("XUMIAN_")},
            "PYTHONPATH": str(_ROOT),
            "XUMIAN_DATA_DIR": str(folder / "data"),
            "XUMIAN_SCRIPTS_DIR": str(_ROOT / "interviews"),
            "XUMIAN_HTTP_PORT": str(self._port),
            **({"XUMIAN_PUBLIC_URL": self.address} if public else {}),
            **({"XUMIAN_WHISPER_MODEL": str(model)} if model else {}),
            **({"XUMIAN_WORKDAY_TIMEZONE": timezone} if timezone else {}),
        }

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def redis_socket(self) -> Path:
        """The socket of the embedded Redis."""
        return ServerFolder(self._folder / "data" / "redis", {}).socket()

    @property
    def archive_folder(self) -> Path:
        return self._folder / "data" / "voice"

    def start(self) -> None:
        """Start the process. Returns when it is ready."""
        with (self._folder / "run.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"],
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        wait_until(self._is_ready, "xumian run's first answer")

    def kill(self) -> None:
        """Send SIGKILL to the process. Its embedded Redis keeps running."""
        assert self._process is not None
        assert self._process.poll() is None, f"it had ended by itself:\n{self.log()}"
        self._process.kill()
        self._process.wait(_END_S)

    def kill_redis(self) -> None:
        """Send SIGKILL to the embedded Redis."""
        socket_path = self.redis_socket
        with Redis(unix_socket_path=str(socket_path), socket_timeout=10) as client:
            pid = int(client.info("server")["process_id"])
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not _answers(socket_path), "the end of the embedded Redis")

    def stop(self) -> None:
        """Stop the process as Ctrl-C does, together with the embedded Redis."""
        process = self._process
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGINT)
        try:
            process.wait(_END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(_END_S)
            raise

    def command(self, *arguments: str) -> str:
        """Run a command and return what it printed. Fails if the command does."""
        done = subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            cwd=self._folder,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=_COMMAND_S,
        )
        assert done.returncode == 0, f"xumian {' '.join(arguments)}: {done.returncode}\n{done.stderr}"
        return done.stdout

    def admit(self, context: BrowserContext) -> None:
        """Make this the owner's browser, by the cookie from the address printed at the start."""
        if self._cookie is None:
            printed = (self._folder / "run.log").read_text(encoding="utf-8", errors="replace")
            address = re.findall(rf"{re.escape(self.address)}/\?pane=\S+", printed)[-1]
            cookies = CookieJar()
            urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies)).open(address).close()
            (self._cookie,) = cookies
        context.add_cookies([{"name": self._cookie.name, "value": self._cookie.value or "", "url": self.address}])

    def empty_pane(self) -> None:
        """Delete everything from the recruiter's pane."""
        with Redis(unix_socket_path=str(self.redis_socket), socket_timeout=10) as client:
            client.delete(keys.mailbox(PANE), keys.mailbox_ids(PANE))

    def invite(self, campaign: str, name: str) -> str:
        """Return the link of a new personal invitation to the web messenger."""
        (made,) = json.loads(self.command("invite", campaign, "--name", name, "--format", "json"))
        return str(made["links"]["web"])

    def exported(self, campaign: str) -> list[dict[str, Any]]:
        """Return all interviews of a campaign, as exported."""
        file = self._folder / f"{campaign}.jsonl"
        self.command("export", campaign, "--format", "jsonl", "-o", str(file))
        return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]

    def recordings(self) -> list[bytes]:
        """Return the recordings in the voice archive, oldest first."""
        files = self.archive_folder.glob("??/*.*")  # beside them are the anchors, at some times of day
        return [each.read_bytes() for each in sorted(files, key=lambda each: each.stat().st_mtime_ns)]

    def log(self) -> str:
        return (self._folder / "run.log").read_text(errors="replace")[-3000:]

    def _is_ready(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, f"xumian run ended with {self._process.returncode}:\n{self.log()}"
        try:
            with urllib.request.urlopen(f"{self.address}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


@contextmanager
def running(installation: Installation) -> Iterator[Installation]:
    """Start an installation, and stop it in any case."""
    try:
        installation.start()
        yield installation
    finally:
        installation.stop()


def _answers(socket_path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(socket_path)) == 0


def _free_port() -> int:
    """Return a free port below the kernel's range, so that nobody takes it while the server is down."""
    while True:
        port = random.randrange(22_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
