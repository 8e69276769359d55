"""Handling one page of 微信客服 messages.

Conversations are handled in parallel, each in order. Messages that fail go to the dead letters.
"""

import asyncio
import contextlib
import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from msgspec.structs import replace

from bot.channels.base import SendError
from bot.channels.shared.failures import dead_letter_on_failure
from bot.channels.wecom.kf_channel import THEIRS, KfChannel
from bot.channels.wecom.kf_parse import CHANNEL, Pulled, hear, user_of
from bot.logs import log
from bot.runtime.partition_leases import Leases
from conversation.errors import BotError
from conversation.inbound import AccountResumed, Address, Inbound, OtherReceived
from handlers.intake.receive import Intake
from storage.ports import Directory, Kv, Outbox

AT_ONCE = 8
"""How many conversations are handled at a time."""
TO_PEOPLE = "people"
"""The kind, in the record, of what candidates say to colleagues."""
_STRETCH = 50
"""After this many messages the lease is renewed."""
_JUST_NOW_MS = 60_000
_PEOPLE_LIFE_S = 4 * 24 * 3600
"""How long it is remembered that colleagues have a conversation: longer than the platform keeps its messages."""


class LeaseLost(BotError):
    """The lease was lost while handling messages. Another process continues."""


class KfPage:
    """Handles pages of messages of one account. `now` returns epoch seconds."""

    def __init__(
        self,
        channel: KfChannel,
        intake: Intake,
        directory: Directory,
        outbox: Outbox,
        kv: Kv,
        now: Callable[[], float],
    ) -> None:
        self._channel = channel
        self._intake = intake
        self._directory = directory
        self._outbox = outbox
        self._kv = kv
        self._now = now
        self._name = f"wecom-kf:{channel.account}:people"
        self._people: dict[str, str] = {}

    async def connect(self) -> None:
        """Record the first connection to the account, which also brings the messages of the last three days."""
        await self._intake.connect(CHANNEL, self._channel.account)

    async def take(self, messages: Sequence[Any], leases: Leases) -> None:
        """Handle and commit all messages. Raises StoreUnavailable, LeaseLost.

        After an error the page may be handled again: messages already committed then change nothing.
        """
        if messages:
            self._people = await self._known_people()
        for start in range(0, len(messages), _STRETCH):
            await self._several(messages[start : start + _STRETCH])
            if not await leases.renew(0):
                raise LeaseLost("another process goes on")

    async def _several(self, messages: Sequence[Any]) -> None:
        conversations: defaultdict[str, list[Any]] = defaultdict(list)
        for each in messages:
            conversations[user_of(each) if isinstance(each, dict) else ""].append(each)
        room = asyncio.Semaphore(AT_ONCE)
        results = await asyncio.gather(
            *(self._in_order(each, room) for each in conversations.values()), return_exceptions=True
        )
        for result in results:
            if isinstance(result, BaseException):
                raise result

    async def _in_order(self, messages: Sequence[Any], room: asyncio.Semaphore) -> None:
        async with room:
            for each in messages:
                await self._handle(each)

    async def _handle(self, message: Any) -> None:
        """Handle one message. If it is malformed or its handling fails, it goes whole into the dead letters."""
        account = self._channel.account
        async with dead_letter_on_failure(
            self._outbox,
            CHANNEL,
            account,
            lambda: json.dumps(message, ensure_ascii=False).encode(),
            holds_up=True,
        ):
            await self._act(hear(account, message, self._now()))

    async def _act(self, heard: Pulled) -> None:
        if heard.trouble:
            self._channel.in_trouble(heard.trouble)
            log.error("kf_does_not_deliver", why=heard.trouble)
        if heard.code:
            await self._channel.codes.keep(heard.user, heard.code, int(heard.code_until_s - self._now()))
        if heard.people is not None:
            await self._change(heard)
        if heard.inbound:
            await self._said(heard.user, heard.inbound)

    # colleagues in the conversation

    async def _known_people(self) -> dict[str, str]:
        """Return the users whose conversations colleagues have, and since when (epoch milliseconds).

        Entries older than `_PEOPLE_LIFE_S` are deleted.
        """
        found = await self._kv.fields(self._name)
        oldest = (self._now() - _PEOPLE_LIFE_S) * 1000
        gone = [user for user, since in found.items() if int(since) < oldest]
        await self._kv.drop(self._name, gone)
        return {user: since for user, since in found.items() if user not in gone}

    async def _said(self, user: str, inbound: Inbound) -> None:
        """Pass on a candidate's message. One to colleagues is recorded, but does not count as an answer.

        While colleagues have the conversation, the interview stands still. People without an interview then get no
        reply.
        """
        if inbound.message and user in self._people and await self._still_theirs(user, inbound.sent_ms):
            if not await self._directory.who(Address(CHANNEL, self._channel.account, user)):
                return
            text = getattr(inbound.what, "text", "")
            inbound = replace(inbound, what=OtherReceived(TO_PEOPLE, text=text), halted=True)
        await self._intake.receive(inbound)

    async def _still_theirs(self, user: str, sent_ms: int) -> bool:
        """Return whether colleagues still have the conversation.

        For a recent message the platform is asked, because the event that they have finished may never come. For
        older ones only the events count.
        """
        if self._now() * 1000 - sent_ms > _JUST_NOW_MS:
            return True
        with contextlib.suppress(SendError):
            if await self._channel.state(user) not in THEIRS:
                await self._over(user, sent_ms)
                return False
        return True

    async def _change(self, heard: Pulled) -> None:
        if not heard.people:
            await self._over(heard.user, heard.at_ms)
        elif heard.user not in self._people:
            self._people[heard.user] = str(heard.at_ms)
            await self._kv.put(self._name, heard.user, str(heard.at_ms), _PEOPLE_LIFE_S)

    async def _over(self, user: str, at_ms: int) -> None:
        """End the colleagues' part: give the candidate the time back, and ask the open question again."""
        since = self._people.get(user)
        if not since:
            return
        account = self._channel.account
        if interview := await self._directory.who(Address(CHANNEL, account, user)):
            resumed = AccountResumed(CHANNEL, account, int(since), at_ms)
            await self._intake.apply(interview, Inbound(f"wk:{account}:over:{user}:{at_ms}", resumed))
        self._people.pop(user, None)
        await self._kv.drop(self._name, [user])
