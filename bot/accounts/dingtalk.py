"""The DingTalk robots that the settings name."""

from pydantic import SecretStr

from bot.channels.dingtalk.account import DingTalkAccount, Robot, group_robots
from bot.channels.dingtalk.channel import Archive
from bot.channels.dingtalk.robot import GroupRobotChannel
from bot.clock import now_ms
from bot.settings import Settings
from handlers.console.console import Console
from handlers.intake.receive import Intake
from storage.redis.store import RedisStore


def robot_channels(settings: Settings, store: RedisStore) -> list[GroupRobotChannel]:
    """Those for notices."""
    return group_robots(settings.notify, settings.dingtalk_api_url, store.kv, now_ms)


def dingtalk_account(
    settings: Settings, intake: Intake, console: Console, store: RedisStore, archive: Archive, owner: str
) -> DingTalkAccount:
    """The organisation's own; `owner` is this process."""
    robot = Robot(
        settings.dingtalk_app_key or "",
        settings.dingtalk_app_secret or SecretStr(""),
        settings.dingtalk_robot_code or "",
        settings.dingtalk_api_url,
        settings.dingtalk_path_secret,
        settings.dingtalk_fresh_s,
        settings.dingtalk_monthly_calls,
        settings.dingtalk_corp_id or "",
        settings.dingtalk_mode == "stream",
    )
    return DingTalkAccount(
        robot,
        intake=intake,
        console=console,
        notes=store.kv,
        archive=archive,
        owner=owner,
        now=now_ms,
    )
