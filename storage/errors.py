"""What can fail in the store, beyond what is an ordinary answer (those are values)."""

from pathlib import Path

from conversation.errors import BotError


class StorageError(BotError):
    """The durable record cannot be reached, read or kept."""


class ServerNotFound(StorageError):
    """The embedded Redis has no program to run."""


class ServerFailed(StorageError):
    """The embedded Redis did not start, did not answer or did not stop.

    `log` holds the last lines that the server wrote about it.
    """

    def __init__(self, folder: Path, what: str, log: tuple[str, ...] = ()) -> None:
        said = "; the server's last words: " + " | ".join(log) if log else ""
        super().__init__(f"the embedded Redis on {folder} {what}{said}")
        self.folder = folder
        self.log = log


class FilesDamaged(ServerFailed):
    """What the server wrote cannot be read back; it never starts on part of it."""


class FilesTooNew(ServerFailed):
    """The files come from a newer server than the one at hand; it never starts beside them."""


class StoreUnavailable(StorageError):
    """Redis cannot be reached or cannot write now; the same call may succeed later."""


class InstallationMismatch(StorageError):
    """The Redis belongs to an installation that this version cannot work on."""
