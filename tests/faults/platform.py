"""A fake Telegram that records what the bot sends, and delivers updates until they are acknowledged.

Each chat has two queues, one of messages and one of button presses. The next update of a queue is delivered after
the previous one got a 2xx. Others are delivered again.
"""

import asyncio
import itertools
import json
import random
import time
from collections import Counter, deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

import aiohttp
from aiohttp import web

TOKEN = "700001:AAE-faults-0123456789-abcdefghij"
BOT_ID = TOKEN.partition(":")[0]
SECRET = "faults-secret"
_AGAIN_S = 0.3
_PATIENCE_S = 30.0
_CONNECTIONS = 100
_IDLE_S = 2.0
"""Shorter than our server keeps idle connections: nothing is sent over one that it is just closing."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sent:
    """A message from the bot: its text, the data of its buttons, and its time (monotonic seconds)."""

    id: int
    text: str
    buttons: tuple[str, ...]
    at: float

    def button(self, name: str) -> str | None:
        """Return the data of the button of this name (`submit` for `submit@3`)."""
        return next((data for data in self.buttons if data.partition("@")[0] == name), None)


class Chat:
    """One candidate's chat: what the bot said there, and a journal of all events to analyse failures."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.sent: list[Sent] = []
        self.journal: list[str] = []
        self.last_id = 0
        self._changed = asyncio.Event()

    def next_id(self) -> int:
        self.last_id += 1
        return self.last_id

    def note(self, line: str) -> None:
        self.journal.append(f"{time.time() % 1000:07.3f} {line}")
        self._changed.set()

    async def until(self, look: Callable[[], T | None]) -> T:
        """Wait until `look` returns something other than None, and return it."""
        while (found := look()) is None:
            self._changed.clear()
            await self._changed.wait()
        return found


@dataclass(slots=True)
class Update:
    """An update to the bot. `delivered` is set once it is acknowledged."""

    number: int
    chat: Chat
    body: bytes
    what: str
    delivered: asyncio.Event = field(default_factory=asyncio.Event)
    attempts: int = 0


