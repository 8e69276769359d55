"""Calls of Feishu's server API. A refusal has a `code`, whatever the HTTP status.

Source: open.feishu.cn, "自建应用获取 tenant_access_token", "发送消息", "更新已发送的消息卡片",
"获取消息中的资源文件", "上传图片", "上传文件", "通用错误码", "频控策略" (read 2026-11): a token is valid for two
hours, and asking again returns the same one while it is valid for 30 minutes or more. Of several requests with the
same `uuid` within an hour, only one succeeds. Which refusals are only temporary is mostly our reading of the
tables (unconfirmed).
"""

from collections.abc import Callable, Mapping
from typing import Any

import httpx
import msgspec
from pydantic import SecretStr

from bot.channels.base import MediaGone, NothingToEdit, Rejected, SendError, TryLater, Unreachable
from bot.channels.shared.access_token import AccessToken
from storage.ports import Kv

MOST_ANSWER_BYTES = 1024 * 1024
_TOKEN_WRONG = frozenset({99991661, 99991663, 99991664, 99991665, 99991668, 99991671})
_TOO_FAST = frozenset({99991400, 230020, 11232, 11233})
_AGAIN = frozenset({230049, 18121, 232096, 234019, 1500, 1663, 2200, 5000, 55001, 10500})
_OPERATOR = {
    10014: "the App ID or App Secret is wrong",
    10015: "the App ID or App Secret is wrong",
    99991662: "the app is disabled",
    99991673: "the app is disabled",
    99991401: "our IP address is not on the app's list",
    99991403: "the API calls of this month are used up",
    230006: "the app has no bot",
}
"""What is wrong with the whole account. Somebody has to mend it, and until then nothing is sent."""
_NOT_PERMITTED = 99991672
_GONE = frozenset({230002, 230013, 230029, 230034, 230053, 232009})
"""The bot is not in the group, or the person left, is outside the app's range, or has stopped its messages."""
_NOT_EDITABLE = frozenset({230001, 230011, 230031, 230050, 230071, 230072, 230075, 230099, 230110})
_FILE_GONE = frozenset({230110, 234003, 234004, 234038, 234040, 234043})
_FILE_TOO_LARGE = 234037
_HOLD_S = 600.0
_RESET = "x-ogw-ratelimit-reset"


class ApiRefused(SendError):
    """The platform refused a call.

    - `code`: the platform's error code; 0 if the answer had none.
    - `wait_s`: the wait that the platform asks for, in seconds; None if it did not say.
    """

    def __init__(self, code: int, status: int, wait_s: float | None = None) -> None:
        super().__init__(f"refused with {code or f'HTTP {status}'}")
        self.code = code
        self.status = status
        self.wait_s = wait_s

    def as_send_error(self) -> SendError:
        """Return the error that tells delivery what to do."""
        if self.code in _TOO_FAST or self.status == 429:
            return TryLater(str(self), self.wait_s or 1.0, whole_account=self.code != 230020)
        if self.code in _GONE:
            return Unreachable("not reachable for the bot")
        if self.code in _TOKEN_WRONG or self.code in _OPERATOR:
            return TryLater(str(self), _HOLD_S, whole_account=True)
        if self.code in _AGAIN or self.code == _NOT_PERMITTED or self.status >= 500 or not self.code:
            return TryLater(str(self))
        return Rejected(str(self))


class _Answer(msgspec.Struct):
    code: int = 0
    data: Any = None
    bot: Any = None
    tenant_access_token: str = ""
    expire: int = 0


_answer = msgspec.json.Decoder(_Answer, strict=False).decode


