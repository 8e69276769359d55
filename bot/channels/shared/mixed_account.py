"""An account to which both candidates and staff write, such as an organisation's robot.

A message goes to the staff console first. If the console does not know its sender or finds no command in it, it is
a candidate's in a private chat, and ignored in a group.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from msgspec.structs import replace

from bot.channels.base import MediaGone, TryLater
from bot.logs import log
from bot.metrics import INBOUND
from conversation.inbound import Address, CommandReceived, Media, OtherReceived, What
from handlers.console.console import Console
from handlers.console.context import FileTrouble, StaffFile, StaffInbound
from handlers.console.identity import Standing
from handlers.organisation.repository import load
from storage.ports import Kv

MOST_FILE_BYTES = 2 * 1024 * 1024
"""The largest file with a console command."""
_MOST_MIB = MOST_FILE_BYTES >> 20
FOLLOWS_S = 10 * 60
"""How long after a command a file without text still belongs to it, in seconds."""
_FILES = ("document", "photo")


@dataclass(frozen=True, slots=True)
class Message:
    """One message.

    - `to_console`: the message as given to the console, without its file.
    - `private`: nobody else is in the chat.
    """

    what: What
    to_console: StaffInbound
    private: bool


class MixedAccount:
    """Passes messages of one account to the staff console, with their files.

    `download` takes a file and a size limit in bytes, and returns the file's bytes. It raises MediaGone or
    TryLater.
    """

    def __init__(
        self,
        channel: str,
        account: str,
        console: Console,
        kv: Kv,
        download: Callable[[Media, int], Awaitable[bytes]],
    ) -> None:
        self._channel = channel
        self._account = account
        self._console = console
        self._kv = kv
        self._download = download

    async def to_staff(self, message: Message) -> bool:
        """Pass a message to the console. Return whether the console has handled it. Raises StoreUnavailable.

        A colleague who is also a candidate gives commands with a slash, and everything else goes to their
        interview.
        """
        told = message.to_console
        engaged = await self._is_engaged(message)
        if engaged and not self._console.knows(told.text):
            return False
        told = replace(await self._with_file(message), addressed=not engaged)
        result = await self._console.receive(told)
        INBOUND.count(result, f"{self._channel}-staff")
        if result == "committed" and message.private and self._console.wants_file(message.to_console.text):
            await self._kv.set(self._command_of(told.sender), message.to_console.text, FOLLOWS_S)
        return result in ("committed", "duplicate")

    async def standing(self, message: Message) -> Standing | None:
        """Return who sent a message that would go to the console, or None if it would not. Nothing is carried out.
        Raises StoreUnavailable.
        """
        told = message.to_console
        if not told.text and _file_of(message.what) is None:
            return None
        if await self._is_engaged(message) and not self._console.knows(told.text):
            return None
        return await self._console.standing(told)

    async def _is_engaged(self, message: Message) -> bool:
        """Return whether the sender of a private message is in an interview or about to enter one."""
        if not message.private:
            return False
        if isinstance(message.what, CommandReceived) and message.what.name == "start":
            return True
        return await self._console.tools.store.directory.who(message.to_console.sender) is not None

    async def _with_file(self, message: Message) -> StaffInbound:
        """Add the message's file, and if it has no text the sender's last command.

        Files of people outside the staff are not fetched.
        """
        told, what = message.to_console, message.what
        if isinstance(what, OtherReceived) and not told.text:
            told = replace(told, text=await self._kv.get(self._command_of(told.sender)) or "")
        file = _file_of(what)
        if file is None or file.media is None:
            return told
        if (await load(self._console.tools.store)).state.person_at(told.sender) is None:
            return told
        try:
            data = await self._download(file.media, MOST_FILE_BYTES)
        except MediaGone as error:
            too_large = error.why == "too_large"
            return replace(told, trouble=FileTrouble("too_large" if too_large else "failed", _MOST_MIB))
        except TryLater as error:
            log.warning("staff_file_not_fetched", why=str(error))
            return replace(told, trouble=FileTrouble("failed", _MOST_MIB))
        return replace(told, file=StaffFile(file.name, data))

    def _command_of(self, sender: Address) -> str:
        return f"{self._channel}:{self._account}:command:{sender.user}"


def _file_of(what: What) -> OtherReceived | None:
    """Return what was received if it is a file that a command can take, otherwise None."""
    return what if isinstance(what, OtherReceived) and what.media and what.kind in _FILES else None
