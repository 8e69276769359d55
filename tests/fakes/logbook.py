"""A record of the log lines of the whole test suite, and a check that they disclose nothing."""

import re
from collections.abc import MutableMapping
from typing import Any

import structlog

from bot.logs import describe_error

_SECRETS = (
    re.compile(r"\d{6,20}:[A-Za-z0-9_-]{20,}"),  # a Telegram bot's token
    re.compile(r"/claim \S{10,}"),
    re.compile(r"start=[A-Za-z0-9_-]{16,}"),
    re.compile(r"access_token=(?!\*)\S+"),
    re.compile(r"session=(?!\*)\S+|ticket[=+]|app-secret-0123|SEC0123456789"),  # DingTalk's
)
_SAID = ("我学统计", "studied statistics", "crossbow", "张三", "李四", "Zhang San", "王五", "王经理")
"""Names and answers of candidates in many tests."""


class Logbook:
    """Log lines as in production, but without the final replacement of tokens, which no line should need."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def configure(self) -> None:
        structlog.configure(
            processors=[
                structlog.contextvars.merge_contextvars,
                structlog.processors.add_log_level,
                describe_error,
                structlog.processors.JSONRenderer(ensure_ascii=False),
                self._keep,
            ],
            logger_factory=structlog.PrintLoggerFactory(),
            cache_logger_on_first_use=False,
        )

    def _keep(self, _logger: object, _method: str, line: MutableMapping[str, Any] | str) -> str:
        self.lines.append(str(line))
        return str(line)

    def indiscretions(self) -> list[str]:
        """Return the lines that disclose something, and clear the log."""
        lines, self.lines = self.lines, []
        return [line for line in lines if says_too_much(line)]


def says_too_much(line: str) -> bool:
    return any(each.search(line) for each in _SECRETS) or any(each in line for each in _SAID)
