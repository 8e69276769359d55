"""POST to a stranger's URL: only to public addresses, without redirects, and with limits on time and size.

The host is looked up, every address checked, and the connection made to the address that was checked, so that
another answer of the name server cannot lead elsewhere. Certificates are verified for the host.
"""

import asyncio
import contextlib
from collections.abc import Mapping
from typing import NamedTuple

import httpx

from bot.channels.shared.http_client import certificates
from bot.channels.webhook.public_addresses import Resolve, is_public, resolve
from handlers.actions.system.webhook_registry import AddressRefused

ANSWER_S = 15.0
"""For everything: looking up, connecting, sending and the answer."""
MOST_ANSWER_BYTES = 16 * 1024
"""More of an answer is not read. It is thrown away in any case."""
AT_ONCE = 8
_MOST_ADDRESSES = 3


class Answered(NamedTuple):
    """The HTTP status and the header Retry-After, in seconds, if it says seconds."""

    status: int
    retry_after_s: float | None = None


class NoAnswer(Exception):
    """There was no answer. The text says why, for people, without the URL."""


class Poster:
    """Sends to the host of one webhook, at most AT_ONCE requests at a time."""

    def __init__(self, look_up: Resolve = resolve, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._resolve = look_up
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._client = httpx.AsyncClient(
            timeout=ANSWER_S,
            limits=httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE),
            trust_env=False,
            follow_redirects=False,
            verify=certificates(),
            transport=transport,
        )

    async def post(self, url: str, body: str, headers: Mapping[str, str]) -> Answered:
        """POST a body once. Raises NoAnswer and AddressRefused."""
        async with self._turns:
            try:
                async with asyncio.timeout(ANSWER_S):
                    return await self._post(httpx.URL(url), body.encode(), headers)
            except TimeoutError:
                raise NoAnswer(f"no answer within {ANSWER_S:.0f} s") from None
            except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
                raise NoAnswer(type(error).__name__) from None

    async def _post(self, url: httpx.URL, body: bytes, headers: Mapping[str, str]) -> Answered:
        addresses = await checked(url, self._resolve)
        for address in addresses[:-1]:
            with contextlib.suppress(httpx.ConnectError, httpx.ConnectTimeout):
                return await self._post_to(address, url, body, headers)
        return await self._post_to(addresses[-1], url, body, headers)

    async def _post_to(self, address: str, url: httpx.URL, body: bytes, headers: Mapping[str, str]) -> Answered:
        request = self._client.build_request(
            "POST",
            url.copy_with(host=address),
            content=body,
            headers={**headers, "Host": url.netloc.decode("ascii")},
            extensions={"sni_hostname": _host(url)},
        )
        response = await self._client.send(request, stream=True)
        try:
            read = 0
            async for piece in response.aiter_raw():
                read += len(piece)
                if read > MOST_ANSWER_BYTES:
                    break
        finally:
            await response.aclose()
        return Answered(response.status_code, _seconds(response.headers.get("Retry-After", "")))

    async def close(self) -> None:
        await self._client.aclose()


async def checked(url: httpx.URL, look_up: Resolve) -> list[str]:
    """Return the addresses of the URL's host, if all are public. Raises AddressRefused."""
    try:
        addresses = await look_up(_host(url), url.port or 443)
    except (OSError, UnicodeError):
        raise AddressRefused("host") from None
    if not addresses:
        raise AddressRefused("host")
    if url.scheme != "https" or not all(map(is_public, addresses)):
        raise AddressRefused("private")
    return list(addresses[:_MOST_ADDRESSES])


def _host(url: httpx.URL) -> str:
    return url.raw_host.decode("ascii")


def _seconds(text: str) -> float | None:
    return float(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None
