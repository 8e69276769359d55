"""Pulling messages of 微信客服, by one process at a time and from where the last pull stopped.

Source: developer.work.weixin.qq.com, document 94670 (接收消息和事件) (read 2026-11): a callback has only a token
(valid for ten minutes) and the account. Messages of the last three days are read with a cursor, a thousand at a
time. Without a token the platform allows few calls.

A callback is answered once a note of it is stored. The cursor moves when a page's messages are committed. As each
message has a msgid, a page that is read twice has no effect the second time.
"""

import asyncio
import contextlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from bot.channels.base import SendError
from bot.channels.wechat_api.api import ApiRefused
from bot.channels.wecom.corp import CorpApi
from bot.channels.wecom.kf_page import KfPage, LeaseLost
from bot.channels.wecom.parse import News
from bot.logs import log, log_wait
from bot.runtime.partition_leases import Leases
from storage.errors import StoreUnavailable
from storage.ports import Kv

LEASE_MS = 10_000
"""How long nobody pulls after a process died while pulling, in milliseconds. Then another takes over."""
LIMIT = 1000
AMR = 0
"""A voice_format. The other one is Silk."""
EVERY_S = 60
"""How often messages are pulled without a callback, in seconds, in case one was lost."""
LOOK_S = 5.0
"""How often to look for callbacks noted by other processes, in seconds, in case these cannot pull themselves."""
TOKEN_S = 9 * 60
_TROUBLE_S = 3.0


class KfPuller:
    """Pulls one account's messages in the process `owner`.

    `now` returns epoch seconds. `nonce` returns a new random text each time.
    """

    def __init__(
        self,
        account: str,
        api: CorpApi,
        kv: Kv,
        leases: Leases,
        page: KfPage,
        owner: str,
        now: Callable[[], float],
        nonce: Callable[[], str],
    ) -> None:
        self._account = account
        self._api = api
        self._kv = kv
        self._leases = leases
        self._page = page
        self._owner = owner
        self._now = now
        self._nonce = nonce
        self._wanted = f"wecom-kf:{account}:wanted"
        self._cursor = f"wecom-kf:{account}:cursor"
        self._round = f"wecom-kf:{account}:round"
        self._news = asyncio.Event()

    async def note(self, news: News) -> None:
        """Note durably that there is something to pull. Raises StoreUnavailable."""
        if news.open_kfid in ("", self._account):
            note = {"token": news.token, "at_s": self._now(), "sign": self._nonce()}
            await self._kv.set(self._wanted, json.dumps(note))
            self._news.set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Pull whenever it is needed, until `stopping` is set."""
        while not stopping.is_set():
            wait_s = LOOK_S
            self._news.clear()
            try:
                await self.look()
            except (StoreUnavailable, SendError, LeaseLost) as error:
                log_wait("kf_pull_waits", error)
                wait_s = getattr(error, "retry_after_s", None) or _TROUBLE_S
            except Exception:  # whatever a malformed answer causes, pulling must continue
                log.exception("kf_pull_failed")
            waiters = [asyncio.create_task(each.wait()) for each in (self._news, stopping)]
            await asyncio.wait(waiters, timeout=wait_s, return_when=asyncio.FIRST_COMPLETED)
            for waiter in waiters:
                waiter.cancel()

    async def look(self) -> None:
        """Pull while a callback is noted or a regular pull is due. Raises SendError, StoreUnavailable, LeaseLost.

        If another process holds the lease, the note is left to it. That process looks again after releasing the
        lease.
        """
        while (note := await self._kv.get(self._wanted)) or await self._is_time():
            if not await self._leases.take(0):
                return
            try:
                await self._pull(note or "")
            finally:
                with contextlib.suppress(StoreUnavailable):  # otherwise the lease expires
                    await self._leases.release(0)

    async def _is_time(self) -> bool:
        """Return whether a regular pull is due. True for only one process in each period."""
        return await self._kv.take(self._round, self._owner, EVERY_S)

    async def _pull(self, note: str) -> None:
        token, more = self._token(note), True
        while more:
            cursor = await self._kv.get(self._cursor) or ""
            answer = await self._ask(cursor, token)
            await self._still_ours()
            if not cursor:
                await self._page.connect()
            await self._page.take(_messages(answer), self._leases)
            after = str(answer.get("next_cursor") or cursor)
            more = bool(answer.get("has_more")) and after != cursor
            await self._still_ours()
            await self._kv.set(self._cursor, after)
        if note:
            await self._kv.give_back(self._wanted, note)

    async def _still_ours(self) -> None:
        if not await self._leases.renew(0):
            raise LeaseLost("another process goes on")

    async def _ask(self, cursor: str, token: str) -> dict[str, Any]:
        """Ask for the next page, without the token if that is refused."""
        body = {"open_kfid": self._account, "cursor": cursor, "limit": LIMIT, "voice_format": AMR}
        if token:
            with contextlib.suppress(ApiRefused):
                return await self._api.ask("/cgi-bin/kf/sync_msg", {**body, "token": token})
        return await self._api.call("/cgi-bin/kf/sync_msg", body)

    def _token(self, note: str) -> str:
        """Return the note's token, or "" if it has expired."""
        if not note:
            return ""
        found = json.loads(note)
        return str(found["token"]) if self._now() - found["at_s"] < TOKEN_S else ""


def _messages(answer: Mapping[str, Any]) -> list[Any]:
    found = answer.get("msg_list")
    return found if isinstance(found, list) else []
