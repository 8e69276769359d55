"""The channel of the staff bot: sending messages, polling for updates, and registering the bot with Telegram."""

import asyncio
import json
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from telegram import BotCommand, BotCommandScopeChat, LinkPreviewOptions
from telegram.error import BadRequest, ChatMigrated

from bot.channels.base import Capabilities, Channel, NothingToEdit, Rejected, SendError, TryLater
from bot.channels.shared.files import FileStore
from bot.channels.telegram_api.describing import Description, Part
from bot.channels.telegram_staff.client import ANSWER_S, TokenRefused, client, our_errors, request
from bot.channels.telegram_staff.render import render
from bot.channels.telegram_staff.sender import Migrated, Sender, place
from bot.channels.telegram_staff.settings import CHANNEL
from bot.channels.telegram_staff.topics import Topics
from bot.logs import log
from conversation.inbound import Address
from conversation.outbound import OutboundMessage
from conversation.words import Vocabulary
from storage.ports import Kv

ALLOWED_UPDATES = ("message", "callback_query")
_WEBHOOK_CONNECTIONS = 20
_PRESS_S = 10.0
_REFUSED = "does not receive: Telegram does not accept the token: check XUMIAN_TELEGRAM_STAFF_TOKEN"


class StaffChannel(Channel):
    """The bot that staff talk to. Its account is the number before the token's colon."""

    name = CHANNEL
    capabilities = Capabilities(edits=True, bulk_per_s=30, chat_burst=20, silent=True, staff=True, commands=True)

    def __init__(
        self,
        token: str,
        api_url: str,
        archive: FileStore,
        secret: str = "",
        kv: Kv | None = None,
        owner: str = "",
        whereabouts: Callable[[Address], Address] = lambda address: address,
    ) -> None:
        """Create a channel for the bot with this token.

        `secret` is the webhook's. `kv` are shared by all processes; without them, candidates who ask for help
        get no topics. `owner` names this process. `whereabouts` returns where a chat is now that may have moved.
        """
        self._requests = (request(), request(1))
        self.bot = client(token, api_url, *self._requests)
        self._background: set[asyncio.Task[None]] = set()
        self.account = token.partition(":")[0]
        self.topics = Topics(self.bot, self._requests[0], kv, owner, self.account) if kv else None
        self._sender = Sender(self.bot, archive, self.topics, partial(_current, whereabouts, self.account))
        self.secret = secret
        self.username = ""
        self._problem: str | None = "not yet in touch with Telegram"
        self._description = Description(self.account, kv, self._describe)
        self._menus = Description(self.account, kv, self._describe)

    # sending

    async def send(self, message: OutboundMessage, key: str) -> str:
        """Send a message. Returns the id of its last part, which has the buttons. Raises SendError."""
        return await self._sender.send(message, key)

    def on_migration(self, report: Migrated) -> None:
        """Have (old id, new id) reported when a message is sent to a group that has become a supergroup."""
        self._sender.report = report

    async def edit(self, message: OutboundMessage, shown: str, key: str) -> None:  # noqa: ARG002 - an edit may repeat
        """Replace the message with the id `shown`.

        Raises SendError; NothingToEdit also for files and for text that needs more than one message.
        """
        parts = render(message)
        if len(parts) != 1 or message.file or not (shown.isascii() and shown.isdecimal()):
            raise NothingToEdit("this cannot be put in the place of one Telegram message")
        if self._sender.has_moved(message.to.user):
            raise NothingToEdit("the messages of a supergroup have other ids than those of the former group")
        with our_errors():
            try:
                await self._sender.dated(
                    parts[0].entities,
                    lambda entities: self.bot.edit_message_text(
                        parts[0].text,
                        place(message.to.user).chat,
                        int(shown),
                        entities=entities,
                        reply_markup=parts[0].keyboard,
                        link_preview_options=LinkPreviewOptions(is_disabled=True),
                    ),
                )
            except (BadRequest, ChatMigrated) as error:
                if "not modified" not in str(error).lower():
                    log.info("edit_refused", bot=self.account)
                    raise NothingToEdit("Telegram refused the edit") from None

    def staff_link(self, code: str) -> str | None:
        """None while the bot's name is not known."""
        return f"https://t.me/{self.username}?start={code}" if self.username else None

    def problem(self) -> str | None:
        return self._problem

    def warning(self) -> str | None:
        return self._description.warning

    def answer_press(self, query_id: str) -> None:
        """Stop the progress indicator of a pressed button, in the background. A refusal does no harm."""
        task = asyncio.create_task(self._answer_press(query_id))
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def _answer_press(self, query_id: str) -> None:
        try:
            with our_errors():
                await self.bot.answer_callback_query(query_id, read_timeout=_PRESS_S)
        except SendError:
            log.info("press_not_answered", bot=self.account)

    # receiving

    async def updates(self, offset: int, timeout_s: int) -> list[dict[str, Any]]:
        """Return the next updates by long polling, as decoded JSON. Raises SendError.

        PTB's get_updates is not used because it builds models of all updates at once: one that it cannot read
        would block the others, and would be logged whole.
        """
        asked = {"offset": offset, "timeout": timeout_s, "allowed_updates": json.dumps(ALLOWED_UPDATES)}
        url = f"{self.bot.base_url}/getUpdates?{urlencode(asked)}"
        try:
            with our_errors():
                updates = await self._requests[1].post(url, read_timeout=timeout_s + ANSWER_S)
                if not isinstance(updates, list) or not all(type(each["update_id"]) is int for each in updates):
                    raise TypeError
        except SendError as error:
            self._problem = _REFUSED if isinstance(error, TokenRefused) else f"does not receive: {error}"
            raise
        self._problem = None
        return updates

    # setting up

    async def connect(self, public_url: str | None) -> None:
        """Register the webhook, or remove it if there is no public address, and try to get the bot's username.

        Raises TryLater, or Rejected if the token is not accepted.
        """
        try:
            try:
                await self._learn_missing_name()
            except TokenRefused:
                raise
            except SendError as error:  # the name is not needed to receive, and `describe` asks again
                log.info("name_unknown", bot=self.account, why=str(error))
            with our_errors():
                await self._register(public_url)
        except TokenRefused:
            self._problem = _REFUSED
            raise Rejected(f"staff bot {self.account} {self._problem}") from None
        except SendError as error:
            self._problem = f"does not receive: Telegram could not be set up ({error})"
            asked_s = getattr(error, "retry_after_s", None)
            raise TryLater(f"staff bot {self.account} {self._problem}", asked_s) from None
        self._problem = None

    async def _register(self, public_url: str | None) -> None:
        if public_url:
            await self.bot.set_webhook(
                f"{public_url}/webhooks/telegram/{self.account}",
                secret_token=self.secret,
                allowed_updates=ALLOWED_UPDATES,
                max_connections=_WEBHOOK_CONNECTIONS,
            )
        else:
            await self.bot.delete_webhook()

    async def describe(self, vocabulary: Vocabulary, stopping: asyncio.Event) -> None:
        """Set the one public command, /help, if that has changed, trying again until it works.

        To be called when the bot receives.
        """
        parts = [
            Part("commands", code, (("help", vocabulary[language].text("staff.choice.help")),))
            for code, language in (("", "en"), ("zh", "zh"))
        ]
        await self._description.run(self._learn_missing_name, parts, stopping)

    async def keep_menus(self, parts: Callable[[], Iterable[Part]], stopping: asyncio.Event) -> None:
        """Keep the menus of colleagues' private chats as in `parts`, until `stopping` is set."""
        await self._menus.keep_up_to_date(parts, stopping)

    async def _describe(self, part: Part) -> None:
        with our_errors():
            assert not isinstance(part.value, str)
            commands = [BotCommand(name, text) for name, text in part.value]
            scope = BotCommandScopeChat(int(part.chat)) if part.chat else None
            if commands:
                await self.bot.set_my_commands(commands, scope=scope, language_code=part.language or None)
            else:
                await self.bot.delete_my_commands(scope=scope, language_code=part.language or None)

    async def _learn_missing_name(self) -> None:
        if not self.username:
            await self.learn_link()

    async def learn_link(self) -> None:
        with our_errors():
            self.username = (await self.bot.get_me()).username or ""

    async def close(self) -> None:
        if self._background:
            await asyncio.wait(self._background, timeout=2)
        for each in self._requests:
            await each.shutdown()


def _current(whereabouts: Callable[[Address], Address], account: str, chat: int) -> int:
    return place(whereabouts(Address(CHANNEL, account, str(chat))).user).chat
