"""Building the robot and the group robots into a process."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pydantic import SecretStr
from starlette.routing import BaseRoute

from bot.channels.dingtalk.api import Api
from bot.channels.dingtalk.channel import DingTalkChannel
from bot.channels.dingtalk.corp import Corp
from bot.channels.dingtalk.parse import CHANNEL
from bot.channels.dingtalk.quota import Quota, Sessions
from bot.channels.dingtalk.receive import Receiver
from bot.channels.dingtalk.replies import Replies
from bot.channels.dingtalk.robot import GroupRobotChannel
from bot.channels.dingtalk.settings import DingTalkSettings
from bot.channels.dingtalk.staff import NOT_TAKEN
from bot.channels.dingtalk.webhook import DingTalkWebhook
from bot.channels.platform import Built, Host, Receive
from bot.channels.shared.http_client import http_client
from bot.logs import log
from handlers.console.console import Console

if TYPE_CHECKING:
    from bot.channels.dingtalk.stream import Stream


async def build(settings: DingTalkSettings, host: Host) -> Built:
    """Build the robot and the group robots, as far as the settings name them. Raises StoreUnavailable."""
    places = settings.places(host)
    robots = [GroupRobotChannel(each, settings.api_url, http_client(), host.store.kv, host.now) for each in places]
    if not settings.app_key:
        return Built(robots)
    made = receiver(settings, host, await host.console())
    receive: list[Receive] = [_stream(settings, made).run] if settings.mode == "stream" else []
    if not settings.authentic:
        receive.append(_warn)
    return Built([*robots, made.channel], webhook(settings, made, host.now), receive)


async def _warn(_stopping: asyncio.Event) -> None:
    log.warning("commands_not_taken", channel=CHANNEL, what=NOT_TAKEN)


def receiver(settings: DingTalkSettings, host: Host, console: Console) -> Receiver:
    """The robot's channel, and what takes its messages."""
    kv, now = host.store.kv, host.now
    code, secret = settings.robot_code or "", settings.app_secret or SecretStr("")
    quota = Quota(kv, code, settings.monthly_calls, now)
    sessions = Sessions(kv, code, settings.api_url, now, authentic=settings.authentic)
    key = settings.app_key or ""
    api = Api(http_client(), settings.api_url, code, key, secret, kv, quota, host.owner, now)
    replies = Replies(api, sessions, quota, lambda address: host.organisation().is_staff(address))
    channel = DingTalkChannel(api, replies, host.archive, quota, commands=settings.authentic)
    channel.mode = "stream" if settings.mode == "stream" else "webhook"
    channel.report(None if settings.authentic else NOT_TAKEN)
    corp = Corp(kv, code, settings.corp_id or "", apps_own=settings.mode == "stream")
    return Receiver(channel, host.intake, console, sessions, kv, corp, authentic=settings.authentic)


def webhook(settings: DingTalkSettings, taking: Receiver, now: Callable[[], int]) -> Sequence[BaseRoute]:
    """The address at which DingTalk posts messages; none in stream mode."""
    if settings.mode == "stream":
        return ()
    secret = settings.app_secret or SecretStr("")
    return DingTalkWebhook(taking, secret, settings.path_secret, settings.fresh_s, now).routes()


def _stream(settings: DingTalkSettings, taking: Receiver) -> "Stream":
    from bot.channels.dingtalk.stream import Stream  # the SDK is loaded only where it is wanted

    secret = settings.app_secret or SecretStr("")
    channel = taking.channel
    return Stream(taking, channel, settings.app_key or "", secret, settings.api_url, channel.api.http)
