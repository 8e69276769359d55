"""Calls of DingTalk's server API.

Source: open.dingtalk.com, "调用服务端 API", "获取企业内部应用的 accessToken",
"批量发送人与机器人会话中机器人消息", "机器人发送群聊消息", "下载机器人接收消息的文件内容", "上传媒体文件",
"错误码" (read 2026-11). The token is valid for 7200 seconds and is sent in a header. A standard organisation may
make 20 calls a second to each API. Errors have another status than 200 and a `code`. Media are uploaded to the
older API, which takes the token in the address and reports errors as `errcode` with status 200.
"""

from collections.abc import Callable, Mapping
from typing import Any

import httpx
import msgspec
from pydantic import SecretStr

from bot.channels.base import MediaGone, NotNow, Rejected, SendError, TryLater, Unreachable
from bot.channels.dingtalk.quota import PUBLIC_API, Quota, allowed
from bot.channels.shared.access_token import AccessToken
from storage.ports import Kv

CALLS_A_SECOND = 20
MOST_ANSWER_BYTES = 1024 * 1024
PUBLIC_OLD_API = "https://oapi.dingtalk.com"
_HEADER = "x-acs-dingtalk-access-token"
_TOKEN_WRONG = frozenset({"InvalidAuthentication", "40014", "42001"})
_USED_UP = "Forbidden.AccessDenied.ApiCountLimitForOrg"
_UNKNOWN_PERSON = ("staffid.notexisted", "userid.notexisted", "invalid.staffid")
_MEDIA_GONE = ("downloadcode", "notfound", "not.found", "expired")


class ApiRefused(SendError):
    """The platform refused a call. `code` is its own error code, or empty if it gave none."""

    def __init__(self, code: str, status: int = 200) -> None:
        super().__init__(f"refused with {code or status}")
        self.code = code
        self.status = status

    def as_send_error(self) -> SendError:
        """Return the error that tells delivery how to go on."""
        folded = self.code.casefold()
        if self.code == _USED_UP:
            return NotNow("the organisation's API calls of this month are used up")
        if "qpslimit" in folded or "throttling" in folded or self.status == 429:
            return TryLater(str(self), 1.0, whole_account=True)
        if any(each in folded for each in _UNKNOWN_PERSON):
            return Unreachable("not a member")
        if self.code in _TOKEN_WRONG or self.status in (401, 403):
            return TryLater(str(self), 60, whole_account=True)
        if self.status >= 500 or not self.code:
            return TryLater(str(self))
        return Rejected(str(self))


class _Told(msgspec.Struct):
    """An error as either API reports it."""

    code: str = ""
    errcode: int = 0


_told = msgspec.json.Decoder(_Told, strict=False).decode
_json = msgspec.json.Decoder(dict[str, Any]).decode


