"""A lightweight client of the Bot API, which builds and validates no models, for frequent calls."""

from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any

import msgspec
from yarl import URL

from bot.channels.shared.damaged_text import UNREADABLE, read_json
from bot.channels.shared.http_calls import CONNECTIONS, HttpCalls
from bot.channels.shared.http_connection import NoAnswer
from bot.loading import load

if TYPE_CHECKING:  # loaded with the first file
    import aiohttp

NOT_THE_API = "the answer is not the Bot API's"
_encode = msgspec.json.Encoder().encode


class Parameters(msgspec.Struct, frozen=True):
    retry_after: float | None = None


class Answer(msgspec.Struct, frozen=True):
    """A Bot API answer. `result` is not decoded."""

    ok: bool
    result: msgspec.Raw = msgspec.Raw(b"null")
    error_code: int = 0
    description: str = ""
    parameters: Parameters = Parameters()


_decode = msgspec.json.Decoder(Answer).decode


def answer_of(body: bytes, status: int) -> Answer:
    """Decode the Bot API's answer. If something else has answered, return an error with the HTTP status."""
    try:
        return read_json(body, _decode)
    except UNREADABLE:
        return Answer(ok=False, error_code=status, description=NOT_THE_API)


class Session:
    """The connections of all bots of the process. `api_url` is the Bot API's address without the token.

    Files go through aiohttp, with connections of their own.
    """

    def __init__(self, api_url: str, timeout_s: float = 20) -> None:
        self._base = api_url.rstrip("/")
        self._timeout_s = timeout_s
        self._calls: HttpCalls | None = None
        self._client: aiohttp.ClientSession | None = None

    async def call(
        self, token: str, method: str, parameters: dict[str, Any], timeout_s: float | None = None
    ) -> Answer:
        """Make one Bot API call. Raises NoAnswer."""
        if self._calls is None:
            self._calls = HttpCalls(self._base)
        body = _encode(parameters)
        reply = await self._calls.post(f"/bot{token}/{method}", body, timeout_s or self._timeout_s)
        return answer_of(reply.body, reply.status)

    async def upload(
        self,
        token: str,
        method: str,
        parameters: dict[str, Any],
        file: tuple[str, str, bytes, str],
        timeout_s: float,
    ) -> Answer:
        """Make one Bot API call with a file. Raises NoAnswer.

        `file` is (parameter, name, content, media type).
        """
        await load("aiohttp")
        import aiohttp

        field, name, data, media_type = file
        form = aiohttp.FormData()
        for key, value in parameters.items():
            form.add_field(key, value if isinstance(value, str) else _encode(value).decode())
        form.add_field(field, data, filename=name, content_type=media_type)
        timeout = aiohttp.ClientTimeout(total=timeout_s, sock_connect=self._timeout_s)
        try:
            async with self._pool().post(
                f"{self._base}/bot{token}/{method}", data=form, timeout=timeout
            ) as response:
                return answer_of(await response.read(), response.status)
        except (aiohttp.ClientError, OSError) as error:
            raise NoAnswer(type(error).__name__) from None

    def download(
        self, token: str, path: str, start: int, timeout: "aiohttp.ClientTimeout"
    ) -> "AbstractAsyncContextManager[aiohttp.ClientResponse]":
        """Request a file from byte `start` on. `path` must be quoted, as it is inserted into the URL unchanged."""
        headers = {"Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
        url = URL(f"{self._base}/file/bot{token}/{path}", encoded=True)
        return self._pool().get(url, headers=headers, timeout=timeout, allow_redirects=False)

    def _pool(self) -> "aiohttp.ClientSession":
        if self._client is None:
            import aiohttp

            connector = aiohttp.TCPConnector(limit=CONNECTIONS)
            self._client = aiohttp.ClientSession(connector=connector, skip_auto_headers=("User-Agent",))
        return self._client

    async def close(self) -> None:
        if self._calls is not None:
            await self._calls.close()
            self._calls = None
        if self._client is not None:
            await self._client.close()
            self._client = None
