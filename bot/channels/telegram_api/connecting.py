"""Connecting a bot, again and again until it works."""

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, wait_exponential_jitter

from bot.channels.base import TryLater
from storage.errors import StoreUnavailable

_otherwise = wait_exponential_jitter(1, 60)


def until_it_works() -> AsyncRetrying:
    """Return attempts that end when one raises neither TryLater nor StoreUnavailable.

    Between them, waits as long as the platform asks for, otherwise up to a minute.
    """
    temporary = retry_if_exception_type((TryLater, StoreUnavailable))
    return AsyncRetrying(retry=temporary, wait=_wait_s, reraise=True)


def _wait_s(attempt: RetryCallState) -> float:
    error = attempt.outcome.exception() if attempt.outcome else None
    return getattr(error, "retry_after_s", None) or _otherwise(attempt)