class Api:
    """API calls of one robot. `now` returns epoch milliseconds, and `owner` is this process."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        api_url: str,
        robot: str,
        key: str,
        secret: SecretStr,
        kv: Kv,
        quota: Quota,
        owner: str,
        now: Callable[[], int],
    ) -> None:
        self.robot = robot
        self.url = api_url.rstrip("/")
        self._old_url = PUBLIC_OLD_API if self.url == PUBLIC_API else self.url
        self.http = http
        self._key = key
        self._secret = secret
        self._kv = kv
        self._quota = quota
        self._now = now
        self._token = AccessToken(kv, f"dingtalk:{robot}", owner, self._fetch_token, lambda: now() / 1000)
        self.problem: str | None = None

    async def _fetch_token(self, _another: bool) -> tuple[str, int]:
        """Fetch the token and its remaining life in seconds.

        DingTalk answers with the same token again until it is about to expire.
        """
        body = {"appKey": self._key, "appSecret": self._secret.get_secret_value()}
        try:
            answer = await self._request("oauth2/accessToken", body, {})
        except ApiRefused as refused:
            if refused.status < 500 and refused.code:
                self.problem = f"DingTalk refuses the app key or its secret ({refused.code})"
            raise TryLater(str(refused), 60, whole_account=True) from None
        self.problem = None
        return str(answer["accessToken"]), int(answer["expireIn"])

    async def call(self, name: str, body: Mapping[str, object]) -> dict[str, Any]:
        """Return the answer of `/v1.0/{name}`. Raises ApiRefused, TryLater, StoreUnavailable."""
        token = await self._token.get()
        try:
            return await self._request(name, body, {_HEADER: token})
        except ApiRefused as refused:
            if refused.code not in _TOKEN_WRONG:
                raise
        token = await self._token.get(refused=token)
        return await self._request(name, body, {_HEADER: token})

    async def _request(self, name: str, body: Mapping[str, object], headers: Mapping[str, str]) -> dict[str, Any]:
        await self._count(name)
        content = msgspec.json.encode(body)
        told = {"Content-Type": "application/json", **headers}
        return understood(*await self.post(f"{self.url}/v1.0/{name}", content=content, headers=told))

    async def _count(self, name: str) -> None:
        """Count a call towards the limit, which all processes share. Raises TryLater if it is reached."""
        second, rest_ms = divmod(self._now(), 1000)
        if await self._kv.count(f"dingtalk:{self.robot}:{name}:{second}", 5) > CALLS_A_SECOND:
            raise TryLater("the calls of this second are used up", 1 - rest_ms / 1000)
        await self._quota.add()

    async def upload(self, name: str, data: bytes, kind: str) -> str:
        """Upload a file and return its media id. `kind` is `image` or `file`.

        Raises ApiRefused, TryLater, StoreUnavailable.
        """
        token = await self._token.get()
        try:
            return await self._upload(name, data, kind, token)
        except ApiRefused as refused:
            if refused.code not in _TOKEN_WRONG:
                raise
        return await self._upload(name, data, kind, await self._token.get(refused=token))

    async def _upload(self, name: str, data: bytes, kind: str, token: str) -> str:
        await self._count("media/upload")
        query = {"access_token": token, "type": kind}
        files = {"media": (name, data)}
        answer = understood(*await self.post(f"{self._old_url}/media/upload", params=query, files=files))
        return str(answer["media_id"])

    async def download(self, code: str, most_bytes: int) -> bytes:
        """Return the file that came with a message. Raises MediaGone, TryLater, StoreUnavailable."""
        try:
            answer = await self.call(
                "robot/messageFiles/download", {"downloadCode": code, "robotCode": self.robot}
            )
        except ApiRefused as refused:
            if refused.status < 500 and any(each in refused.code.casefold() for each in _MEDIA_GONE):
                raise MediaGone("gone") from None
            error = refused.as_send_error()
            raise (error if isinstance(error, TryLater) else TryLater(str(error), 600)) from None
        url = str(answer.get("downloadUrl", ""))
        if not url.startswith("https://") and not allowed(url, self.url):
            raise TryLater("the platform gives no address of the file")
        return await self._get(url, most_bytes)

    async def _get(self, url: str, most_bytes: int) -> bytes:
        """Download from the platform's file store, which takes no token and does not count as an API call."""
        found = bytearray()
        try:
            async with self.http.stream("GET", url) as response:
                if response.status_code in (403, 404, 410):
                    raise TryLater("the file's address is no longer good")
                if response.status_code != 200:
                    raise TryLater(f"the file store answered {response.status_code}")
                async for chunk in response.aiter_bytes():
                    found += chunk
                    if len(found) > most_bytes:
                        raise MediaGone("too_large")
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise TryLater(f"the file store is out of reach ({type(error).__name__})") from None
        return bytes(found)

    async def close(self) -> None:
        await self.http.aclose()

    async def post(self, url: str, **options: Any) -> tuple[int, bytes]:
        """Return (status, answer) of a POST request. Raises TryLater.

        The error names only the type of its cause, because addresses contain secrets.
        """
        answer = bytearray()
        try:
            async with self.http.stream("POST", url, **options) as response:
                async for chunk in response.aiter_bytes():
                    answer += chunk
                    if len(answer) > MOST_ANSWER_BYTES:
                        raise TryLater("the platform's answer is not its API's")
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise TryLater(f"the platform is out of reach ({type(error).__name__})") from None
        return response.status_code, bytes(answer)


def understood(status: int, answer: bytes) -> dict[str, Any]:
    """Return the decoded answer. Raises ApiRefused if it is an error, TryLater if it is not the API's."""
    try:
        told = _told(answer)
        found = _json(answer)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise TryLater(f"the platform answered {status}, and not as its API does") from None
    if status != 200 or told.errcode:
        raise ApiRefused(told.code or (str(told.errcode) if told.errcode else ""), status)
    return found
