"""Having anchors stamped by an authority over HTTP (RFC 3161, section 3.4)."""

import asyncio
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx

from bot.channels.shared.http_client import ANSWER_S
from bot.logs import log
from bot.time_stamps.tokens import MOST_BYTES, TokenReader, request_for
from conversation.errors import BotError
from handlers.maintenance.anchor_stamps import StampWrong, check_time, stamp_name
from handlers.maintenance.anchors import NOTE, Files, Kept

_FIRST_WAIT_MS = 60_000
_MOST_WAIT_MS = 3_600_000
_HEADERS = {
    "Content-Type": "application/timestamp-query",
    "Accept": "application/timestamp-reply",
    "Accept-Encoding": "identity",  # so that the size is known before anything is unpacked
}


class _Unanswered(BotError):
    """The authority did not answer as the protocol says. The message is for the log."""


class Stamper:
    """Has the newest anchor stamped, and keeps the time stamp beside it.

    After a failure it waits for a minute, then twice as long each time, up to an hour. The first failure of a day
    is logged. `address` is the authority's, and may be a secret; `now` returns epoch milliseconds.
    """

    def __init__(
        self, address: str, reader: TokenReader, files: Files, http: httpx.AsyncClient, now: Callable[[], int]
    ) -> None:
        self._address = address
        self._reader = reader
        self._files = files
        self._http = http
        self._now = now
        self._day = ""
        self._done = False
        self._tried_ms = 0
        self._wait_ms = 0

    def wants(self, day: str) -> bool:
        """Return whether it is time to try to have the anchor of this day stamped."""
        waiting = 0 <= self._now() - self._tried_ms < self._wait_ms  # the clock may be set back
        return day != self._day or not (self._done or waiting)

    async def stamp(self, kept: Kept) -> None:
        """Have the anchor stamped if it is time to try and it is not stamped yet. Raises ArchiveUnavailable."""
        if not self.wants(kept.day):
            return
        if kept.day != self._day:
            self._day, self._done, self._wait_ms = kept.day, False, 0
        name = stamp_name(f"{kept.day}{NOTE}")
        if await self._files.read(name) is None:
            self._tried_ms = self._now()
            self._wait_ms = min(max(2 * self._wait_ms, _FIRST_WAIT_MS), _MOST_WAIT_MS)
            await self._ask(kept, name)
        else:
            self._done = True

    async def close(self) -> None:
        await self._http.aclose()

    async def _ask(self, kept: Kept, name: str) -> None:
        note, host = kept.note.encode(), urlsplit(self._address).hostname
        try:
            request = request_for(note)
            response = await self._answer(request.encoded)
            stamp = self._reader.answer(response, request, note)
            check_time(kept.anchor, stamp)
        except (_Unanswered, StampWrong) as error:
            if self._wait_ms == _FIRST_WAIT_MS:
                log.warning("anchor_not_stamped", host=host, day=kept.day, why=str(error))
            return
        await self._files.create(name, response)
        self._done = True
        log.info("anchor_stamped", host=host, day=kept.day, at=stamp.at.isoformat())

    async def _answer(self, request: bytes) -> bytes:
        """Return the authority's response, as far as it may be long. Raises _Unanswered."""
        found = bytearray()
        try:
            async with (
                asyncio.timeout(ANSWER_S),
                self._http.stream("POST", self._address, content=request, headers=_HEADERS) as answer,
            ):
                if answer.status_code != httpx.codes.OK:
                    raise _Unanswered(f"status {answer.status_code}")
                async for chunk in answer.aiter_raw():
                    found += chunk
                    if len(found) > MOST_BYTES:
                        raise _Unanswered("its answer is too long")
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            raise _Unanswered(type(error).__name__) from None
        return bytes(found)
