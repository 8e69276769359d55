"""Building WeCom's accounts into a process."""

import time

from pydantic import SecretStr
from starlette.routing import Route

from bot.channels.notify import NoticePlace
from bot.channels.platform import Built, Host, keys_of
from bot.channels.shared.http_client import http_client
from bot.channels.wechat_api.webhook import CallbackAddress
from bot.channels.wecom.account import WeComAccount
from bot.channels.wecom.parse import CHANNEL
from bot.channels.wecom.robot import RobotChannel
from bot.channels.wecom.settings import WeComSettings
from bot.clock import nonce
from handlers.catalogues import staff_vocabulary


async def build(settings: WeComSettings, host: Host) -> Built:
    """Build the group robots, and the app with 微信客服 if the settings name one."""
    channels = [_robot(each, settings, host) for each in settings.places(host)]
    if not settings.corp_id:
        return Built(channels)
    made = account(settings, host)
    address = CallbackAddress(CHANNEL, {settings.corp_id: made.receiver})
    return Built([*channels, *made.channels], [Route("/webhooks/wecom/{account}", address)], [made.run])


def account(settings: WeComSettings, host: Host) -> WeComAccount:
    """The app, and 微信客服 where the settings name an account of it."""
    return WeComAccount(
        settings.corp_id or "",
        settings.agent_id or "",
        _text(settings.secret),
        _text(settings.token),
        keys_of(settings.aes_key),
        settings.kf_open_id or "",
        api_url=settings.api_url,
        intake=host.intake,
        store=host.store,
        owner=host.owner,
        nonce=nonce,
        now=lambda: host.now() / 1000,
    )


def _robot(place: NoticePlace, settings: WeComSettings, host: Host) -> RobotChannel:
    elsewhere = staff_vocabulary()[place.language].text("staff.robot.elsewhere")
    key = SecretStr(place.target)
    return RobotChannel(
        place.account, key, elsewhere, settings.api_url, http_client(), host.archive, time.monotonic
    )


def _text(value: SecretStr | None) -> str:
    return value.get_secret_value() if value else ""
