"""The web messenger: candidates in the browser, the console of the local page, and candidates in the terminal."""

from collections.abc import Sequence
from typing import ClassVar

from pydantic_settings import SettingsConfigDict

from bot.channels.platform import PREFIX, ChannelSettings
from bot.channels.web.frames import PANE
from handlers.notices.notices import Destination
from handlers.organisation.quiet_hours import Hours

PANE_PLACE = Destination(PANE, quiet=Hours(0, 0))
"""The local page's own console: it makes no sound at any time, and shows everything."""


class WebSettings(ChannelSettings):
    """It has no settings of its own."""

    model_config = SettingsConfigDict(env_prefix=f"{PREFIX}WEB_")
    title: ClassVar[str] = "Web messenger"
    local_destinations: ClassVar[Sequence[Destination]] = (PANE_PLACE,)
