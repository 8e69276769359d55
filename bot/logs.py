"""Structured logs on stderr: for people on a terminal, as JSON elsewhere. Nothing personal, nothing secret.

Only ids of our own making, counts, durations and kinds of errors are logged; a platform's payload, a candidate's
words, names and addresses never are.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_TOKEN = re.compile(r"\b\d{3,20}:[A-Za-z0-9_-]{20,}")
_LIBRARIES = ("aiogram", "aiohttp", "asyncio", "uvicorn", "uvicorn.error", "uvicorn.access", "websockets")


def configure(level: int = logging.INFO) -> None:
    """Send our log and the libraries' warnings to stderr."""
    pretty = sys.stderr.isatty()
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=not pretty),
        structlog.processors.format_exc_info,
        hide_tokens,
    ]
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if pretty else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=shared))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in _LIBRARIES:
        logging.getLogger(name).setLevel(logging.WARNING)


def hide_tokens(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The last net: nothing that looks like a bot's token leaves the process in a log line."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = _TOKEN.sub("<token>", value)
    return event


log: structlog.typing.FilteringBoundLogger = structlog.get_logger()
