"""Plain ASGI: a bounded body in, a bare status out. For addresses that are called all the time."""

from starlette.types import Receive, Scope, Send

MOST_BYTES = 1024 * 1024
_MOST_DIGITS = 16  # of an announced length: thousands of them are no number to calculate with
_PHRASES = {
    200: b"",
    400: b"not understood\n",
    401: b"wrong secret\n",
    403: b"wrong signature\n",
    404: b"no such account\n",
    405: b"not with this method\n",
    413: b"over 1 MiB\n",
    503: b"try again\n",
}


class BodyTooLarge(Exception):
    """The request's body is over 1 MiB."""


class ClientGone(Exception):
    """The request broke off before its body was complete."""


async def read_body(scope: Scope, receive: Receive) -> bytes:
    """The whole body. Raises BodyTooLarge without reading it, where the length is announced."""
    for name, value in scope["headers"]:
        if (
            name == b"content-length"
            and value.isdigit()
            and (len(value) > _MOST_DIGITS or int(value) > MOST_BYTES)
        ):
            raise BodyTooLarge
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        body += message.get("body", b"")
        if len(body) > MOST_BYTES:
            raise BodyTooLarge
    return body


async def answer(send: Send, status: int, retry_after_s: int | None = None) -> None:
    body = _PHRASES[status]
    headers = [(b"content-length", str(len(body)).encode()), (b"content-type", b"text/plain")]
    if retry_after_s is not None:
        headers.append((b"retry-after", str(retry_after_s).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def say(send: Send, text: str) -> None:
    """Answer with this text."""
    body = text.encode()
    headers = [(b"content-length", str(len(body)).encode()), (b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
