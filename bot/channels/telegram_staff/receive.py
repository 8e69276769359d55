"""Receiving updates, by webhook or by long polling.

A webhook request is answered, and a polling offset advanced, only after the commit. PTB's own Updater is not used
because it confirms an update before it is handled.
"""

import asyncio
import contextlib
import hmac
import json
from collections import deque
from typing import Any

import msgspec
from msgspec.structs import replace

from bot.channels.shared.damaged_text import repaired_json
from bot.channels.shared.failures import dead_letter_on_failure
from bot.channels.telegram_staff.channel import StaffChannel
from bot.channels.telegram_staff.files import AT_A_TIME, MOST_FILE_BYTES, MOST_PASSED_BYTES, fetch
from bot.channels.telegram_staff.parse import Received, Upload, Us, emoji, migration, parse, read, upload
from bot.channels.telegram_staff.settings import CHANNEL
from bot.channels.telegram_staff.token_redaction import hide
from bot.metrics import INBOUND
from bot.runtime.polling import is_json
from conversation.inbound import Address
from handlers.console.command_line import without_tokens
from handlers.console.commands.candidates.support import answer_line
from handlers.console.console import Console, Result
from handlers.console.context import FileTrouble, StaffInbound
from handlers.organisation.repository import RecordBusy, load, move_chat
from storage.errors import StoreUnavailable

POLL_S = 25
PATIENCE_S = 1.0
"""How long to wait for the slowest update of a batch before asking for more."""


class StaffReceiver:
    """Passes updates to the console."""

    def __init__(self, channel: StaffChannel, console: Console) -> None:
        self._channel = channel
        self._console = console
        self._secret = channel.secret.encode()
        self._large = asyncio.Semaphore(AT_A_TIME)
        channel.on_migration(self._migrated)

    def authentic(self, secret: bytes) -> bool:
        """Return whether the header's secret is this bot's. An empty secret never matches."""
        return bool(self._secret) and hmac.compare_digest(secret, self._secret)

    async def take(self, body: bytes) -> bool:
        """Handle one update; it is committed when this returns. Returns False if the body is not JSON.

        An update that cannot be processed becomes a dead letter, without tokens. Raises StoreUnavailable if it was
        not committed and Telegram has to send it again.
        """
        readable = repaired_json(body)
        if not is_json(readable):
            return False
        outbox = self._console.tools.store.outbox
        async with dead_letter_on_failure(outbox, CHANNEL, self._channel.account, lambda: _without_tokens(body)):
            told = msgspec.json.decode(readable)
            if migrated := migration(told):
                await self._move(*migrated, in_use=False)
            update = read(told, self._channel.bot)
            us = Us(self._channel.account, self._channel.username)
            received = parse(us, update, upload(told), emoji(told))
            if received and await self._handle(received) != "stranger" and update.message:
                await hide(self._channel.bot, update.message, received.inbound, self._console.tools)
        return True

    async def _handle(self, received: Received) -> Result:
        inbound = await self._about(received)
        if not received.meant and not inbound.about:
            return "stranger"  # written in a topic that is not the bot's
        answer = bool(inbound.about) and not (received.press or inbound.text.lstrip().startswith(("/", "／")))
        if answer:  # a forwarded message is an answer like any other
            inbound = replace(inbound, text=answer_line(inbound.about, inbound.text), forwarded=False)
        if received.upload and not inbound.forwarded and await self._known(received):
            inbound = await self._with_file(inbound, received.upload, for_candidate=answer)
        result = await self._console.receive(inbound)
        INBOUND.count(result, CHANNEL)
        if received.press and result != "stranger":
            self._channel.answer_press(received.press)
        return result

    async def _migrated(self, old: int, new: int) -> None:
        """Record that a group to which something is being sent has another id. Raises StoreUnavailable."""
        with contextlib.suppress(RecordBusy):  # the next message tries again
            await self._move(old, new, in_use=True)

    async def _move(self, old: int, new: int, *, in_use: bool) -> None:
        tools, account = self._console.tools, self._channel.account
        before, now = (Address(CHANNEL, account, str(chat)) for chat in (old, new))
        await move_chat(tools.store, before, now, tools.now, in_use=in_use)

    async def _about(self, received: Received) -> StaffInbound:
        """Return the message, marked with the interview to which its topic belongs, if any."""
        inbound, topics = received.inbound, self._channel.topics
        if not received.thread or topics is None:
            return inbound
        about = await topics.about(int(inbound.chat.user.partition("/")[0]), received.thread)
        return replace(inbound, about=about, apart=True) if about else inbound

    async def _with_file(self, inbound: StaffInbound, file: Upload, *, for_candidate: bool) -> StaffInbound:
        """Return the message with its file. For a command, only documents are downloaded; for a candidate, any."""
        if for_candidate:
            async with self._large:
                found = await fetch(self._channel.bot, file, MOST_PASSED_BYTES)
        elif file.kind == "document":
            found = await fetch(self._channel.bot, file, MOST_FILE_BYTES)
        else:
            return inbound
        return replace(inbound, trouble=found) if isinstance(found, FileTrouble) else replace(inbound, file=found)

    async def _known(self, received: Received) -> bool:
        """Return whether the sender is a known person. Files of strangers are not downloaded."""
        record = await load(self._console.tools.store)
        return record.state.person_at(received.inbound.sender) is not None


