"""State shared by the processes of one robot: sessions for replies, and the number of API calls."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from bot.channels.dingtalk.parse import MARGIN_MS, Received, Session
from bot.logs import log
from storage.ports import Kv

PUBLIC_API = "https://api.dingtalk.com"
_HOSTS = ("oapi.dingtalk.com", "api.dingtalk.com")
_LONGEST_LIFE_S = 24 * 3600
"""Upper limit on a session's life, in seconds. DingTalk's own sample says about 90 minutes."""
_LONGEST_UNSIGNED_S = 2 * 3600
"""The same limit if the message may be forged."""
_KNOWN_S = 2 * 3600
"""How long a message's id is kept with its session, in seconds: longer than captured headers stay valid."""
_MONTH_S = 40 * 24 * 3600
_ORGANISATIONS_CLOCK = timedelta(hours=8)
RESERVED = 0.9
"""From this share of the month's calls on, the API is used only for messages that someone is waiting for."""


def allowed(url: str, api_url: str) -> bool:
    """Return whether a reply may be sent to this address.

    It must use TLS and one of the hosts of DingTalk's API, or be on the API server that the settings name. A
    callback's body is not signed, so it could name any address.
    """
    try:
        parts = urlsplit(url)
        api = urlsplit(api_url)
        port = parts.port
        if api_url != PUBLIC_API and (parts.scheme, parts.netloc) == (api.scheme, api.netloc):
            return True
    except ValueError:
        return False
    host = parts.hostname or ""
    plain = parts.netloc.isascii() and "@" not in parts.netloc and "\\" not in url
    return parts.scheme == "https" and plain and host in _HOSTS and port in (None, 443)


class Sessions:
    """The current session of each candidate's conversation. `now` returns epoch milliseconds.

    Every message brings a new session. If messages are `authentic`, certainly DingTalk's own, the one that lasts
    longest is used. Otherwise the first one is used until it ends, and only the next message after that brings
    another: with a forged body nobody can divert a conversation that has a session. A later session is not even
    kept as the successor, because a forged body could plant one. So somebody outside the organisation who gets an
    answer late may have to write once more; members are then reached by the server API.
    """

    def __init__(self, kv: Kv, account: str, api_url: str, now: Callable[[], int], *, authentic: bool) -> None:
        self._kv = kv
        self._name = f"dingtalk:{account}"
        self._api_url = api_url
        self._now = now
        self._authentic = authentic

    async def genuine(self, received: Received) -> Received | None:
        """Return the message, or None if it is forged.

        A message id seen before with another sender or conversation is forged. With only another session, the
        message is returned without it. Raises StoreUnavailable.
        """
        url = received.session.url if received.session else ""
        who = _mark(f"{received.chat}|{received.sender}")
        mark = f"{who}:{_mark(url)}"
        by = f"{self._name}:session-of:{received.message.msg_id}"
        if not await self._kv.take(by, mark, _KNOWN_S) and (before := await self._kv.get(by)) != mark:
            log.warning("session_refused", channel="dingtalk", why="the message came before, with another one")
            return received._replace(session=None) if before is None or before.startswith(f"{who}:") else None
        return received

    async def learn(self, received: Received) -> Session | None:
        """Keep the session that came with a message, if it may be used. Return the conversation's current one.

        Raises StoreUnavailable.
        """
        user, brought = received.chat.user, received.session
        known = await self.of(user)
        if brought is None:
            return known
        if not allowed(brought.url, self._api_url):
            log.warning("session_refused", channel="dingtalk", why="not a host of DingTalk")
            return known
        longest_s = _LONGEST_LIFE_S if self._authentic else _LONGEST_UNSIGNED_S
        new = Session(brought.url, min(brought.until_ms, self._now() + longest_s * 1000))
        if known and not (self._authentic and known.until_ms < new.until_ms):
            return known
        left_s = (new.until_ms - MARGIN_MS - self._now()) // 1000
        if left_s <= 0:
            return known
        await self._kv.set(self._key(user), json.dumps(new), left_s)
        return new

    async def of(self, user: str) -> Session | None:
        """Return the conversation's current session, or None. Raises StoreUnavailable."""
        found = await self._kv.get(self._key(user))
        if found is None:
            return None
        session = Session(*json.loads(found))
        return session if self._now() < session.until_ms - MARGIN_MS else None

    async def end(self, user: str, session: Session) -> None:
        """Forget a session, because DingTalk no longer accepts messages there."""
        if await self.of(user) == session:
            await self._kv.erase(self._key(user))

    async def wait(self, user: str) -> None:
        """Note that a message is held for this user until they write."""
        await self._kv.set(f"{self._name}:waits:{user}", "1", _MONTH_S)

    async def waits(self, user: str) -> bool:
        return await self._kv.get(f"{self._name}:waits:{user}") is not None

    async def waits_no_more(self, user: str) -> None:
        await self._kv.erase(f"{self._name}:waits:{user}")

    def _key(self, user: str) -> str:
        """What was learnt from messages that may be forged is not believed once all are authentic."""
        return f"{self._name}:{'authentic' if self._authentic else 'unsigned'}-session:{user}"


def _mark(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:24]


class Quota:
    """The server API calls of this month, of which an organisation has a limited number.

    Source: dingtalk.com/qidian, "API 调用量" (read 2026-11): 10,000 a month for standard organisations, for all
    their apps together. Beyond that, the API refuses with Forbidden.AccessDenied.ApiCountLimitForOrg. We count
    only our own calls.
    """

    def __init__(self, kv: Kv, account: str, most: int, now: Callable[[], int]) -> None:
        self._kv = kv
        self._account = account
        self._now = now
        self.most = most

    async def add(self) -> int:
        """Count a call, and return the number including it. Raises StoreUnavailable."""
        return await self._kv.count(self._name, _MONTH_S)

    async def used(self) -> int:
        """Return the number of calls this month. Raises StoreUnavailable."""
        return int(await self._kv.get(self._name) or 0)

    async def allows(self, *, prompted: bool) -> bool:
        """Return whether a message may be sent by the API. Raises StoreUnavailable."""
        return await self.used() < (self.most if prompted else self.most * RESERVED)

    @property
    def _name(self) -> str:
        month = datetime.fromtimestamp(self._now() / 1000, UTC) + _ORGANISATIONS_CLOCK
        return f"dingtalk:{self._account}:calls:{month:%Y-%m}"
