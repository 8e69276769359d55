"""The files of the embedded Redis: folder, locks, socket, configuration, log. All calls block, but only briefly.

`server.lock` is held by the server process itself. The process that launches the server takes the lock and passes
the descriptor on, so that the kernel frees the lock when the server ends, and at no other moment. The file
contains the address of the server's socket. `door.lock` is held by clients while they connect or leave.
"""

import fcntl
import hashlib
import os
import stat
import subprocess
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path

from storage.embedded.binary import find_server, not_found, version_of
from storage.errors import FilesDamaged, FilesTooNew, ServerFailed, StorageError

_LONGEST_SOCKET_PATH = 103  # bytes: sun_path holds 108 with its NUL on Linux, 104 on macOS and the BSDs
_LOG_LIMIT_BYTES = 5 * 1024 * 1024
_LOG_LINES = 4

_SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "daemonize": "no",
    "timeout": "0",
    "save": "",
    "appendonly": "yes",
    "appendfsync": "always",
    "no-appendfsync-on-rewrite": "no",
    "aof-load-truncated": "yes",
    "auto-aof-rewrite-percentage": "100",
    "auto-aof-rewrite-min-size": "32mb",
    "maxmemory-policy": "noeviction",
}

# What servers log about files that they cannot read (Redis 6.2 to 8, Valkey 7.2 to 9).
_NEWER = ("Can't handle RDB format version", "Unsupported RDB version")
_DAMAGED = (
    "Bad file format reading the append only file",
    "Wrong signature trying to load DB",
    "Short read or OOM loading DB",
    "Internal error in RDB reading",
    "RDB CRC error",
    "Unknown command",
    "Error reading the RDB preamble",
    "Invalid AOF manifest file format",
    "Unrecoverable error reading the append only file",
    "Unexpected end of file reading the append only file",
    "The AOF file appears to have been corrupted",
)


