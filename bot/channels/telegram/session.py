"""Calls of the Bot API on the hot path: no model is built or validated for what is sent all the time."""

from contextlib import AbstractAsyncContextManager
from typing import Any

import aiohttp
import msgspec
from yarl import URL

CONNECTIONS = 100
NOT_THE_API = "the answer is not the Bot API's"
_encode = msgspec.json.Encoder().encode


class Parameters(msgspec.Struct, frozen=True):
    retry_after: float | None = None


class Answer(msgspec.Struct, frozen=True):
    """A Bot API answer; `result` stays undecoded."""

    ok: bool
    result: msgspec.Raw = msgspec.Raw(b"null")
    error_code: int = 0
    description: str = ""
    parameters: Parameters = Parameters()


_decode = msgspec.json.Decoder(Answer).decode


def answer_of(body: bytes, status: int) -> Answer:
    """The Bot API's answer, or one with the HTTP status where something else has answered."""
    try:
        return _decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return Answer(ok=False, error_code=status, description=NOT_THE_API)


class Session:
    """One connection pool for all bots of the process; `api_url` is the Bot API's address without the token."""

    def __init__(self, api_url: str, timeout_s: float = 20) -> None:
        self._base = api_url.rstrip("/")
        self._timeout_s = timeout_s
        self._client: aiohttp.ClientSession | None = None

    async def call(
        self, token: str, method: str, parameters: dict[str, Any], timeout_s: float | None = None
    ) -> Answer:
        """One Bot API call as it is. Raises aiohttp.ClientError or TimeoutError when there is no answer."""
        async with self._pool().post(
            self._address(token, method),
            data=_encode(parameters),
            headers={"Content-Type": "application/json"},
            timeout=aiohttp.ClientTimeout(total=timeout_s or self._timeout_s),
        ) as response:
            return answer_of(await response.read(), response.status)

    async def upload(
        self,
        token: str,
        method: str,
        parameters: dict[str, Any],
        file: tuple[str, str, bytes, str],
        timeout_s: float,
    ) -> Answer:
        """One Bot API call with a file: (its parameter, name, content, media type). Raises as `call` does."""
        field, name, data, media_type = file
        form = aiohttp.FormData()
        for key, value in parameters.items():
            form.add_field(key, value if isinstance(value, str) else _encode(value).decode())
        form.add_field(field, data, filename=name, content_type=media_type)
        async with self._pool().post(
            self._address(token, method),
            data=form,
            timeout=aiohttp.ClientTimeout(total=timeout_s, sock_connect=self._timeout_s),
        ) as response:
            return answer_of(await response.read(), response.status)

    def download(
        self, token: str, path: str, start: int, timeout: aiohttp.ClientTimeout
    ) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        """A file from its byte number `start`; `path` stands in the address as it is, after the token."""
        headers = {"Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
        url = URL(f"{self._base}/file/bot{token}/{path}", encoded=True)
        return self._pool().get(url, headers=headers, timeout=timeout, allow_redirects=False)

    def _address(self, token: str, method: str) -> str:
        return f"{self._base}/bot{token}/{method}"

    def _pool(self) -> aiohttp.ClientSession:
        if self._client is None:
            connector = aiohttp.TCPConnector(limit=CONNECTIONS)
            self._client = aiohttp.ClientSession(connector=connector, skip_auto_headers=("User-Agent",))
        return self._client

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()
            self._client = None
