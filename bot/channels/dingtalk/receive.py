"""Receiving the robot's messages, from the webhook or the stream."""

import re
from functools import partial

import msgspec

from bot.channels.dingtalk.channel import DingTalkChannel
from bot.channels.dingtalk.corp import Corp
from bot.channels.dingtalk.parse import CHANNEL, Received, decode, inbound, parse
from bot.channels.dingtalk.parse import Message as DingTalkMessage
from bot.channels.dingtalk.quota import Sessions
from bot.channels.dingtalk.signature import Forged
from bot.channels.dingtalk.staff import StaffCommands
from bot.channels.shared.damaged_text import repaired_json
from bot.channels.shared.failures import dead_letter_on_failure
from bot.channels.shared.mixed_account import MixedAccount
from bot.runtime.polling import is_json
from conversation.inbound import Media
from handlers.console.console import Console
from handlers.intake.receive import Intake
from storage.ports import Kv

_SESSION = re.compile(rb'("sessionWebhook"\s*:\s*")[^"]*')


class _Whose(msgspec.Struct, rename="camel"):
    robot_code: str
    chatbot_corp_id: str | None = None


class Receiver:
    """Handles one robot's messages, from the webhook or the stream.

    `authentic`: every message is certainly DingTalk's own, so it may give commands to the staff console.
    """

    def __init__(
        self,
        channel: DingTalkChannel,
        intake: Intake,
        console: Console,
        sessions: Sessions,
        kv: Kv,
        corp: Corp,
        *,
        authentic: bool,
    ) -> None:
        self.account = channel.account
        self.channel = channel
        self._intake = intake
        self._console = console
        self._sessions = sessions
        self._corp = corp
        mixed = MixedAccount(CHANNEL, self.account, console, kv, self._download)
        self._staff = StaffCommands(mixed, corp, console.tools, authentic=authentic)

    async def take(self, body: bytes) -> bool:
        """Handle one message, which is committed when this returns.

        Returns False if the body is not JSON. Raises Forged if it is for another robot or from another
        organisation, and StoreUnavailable if it was not committed and must come again. A message that cannot be
        understood goes into the dead letters, without its session address.
        """
        readable = repaired_json(body)
        if not is_json(readable):
            return False
        await self._check_whose(readable)
        outbox = self._console.tools.store.outbox
        kept = partial(_without_session, body)
        async with dead_letter_on_failure(outbox, CHANNEL, self.account, kept, Forged):
            if received := await self._sessions.genuine(parse(self.account, decode(readable))):
                await self._hand_over(received)
        return True

    async def connect(self) -> None:
        """Record that the account is connected by a stream. Raises StoreUnavailable."""
        await self._intake.connect(CHANNEL, self.account)

    async def _download(self, media: Media, most_bytes: int) -> bytes:
        return await self.channel.api.download(media.reference, most_bytes)

    async def _check_whose(self, body: bytes) -> None:
        """Check that the message is for this robot and organisation. Raises Forged, StoreUnavailable."""
        try:
            whose = msgspec.json.decode(body, type=_Whose)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise Forged("it does not say which robot it is for") from None
        if whose.robot_code != self.account:
            raise Forged("it is for another robot")
        ours = await self._corp.known()
        if ours and whose.chatbot_corp_id != ours:
            raise Forged("it is of another organisation, or does not say of which")

    async def _hand_over(self, received: Received) -> None:
        if not (received.private or received.message.is_in_at_list):
            return  # addressed to others in the group
        member = received.sender if received.message.sender_staff_id else None
        if member and await self._staff.take(received, member):
            return
        if received.private:
            await self._interview(received)

    async def _interview(self, received: Received) -> None:
        session = await self._sessions.learn(received)
        waited = await self._sessions.waits(received.chat.user)
        await self._intake.receive(inbound(received._replace(session=session), waited=waited))
        if waited:
            await self._sessions.waits_no_more(received.chat.user)


def _without_session(body: bytes) -> bytes:
    """The body without the address for replies, which is a secret."""
    return _SESSION.sub(rb"\1...", body)


def conversation_of(body: bytes) -> str:
    """Return the id of the conversation, within which messages keep their order. Empty if it is no message."""
    try:
        message: DingTalkMessage = decode(repaired_json(body))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ""
    return message.conversation_id
