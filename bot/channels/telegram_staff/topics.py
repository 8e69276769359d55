"""Forum topics: in groups with topics enabled, every candidate who asks for help gets a topic of their own.

Source: core.telegram.org/bots/api, "createForumTopic", "closeForumTopic", "reopenForumTopic", "ChatFullInfo" (read
2026-11): a name has 1-128 characters; the bot must be an administrator with the right to manage topics.

The store maps topics to interviews and back. Each interview has one topic per group, however many processes there
are. Only a process that dies between creating a topic and storing it leaves an empty one behind.
"""

from typing import Any
from urllib.parse import urlencode

from cachetools import TTLCache
from telegram import Bot
from telegram.error import BadRequest, Forbidden
from telegram.request import BaseRequest

from bot.channels.base import TryLater
from bot.logs import log
from storage.ports import Kv

KEPT_S = 180 * 24 * 3600
"""How long a topic stays assigned to its interview, in seconds."""
HINT_S = 24 * 3600
MOST_NAME = 128
_LOCK_S = 60
_LOOK_AGAIN_S = 600.0
_CHATS = 10_000
_CLOSED = " closed"


class Topics:
    """Manages one bot's topics. `owner` names this process. Calls may raise PTB's errors or StoreUnavailable."""

    def __init__(self, bot: Bot, request: BaseRequest, kv: Kv, owner: str, account: str) -> None:
        self._bot = bot
        self._request = request
        self._kv = kv
        self._owner = owner
        self._account = account
        self._forums: TTLCache[int, bool] = TTLCache(_CHATS, _LOOK_AGAIN_S)
        self._refused: TTLCache[int, bool] = TTLCache(_CHATS, _LOOK_AGAIN_S)
        self._made: TTLCache[str, int] = TTLCache(_CHATS, _LOOK_AGAIN_S)

    async def about(self, chat: int, thread: int) -> str:
        """Return the id of the interview to which the topic belongs, or an empty string."""
        return await self._kv.get(self._whose(chat, thread)) or ""

    async def thread(self, chat: int, interview: str, title: str, *, make: bool) -> int | None:
        """Return the interview's topic in the chat, or None.

        If `make` is set, create the topic if there is none, and reopen a closed one. Returns None if the chat has
        no topics, or the bot may not create any. Raises TryLater while another process is creating the topic.
        """
        if not await self.has_topics(chat):
            return None
        known = await self._kv.get(self._name(chat, interview))
        if known is None:
            return await self._new(chat, interview, title) if make and chat not in self._refused else None
        thread = int(known.removesuffix(_CLOSED))
        if make and known.endswith(_CLOSED):
            await self._reopen(chat, interview, thread)
        return thread

    async def has_topics(self, chat: int) -> bool:
        if chat not in self._forums:
            asked = urlencode({"chat_id": chat})  # PTB's own call would build a model of the whole chat
            told: Any = await self._request.post(f"{self._bot.base_url}/getChat?{asked}")
            self._forums[chat] = isinstance(told, dict) and told.get("is_forum") is True
        return self._forums[chat]

    async def forget(self, chat: int, interview: str) -> None:
        """Forget the interview's topic, because it was deleted."""
        self._made.pop(self._name(chat, interview), None)
        await self._kv.erase(self._name(chat, interview))

    async def close(self, chat: int, interview: str, thread: int) -> None:
        await self._ignoring_trouble(self._bot.close_forum_topic(chat, thread))
        await self._remember(chat, interview, thread, _CLOSED)

    async def may_hint(self, chat: int) -> bool:
        """Return whether to give the hint now that the bot may not create topics: at most every HINT_S seconds."""
        return await self._kv.take(f"topic-hint:{self._account}:{chat}", self._owner, HINT_S)

    async def _reopen(self, chat: int, interview: str, thread: int) -> None:
        await self._ignoring_trouble(self._bot.reopen_forum_topic(chat, thread))
        await self._remember(chat, interview, thread)

    async def _ignoring_trouble(self, call: Any) -> None:
        """Await a call, ignoring refusals: it was already done by hand, or the bot lacks the right."""
        try:
            await call
        except (BadRequest, Forbidden) as error:
            log.info("topic_left_as_it_is", bot=self._account, why=type(error).__name__)

    async def _new(self, chat: int, interview: str, title: str) -> int | None:
        """Create a topic in one process only. Raises TryLater in the others."""
        lock = f"topic-lock:{self._account}:{chat}:{interview}"
        if not await self._kv.take(lock, self._owner, _LOCK_S):
            raise TryLater("another process is making this topic", 1.0)
        try:
            if known := await self._kv.get(self._name(chat, interview)):
                return int(known.removesuffix(_CLOSED))
            return await self._make(chat, interview, title)
        finally:
            await self._kv.give_back(lock, self._owner)

    async def _make(self, chat: int, interview: str, title: str) -> int | None:
        name = self._name(chat, interview)
        thread: int | None = self._made.get(name)  # created earlier, but not stored because the store failed
        if thread is None:
            try:
                thread = (await self._bot.create_forum_topic(chat, title[:MOST_NAME])).message_thread_id
            except BadRequest as error:
                if "chat not found" in str(error).lower():
                    raise
                log.warning("no_topics_allowed", bot=self._account)
                self._refused[chat] = True
                return None
            self._made[name] = thread
        await self._remember(chat, interview, thread)
        return thread

    async def _remember(self, chat: int, interview: str, thread: int, state: str = "") -> None:
        await self._kv.set(self._whose(chat, thread), interview, KEPT_S)
        await self._kv.set(self._name(chat, interview), f"{thread}{state}", KEPT_S)

    def _name(self, chat: int, interview: str) -> str:
        return f"topic:{self._account}:{chat}:{interview}"

    def _whose(self, chat: int, thread: int) -> str:
        return f"topic-whose:{self._account}:{chat}:{thread}"
