"""The channel of one of the candidates' bots: sending messages, and registering the bot with Telegram."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Any

import msgspec

from bot.channels.base import Capabilities, Channel, NothingToEdit, Rejected, SendError, TryLater, Unreachable
from bot.channels.shared.files import FileStore
from bot.channels.shared.http_connection import NoAnswer
from bot.channels.shared.steps import Steps
from bot.channels.telegram.answers import Hook, Me, Sent, UpdateId, check, decoded, understood
from bot.channels.telegram.attachments import Attaching
from bot.channels.telegram.files import Files
from bot.channels.telegram.parse import ALLOWED_UPDATES, CHANNEL
from bot.channels.telegram.render import render, without_dates
from bot.channels.telegram.session import Answer, Session
from bot.channels.telegram_api.dates import Dates, may_mean_dates
from bot.channels.telegram_api.describing import Description, Part
from bot.loading import load
from bot.logs import log
from conversation.inbound import Media
from conversation.outbound import OutboundMessage
from conversation.words import Vocabulary
from handlers.actions.system.bot_registry import Figures
from storage.ports import Kv

_Call = Callable[[], Awaitable[Answer]]
FIGURES_BELIEVED_S = 30.0
"""How long what Telegram told of a bot's updates is not asked again."""
FIGURES_S = 3.0
MENU = ("status", "exit", "switch", "support", "help", "mydata", "privacy", "language")


async def _do_nothing() -> None:
    pass


