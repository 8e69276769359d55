"""Routing the robot's messages to the staff console or to the candidate's interview.

One robot serves both. A message goes to the staff console first. If the console does not know its sender or finds
no command in it, it is a candidate's in a private chat, and ignored in a group.
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
"""The largest file with a console command."""
FOLLOWS_S = 10 * 60
"""How long after a command a file without text still belongs to it, in seconds."""
_FILES = ("document", "photo")
_SESSION = re.compile(rb'("sessionWebhook"\s*:\s*")[^"]*')


class _Whose(msgspec.Struct, rename="camel"):
    robot_code: str
    chatbot_corp_id: str | None = None


class Receiver:
    """Handles one robot's messages, from the webhook or the stream.

    `corp` is the organisation's id (corpId). If empty, that of the first message is taken.
    """

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
        """Handle one message, which is committed when this returns.

        Returns False if the body is not JSON. Raises Forged if it is for another robot or from another
        organisation, and StoreUnavailable if it was not committed and must come again. A message that cannot be
        understood goes into the dead letters, without its session address.
        """
        if not is_json(body):
            return False
        await self._check_whose(body)
        try:
            received = parse(self.account, decode(body))
            if await self._sessions.learn(received):
                await self._hand_over(received)
        except StoreUnavailable:
            raise
        except Exception as error:  # a message that always fails must not come again and again
            log.exception("callback_failed", channel="dingtalk")
            await self._dead_letter(body, type(error).__name__)
        return True

    async def _check_whose(self, body: bytes) -> None:
        """Check that the message is for this robot and organisation. Raises Forged, StoreUnavailable."""
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
            return  # addressed to others in the group
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
        """Pass a message to the console. Returns whether the console has handled it.

        A colleague who is also a candidate gives commands with a slash, and everything else goes to their
        interview.
        """
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
        """Return whether the sender is in an interview or about to enter one."""
        what = received.what
        if isinstance(what, CommandReceived) and what.name == "start":
            return True
        return await self._console.tools.store.directory.who(sender) is not None

    async def _with_file(self, told: StaffInbound, received: Received) -> StaffInbound:
        """Add the message's file, and if it has no text the sender's last command.

        Files of people outside the staff are not fetched.
        """
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
    """Return the id of the conversation, within which messages keep their order. Empty if it is no message."""
    try:
        message: Message = decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ""
    return message.conversation_id
