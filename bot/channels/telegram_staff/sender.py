"""Sending messages to staff: splitting them, choosing the forum topic, and sending files in their own form."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import NamedTuple, TypeVar

from msgspec.structs import replace
from telegram import Bot, InputFile, LinkPreviewOptions, Message, MessageEntity
from telegram.error import BadRequest, ChatMigrated

from bot.channels.base import SendError
from bot.channels.shared.files import FileStore, file_bytes
from bot.channels.shared.steps import Steps
from bot.channels.telegram_api.dates import DATE, Dates, may_mean_dates
from bot.channels.telegram_api.media import DOCUMENT, MOST_FILE_BYTES, Way, way
from bot.channels.telegram_staff.client import UPLOAD_S, our_errors
from bot.channels.telegram_staff.render import Part, render
from bot.channels.telegram_staff.topics import Topics
from bot.logs import log
from conversation.outbound import Attachment, OutboundMessage, Topic

_Result = TypeVar("_Result")
Migrated = Callable[[int, int], Awaitable[None]]
"""Called with the id that a group had and the one that it has now."""
_TOPIC_GONE = ("message thread not found", "topic_deleted", "topic_closed", "topic closed")
"""Parts of Telegram's error texts for a topic that was deleted or is closed to us; they are not documented."""


class ChatThread(NamedTuple):
    """A chat, and the topic in it, or None for the chat itself."""

    chat: int
    thread: int | None = None


class TopicGone(Exception):
    """The topic was deleted or is closed to the bot."""


async def _not_reported(_old: int, _new: int) -> None:
    pass


def place(user: str) -> ChatThread:
    """Parse the user part of an address: `-100700`, or `-100700/12` for a topic."""
    chat, _, thread = user.partition("/")
    return ChatThread(int(chat), int(thread) if thread else None)


