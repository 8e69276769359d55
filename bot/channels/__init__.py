"""The platforms, one package each, which builds channels, routes and loops from its settings.

`CHANNELS` lists the platforms of this version. A new one needs a package and an entry here.
"""

from bot.channels.dingtalk.settings import DingTalkSettings
from bot.channels.feishu.settings import FeishuSettings
from bot.channels.platform import ChannelSettings
from bot.channels.telegram.settings import TelegramSettings
from bot.channels.telegram_staff.settings import TelegramStaffSettings
from bot.channels.web.settings import WebSettings
from bot.channels.webhook.settings import WebhookSettings
from bot.channels.wechat.settings import WeChatSettings
from bot.channels.wecom.settings import WeComSettings
from bot.channels.wecom_aibot.settings import WeComAibotSettings

CHANNELS: tuple[type[ChannelSettings], ...] = (
    TelegramSettings,
    TelegramStaffSettings,
    WeChatSettings,
    WeComSettings,
    WeComAibotSettings,
    DingTalkSettings,
    FeishuSettings,
    WebSettings,
    WebhookSettings,
)
"""In the order in which they are built. The candidates' Telegram bots come before everything that needs the
console, because console commands add bots."""
