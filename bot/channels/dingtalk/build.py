"""Building the robot, and the group robots beside it, into a process."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydantic import SecretStr

from bot.channels.dingtalk.api import Api
from bot.channels.dingtalk.channel import DingTalkChannel
from bot.channels.dingtalk.quota import Quota, Sessions
from bot.channels.dingtalk.receive import Receiver
from bot.channels.dingtalk.replies import Replies
from bot.channels.dingtalk.robot import GroupRobotChannel
from bot.channels.dingtalk.settings import DingTalkSettings
from bot.channels.dingtalk.webhook import DingTalkWebhook
from bot.channels.notify import Place
from bot.channels.platform import Built, Host
from bot.channels.wechat_api.api import http_client

if TYPE_CHECKING:
    from bot.channels.dingtalk.stream import Stream


async def build(settings: DingTalkSettings, places: Sequence[Place], host: Host) -> Built:
    """In stream mode there is no address. Raises StoreUnavailable."""
    kv = host.store.kv
    robots = [GroupRobotChannel(each, settings.api_url, http_client(), kv, host.now) for each in places]
    if not settings.app_key:
        return Built(robots)
    code, secret = settings.robot_code or "", settings.app_secret or SecretStr("")
    http = http_client()
    quota = Quota(kv, code, settings.monthly_calls, host.now)
    sessions = Sessions(kv, code, settings.api_url, host.now)
    api = Api(http, settings.api_url, code, settings.app_key, secret, kv, quota, host.owner, host.now)
    channel = DingTalkChannel(api, Replies(api, sessions, quota), host.archive, quota)
    receiver = Receiver(channel, host.intake, await host.console(), sessions, kv, settings.corp_id or "")
    if settings.mode == "stream":
        channel.mode = "stream"
        return Built([*robots, channel], receive=[_stream(settings, receiver, channel, secret).run])
    webhook = DingTalkWebhook(receiver, secret, settings.path_secret, settings.fresh_s, host.now)
    return Built([*robots, channel], webhook.routes())


def _stream(
    settings: DingTalkSettings, receiver: Receiver, channel: DingTalkChannel, secret: SecretStr
) -> "Stream":
    from bot.channels.dingtalk.stream import Stream  # the SDK is loaded only where it is wanted

    return Stream(receiver, channel, settings.app_key or "", secret, settings.api_url, channel.api.http)
