"""API calls of one WeCom app, and the problems that affect all of them.

Source: developer.work.weixin.qq.com, documents 91039 (获取access_token) and 90313 (全局错误码) (read 2026-11):
asking for a token again returns the same one while it is valid.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from bot.channels.base import SendError, TryLater
from bot.channels.shared.access_token import AccessToken
from bot.channels.wechat_api.api import WRONG_ADDRESSES, Api, ApiRefused, request
from storage.ports import Kv

MEDIA_LIFE_S = 3 * 24 * 3600
MOST_MEDIA_BYTES = 20 * 1024 * 1024
_WRONG_APP = frozenset({40001, 40013, 40056, 301002})
"""The secret is not this app's, or the corporation or the app does not exist."""
_AGAIN_S = 60.0


class CorpApi:
    """API calls of one app. `now` returns epoch seconds, and `owner` is this process."""

    def __init__(
        self,
        corp_id: str,
        agent_id: str,
        secret: str,
        api_url: str,
        http: httpx.AsyncClient,
        kv: Kv,
        owner: str,
        now: Callable[[], float],
    ) -> None:
        self.corp_id = corp_id
        self.agent_id = agent_id
        self.problem: str | None = None
        self._secret = secret
        self._http = http
        self._url = api_url.rstrip("/")
        token = AccessToken(kv, f"wecom:{corp_id}:{agent_id}", owner, self._fetch_token, now)
        self._api = Api(http, api_url, token)

    async def ask(self, path: str, body: Mapping[str, object] | None = None, **query: str) -> dict[str, Any]:
        """Call the API and return the answer. Raises ApiRefused, TryLater, StoreUnavailable."""
        try:
            answer = await self._api.call(path, body, **query)
        except ApiRefused as refused:
            self._note(refused)
            raise
        self.problem = None
        return answer

    async def call(self, path: str, body: Mapping[str, object] | None = None, **query: str) -> dict[str, Any]:
        """Call the API for callers that do not look at error codes. Raises SendError, StoreUnavailable."""
        try:
            return await self.ask(path, body, **query)
        except ApiRefused as refused:
            raise refused.as_send_error() from None

    async def fetch(self, media_id: str) -> bytes:
        """Return a temporary file, which exists for three days. Raises MediaGone, TryLater, StoreUnavailable."""
        return await self._api.download("/cgi-bin/media/get", MOST_MEDIA_BYTES, media_id=media_id)

    async def _fetch_token(self, another: bool) -> tuple[str, int]:  # noqa: ARG002 - the platform decides
        query = {"corpid": self.corp_id, "corpsecret": self._secret}
        try:
            answer = json.loads(await request(self._http, f"{self._url}/cgi-bin/gettoken", None, query))
        except ApiRefused as refused:
            self._note(refused)
            error = refused.as_send_error()
            raise (error if isinstance(error, TryLater) else _not_now(refused)) from None
        return str(answer["access_token"]), int(answer["expires_in"])

    def _note(self, refused: ApiRefused) -> None:
        if refused.code in WRONG_ADDRESSES:
            where = f" ({refused.detail})" if refused.detail else ""
            self.problem = f"WeCom refuses our address{where}: add it to the app's trusted IPs"
        elif refused.code in _WRONG_APP:
            self.problem = f"WeCom refuses the corporation's id or the app's secret (errcode {refused.code})"

    async def close(self) -> None:
        await self._http.aclose()


def _not_now(refused: ApiRefused) -> SendError:
    """Return the error for a refused token. The messages are valid and wait until the settings are correct."""
    return TryLater(str(refused), _AGAIN_S, whole_account=True)
