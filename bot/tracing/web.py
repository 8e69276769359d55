"""Callbacks of platforms as spans. Their paths may hold secrets, so only the platform's name is recorded.

A `traceparent` in a request is ignored: strangers could have anything recorded by it.
"""

from collections.abc import Iterable

from opentelemetry.trace import Span, SpanKind
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.tracing.spans import Spans, failed

_CALLBACKS = "/webhooks/"


def traced_web(app: ASGIApp, routes: Iterable[BaseRoute], spans: Spans) -> ASGIApp:
    """Return an application that records a span for every callback to one of these routes."""
    platforms = {
        _platform(each.path) for each in routes if isinstance(each, Route) and each.path.startswith(_CALLBACKS)
    }

    async def traced(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        is_callback = scope["type"] == "http" and path.startswith(_CALLBACKS)
        platform = _platform(path) if is_callback else ""
        if platform not in platforms:
            await app(scope, receive, send)
            return
        with spans.span(f"{scope['method']} {_CALLBACKS}{platform}", SpanKind.SERVER, channel=platform) as span:
            await app(scope, receive, _noting_status(send, span))

    return traced


def _platform(path: str) -> str:
    return path.removeprefix(_CALLBACKS).partition("/")[0]


def _noting_status(send: Send, span: Span) -> Send:
    async def noted(message: Message) -> None:
        if message["type"] == "http.response.start":
            status = message["status"]
            span.set_attribute("http.response.status_code", status)
            if status >= 500:
                failed(span, str(status))
        await send(message)

    return noted