def _without_tokens(body: bytes) -> bytes:
    return without_tokens(body.decode(errors="surrogateescape")).encode(errors="surrogateescape")


class StaffPoller:
    """Receives updates by long polling.

    Each person's updates are handled in order, and different persons' in parallel, so that a long command delays
    nobody else. The offset stays at the first update that is not committed.
    """

    def __init__(self, channel: StaffChannel, receiver: StaffReceiver) -> None:
        self._channel = channel
        self._receiver = receiver
        self._offset = 0
        self._lanes: dict[object, deque[tuple[int, bytes]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._done: set[int] = set()
        self._failure: StoreUnavailable | None = None

    @property
    def account(self) -> str:
        return self._channel.account

    def begin(self) -> None:
        self._offset = 0

    async def round(self) -> None:
        updates = await self._channel.updates(self._offset, 0 if self._tasks else POLL_S)
        in_hand = {number for lane in self._lanes.values() for number, _ in lane}
        for update in updates:
            if update["update_id"] not in in_hand | self._done:
                self._hand_out(update)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=PATIENCE_S)
        self._move_on({update["update_id"] for update in updates})
        if failure := self._failure:
            self._failure = None
            raise failure

    def _hand_out(self, update: dict[str, Any]) -> None:
        key = _sender(update)
        lane = self._lanes.setdefault(key, deque())
        lane.append((update["update_id"], json.dumps(update).encode()))
        if len(lane) == 1:
            task = asyncio.create_task(self._work(key, lane))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _work(self, key: object, lane: deque[tuple[int, bytes]]) -> None:
        try:
            while lane:
                update_id, body = lane[0]
                await self._receiver.take(body)
                self._done.add(update_id)
                lane.popleft()
        except StoreUnavailable as error:  # this update and all later ones come again
            self._failure = error
        finally:
            del self._lanes[key]

    def _move_on(self, brought: set[int]) -> None:
        """Set the offset to the first update that is not committed, or to 0 if no updates are left.

        After a week without updates, Telegram continues with a random update id, so an old offset must not be kept
        (core.telegram.org/bots/api, "Update", read 2026-11).
        """
        if brought:
            waiting = brought - self._done
            self._offset = min(waiting) if waiting else max(brought) + 1
            self._done = {number for number in self._done if number >= self._offset}
        elif not self._tasks:
            self._offset = 0
            self._done.clear()

    async def stop(self) -> None:
        """Stop handling updates. Those not committed come again."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)


def _sender(update: dict[str, Any]) -> object:
    """Return the id of the update's sender, or None if it cannot be determined."""
    for kind in ("message", "callback_query"):
        if isinstance(found := update.get(kind), dict) and isinstance(sender := found.get("from"), dict):
            return str(sender.get("id"))
    return None