class TelegramChannel(Channel):
    """A bot that candidates talk to. Its account is the number before the token's colon."""

    name = CHANNEL
    capabilities = Capabilities(edits=True, bulk_per_s=30, chat_burst=20, files=True, pictures=True)

    def __init__(
        self,
        token: str,
        session: Session,
        secret: str,
        advice: str = "check XUMIAN_TELEGRAM_TOKENS",
        archive: FileStore | None = None,
    ) -> None:
        """Create a channel for the bot with this token.

        `secret` is the webhook's. `advice` says what to do if Telegram does not accept the token. `archive` holds
        the files to send.
        """
        self._session = session
        self._token = token
        self._files = Files(session, token, self._call, self.capabilities.most_media_bytes)
        self._attaching = Attaching(session, token, archive)
        self._advice = advice
        self._steps = Steps()
        self._background: set[asyncio.Task[None]] = set()
        self.account = token.partition(":")[0]
        self._dates = Dates(self.account)
        self.secret = secret
        self._figures = Figures()
        self._asked = -FIGURES_BELIEVED_S
        self._problem: str | None = "not yet in touch with Telegram"
        self._description: Description | None = None

    async def send(self, message: OutboundMessage, key: str) -> str:
        """Send a message. Returns the id of its last piece, which has the buttons. Raises SendError.

        A text that is too long to stand under its file is sent before it.
        """
        calls: list[_Call]
        if message.file:
            texts, under = self._attaching.calls(message)
            calls = [*map(self._posting, texts), partial(self._attaching.post, under, message.file)]
        else:
            calls = list(map(self._posting, render(message)))
        return _id_of(await self._steps.run(key, calls))

    def _posting(self, call: dict[str, Any]) -> _Call:
        return partial(self._post, call)

    async def _post(self, call: dict[str, Any]) -> Answer:
        answer = await self._show("sendMessage", call)
        check(answer)
        return answer

    async def _show(self, method: str, call: dict[str, Any]) -> Answer:
        """Make the call. If it is refused and marks dates, make it again without: the words are enough."""
        bare = without_dates(call)
        if bare is call or not self._dates.known:
            return await self._call(method, bare)
        answer = await self._call(method, call)
        if answer.error_code == 400 and may_mean_dates(answer.description):
            answer = await self._call(method, bare)
            if answer.ok:
                self._dates.refused()
        return answer

    async def edit(self, message: OutboundMessage, shown: str, key: str) -> None:
        """Replace the message with the id `shown`.

        If the new text needs several pieces, the first replaces the old message and the others are sent below it,
        or left out for a quiet message.

        Source: core.telegram.org/bots/api, "editMessageText" (read 2026-11). The texts of refusals are not
        documented and have changed over the years, so any edit that is refused for good raises NothingToEdit.
        """
        if not (shown.isascii() and shown.isdecimal()):
            raise NothingToEdit("this is no Telegram message")
        first, *more = render(message)
        replaced = {"reply_markup": {"inline_keyboard": []}, **first, "message_id": int(shown)}
        below = [] if message.quiet else more
        calls: list[_Call] = [partial(self._replace, replaced), *map(self._posting, below)]
        await self._steps.run(key, calls)

    async def _replace(self, call: dict[str, Any]) -> Answer:
        answer = await self._show("editMessageText", call)
        if answer.error_code == 400 and "not modified" in answer.description.lower().replace("_", " "):
            return answer
        try:
            check(answer)
        except Rejected:
            log.info("edit_refused", bot=self.account, code=answer.error_code)
            raise NothingToEdit(f"Telegram refused the edit ({answer.error_code})") from None
        return answer

    async def fetch(self, media: Media) -> bytes:
        return await self._files.fetch(media)

    async def _call(self, method: str, parameters: dict[str, Any], timeout_s: float | None = None) -> Answer:
        try:
            answer = await self._session.call(self._token, method, parameters, timeout_s)
        except NoAnswer as error:
            raise TryLater(f"Telegram could not be reached ({error})") from None
        if answer.error_code == 401:
            self._problem = self._refused
        return answer

    def link(self, token: str) -> str | None:
        return f"https://t.me/{self.username}?start={token}" if self.username else None

    def problem(self) -> str | None:
        return self._problem

    def warning(self) -> str | None:
        return self._description.warning if self._description else None

    def answer_press(self, query_id: str) -> None:
        """Stop the progress indicator of a pressed button, in the background.

        This is not part of the conversation. If it is late, Telegram refuses it (400 "query is too old"), which
        does no harm.
        """
        task = asyncio.create_task(self._answer_press(query_id))
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def _answer_press(self, query_id: str) -> None:
        try:
            await self._call("answerCallbackQuery", {"callback_query_id": query_id}, 10)
        except TryLater:
            log.info("press_not_answered", bot=self.account)

    async def updates(self, offset: int, timeout_s: int) -> list[tuple[int, bytes]]:
        """Return the next updates by long polling, as (id, raw JSON). Raises TryLater or Rejected."""
        parameters = {"offset": offset, "timeout": timeout_s, "allowed_updates": ALLOWED_UPDATES, "limit": 100}
        try:
            answer = await self._call("getUpdates", parameters, timeout_s + 15)
            check(answer)
            updates = understood(answer, list[msgspec.Raw])
        except (TryLater, Rejected) as error:
            if self._problem != self._refused:
                self._problem = f"does not receive: {error}"
            raise
        self._problem = None
        return [(decoded(update, UpdateId).update_id, bytes(update)) for update in updates]

    async def connect(self, public_url: str | None, accepted: Callable[[], Awaitable[None]] = _do_nothing) -> None:
        """Register the webhook, or remove it if there is no public address, and try to get the bot's name.

        `accepted` is awaited once Telegram has accepted the token, and before it delivers anything if possible.
        Raises TryLater, or Rejected if the token is not accepted.
        """
        webhook = {
            "url": f"{public_url}/webhooks/telegram/{self.account}",
            "secret_token": self.secret,
            "allowed_updates": list(ALLOWED_UPDATES),
            "max_connections": 100,
        }
        with self._connecting():
            with contextlib.suppress(TryLater, Unreachable):  # only links need the name; `describe` asks again
                await self.learn_link()
                await accepted()
            answer = await self._call(*(("setWebhook", webhook) if public_url else ("deleteWebhook", {})), 20)
            if answer.error_code in (401, 404):
                raise Rejected("the token is not accepted")
            if not answer.ok:
                raise TryLater(f"HTTP {answer.error_code}", answer.parameters.retry_after)
            await accepted()

    async def describe(self, vocabulary: Vocabulary, kv: Kv | None, stopping: asyncio.Event) -> None:
        """Set the bot's commands and descriptions as far as they have changed, trying again until it works.

        `kv` remember what was set. To be called when the bot receives.
        """
        self._description = Description(self.account, kv, self._describe)
        await self._description.run(self._learn_missing_name, _parts(vocabulary), stopping)

    async def _learn_missing_name(self) -> None:
        if not self.username:
            await self.learn_link()

    async def _describe(self, part: Part) -> None:
        await load("bot.channels.telegram.registration")
        from bot.channels.telegram.registration import send

        await send(self._session, self._token, part)

    @contextlib.contextmanager
    def _connecting(self) -> Iterator[None]:
        """Record an error raised in the body as the bot's `problem`, or clear it."""
        try:
            yield
        except Rejected:
            self._problem = self._refused
            raise Rejected(f"bot {self.account} {self._problem}") from None
        except TryLater as error:
            self._problem = f"does not receive: Telegram could not be set up ({error})"
            raise TryLater(f"bot {self.account} {self._problem}", error.retry_after_s) from None
        self._problem = None

    @property
    def _refused(self) -> str:
        return f"does not receive: Telegram does not accept the token: {self._advice}"

    async def learn_link(self) -> None:
        """Ask Telegram for the bot's name. Raises TryLater or Rejected."""
        answer = await self._call("getMe", {}, 10)
        if answer.error_code in (401, 404):
            raise Rejected(f"Telegram does not know the token of bot {self.account}")
        check(answer)
        self.username = understood(answer, Me).username

    async def figures(self) -> Figures:
        """What Telegram tells of the bot's updates, asked twice a minute at most. Empty if it does not answer."""
        if time.monotonic() - self._asked >= FIGURES_BELIEVED_S:
            self._figures = Figures()
            with contextlib.suppress(SendError):
                answer = await self._call("getWebhookInfo", {}, FIGURES_S)
                check(answer)
                hook = understood(answer, Hook)
                waiting, at_ms = hook.pending_update_count, hook.last_error_date * 1000
                self._figures = Figures(pending=waiting, error=hook.last_error_message, error_ms=at_ms)
            self._asked = time.monotonic()
        return self._figures

    async def leave(self) -> None:
        """Remove the webhook from Telegram. Raises TryLater or Rejected."""
        check(await self._call("deleteWebhook", {}, 10))

    async def close(self) -> None:
        if self._background:
            await asyncio.wait(self._background, timeout=2)


def _parts(vocabulary: Vocabulary) -> list[Part]:
    """Return the description in all languages."""
    parts = list[Part]()
    for code, language in (("", "en"), ("zh", "zh")):
        words = vocabulary[language]
        parts += [
            Part("commands", code, tuple((name, words.text(f"menu.{name}")) for name in MENU)),
            Part("description", code, words.text("bot.description")),
            Part("short_description", code, words.text("bot.about")),
        ]
    return parts


def _id_of(answer: Answer | None) -> str:
    """Return the id of the message that was sent, or an empty string if the answer cannot be read."""
    if answer is None:
        return ""
    try:
        return str(understood(answer, Sent).message_id or "")
    except TryLater:
        return ""
