"""Whether a bot's Bot API server knows `date_time` entities: those older than Bot API 9.5 refuse the message."""

import time

from bot.logs import log

DATE = "date_time"
FORMAT = "Dt"
"""How clients write a moment in the reader's own time zone: long date, short time."""
WITHOUT_DATES_S = 3600.0
"""How long a bot's messages go without dates as entities after its server has refused one."""
_OTHER_REASONS = ("not modified", "not found", "blocked", "deactivated", "can't initiate")


class Dates:
    """What is known of one bot's server. It counts as new enough until it refuses a date."""

    def __init__(self, account: str) -> None:
        self._account = account
        self._refused_until = 0.0

    @property
    def known(self) -> bool:
        return time.monotonic() >= self._refused_until

    def refused(self) -> None:
        """Note that a message was accepted only without its dates."""
        self._refused_until = time.monotonic() + WITHOUT_DATES_S
        log.info("dates_refused", bot=self._account)


def may_mean_dates(description: str) -> bool:
    """Whether a 400 with this description may be about an entity. The texts of refusals are not documented."""
    return not any(reason in description.lower() for reason in _OTHER_REASONS)
