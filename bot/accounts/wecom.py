"""WeCom's accounts, as the settings name them."""

import time
from collections.abc import Callable, Sequence

from pydantic import SecretStr

from bot.channels.wechat_api.api import http_client
from bot.channels.wecom.account import WeComAccount
from bot.channels.wecom.robot import Archive, RobotChannel
from bot.clock import fresh
from bot.runtime.notice_destinations import Robot
from bot.settings import Settings, keys_of
from handlers.catalogues import staff_vocabulary
from handlers.intake.receive import Intake
from storage.redis.store import RedisStore


def wecom_account(
    settings: Settings,
    intake: Intake,
    store: RedisStore,
    owner: str,
    now: Callable[[], float] = time.time,
) -> WeComAccount:
    """The app, and 微信客服 where there is an account of it. `owner` is this process, `now` gives epoch
    seconds."""
    return WeComAccount(
        settings.wecom_corp_id or "",
        settings.wecom_agent_id or "",
        _secret(settings.wecom_secret),
        _secret(settings.wecom_token),
        keys_of(settings.wecom_aes_key) if settings.wecom_aes_key else (),
        settings.wecom_kf_open_id or "",
        api_url=settings.wecom_api_url,
        intake=intake,
        store=store,
        owner=owner,
        fresh=fresh,
        now=now,
    )


def robot_channels(robots: Sequence[Robot], api_url: str, archive: Archive) -> list[RobotChannel]:
    words = staff_vocabulary()
    return [
        RobotChannel(
            each.account,
            each.key,
            words[each.language].text("staff.robot.elsewhere"),
            api_url,
            http_client(),
            archive,
            time.monotonic,
        )
        for each in robots
    ]


def _secret(value: SecretStr | None) -> str:
    return value.get_secret_value() if value else ""
