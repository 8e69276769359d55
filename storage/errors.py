"""Errors of the store. Expected outcomes, such as a conflict, are return values instead."""

from pathlib import Path
from typing import TypeGuard

from conversation.errors import BotError


class StorageError(BotError):
    """The durable record cannot be reached, read or written."""


class ServerNotFound(StorageError):
    """No server program was found that the embedded Redis could run."""


class ServerFailed(StorageError):
    """The embedded Redis did not start, did not answer or did not stop. `log` contains the last lines of the
    server's log."""

    def __init__(self, folder: Path, what: str, log: tuple[str, ...] = ()) -> None:
        said = "; the server's last words: " + " | ".join(log) if log else ""
        super().__init__(f"the embedded Redis on {folder} {what}{said}")
        self.folder = folder
        self.log = log


class FilesDamaged(ServerFailed):
    """The server cannot read its files back. It never starts with only a part of them."""


class FilesTooNew(ServerFailed):
    """The files were written by a newer server than the one available. No empty server is started beside them."""


OF_ONE_KEY = frozenset({"WRONGTYPE", "ERR"})
"""Codes of Redis that may concern one key only, so that other interviews need not wait."""


class StoreUnavailable(StorageError):
    """Redis cannot be reached or refuses a call at present. The same call may succeed later.

    - `reason`: the message without the promise to try again.
    - `code`: the code of Redis's error reply, such as NOPERM; empty if there was no reply.
    - `passes`: whether waiting may mend it. If not, somebody has to change the server or the settings.
    """

    def __init__(self, reason: str, *, code: str = "", passes: bool = True) -> None:
        super().__init__(f"{reason}; this is tried again by itself")
        self.reason = reason
        self.code = code
        self.passes = passes


class OfOneConversation(StoreUnavailable):
    """Something of one conversation cannot be read. Nothing was changed. Everybody else is well, so whatever met
    this must not hold them up: see `is_outage`."""

    def __init__(self, reason: str, *, code: str = "", passes: bool = False) -> None:
        super().__init__(reason, code=code, passes=passes)
        self.args = (reason,)


class KeyDamaged(OfOneConversation):
    """Redis holds something else under a key of one conversation."""


class ArchivedRecordLost(OfOneConversation):
    """The archive does not have an interview's entries, or has something else in their place."""

    def __init__(self, interview: str, sha256: str, what: str) -> None:
        super().__init__(
            f"the archived record of interview {interview} {what}: restore the archive's file records/"
            f"{sha256[:2]}/{sha256} from a backup, and check that all processes use one archive"
        )
        self.interview = interview


class ArchiveOutOfReach(OfOneConversation):
    """The archive with an interview's entries cannot be used at present. The same call may succeed later."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, passes=True)


def is_outage(error: Exception) -> TypeGuard[StoreUnavailable]:
    """Return whether an error says that Redis cannot be used now, so that whatever met it has to be done again
    later. Otherwise the fault lies with what was done."""
    return isinstance(error, StoreUnavailable) and not isinstance(error, OfOneConversation)


class ServerTooOld(StorageError):
    """The Redis lacks commands that are needed."""


class InstallationMismatch(StorageError):
    """The Redis belongs to an installation with which this version cannot work."""