class ServerFolder:
    """The folder of one server. Any number of processes may call its methods."""

    def __init__(self, path: Path, extra_settings: Mapping[str, str], binary: Path | None = None) -> None:
        self.path = Path(os.path.realpath(path))
        self._extra_settings = extra_settings
        self._binary = binary
        self._log = self.path / "redis.log"
        self._configuration = self.path / "redis.conf"
        self._log_start = 0

    def prepare(self) -> None:
        """Create the folder, private to us, and note the position in the log from which `failure` reads. Raises
        StorageError if the folder cannot be used."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            if stat.S_IMODE(self.path.stat().st_mode) != 0o700:
                self.path.chmod(0o700)
            self._log_start = self._log.stat().st_size if self._log.exists() else 0
        except OSError as error:
            raise StorageError(
                f"the embedded Redis cannot use the folder {self.path} ({error.strerror}); "
                "make it writable or set XUMIAN_DATA_DIR to another one"
            ) from error

    def lock(self, name: str) -> int | None:
        """Return an open descriptor that holds the lock, or None if another process holds it."""
        descriptor = os.open(self.path / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor

    def door(self) -> int | None:
        """Take the lock under which clients connect and leave, one at a time. None if it is taken."""
        return self.lock("door.lock")

    def is_free(self) -> bool:
        """Return whether no server runs on these files. Call this only while holding the door: it takes the
        server's lock for a moment."""
        descriptor = self.lock("server.lock")
        if descriptor is None:
            return False
        os.close(descriptor)
        return True

    def socket(self) -> Path:
        """Return where the running server listens or, if none runs, where the next one would."""
        try:
            told = (self.path / "server.lock").read_bytes()
        except FileNotFoundError:
            told = b""
        return self.path / os.fsdecode(told) if told else self._own_socket()

    def launch_if_free(self) -> bool:
        """Launch a server unless one is running; return whether one was launched. Does not wait until it
        answers."""
        descriptor = self.lock("server.lock")
        if descriptor is None:
            return False
        try:
            self._launch(descriptor)
        finally:
            os.close(descriptor)
        return True

    def failure(self) -> ServerFailed:
        """Return why the server ended while starting, from what it has logged since `prepare`."""
        try:
            with self._log.open("rb") as log:
                log.seek(self._log_start)
                lines = log.read(_LOG_LIMIT_BYTES).decode(errors="replace").splitlines()
        except FileNotFoundError:
            lines = []
        told = [line.strip() for line in lines if line.strip()]
        last = tuple(line[:200] for line in told[-_LOG_LINES:])
        if any(sign in line for line in told for sign in _NEWER):
            return FilesTooNew(self.path, _TOO_NEW, last)
        if any(sign in line for line in told for sign in _DAMAGED):
            return FilesDamaged(
                self.path,
                "cannot read its files back; copy the folder, then repair the file that it names "
                "with `redis-check-aof --fix`, or restore the folder from a backup",
                last,
            )
        return ServerFailed(self.path, f"ended while starting; see {self._log}", last)

    def _launch(self, lock: int) -> None:
        binary = self._binary or find_server()
        if binary is None:
            raise not_found(self.path)
        # A server before version 7 does not know this folder: it would start empty, beside the data.
        if (self.path / "appendonlydir").exists() and version_of(binary).numbers < (7,):
            raise FilesTooNew(self.path, _TOO_NEW, (f"{binary} is older than version 7",))
        socket = self._own_socket()
        os.ftruncate(lock, 0)
        os.pwrite(lock, os.fsencode(socket.name if socket.parent == self.path else socket), 0)
        self._start_new_log()
        self._write_configuration(socket)
        # The server may outlive this process, so our secrets must not be in its environment. The locale is fixed
        # because some versions refuse to start with one that is not installed.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("XUMIAN_")}
        try:
            # The configuration is passed on standard input, because Redis 7 takes a path with `?` or `*` for a
            # pattern, finds no such file, and starts with its defaults, open to everyone.
            with self._log.open("ab") as log, self._configuration.open("rb") as configuration:
                process = subprocess.Popen(  # noqa: S603 - our own choice of program, no shell
                    [binary, "-"],
                    stdin=configuration,
                    stdout=log,
                    stderr=log,
                    cwd=self.path,
                    env={**environment, "LC_ALL": "C"},
                    pass_fds=(lock,),
                    start_new_session=True,
                )
        except OSError as error:
            raise ServerFailed(self.path, f"could not run {binary} ({error.strerror})") from error
        # Collects the exit status when the server ends. The thread ends with this process, the server does not.
        threading.Thread(target=process.wait, name="embedded-redis", daemon=True).start()

    def _own_socket(self) -> Path:
        socket = self.path / "redis.sock"
        if len(os.fsencode(socket)) <= _LONGEST_SOCKET_PATH:
            return socket
        name = hashlib.sha256(os.fsencode(self.path)).hexdigest()[:16]
        folder = Path(tempfile.gettempdir()) / f"xumian-{os.geteuid()}-{name}"
        folder.mkdir(mode=0o700, exist_ok=True)
        seen = folder.lstat()
        if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != os.geteuid() or seen.st_mode & 0o077:
            raise StorageError(
                f"the folder {folder}, for the socket of the embedded Redis on {self.path}, is not private "
                "to this user; remove it, or set XUMIAN_DATA_DIR to a shorter path"
            )
        return folder / "redis.sock"

    def _start_new_log(self) -> None:
        if self._log.exists() and self._log.stat().st_size > _LOG_LIMIT_BYTES:
            self._log.replace(self._log.with_name("redis.log.1"))
            self._log_start = 0

    def _write_configuration(self, socket: Path) -> None:
        settings = {
            **_SETTINGS,
            "dir": str(self.path),
            "unixsocket": str(socket),
            "logfile": str(self._log),
            **self._extra_settings,
        }
        lines = [f"{name} {_quoted(value)}\n" for name, value in settings.items()]
        self._configuration.write_bytes(os.fsencode("".join(lines)))
        self._configuration.chmod(0o600)


_TOO_NEW = (
    "was written by a newer server than the one at hand, or by Redis 7.4 or later, whose files Valkey cannot "
    "read; install that server again (Redis 7.4.6, 8.0.4, 8.2.2 or later, or a newer Valkey), or set "
    "XUMIAN_REDIS_URL; nothing was changed"
)


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'
