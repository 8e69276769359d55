"""Downloading files that candidates send: first getFile, then the file itself.

Source: core.telegram.org/bots/api, "getFile", "File" (read 2026-11): at most 20 MB; the link contains the bot's
token, works for at least an hour and can be requested again. The texts of refusals are not documented there:
github.com/tdlib/telegram-bot-api, issues 32, 51 and 490 (read 2026-11). Errors raised here never contain the link,
nor aiohttp's own text, which may quote it.
"""

import asyncio
import re
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any, NoReturn, Protocol
from urllib.parse import quote

import msgspec

from bot.channels.base import MediaGone, Rejected, TryLater, Unreachable
from bot.channels.telegram.answers import check, understood
from bot.channels.telegram.session import NOT_THE_API, Answer, Session, answer_of
from bot.loading import load
from bot.logs import log
from conversation.inbound import Media

if TYPE_CHECKING:  # loaded when the first file is wanted
    import aiohttp

TRIES = 4
"""How many times a download is attempted, continuing where it was interrupted."""
TOTAL_S = 600.0
CONNECT_S = 10.0
SILENCE_S = 20.0
LOCATE_S = 70.0
"""Timeout of getFile. Before answering, Telegram's server fetches the file itself, and gives up after a minute."""
_MOST_PATH = 1024
_MOST_ERROR_BYTES = 4096
_CHUNK_BYTES = 65_536
_PART = re.compile(r"bytes (\d{1,15})-\d{1,15}/(\d{1,15}|\*)")


class Call(Protocol):
    """Makes a Bot API call. Raises TryLater if there is no answer."""

    def __call__(self, method: str, parameters: dict[str, Any], timeout_s: float | None) -> Awaitable[Answer]: ...


class _File(msgspec.Struct):
    file_path: str = ""
    file_size: int = 0


class _LinkExpired(Exception):
    pass


class _NotWhole(Exception):
    """The download ended early. The data received so far is kept for the next attempt."""


class Files:
    """Downloads files that were sent to one bot."""

    def __init__(self, session: Session, token: str, call: Call, most_bytes: int) -> None:
        self._session = session
        self._token = token
        self._call = call
        self._most_bytes = most_bytes

    async def fetch(self, media: Media) -> bytes:
        """Return the whole file. Raises MediaGone or TryLater."""
        if media.size > self._most_bytes:
            raise MediaGone("too_large")
        await load("aiohttp")
        try:
            async with asyncio.timeout(LOCATE_S + TOTAL_S):
                try:
                    return await self._download(await self._locate(media.reference))
                except _LinkExpired:
                    return await self._download(await self._locate(media.reference))
        except _LinkExpired:
            raise TryLater("Telegram's link to a file does not work") from None
        except TimeoutError:
            raise TryLater("Telegram's file takes too long") from None

    async def _locate(self, reference: str) -> _File:
        answer = await self._call("getFile", {"file_id": reference}, LOCATE_S)
        if not answer.ok:
            _refused(answer)
        file = understood(answer, _File)
        if file.file_size > self._most_bytes:
            raise MediaGone("too_large")
        if not file.file_path:
            raise TryLater("Telegram gives no link to the file")
        return _File(_checked(file.file_path), file.file_size)

    async def _download(self, file: _File) -> bytes:
        import aiohttp

        data = bytearray()
        why = ""
        async with asyncio.timeout(TOTAL_S):
            for _ in range(TRIES):
                try:
                    await self._read_on(file, data)
                    return bytes(data)
                except (aiohttp.ClientError, TimeoutError, OSError, _NotWhole) as error:
                    why = type(error).__name__
        raise TryLater(f"Telegram's file could not be fetched whole ({why})")

    async def _read_on(self, file: _File, data: bytearray) -> None:
        """Append the missing part of the file to `data`, or start over if the server does not support ranges.

        Raises _NotWhole if the file is still incomplete.
        """
        import aiohttp

        timeout = aiohttp.ClientTimeout(sock_connect=CONNECT_S, sock_read=SILENCE_S)
        async with self._session.download(self._token, file.file_path, len(data), timeout) as response:
            if response.status == 416:  # nothing follows what we have, although it is incomplete: start over
                data.clear()
                raise _NotWhole
            if response.status not in (200, 206) or not _is_file(response):
                await _refuse_download(response)
            length = max(_begin(response, data), file.file_size)
            nothing = response.status == 200 and response.content_length == 0 and not file.file_size
            if length > self._most_bytes:
                raise MediaGone("too_large")
            async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
                data += chunk
                if len(data) > self._most_bytes:
                    raise MediaGone("too_large")
        _refuse_error_in(data)
        if nothing:
            return  # the file is empty, and the server says so
        if not data or len(data) < length:
            raise _NotWhole


