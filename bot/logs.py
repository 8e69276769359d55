"""Structured logs on stderr, without personal data or secrets. Readable on a terminal, otherwise JSON.

Only ids of our own making, counts, durations and kinds of errors are logged, never a platform's payload or a
candidate's words, name or address. As an error's message may quote any of them, only its type and where it was
raised are logged.
"""

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

from storage.errors import is_outage

_TOKEN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{20,}")
_MOST_FRAMES = 12
_LIBRARIES = (
    "aiogram", "aiohttp", "asyncio", "httpcore", "httpx", "telegram", "uvicorn", "uvicorn.error", "uvicorn.access",
    "websockets",
)  # fmt: skip


def configure(level: int = logging.INFO) -> None:
    """Send our log and the libraries' warnings to stderr."""
    pretty = sys.stderr.isatty()
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=not pretty),
        describe_error,
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
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # it warns of every malformed request


def log_wait(event: str, error: Exception, **fields: object) -> None:
    """Log that something waits. If it waits for Redis, only for debugging: `OutageLog` tells of outages."""
    level = logging.DEBUG if is_outage(error) else logging.WARNING
    log.log(level, event, why=str(error), **fields)


def describe_error(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace an exception by its type and the places that it passed through, without its message."""
    if record := event.get("_record"):  # from a library: asyncio's own lines end with a repr of the error
        event["event"] = (
            str(event.get("event", "")).split("\n", 1)[0] if record.name == "asyncio" else event["event"]
        )
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["error"] = " < ".join(_outline(error))
    return event


def _outline(error: BaseException) -> list[str]:
    """Return an error and its causes, one line each, such as `KeyError at bot/x.py:12 receive, bot/y.py:40 take`.

    The innermost frame comes first.
    """
    lines: list[str] = []
    met: set[int] = set()
    each: BaseException | None = error
    while each is not None and id(each) not in met:
        met.add(id(each))
        frames = reversed(traceback.extract_tb(each.__traceback__, limit=-_MOST_FRAMES))
        places = ", ".join(f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames)
        lines.append(f"{type(each).__qualname__} at {places}" if places else type(each).__qualname__)
        if isinstance(each, BaseExceptionGroup):
            each = each.exceptions[0]
        else:
            each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
    return lines


def _short(path: str) -> str:
    return "/".join(path.replace("\\", "/").split("/")[-2:])


def hide_tokens(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace everything that looks like a bot's token, as the last safeguard."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = _TOKEN.sub("<token>", value)
    return event


log: structlog.typing.FilteringBoundLogger = structlog.get_logger()
