"""aiogram's session, for the hot path: no model is built or validated for what is sent all the time."""

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager
from typing import Any, cast

import aiohttp
import msgspec
from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType
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


class Session(BaseSession):
    """One connection pool for all bots of the process."""

    def __init__(self, api_url: str, timeout_s: float = 20) -> None:
        super().__init__(api=TelegramAPIServer.from_base(api_url), timeout=timeout_s)
        self._client: aiohttp.ClientSession | None = None

    async def call(
        self, token: str, method: str, parameters: dict[str, Any], timeout_s: float | None = None
    ) -> Answer:
        """One Bot API call as it is. Raises aiohttp.ClientError or TimeoutError when there is no answer."""
        async with self._pool().post(
            self.api.api_url(token=token, method=method),
            data=_encode(parameters),
            headers={"Content-Type": "application/json"},
            timeout=aiohttp.ClientTimeout(total=timeout_s or self.timeout),
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
            self.api.api_url(token=token, method=method),
            data=form,
            timeout=aiohttp.ClientTimeout(total=timeout_s, sock_connect=self.timeout),
        ) as response:
            return answer_of(await response.read(), response.status)

    def download(
        self, token: str, path: str, start: int, timeout: aiohttp.ClientTimeout
    ) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        """A file from its byte number `start`; `path` stands in the address as it is, after the token."""
        headers = {"Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
        url = URL(self.api.file_url(token=token, path=path), encoded=True)
        return self._pool().get(url, headers=headers, timeout=timeout, allow_redirects=False)

    def _pool(self) -> aiohttp.ClientSession:
        if self._client is None:
            connector = aiohttp.TCPConnector(limit=CONNECTIONS)
            self._client = aiohttp.ClientSession(connector=connector, skip_auto_headers=("User-Agent",))
        return self._client

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram's own signature
    ) -> TelegramType:
        """Any of aiogram's methods, with its own models and exceptions: set-up calls."""
        parameters = method.model_dump(
            mode="json", exclude_none=True, by_alias=True, warnings=False, fallback=lambda _default: None
        )
        plain = {key: value for key, value in parameters.items() if value is not None}
        try:
            answer = await self.call(bot.token, method.__api_method__, plain, timeout)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise TelegramNetworkError(method=method, message=type(error).__name__) from None
        status = 200 if answer.ok else answer.error_code
        checked = self.check_response(bot, method, status, _encode(_as_sent(answer)).decode())
        return cast(TelegramType, checked.result)

    async def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: int = 30,  # noqa: ASYNC109 - aiogram's own signature
        chunk_size: int = 65536,
        raise_for_status: bool = True,
    ) -> AsyncGenerator[bytes, None]:
        """A file's content, in pieces."""
        async with self._pool().get(
            url, headers=headers, timeout=aiohttp.ClientTimeout(total=timeout), raise_for_status=raise_for_status
        ) as response:
            async for chunk in response.content.iter_chunked(chunk_size):
                yield chunk

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()
            self._client = None


def _as_sent(answer: Answer) -> dict[str, Any]:
    sent: dict[str, Any] = {"ok": answer.ok, "result": answer.result}
    if not answer.ok:
        sent = {"ok": False, "error_code": answer.error_code, "description": answer.description}
        if answer.parameters.retry_after is not None:
            sent["parameters"] = {"retry_after": int(answer.parameters.retry_after)}
    return sent