def _checked(path: str) -> str:
    """Return the file's path, quoted for use in the URL after the token.

    Raises MediaGone for a path that leads elsewhere. Absolute paths come from a Bot API server run with `--local`,
    whose files are on its own disk.
    """
    if path.startswith("/") or "\\" in path:
        log.error("file_out_of_reach", why="the Bot API server runs with --local: start it without")
        raise MediaGone("gone")
    if len(path) > _MOST_PATH or any(part in ("", ".", "..") for part in path.split("/")):
        log.error("file_out_of_reach", why="the Bot API server gave a strange path")
        raise MediaGone("gone")
    return quote(path)


def _is_file(response: "aiohttp.ClientResponse") -> bool:
    """Return whether a response contains a file.

    Telegram sends files as `application/octet-stream` or their own type. Errors are JSON, and log-in pages of
    networks are HTML.
    """
    told = response.content_type
    plain = response.headers.get("Content-Encoding", "identity") == "identity"
    return plain and told != "application/json" and not told.startswith("text/")


def _begin(response: "aiohttp.ClientResponse", data: bytearray) -> int:
    """Prepare `data` so that the response's body can be appended, clearing it if the response has the whole file.

    Returns the length of the whole file, or 0 if it is unknown. Raises _NotWhole for an unexpected range.
    """
    if response.status == 200:
        data.clear()
        return response.content_length or 0
    part = _PART.fullmatch(response.headers.get("Content-Range", ""))
    if part is None or int(part[1]) != len(data):
        data.clear()
        raise _NotWhole
    return 0 if part[2] == "*" else int(part[2])


async def _refuse_download(response: "aiohttp.ClientResponse") -> NoReturn:
    body = bytearray()
    async for chunk in response.content.iter_chunked(_MOST_ERROR_BYTES):
        body += chunk
        if len(body) > _MOST_ERROR_BYTES:
            break
    if response.status in (404, 410):
        raise _LinkExpired
    _refused(answer_of(bytes(body), response.status))


def _refuse_error_in(data: bytearray) -> None:
    """Raise MediaGone or TryLater if the data is not a file but an error of the Bot API."""
    if data[:1] == b"{" and len(data) <= _MOST_ERROR_BYTES:
        answer = answer_of(bytes(data), 0)
        if not answer.ok and answer.error_code:
            _refused(answer)


def _refused(answer: Answer) -> NoReturn:
    """Raise MediaGone or TryLater, depending on why Telegram refused the file."""
    description = answer.description.lower()
    if answer.description == NOT_THE_API:
        raise TryLater(f"something else than Telegram answered {answer.error_code}")
    if answer.error_code == 400 and "too big" in description:
        raise MediaGone("too_large")
    if answer.error_code == 400 and "temporarily unavailable" in description:
        raise TryLater("Telegram does not have the file at hand")  # it says "wrong file_id or …"
    try:
        check(answer)
    except (Rejected, Unreachable):
        log.info("file_refused", code=answer.error_code)
        raise MediaGone("gone") from None
    raise TryLater("Telegram's answer is not the Bot API's")