class Sender:
    """Sends messages for the staff bot.

    A group that becomes a supergroup gets another id. `current` returns the id of a chat as far as the
    organisation knows it, and `report` is called with (old, new) when Telegram answers that it has changed.
    """

    def __init__(
        self,
        bot: Bot,
        archive: FileStore,
        topics: Topics | None,
        current: Callable[[int], int] = lambda chat: chat,
        report: Migrated = _not_reported,
    ) -> None:
        """`topics` is None if candidates have no topics of their own."""
        self._bot = bot
        self._dates = Dates(bot.token.partition(":")[0])
        self._archive = archive
        self._topics = topics
        self._current = current
        self.report = report
        self._steps = Steps()
        self._moved: dict[int, int] = {}

    def has_moved(self, user: str) -> bool:
        """Return whether the chat has another id now than the one in this address."""
        return self._where(user).chat != place(user).chat

    def _where(self, user: str) -> ChatThread:
        """Return the chat that is meant now. Topics of a former group do not exist in its supergroup."""
        meant = place(user)
        now = self._now(meant.chat)
        return meant if now == meant.chat else ChatThread(now)

    def _now(self, chat: int) -> int:
        return self._moved.get(chat) or self._current(chat)

    async def send(self, message: OutboundMessage, key: str) -> str:
        """Send a message. Returns the id of its last part, which has the buttons. Raises SendError."""
        where = self._where(message.to.user)
        if message.topic and self._topics and where.chat < 0:
            return await self._send_apart(message, message.topic, self._topics, where, key)
        try:
            return await self._send_parts(message, where, key)
        except TopicGone:
            return await self._send_parts(message, ChatThread(where.chat), key)

    async def _send_apart(
        self, message: OutboundMessage, topic: Topic, topics: Topics, where: ChatThread, key: str
    ) -> str:
        """Send a message to the interview's own topic, creating it again if it was deleted.

        If there can be no topic, send it to where other messages go, occasionally with a hint on allowing topics.
        """
        interview = message.interview
        thread = await self._thread(topics, where.chat, interview, topic)
        if thread is not None:
            try:
                shown = await self._send_parts(message, ChatThread(where.chat, thread), key)
            except TopicGone:
                await topics.forget(self._now(where.chat), interview)
                thread = await self._thread(topics, where.chat, interview, topic)
            else:
                await self._close(topics, where.chat, interview, thread, topic)
                return shown
        if thread is None:
            message = await self._with_hint(message, topic, topics, where.chat)
        try:
            return await self._send_parts(message, ChatThread(where.chat, thread) if thread else where, key)
        except TopicGone:
            return await self._send_parts(message, ChatThread(where.chat), key)

    async def _thread(self, topics: Topics, chat: int, interview: str, topic: Topic) -> int | None:
        """Return the interview's topic, or None. A message that closes the topic does not create one."""
        with our_errors():
            return await self._in(
                chat, lambda now: topics.thread(now, interview, topic.title, make=not topic.closes)
            )

    async def _close(self, topics: Topics, chat: int, interview: str, thread: int, topic: Topic) -> None:
        """Close the topic if the message asks for that. A failure is only logged, as the message was sent."""
        if not topic.closes:
            return
        try:
            with our_errors():
                await topics.close(self._now(chat), interview, thread)
        except SendError as error:
            log.info("topic_not_closed", why=str(error))

    async def _with_hint(
        self, message: OutboundMessage, topic: Topic, topics: Topics, chat: int
    ) -> OutboundMessage:
        now = self._now(chat)
        with our_errors():
            wanted = topic.hint and not topic.closes and await topics.has_topics(now)
            if not (wanted and await topics.may_hint(now)):
                return message
        behind = len(topic.hint) + 2
        bold = tuple((offset + behind, length) for offset, length in message.bold)
        instants = tuple(each._replace(offset=each.offset + behind) for each in message.instants)
        return replace(message, text=f"{topic.hint}\n\n{message.text}", bold=bold, instants=instants)

    # parts

    async def _send_parts(self, message: OutboundMessage, where: ChatThread, key: str) -> str:
        data = await file_bytes(self._archive, message.file, MOST_FILE_BYTES) if message.file else b""
        parts = [partial(self._send_part, where, part, data) for part in render(message)]
        return await self._steps.run(key, parts) or ""

    async def _send_part(self, where: ChatThread, part: Part, data: bytes) -> str:
        with our_errors():
            try:
                return await self._in(
                    where.chat, lambda chat: self._send_to(ChatThread(chat, where.thread), part, data)
                )
            except BadRequest as error:
                if where.thread is not None and any(text in str(error).lower() for text in _TOPIC_GONE):
                    raise TopicGone from None
                raise

    async def _in(self, chat: int, act: Callable[[int], Awaitable[_Result]]) -> _Result:
        """Call `act` with the chat's current id, and again if Telegram says that it has changed.

        Telegram's error contains the new id. It is reported before anything is sent, so that a failure of the
        store does not send anything twice.
        """
        try:
            return await act(self._now(chat))
        except ChatMigrated as moved:
            await self.report(chat, moved.new_chat_id)
            self._moved[chat] = moved.new_chat_id
            return await act(moved.new_chat_id)

    async def _send_to(self, where: ChatThread, part: Part, data: bytes) -> str:
        if part.file is None:
            sent = await self.dated(
                part.entities,
                lambda entities: self._bot.send_message(
                    where.chat,
                    part.text,
                    message_thread_id=where.thread,
                    entities=entities,
                    reply_markup=part.keyboard,
                    link_preview_options=LinkPreviewOptions(is_disabled=True),
                    disable_notification=part.silent or None,
                ),
            )
            return str(sent.message_id)
        shown = way(part.file, len(data))
        try:
            return await self._send_file(where, part, part.file, data, shown)
        except BadRequest as error:
            if shown == DOCUMENT or any(text in str(error).lower() for text in _TOPIC_GONE):
                raise
            log.info("sent_as_document", why="refused as it is")
            return await self._send_file(where, part, part.file, data, DOCUMENT)

    async def dated(
        self,
        entities: tuple[MessageEntity, ...],
        show: Callable[[tuple[MessageEntity, ...] | None], Awaitable[_Result]],
    ) -> _Result:
        """Show a text with these entities; if Telegram refuses it, without those that mark dates."""
        bare = tuple(each for each in entities if each.type != DATE) or None
        if len(bare or ()) == len(entities) or not self._dates.known:
            return await show(bare)
        try:
            return await show(entities)
        except BadRequest as error:
            if not may_mean_dates(str(error)):
                raise
        shown = await show(bare)
        self._dates.refused()
        return shown

    async def _send_file(self, where: ChatThread, part: Part, file: Attachment, data: bytes, shown: Way) -> str:
        send = self._call(shown)
        sent = await send(
            where.chat,
            InputFile(data, filename=file.name),
            message_thread_id=where.thread,
            caption=part.text or None,
            caption_entities=part.entities or None,
            reply_markup=part.keyboard,
            disable_notification=part.silent or None,
            write_timeout=UPLOAD_S,
        )
        return str(sent.message_id)

    def _call(self, shown: Way) -> Callable[..., Awaitable[Message]]:
        match shown.field:
            case "photo":
                return self._bot.send_photo
            case "voice":
                return self._bot.send_voice
            case "audio":
                return self._bot.send_audio
            case "video":
                return self._bot.send_video
            case _:
                return self._bot.send_document
