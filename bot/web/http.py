"""Minimal ASGI helpers: read a body of limited size, send a short response, add security headers to pages; and
where a request comes from."""

import asyncio
import functools
from ipaddress import IPv4Address, ip_address, ip_network
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.logs import log

MOST_BYTES = 1024 * 1024
BODY_S = 10.0
"""How long the body of a platform's request may take to arrive, in seconds."""
ARRIVED = "xumian.arrived"
"""The key that our server adds to a request's scope once it has received the whole body."""
_MOST_DIGITS = 16  # of a content-length header; converting thousands of digits would be slow
_PHRASES = {
    200: b"",
    400: b"not understood\n",
    401: b"wrong secret\n",
    403: b"wrong signature\n",
    404: b"no such account\n",
    405: b"not with this method\n",
    408: b"too slow\n",
    413: b"too large\n",
    503: b"try again\n",
}

_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-cache"),
    (b"permissions-policy", b"microphone=(self), camera=(), geolocation=()"),
]
_OF_PROXIES = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")
_CUSTOMER_BITS = 64
_THIS_MACHINE = ("127.0.0.1", "::1", "localhost")


class BodyTooLarge(Exception):
    """The request's body is larger than this address accepts."""


class BodyTooSlow(Exception):
    """The request's body did not arrive within ten seconds."""


class ClientGone(Exception):
    """The client disconnected before its request body was complete."""


async def read_body(scope: Scope, receive: Receive, most_bytes: int = MOST_BYTES) -> bytes:
    """Return the whole request body.

    Raises BodyTooLarge if it is over `most_bytes`, without reading it if its announced length is. Raises
    BodyTooSlow and ClientGone.
    """
    for name, value in scope["headers"]:
        if (
            name == b"content-length"
            and value.isdigit()
            and (len(value) > _MOST_DIGITS or int(value) > most_bytes)
        ):
            raise BodyTooLarge
    if ARRIVED in scope:  # nearly always: setting a time limit would take as long as all else here
        return await _whole(receive, most_bytes)
    try:
        async with asyncio.timeout(BODY_S):
            return await _whole(receive, most_bytes)
    except TimeoutError:
        raise BodyTooSlow from None


async def _whole(receive: Receive, most_bytes: int) -> bytes:
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > most_bytes:
            raise BodyTooLarge
    return bytes(body)


async def answer(send: Send, status: int, retry_after_s: int | None = None) -> None:
    body = _PHRASES[status]
    headers = [(b"content-length", str(len(body)).encode()), (b"content-type", b"text/plain")]
    if retry_after_s is not None:
        headers.append((b"retry-after", str(retry_after_s).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def say(send: Send, text: str, media_type: str = "text/plain; charset=utf-8") -> None:
    """Send a 200 response with this text."""
    body = text.encode()
    headers = [(b"content-length", str(len(body)).encode()), (b"content-type", media_type.encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class PageHeaders:
    """Middleware that adds security headers to the pages."""

    def __init__(self, app: ASGIApp, policy: str) -> None:
        self._app = app
        self._headers = [(b"content-security-policy", policy.encode()), *_HEADERS]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *self._headers]
            await send(message)

        await self._app(scope, receive, with_headers)


def network_of(scope: Scope) -> str:
    """Return the network that limits per address count for a request: see `network_of_host`."""
    return network_of_host(scope["client"][0] if scope.get("client") else "")


@functools.lru_cache(maxsize=4096)
def network_of_host(host: str) -> str:
    """Return an IPv4 address, or the /64 network of an IPv6 address, because one customer of a provider usually
    has a whole one."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv4Address) or address.is_loopback:
        return host
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((address, _CUSTOMER_BITS), strict=False))


def note_full_network(network: str) -> None:
    """Log once if a network that has reached a limit looks like a proxy rather than one visitor's."""
    try:
        is_private = ip_network(network).is_private
    except ValueError:
        return
    if is_private:
        _warn_of_proxy()


@functools.cache
def _warn_of_proxy() -> None:
    log.warning(
        "visitors_behind_one_address",
        what="a private address has reached the limits for one visitor's network; if it is a reverse proxy, list "
        "it in XUMIAN_TRUSTED_PROXIES and let it set X-Forwarded-For, so that the limits count the visitors",
    )


def from_this_machine(request: HTTPConnection) -> bool:
    """Return whether a request comes directly from this machine.

    Both the client's address and the requested host must be local, so that a page whose host name was made to
    point here (DNS rebinding) is rejected. Requests passed on by a proxy are recognised by the headers it adds,
    because some proxies set a local host name.
    """
    client = request.client
    if any(name in request.headers for name in _OF_PROXIES):
        return False
    try:
        host = urlsplit(f"//{request.headers.get('host', '')}").hostname
    except ValueError:
        return False
    return client is not None and client.host in _THIS_MACHINE and host in _THIS_MACHINE
