"""Sending to staff: in pieces, into the right topic, with files as what they are."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple, Protocol, TypeVar

from msgspec.structs import replace
from telegram import Bot, InputFile, LinkPreviewOptions, Message
from telegram.error import BadRequest, ChatMigrated

from bot.channels.base import Rejected, SendError, TryLater
from bot.channels.telegram_api.media import DOCUMENT, MOST_FILE_BYTES, Way, way
from bot.channels.telegram_staff.client import UPLOAD_S, our_errors
from bot.channels.telegram_staff.render import Part, render
from bot.channels.telegram_staff.topics import Topics
from bot.logs import log
from bot.media.archive import ArchiveDamaged, ArchiveUnavailable, NotArchived
from conversation.outbound import Attachment, OutboundMessage, Topic

_Result = TypeVar("_Result")
_TOPIC_GONE = ("message thread not found", "topic_deleted", "topic_closed", "topic closed")
"""Of a topic that was deleted, or is closed to us. (The texts are not documented.)"""


class Archive(Protocol):
    """Where the files are that are sent."""

    async def get(self, sha256: str) -> bytes: ...


class Place(NamedTuple):
    """A chat, and the topic in it; None: the chat itself."""

    chat: int
    thread: int | None = None


class TopicGone(Exception):
    """The topic is not there (for us) any more."""


def place(user: str) -> Place:
    """What an address's `user` says: `-100700`, or `-100700/12` for a topic."""
    chat, _, thread = user.partition("/")
    return Place(int(chat), int(thread) if thread else None)


class Sender:
    """`topics`: None where nobody keeps them."""

    def __init__(self, bot: Bot, archive: Archive, topics: Topics | None) -> None:
        self._bot = bot
        self._archive = archive
        self._topics = topics
        self._sent_parts: dict[str, int] = {}
        self._moved: dict[int, int] = {}

    def chat_of(self, user: str) -> int:
        """The chat's id as it is now."""
        chat = place(user).chat
        return self._moved.get(chat, chat)

    async def send(self, message: OutboundMessage, key: str) -> str:
        """The id is that of the last part, which has the buttons. Raises SendError."""
        where = place(message.to.user)
        if message.topic and self._topics and where.chat < 0:
            return await self._send_apart(message, message.topic, self._topics, where, key)
        try:
            return await self._send_parts(message, where, key)
        except TopicGone:
            return await self._send_parts(message, Place(where.chat), key)

    async def _send_apart(
        self, message: OutboundMessage, topic: Topic, topics: Topics, where: Place, key: str
    ) -> str:
        """Into the interview's own topic, which is made anew where it was deleted; without one, where the others
        go, now and then with what would change that."""
        interview = message.interview
        thread = await self._thread(topics, where.chat, interview, topic)
        if thread is not None:
            try:
                shown = await self._send_parts(message, Place(where.chat, thread), key)
            except TopicGone:
                await topics.forget(self._moved.get(where.chat, where.chat), interview)
                thread = await self._thread(topics, where.chat, interview, topic)
            else:
                await self._close(topics, where.chat, interview, thread, topic)
                return shown
        if thread is None:
            message = await self._with_hint(message, topic, topics, where.chat)
        try:
            return await self._send_parts(message, Place(where.chat, thread) if thread else where, key)
        except TopicGone:
            return await self._send_parts(message, Place(where.chat), key)

    async def _thread(self, topics: Topics, chat: int, interview: str, topic: Topic) -> int | None:
        """A message with which help is over makes no topic."""
        with our_errors():
            return await self._in(
                chat, lambda now: topics.thread(now, interview, topic.title, make=not topic.closes)
            )

    async def _close(self, topics: Topics, chat: int, interview: str, thread: int, topic: Topic) -> None:
        """What was said is said: that the topic stays open is no reason to say it again."""
        if not topic.closes:
            return
        try:
            with our_errors():
                await topics.close(self._moved.get(chat, chat), interview, thread)
        except SendError as error:
            log.info("topic_not_closed", why=str(error))

    async def _with_hint(
        self, message: OutboundMessage, topic: Topic, topics: Topics, chat: int
    ) -> OutboundMessage:
        now = self._moved.get(chat, chat)
        with our_errors():
            wanted = topic.hint and not topic.closes and await topics.has_topics(now)
            if not (wanted and await topics.may_hint(now)):
                return message
        behind = len(topic.hint) + 2
        bold = tuple((offset + behind, length) for offset, length in message.bold)
        return replace(message, text=f"{topic.hint}\n\n{message.text}", bold=bold)

    # parts

    async def _send_parts(self, message: OutboundMessage, where: Place, key: str) -> str:
        parts = render(message)
        data = await self._data(message.file) if message.file else b""
        begun = self._sent_parts.pop(key, 0)  # a long message goes on where its last attempt broke off
        shown = ""
        for number in range(begun, len(parts)):
            try:
                shown = await self._send_part(where, parts[number], data)
            except (TryLater, TopicGone):
                if number:
                    self._sent_parts[key] = number
                raise
        return shown

    async def _send_part(self, where: Place, part: Part, data: bytes) -> str:
        with our_errors():
            try:
                return await self._in(
                    where.chat, lambda chat: self._send_to(Place(chat, where.thread), part, data)
                )
            except BadRequest as error:
                if where.thread is not None and any(text in str(error).lower() for text in _TOPIC_GONE):
                    raise TopicGone from None
                raise

    async def _in(self, chat: int, act: Callable[[int], Awaitable[_Result]]) -> _Result:
        """A group that has become a supergroup is another chat, whose id Telegram tells when it refuses."""
        try:
            return await act(self._moved.get(chat, chat))
        except ChatMigrated as moved:
            self._moved[chat] = moved.new_chat_id
            return await act(moved.new_chat_id)

    async def _send_to(self, where: Place, part: Part, data: bytes) -> str:
        if part.file is None:
            sent = await self._bot.send_message(
                where.chat,
                part.text,
                message_thread_id=where.thread,
                entities=part.bold or None,
                reply_markup=part.keyboard,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                disable_notification=part.silent or None,
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

    async def _send_file(self, where: Place, part: Part, file: Attachment, data: bytes, shown: Way) -> str:
        send = self._call(shown)
        sent = await send(
            where.chat,
            InputFile(data, filename=file.name),
            message_thread_id=where.thread,
            caption=part.text or None,
            caption_entities=part.bold or None,
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

    async def _data(self, file: Attachment) -> bytes:
        try:
            data = await self._archive.get(file.sha256)
        except ArchiveUnavailable as error:
            raise TryLater(str(error)) from None
        except (NotArchived, ArchiveDamaged) as error:
            raise Rejected(str(error)) from None
        if not 0 < len(data) <= MOST_FILE_BYTES:
            raise Rejected(f"Telegram takes no file of {len(data)} bytes")
        return data
