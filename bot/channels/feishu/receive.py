"""Receiving events, from the webhook or the long connection."""

import hmac

import msgspec
from pydantic import SecretStr

from bot.channels.base import SendError
from bot.channels.feishu.channel import FeishuChannel
from bot.channels.feishu.parse import CHANNEL, Envelope, decode, inbound, parse, to_console
from bot.channels.feishu.signature import Forged
from bot.channels.shared.damaged_text import repaired_json
from bot.channels.shared.failures import dead_letter_on_failure
from bot.channels.shared.mixed_account import Message, MixedAccount
from bot.logs import log
from bot.runtime.polling import is_json
from conversation.inbound import Media
from handlers.console.console import Console
from handlers.intake.receive import Intake
from storage.errors import StoreUnavailable
from storage.ports import Kv

HANDLED = b"{}"
"""The answer to every event. To a pressed button it says that the card stays as it is."""


OLD_EVENT = "event_callback"
"""The type of events in the platform's first format. Nothing that we need comes in it."""


class BotUnknown(StoreUnavailable):
    """The platform does not say who our bot is, so mentions of it cannot be found. The event must come again."""


class Receiver:
    """Receives one app's events. `token` is the Verification Token, or None if it is not checked."""

    def __init__(
        self,
        channel: FeishuChannel,
        intake: Intake,
        console: Console,
        kv: Kv,
        token: SecretStr | None = None,
    ) -> None:
        self.account = channel.account
        self.channel = channel
        self._intake = intake
        self._console = console
        self._token = token.get_secret_value() if token else ""
        self._staff = MixedAccount(CHANNEL, self.account, console, kv, self._download)

    async def connect(self) -> None:
        """Record that the account is connected by a stream. Raises StoreUnavailable."""
        await self._intake.connect(CHANNEL, self.account)

    async def _download(self, media: Media, most_bytes: int) -> bytes:
        return await self.channel.api.download(media.reference, most_bytes)

    async def take(self, body: bytes, *, posted: bool) -> bytes | None:
        """Handle one event, which is committed when this returns. Return the answer, or None if it is not JSON.

        `posted` says that it came to the webhook, where it contains the Verification Token. An event that cannot
        be handled is kept in the dead letters, without its tokens. Raises Forged, and StoreUnavailable if the
        event was not committed and must come again.
        """
        readable = repaired_json(body)
        if not is_json(readable):
            return None
        if envelope := _decoded(readable):
            if challenge := self.challenge(envelope):
                return challenge
            if envelope.type == OLD_EVENT:
                return HANDLED
            self._check_whose(envelope, posted=posted)
        outbox = self._console.tools.store.outbox
        async with dead_letter_on_failure(outbox, CHANNEL, self.account, lambda: _without_tokens(body)):
            await self._handle(envelope or decode(readable))  # if it could not be decoded, this raises the error
        return HANDLED

    def challenge(self, envelope: Envelope) -> bytes | None:
        """Return the answer to the check of a new address, or None if this is not one. Raises Forged."""
        if envelope.type != "url_verification":
            return None
        self._check_token(envelope.token)
        return msgspec.json.encode({"challenge": envelope.challenge})

    def _check_token(self, given: str) -> None:
        if self._token and not hmac.compare_digest(given.encode(), self._token.encode()):
            raise Forged("the verification token is not ours")

    def _check_whose(self, envelope: Envelope, *, posted: bool) -> None:
        """Check that the event is meant for this app. Raises Forged."""
        if envelope.header.app_id != self.account:
            raise Forged("it is for another app")
        if posted:
            self._check_token(envelope.header.token)

    async def _handle(self, envelope: Envelope) -> None:
        received = parse(self.account, envelope, "")
        if received and received.mentions:
            received = parse(self.account, envelope, await self._bot())
        if received is None or not received.addressed:
            return
        if await self._staff.to_staff(Message(received.what, to_console(received), received.private)):
            return
        if received.private:
            await self._intake.receive(inbound(received))

    async def _bot(self) -> str:
        try:
            return await self.channel.bot()
        except SendError as error:
            log.warning("bot_unknown", channel=CHANNEL, why=str(error))
            raise BotUnknown(str(error)) from None


def _decoded(body: bytes) -> Envelope | None:
    """Decode an event. Returns None if it is not as documented."""
    try:
        return decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _without_tokens(body: bytes) -> bytes:
    """Return the event without the Verification Token and the token with which its card can be changed."""
    try:
        event = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return body
    if isinstance(event, dict):
        for part in (event, event.get("header"), event.get("event")):
            if isinstance(part, dict):
                part.pop("token", None)
    return msgspec.json.encode(event)