class Api:
    """The calls of one app. `owner` names this process, `now` returns epoch milliseconds."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        api_url: str,
        app_id: str,
        secret: SecretStr,
        kv: Kv,
        owner: str,
        now: Callable[[], int],
    ) -> None:
        self.http = http
        self.url = api_url
        self.app_id = app_id
        self._problems: dict[str, str] = {}
        self._secret = secret
        self._token = AccessToken(kv, f"feishu:{app_id}", owner, self._fetch_token, lambda: now() / 1000)

    @property
    def problem(self) -> str | None:
        """What keeps calls from working; None if nothing is known to."""
        return next(iter(self._problems.values()), None)

    @property
    def credentials(self) -> tuple[str, str]:
        """The App ID and the App Secret."""
        return self.app_id, self._secret.get_secret_value()

    async def _fetch_token(self, _another: bool) -> tuple[str, int]:
        body = {"app_id": self.app_id, "app_secret": self._secret.get_secret_value()}
        try:
            answer = await self._request("POST", "auth/v3/tenant_access_token/internal", {}, json=body)
        except ApiRefused as refused:
            raise TryLater(str(refused), 60, whole_account=True) from None
        return answer.tenant_access_token, answer.expire

    async def send(self, to: str, kind: str, content: str, uuid: str) -> str:
        """Send a message to a person or group. Return its id. Raises SendError, StoreUnavailable."""
        of = "chat_id" if to.startswith("oc_") else "open_id"
        body = {"receive_id": to, "msg_type": kind, "content": content, "uuid": uuid}
        answer = await self.call("POST", "im/v1/messages", params={"receive_id_type": of}, json=body)
        return _text(answer.data, "message_id")

    async def edit(self, message: str, card: str) -> None:
        """Replace the card of a sent message. Raises NothingToEdit and other SendErrors, StoreUnavailable."""
        try:
            await self._call("PATCH", f"im/v1/messages/{message}", json={"content": card})
        except ApiRefused as refused:
            if refused.code in _NOT_EDITABLE:
                raise NothingToEdit(str(refused)) from None
            raise refused.as_send_error() from None

    async def upload(self, name: str, data: bytes, *, picture: bool) -> str:
        """Upload a picture or file and return its key. Raises SendError, StoreUnavailable."""
        if picture:
            answer = await self.call(
                "POST", "im/v1/images", data={"image_type": "message"}, files={"image": (name, data)}
            )
            return _text(answer.data, "image_key")
        fields = {"file_type": "stream", "file_name": name}
        answer = await self.call("POST", "im/v1/files", data=fields, files={"file": (name, data)})
        return _text(answer.data, "file_key")

    async def bot(self) -> str:
        """Return the open_id of the app's bot. Raises SendError, StoreUnavailable."""
        answer = await self.call("GET", "bot/v3/info")
        if not (found := _text(answer.bot, "open_id")):
            raise TryLater("the platform does not say who our bot is")
        return found

    async def call(self, method: str, path: str, **options: Any) -> _Answer:
        """Call the API and return its answer. Raises StoreUnavailable, and SendError as delivery expects it."""
        try:
            return await self._call(method, path, **options)
        except ApiRefused as refused:
            raise refused.as_send_error() from None

    async def _call(self, method: str, path: str, **options: Any) -> _Answer:
        """Call with a valid token, renewed once if need be. Raises ApiRefused, TryLater, StoreUnavailable."""
        token = await self._token.get()
        try:
            return await self._request(method, path, _bearer(token), **options)
        except ApiRefused as refused:
            if refused.code not in _TOKEN_WRONG:
                raise
        return await self._request(method, path, _bearer(await self._token.get(refused=token)), **options)

    async def _request(self, method: str, path: str, headers: Mapping[str, str], **options: Any) -> _Answer:
        found = bytearray()
        try:
            url = f"{self.url}/open-apis/{path}"
            async with self.http.stream(method, url, headers=headers, **options) as response:
                async for chunk in response.aiter_bytes():
                    found += chunk
                    if len(found) > MOST_ANSWER_BYTES:
                        raise TryLater("the platform's answer is too long")
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise TryLater(f"the platform is out of reach ({type(error).__name__})") from None
        return self._understood(path, bytes(found), response)

    def _understood(self, path: str, body: bytes, response: httpx.Response) -> _Answer:
        """Note what is wrong until the same call works. Raises ApiRefused."""
        call = "/".join(path.split("/")[:3])
        try:
            answer = _answer(body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise ApiRefused(0, response.status_code) from None
        if answer.code or response.status_code != 200:
            if why := _trouble(answer.code):
                self._problems[call] = f"Feishu refuses: {why}"
            raise ApiRefused(answer.code, response.status_code, _seconds(response.headers.get(_RESET)))
        self._problems.pop(call, None)
        return answer

    async def download(self, reference: str, most_bytes: int) -> bytes:
        """Return the bytes of a message's file. `parse` defines the form of the reference.

        Raises MediaGone, TryLater, StoreUnavailable.
        """
        message, of, key = reference.split("|")
        token = await self._token.get()
        try:
            return await self._get(message, key, of, token, most_bytes)
        except ApiRefused as refused:
            if refused.code not in _TOKEN_WRONG:
                raise _media_error(refused) from None
        try:
            return await self._get(message, key, of, await self._token.get(refused=token), most_bytes)
        except ApiRefused as refused:
            raise _media_error(refused) from None

    async def _get(self, message: str, key: str, of: str, token: str, most_bytes: int) -> bytes:
        url = f"{self.url}/open-apis/im/v1/messages/{message}/resources/{key}"
        found = bytearray()
        try:
            async with self.http.stream("GET", url, params={"type": of}, headers=_bearer(token)) as response:
                async for chunk in response.aiter_bytes():
                    found += chunk
                    if len(found) > most_bytes:
                        raise MediaGone("too_large")
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise TryLater(f"the platform is out of reach ({type(error).__name__})") from None
        if response.status_code != 200:  # a file may itself be JSON
            self._understood("im/v1/resources", bytes(found), response)
        return bytes(found)

    async def close(self) -> None:
        await self.http.aclose()


def _trouble(code: int) -> str | None:
    """Return what somebody has to mend, or None."""
    if code == _NOT_PERMITTED:
        return "the app lacks a permission (docs/feishu.md lists them)"
    return _OPERATOR.get(code)


def _media_error(refused: ApiRefused) -> MediaGone | TryLater:
    if refused.code == _FILE_TOO_LARGE:
        return MediaGone("too_large")
    if refused.code in _FILE_GONE:
        return MediaGone("gone")
    error = refused.as_send_error()
    return error if isinstance(error, TryLater) else TryLater(str(error), _HOLD_S)


def _text(of: object, name: str) -> str:
    """Return a field of an object that the platform sent; "" if there is none."""
    value = of.get(name) if isinstance(of, dict) else None
    return value if isinstance(value, str) else ""


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _seconds(value: str | None) -> float | None:
    return float(value) if value and value.isascii() and value.isdigit() and len(value) < 6 else None
