"""Custom group robots (自定义机器人), which send notices to recruiters in a group. Nobody can reply there.

Source: open.dingtalk.com, "自定义机器人接入", "自定义机器人安全设置" (read 2026-11): a robot may send 20 messages
a minute, and one that exceeds this is blocked for ten minutes. Only the token in the address and the signature's
key protect the group, so both are secrets.
"""

from collections.abc import Callable
from functools import partial

import httpx
import msgspec
from pydantic import SecretStr

from bot.channels.base import Capabilities, Channel, Rejected, SendError, TryLater
from bot.channels.dingtalk.api import PUBLIC_OLD_API, ApiRefused, understood
from bot.channels.dingtalk.quota import PUBLIC_API
from bot.channels.dingtalk.render import Part, for_session, render
from bot.channels.dingtalk.settings import ROBOT_CHANNEL
from bot.channels.dingtalk.signature import signature
from bot.channels.notify import NoticePlace
from bot.channels.shared.steps import Steps
from conversation.outbound import OutboundMessage
from storage.ports import Kv

A_MINUTE = 9
"""Messages in each calendar minute, over all processes. Any 60 seconds fall in two of these, so have under 20."""
PENALTY_S = 600.0
_MINUTE_MS = 60_000
_TOO_FAST = "130101"
_NO_SUCH_ROBOT = "300001"
_NOT_TAKEN = "310000"
"""The signature, our IP address or a keyword does not match the robot's security settings."""
_HOLD_S = 3600.0
_BAD_MESSAGE = frozenset({"400101", "400102", "400103", "430101", "430102", "430103", "430104"})


class GroupRobotChannel(Channel):
    """One group robot. `now` returns epoch milliseconds."""

    name = ROBOT_CHANNEL
    capabilities = Capabilities(staff=True)

    def __init__(
        self, robot: NoticePlace, api_url: str, http: httpx.AsyncClient, kv: Kv, now: Callable[[], int]
    ) -> None:
        self.account = robot.account
        self._token = SecretStr(robot.target)
        self._secret = SecretStr(robot.options["secret"])
        base = PUBLIC_OLD_API if api_url.rstrip("/") == PUBLIC_API else api_url.rstrip("/")
        self._url = f"{base}/robot/send"
        self._http = http
        self._kv = kv
        self._now = now
        self._steps = Steps()
        self._problem: str | None = None

    async def send(self, message: OutboundMessage, key: str) -> str:
        """Send the text of a message. Choices and files are left out: the text says what a picture shows.

        Continues after the last part that an earlier attempt has sent.
        """
        parts = render(msgspec.structs.replace(message, choices=(), file=None))
        await self._steps.run(key, [partial(self._post, part) for part in parts])
        return ""

    async def _post(self, part: Part) -> None:
        """Send one part. Raises TryLater, Rejected, StoreUnavailable."""
        await self._pace()
        stamp = str(self._now())
        query = {
            "access_token": self._token.get_secret_value(),
            "timestamp": stamp,
            "sign": signature(stamp, self._secret),
        }
        content, told = msgspec.json.encode(for_session(part)), {"Content-Type": "application/json"}
        try:
            response = await self._http.post(self._url, params=query, content=content, headers=told)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise TryLater(f"the platform is out of reach ({type(error).__name__})") from None
        try:
            understood(response.status_code, response.content)
        except ApiRefused as refused:
            raise self._trouble(refused) from None
        self._problem = None

    async def _pace(self) -> None:
        minute, over_ms = divmod(self._now(), _MINUTE_MS)
        if await self._kv.count(f"{ROBOT_CHANNEL}:{self.account}:{minute}", 120) > A_MINUTE:
            raise TryLater("the robot's messages of this minute are used up", (_MINUTE_MS - over_ms) / 1000)

    def _trouble(self, refused: ApiRefused) -> SendError:
        """Return the error for a refusal.

        Only a malformed message is dropped. Others are retried, because nobody would notice a lost notice.
        """
        if refused.code == _TOO_FAST:
            return TryLater(str(refused), PENALTY_S, whole_account=True)
        if refused.code == _NO_SUCH_ROBOT:
            self._problem = "the group robot is gone: make another one and put its token into XUMIAN_NOTIFY"
            return TryLater(str(refused), _HOLD_S, whole_account=True)
        if refused.code == _NOT_TAKEN:
            self._problem = (
                "the group robot's security settings refuse us: they must ask for a signature, with this secret"
            )
            return TryLater(str(refused), _HOLD_S, whole_account=True)
        return Rejected(str(refused)) if refused.code in _BAD_MESSAGE else TryLater(str(refused), 60.0)

    def problem(self) -> str | None:
        return self._problem

    async def close(self) -> None:
        await self._http.aclose()
