"""What happens to a message of the robot: whose it is, then the console or the candidate's interview.

One robot serves both. A message goes to the staff console first; what that does not know a sender of, or no
command in, is a candidate's in a private chat, and nothing in a group.
"""

import re

import msgspec

from bot.channels.base import MediaGone, TryLater
from bot.channels.dingtalk.channel import DingTalkChannel
from bot.channels.dingtalk.parse import Message, Received, decode, inbound, parse, said, to_console
from bot.channels.dingtalk.quota import Notes, Sessions
from bot.channels.dingtalk.signature import Forged
from bot.logs import log
from bot.metrics import DEAD, count_inbound
from bot.runtime.polling import is_json
from conversation.inbound import Address, CommandReceived, OtherReceived
from handlers.console.console import Console
from handlers.console.context import FileTrouble, StaffFile, StaffInbound
from handlers.intake.receive import Intake
from handlers.organisation.repository import load
from storage.errors import StoreUnavailable
from storage.keys import partition_of

MOST_FILE_BYTES = 2 * 1024 * 1024
"""Of a file with a command."""
FOLLOWS_S = 10 * 60
"""A file comes without words: so long it belongs to the command that its sender gave before."""
_FILES = ("document", "photo")
_SESSION = re.compile(rb'("sessionWebhook"\s*:\s*")[^"]*')


class _Whose(msgspec.Struct, rename="camel"):
    robot_code: str
    chatbot_corp_id: str | None = None


class Receiver:
    """One robot's messages, however they come. `corp` is the organisation's id (corpId); empty: it is what the
    first message said."""

    def __init__(
        self,
        channel: DingTalkChannel,
        intake: Intake,
        console: Console,
        sessions: Sessions,
        notes: Notes,
        corp: str = "",
    ) -> None:
        self.account = channel.account
        self.channel = channel
        self._intake = intake
        self._console = console
        self._sessions = sessions
        self._notes = notes
        self._corp = corp

    async def take(self, body: bytes) -> bool:
        """One message, committed when this returns. False: it is not JSON at all. Raises Forged (it is for another
        robot), StoreUnavailable: it is not committed, it must come again. What cannot be understood goes whole,
        but for the session's address, into the dead letters."""
        if not is_json(body):
            return False
        await self._check_whose(body)
        try:
            received = parse(self.account, decode(body))
            if await self._sessions.learn(received):
                await self._hand_over(received)
        except StoreUnavailable:
            raise
        except Exception as error:  # poison must not come again and again
            log.exception("callback_failed", channel="dingtalk")
            await self._dead_letter(body, type(error).__name__)
        return True

    async def _check_whose(self, body: bytes) -> None:
        """Raises Forged, StoreUnavailable."""
        try:
            whose = msgspec.json.decode(body, type=_Whose)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise Forged("it does not say which robot it is for") from None
        if whose.robot_code != self.account:
            raise Forged("it is for another robot")
        if whose.chatbot_corp_id and whose.chatbot_corp_id != await self._our_corp(whose.chatbot_corp_id):
            raise Forged("it is of another organisation")

    async def _our_corp(self, told: str) -> str:
        if not self._corp:
            name = f"dingtalk:{self.account}:corp"
            self._corp = await self._notes.get_or_set(name, told[:128])
        return self._corp

    async def _hand_over(self, received: Received) -> None:
        if not (received.private or received.message.is_in_at_list):
            return  # said to others in a group
        if received.sender and received.message.sender_staff_id and await self._staff_took(received):
            return
        if received.private:
            await self._interview(received)

    async def _interview(self, received: Received) -> None:
        waited = await self._sessions.waits(received.chat.user)
        await self._intake.receive(inbound(received, waited=waited))
        if waited:
            await self._sessions.waits_no_more(received.chat.user)

    async def _staff_took(self, received: Received) -> bool:
        """Whether the console has dealt with it. A colleague who is a candidate as well gives commands with a
        slash; whatever else they say is for their interview."""
        sender, text = received.sender, said(received)
        if sender is None:
            return False
        engaged = received.private and await self._is_candidate(received, sender)
        if engaged and not self._console.knows(text):
            return False
        told = await self._with_file(to_console(received, sender, addressed=not engaged), received)
        result = await self._console.receive(told)
        count_inbound(result, "dingtalk-staff")
        if result == "committed" and received.private and self._console.wants_file(text):
            await self._notes.set(self._command_of(sender), text, FOLLOWS_S)
        return result in ("committed", "duplicate")

    async def _is_candidate(self, received: Received, sender: Address) -> bool:
        """In an interview, or on the way into one."""
        what = received.what
        if isinstance(what, CommandReceived) and what.name == "start":
            return True
        return await self._console.tools.store.directory.who(sender) is not None

    async def _with_file(self, told: StaffInbound, received: Received) -> StaffInbound:
        """With the command given before, where the file has no words. Of strangers nothing is fetched."""
        what = received.what
        if isinstance(what, OtherReceived) and not told.text:
            told = msgspec.structs.replace(told, text=await self._notes.get(self._command_of(told.sender)) or "")
        if not isinstance(what, OtherReceived) or what.media is None or what.kind not in _FILES:
            return told
        if (await load(self._console.tools.store)).state.person_at(told.sender) is None:
            return told
        try:
            data = await self.channel.api.download(what.media.reference, MOST_FILE_BYTES)
        except MediaGone as error:
            why = FileTrouble("too_large" if error.why == "too_large" else "failed", 2)
            return msgspec.structs.replace(told, trouble=why)
        except TryLater as error:
            log.warning("staff_file_not_fetched", why=str(error))
            return msgspec.structs.replace(told, trouble=FileTrouble("failed", 2))
        return msgspec.structs.replace(told, file=StaffFile(what.name, data))

    def _command_of(self, sender: Address) -> str:
        return f"dingtalk:{self.account}:command:{sender.user}"

    async def _dead_letter(self, body: bytes, why: str) -> None:
        log.error("update_put_away", channel="dingtalk", why=why)
        DEAD.labels("update").inc()
        kept = _SESSION.sub(rb"\1...", body)
        await self._console.tools.store.outbox.dead_letter(partition_of(self.account), "update", why, kept)


def conversation_of(body: bytes) -> str:
    """By which messages are kept in their order; empty: it is no message."""
    try:
        message: Message = decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ""
    return message.conversation_id