class Telegram:
    """The platform.

    `addresses` are those of the bot's web servers, of which each attempt takes one at random. With `copies`, each
    attempt is made up to that many times at once.
    """

    def __init__(self, chance: random.Random, *, latency_s: float = 0.01, copies: int = 1) -> None:
        self.addresses: list[str] = []
        self.chats: dict[int, Chat] = {}
        self.waiting = 0
        """Updates not acknowledged yet."""
        self.posts = 0
        """Requests to the bot in progress."""
        self.answers: Counter[str] = Counter()
        self.deliveries = 0
        self.redeliveries = 0
        self.without_retry_after = 0
        self.last_acknowledged = 0.0
        self.slowest_s = 0.0
        """The longest time from the first attempt to deliver an update to its acknowledgement."""
        self.answered: dict[Sent, float] = {}
        """When the bot was told that a message was delivered (monotonic seconds)."""
        self.url = ""
        self._chance = chance
        self._latency_s = latency_s
        self._copies = copies
        self._numbers = itertools.count(1)
        self._queues: dict[tuple[int, str], deque[Update]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._session: aiohttp.ClientSession | None = None
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> "Telegram":
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=_CONNECTIONS, keepalive_timeout=_IDLE_S),
            timeout=aiohttp.ClientTimeout(total=_PATIENCE_S),
        )
        application = web.Application()
        application.router.add_post("/bot{token}/{method}", self._call)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, backlog=1024)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session:
            await self._session.close()
        if self._runner:
            await self._runner.cleanup()

    # the Bot API

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"].lower()
        if method != "sendmessage":
            result: object = {"id": int(BOT_ID), "is_bot": True, "first_name": "Load", "username": "load_bot"}
            return web.json_response({"ok": True, "result": result if method == "getme" else True})
        parameters = await request.json()
        chat = self.chats[int(parameters["chat_id"])]
        rows = parameters.get("reply_markup", {}).get("inline_keyboard", [])
        buttons = tuple(button["callback_data"] for row in rows for button in row)
        message = Sent(chat.next_id(), parameters["text"], buttons, time.monotonic())
        chat.sent.append(message)
        chat.note(f"< {message.text[:90]!r} {' '.join(message.buttons[:2])}")
        # The message is recorded before the answer, so a process killed in between has sent it without knowing.
        await asyncio.sleep(self._latency_s)
        self.answered[message] = time.monotonic()
        return web.json_response({"ok": True, "result": {"message_id": message.id, "date": int(time.time())}})

    # updates

    def text(self, chat: Chat, text: str) -> Update:
        """Send a message of the candidate."""
        message = {"message_id": chat.next_id(), **_common(chat), "from": _person(chat), "text": text}
        return self._enqueue(chat, "messages", {"message": message}, text[:24])

    def press(self, chat: Chat, on: Sent, data: str) -> Update:
        """Press a button as the candidate."""
        bot = {"id": int(BOT_ID), "is_bot": True, "first_name": "Load"}
        message = {"message_id": on.id, **_common(chat), "from": bot, "text": on.text}
        query = {"from": _person(chat), "chat_instance": "1", "message": message, "data": data}
        return self._enqueue(chat, "presses", {"callback_query": query}, f"[{data}]")

    def _enqueue(self, chat: Chat, queue: str, content: dict[str, Any], what: str) -> Update:
        number = next(self._numbers)
        if query := content.get("callback_query"):
            query["id"] = str(number)
        body = json.dumps({"update_id": number, **content}, ensure_ascii=False).encode()
        update = Update(number, chat, body, what)
        self.waiting += 1
        chat.note(f"> {what} is sent (update {number})")
        waiting = self._queues.setdefault((chat.number, queue), deque())
        waiting.append(update)
        if len(waiting) == 1:
            self._spawn(self._drain(waiting))
        return update

    async def _drain(self, queue: deque[Update]) -> None:
        while queue:
            update = queue[0]
            began = time.monotonic()
            await self._deliver(update)
            self.slowest_s = max(self.slowest_s, time.monotonic() - began)
            update.delivered.set()
            self.waiting -= 1
            self.deliveries += 1
            update.chat.note(
                f"> {update.what} is acknowledged (update {update.number}, attempt {update.attempts})"
            )
            queue.popleft()

    async def _deliver(self, update: Update) -> None:
        while True:
            if await self._attempt(update):
                return
            await asyncio.sleep(_AGAIN_S)

    async def _attempt(self, update: Update) -> bool:
        """Make one attempt, perhaps in several copies. Returns whether one was acknowledged.

        Copies that are slower keep running.
        """
        copies = self._chance.randint(1, self._copies)
        self.redeliveries += copies - (update.attempts == 0)
        update.attempts += 1
        running = {self._spawn(self._post(update, self._chance.choice(self.addresses))) for _ in range(copies)}
        while running:
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            if any(task.result() for task in done):
                return True
        return False

    async def _post(self, update: Update, address: str) -> bool:
        assert self._session is not None
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET, "Content-Type": "application/json"}
        self.posts += 1
        try:
            async with self._session.post(
                f"{address}/webhooks/telegram/{BOT_ID}", data=update.body, headers=headers
            ) as response:
                await response.read()
                status = response.status
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            self.answers[type(error).__name__] += 1
            return False
        finally:
            self.posts -= 1
        self.answers[str(status)] += 1
        if status == 503 and "Retry-After" not in response.headers:
            self.without_retry_after += 1
        if 200 <= status < 300:
            self.last_acknowledged = time.monotonic()
            return True
        return False

    def _spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def wrong_answers(self) -> dict[str, int]:
        """Return the counts of statuses that the bot must never answer with."""
        return {
            status: n for status, n in self.answers.items() if status.isdigit() and status not in ("200", "503")
        }


def _common(chat: Chat) -> dict[str, Any]:
    return {"date": int(time.time()), "chat": {"id": chat.number, "type": "private", "first_name": _name(chat)}}


def _person(chat: Chat) -> dict[str, Any]:
    return {"id": chat.number, "is_bot": False, "first_name": _name(chat), "language_code": "en"}


def _name(chat: Chat) -> str:
    return f"Candidate {chat.number}"
