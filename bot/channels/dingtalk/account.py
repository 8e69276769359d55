"""The robot at work: its channel, its callbacks by HTTP or by stream, and the group robots beside it."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import httpx
from pydantic import SecretStr
from starlette.routing import BaseRoute

from bot.channels.dingtalk.api import Api
from bot.channels.dingtalk.channel import Archive, DingTalkChannel
from bot.channels.dingtalk.group_robots import robots
from bot.channels.dingtalk.quota import Notes, Quota, Sessions
from bot.channels.dingtalk.receive import Receiver
from bot.channels.dingtalk.replies import Replies
from bot.channels.dingtalk.robot import GroupRobotChannel
from bot.channels.dingtalk.webhook import DingTalkWebhook
from bot.channels.wechat_api.api import http_client
from handlers.console.console import Console
from handlers.intake.receive import Intake

if TYPE_CHECKING:
    from bot.channels.dingtalk.stream import Stream


class Robot(NamedTuple):
    """What the settings say of it. `stream`: messages come by stream, not by HTTP; `corp` empty: see
    `Receiver`."""

    key: str
    secret: SecretStr
    code: str
    api_url: str
    path_secret: SecretStr | None
    fresh_s: int
    monthly_calls: int
    corp: str
    stream: bool


class DingTalkAccount:
    """`now` gives epoch milliseconds, `owner` is this process."""

    def __init__(
        self,
        robot: Robot,
        *,
        intake: Intake,
        console: Console,
        notes: Notes,
        archive: Archive,
        owner: str,
        now: Callable[[], int],
    ) -> None:
        http = http_client()
        quota = Quota(notes, robot.code, robot.monthly_calls, now)
        sessions = Sessions(notes, robot.code, robot.api_url, now)
        api = Api(http, robot.api_url, robot.code, robot.key, robot.secret, notes, quota, owner, now)
        self.channel = DingTalkChannel(api, Replies(api, sessions, quota), archive)
        self.receiver = Receiver(self.channel, intake, console, sessions, notes, robot.corp)
        self._webhook = DingTalkWebhook(self.receiver, robot.secret, robot.path_secret, robot.fresh_s, now)
        self._stream = self._streaming(robot, http) if robot.stream else None

    def _streaming(self, robot: Robot, http: httpx.AsyncClient) -> "Stream":
        from bot.channels.dingtalk.stream import Stream  # the SDK: only where it is wanted

        return Stream(self.receiver, self.channel, robot.key, robot.secret, robot.api_url, http)

    @property
    def routes(self) -> list[BaseRoute]:
        """None in stream mode: the address is unknown then."""
        return [] if self._stream else self._webhook.routes()

    async def run(self, stopping: asyncio.Event) -> None:
        """Until `stopping`, in stream mode."""
        if self._stream:
            await self._stream.run(stopping)


def group_robots(
    places: Sequence[str], api_url: str, notes: Notes, now: Callable[[], int]
) -> list[GroupRobotChannel]:
    """Of what XUMIAN_NOTIFY names."""
    return [GroupRobotChannel(each, api_url, http_client(), notes, now) for each in robots(places)]
