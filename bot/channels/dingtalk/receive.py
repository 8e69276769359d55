"""Receiving the robot's messages, from the webhook or the stream."""

import re

import msgspec

from bot.channels.dingtalk.channel import DingTalkChannel
from bot.channels.dingtalk.parse import CHANNEL, Received, decode, inbound, parse, to_console
from bot.channels.dingtalk.parse import Message as DingTalkMessage
from bot.channels.dingtalk.quota import Sessions
from bot.channels.dingtalk.signature import Forged
from bot.channels.shared.failures import dead_letter_on_failure
from bot.channels.shared.mixed_account import Message, MixedAccount
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

    `corp` is the organisation's id (corpId). If empty, that of the first message is taken.
    """

    def __init__(
        self,
        channel: DingTalkChannel,
        intake: Intake,
        console: Console,
        sessions: Sessions,
        kv: Kv,
        corp: str = "",
    ) -> None:
        self.account = channel.account
        self.channel = channel
        self._intake = intake
        self._console = console
        self._sessions = sessions
        self._kv = kv
        self._corp = corp
        self._staff = MixedAccount(CHANNEL, self.account, console, kv, self._download)

    async def take(self, body: bytes) -> bool:
        """Handle one message, which is committed when this returns.

        Returns False if the body is not JSON. Raises Forged if it is for another robot or from another
        organisation, and StoreUnavailable if it was not committed and must come again. A message that cannot be
        understood goes into the dead letters, without its session address.
        """
        if not is_json(body):
            return False
        await self._check_whose(body)
        outbox = self._console.tools.store.outbox
        async with dead_letter_on_failure(outbox, CHANNEL, self.account, lambda: _without_session(body)):
            received = parse(self.account, decode(body))
            if await self._sessions.learn(received):
                await self._hand_over(received)
        return True

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
        if whose.chatbot_corp_id and whose.chatbot_corp_id != await self._our_corp(whose.chatbot_corp_id):
            raise Forged("it is of another organisation")

    async def _our_corp(self, told: str) -> str:
        if not self._corp:
            name = f"dingtalk:{self.account}:corp"
            self._corp = await self._kv.get_or_set(name, told[:128])
        return self._corp

    async def _hand_over(self, received: Received) -> None:
        if not (received.private or received.message.is_in_at_list):
            return  # addressed to others in the group
        if received.sender and received.message.sender_staff_id:
            told = to_console(received, received.sender)
            if await self._staff.to_staff(Message(received.what, told, received.private)):
                return
        if received.private:
            await self._interview(received)

    async def _interview(self, received: Received) -> None:
        waited = await self._sessions.waits(received.chat.user)
        await self._intake.receive(inbound(received, waited=waited))
        if waited:
            await self._sessions.waits_no_more(received.chat.user)


def _without_session(body: bytes) -> bytes:
    """The body without the address for replies, which is a secret."""
    return _SESSION.sub(rb"\1...", body)


def conversation_of(body: bytes) -> str:
    """Return the id of the conversation, within which messages keep their order. Empty if it is no message."""
    try:
        message: DingTalkMessage = decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ""
    return message.conversation_id
