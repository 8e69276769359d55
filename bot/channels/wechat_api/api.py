"""Calls of the WeChat and WeCom APIs. Refusals come as HTTP 200 with an `errcode`.

Source: developers.weixin.qq.com, "全局返回码"; developer.work.weixin.qq.com, document 90313 (read 2026-11).
URLs contain the access token, and httpx's errors contain the URL, so only the type of an error is passed on.
"""

import asyncio
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import httpx
import msgspec

from bot.channels.base import MediaGone, NotNow, Rejected, SendError, TryLater, Unreachable
from bot.channels.shared.access_token import AccessToken
from bot.channels.shared.damaged_text import repaired_json
from bot.channels.shared.http_client import MOST_AT_ONCE

MOST_ANSWER_BYTES = 1024 * 1024
TOKEN_WRONG = frozenset({40001, 40014, 42001})
WRONG_ADDRESS = 40164
WRONG_ADDRESSES = frozenset({WRONG_ADDRESS, 60020})
"""WeChat's and WeCom's code for a call from an IP address that is not on the account's list."""
WRONG_STATE = 95018
"""微信客服: the conversation is currently not assigned to the API (langbot-app/LangBot issue 1547)."""
NOT_ALLOWED = frozenset({48001, 48002, 50001, 50002})
_NOT_NOW = frozenset({45015, 45047, 95001, WRONG_STATE})
"""The last two are from 微信客服: five messages were sent since the candidate last wrote; WRONG_STATE."""
_GONE = frozenset({43004, 40003, 45050, 60111, 81013})
_LATER = {-1: None, 45011: 60.0, 45009: 3600.0, 50008: None, 45033: 10.0}
_MEDIA_GONE = frozenset({40007, 40004})
_ADDRESS = re.compile(r"[0-9a-fA-F:.]*[0-9a-fA-F][:.][0-9a-fA-F:.]+")


class ApiRefused(SendError):
    """A call was refused. `code` is the platform's errcode; `detail` is our IP address if that was the reason."""

    def __init__(self, code: int, detail: str = "") -> None:
        super().__init__(f"errcode {code}{f' ({detail})' if detail else ''}")
        self.code = code
        self.detail = detail

    def as_send_error(self) -> SendError:
        """Return the SendError that tells delivery how to handle the refusal."""
        if self.code in _NOT_NOW:
            return NotNow(str(self))
        if self.code in NOT_ALLOWED:
            return NotAllowed(str(self))
        if self.code in _GONE:
            return Unreachable("unsubscribed")
        if self.code in _LATER:
            return TryLater(str(self), _LATER[self.code], whole_account=self.code == 45009)
        if self.code in TOKEN_WRONG or self.code in WRONG_ADDRESSES:
            return TryLater(str(self), 60, whole_account=True)
        return Rejected(str(self))


class _Answer(msgspec.Struct):
    errcode: int = 0
    errmsg: str = ""


class NotAllowed(Rejected):
    """The account does not have the permission for the call."""


class TokenAnswer(msgspec.Struct):
    """A new access token, and for how many seconds it is valid."""

    access_token: str
    expires_in: int


_Decoded = TypeVar("_Decoded")
_code = msgspec.json.Decoder(_Answer).decode
_json = msgspec.json.Decoder(dict[str, Any]).decode
_token = msgspec.json.Decoder(TokenAnswer).decode


class Api:
    """Makes API calls for one account."""

    def __init__(self, http: httpx.AsyncClient, base_url: str, token: AccessToken) -> None:
        self._http = http
        self._base_url = base_url.rstrip("/")
        self._token = token
        self._gate = asyncio.Semaphore(MOST_AT_ONCE)

    async def call(self, path: str, body: Mapping[str, object] | None = None, **query: str) -> dict[str, Any]:
        """Call the API and return its decoded answer. Raises ApiRefused, TryLater, StoreUnavailable."""
        try:
            return _understood(await self._with_token(path, body, query, MOST_ANSWER_BYTES))
        except MediaGone:
            raise TryLater("the platform's answer is too long") from None

    async def download(self, path: str, most_bytes: int, **query: str) -> bytes:
        """Download a file. Raises MediaGone, TryLater, StoreUnavailable."""
        try:
            answer = await self._with_token(path, None, query, most_bytes)
        except ApiRefused as refused:
            if refused.code in _MEDIA_GONE:
                raise MediaGone("gone") from None
            error = refused.as_send_error()
            raise (error if isinstance(error, TryLater) else TryLater(str(error), 600)) from None
        return answer

    async def _with_token(
        self, path: str, body: Mapping[str, object] | None, query: Mapping[str, str], most_bytes: int
    ) -> bytes:
        """Make a call with the access token, and repeat it with a new one if the platform refuses the token."""
        token = await self._token.get()
        try:
            return await self._request(path, body, {**query, "access_token": token}, most_bytes)
        except ApiRefused as refused:
            if refused.code not in TOKEN_WRONG:
                raise
        token = await self._token.get(refused=token)
        return await self._request(path, body, {**query, "access_token": token}, most_bytes)

    async def _request(
        self, path: str, body: Mapping[str, object] | None, query: Mapping[str, str], most_bytes: int
    ) -> bytes:
        async with self._gate:
            return await request(self._http, f"{self._base_url}{path}", body, query, most_bytes)


async def request(
    http: httpx.AsyncClient,
    address: str,
    body: Mapping[str, object] | None,
    query: Mapping[str, str],
    most_bytes: int = MOST_ANSWER_BYTES,
) -> bytes:
    """Make one call, a POST if there is a body, and return the raw answer.

    Raises ApiRefused, TryLater, or MediaGone if the answer is larger than `most_bytes`.
    """
    content = None if body is None else msgspec.json.encode(body)
    headers = {} if body is None else {"Content-Type": "application/json; charset=utf-8"}
    answer = bytearray()
    try:
        method = "GET" if body is None else "POST"
        async with http.stream(method, address, params=query, content=content, headers=headers) as response:
            if response.status_code != 200:
                raise TryLater(f"the platform answered {response.status_code}")
            async for chunk in response.aiter_bytes():
                answer += chunk
                if len(answer) > most_bytes:
                    raise MediaGone("too_large")
            told = response.headers.get("Content-Type", "")
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise TryLater(f"the platform is out of reach ({type(error).__name__})") from None
    if "json" in told or "text/plain" in told or answer.startswith(b'{"errcode"'):
        _refuse(bytes(answer))
    return bytes(answer)


def _refuse(answer: bytes) -> None:
    """Raise ApiRefused if the answer contains an errcode, or TryLater if it is not JSON."""
    found = _decoded(answer, _code)
    if found.errcode:
        address = _ADDRESS.search(found.errmsg) if found.errcode in WRONG_ADDRESSES else None
        raise ApiRefused(found.errcode, address[0][:45] if address else "")


def token_in(answer: bytes) -> TokenAnswer:
    """Return the access token in an answer. Raises TryLater if it has none."""
    try:
        return _token(answer)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise TryLater("the platform's answer has no access token") from None


def _understood(answer: bytes) -> dict[str, Any]:
    """Decode an answer. Raises TryLater."""
    return _decoded(answer, _json)


def _decoded(answer: bytes, decode: Callable[[bytes], _Decoded]) -> _Decoded:
    """Decode an answer without the characters in it that cannot be read.

    Otherwise one person's message would make a whole page of messages unreadable, for ever. Raises TryLater.
    """
    try:
        return decode(repaired_json(answer))
    except (ValueError, RecursionError):  # ValueError is the base of msgspec's errors
        raise TryLater("the platform's answer is not its API's") from None
