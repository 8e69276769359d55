"""The address under which the world reaches us: its certificate, and whether we answer there."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx

from bot.doctor.findings import Finding, ok, problem, warning

_PATIENCE_S = 10
SOON_DAYS = 14
"""A certificate that ends within so many days should have been renewed."""
MOST_APART_S = 5
"""How far our clock may be from others', in seconds."""
_DAY_S = 86_400


async def look(address: str, now_ms: int) -> AsyncIterator[Finding]:
    """Look at the public address from here. `now_ms`: epoch milliseconds."""
    parts = urlsplit(address)
    if parts.scheme != "https":
        yield warning("address.plain", address=address)
    elif found := await _certificate(parts.hostname or "", parts.port or 443, now_ms):
        yield found
        if found.level == "problem":
            return
    yield await _answers(address, now_ms)


async def _certificate(host: str, port: int, now_ms: int) -> Finding | None:
    try:
        async with asyncio.timeout(_PATIENCE_S):
            _, writer = await asyncio.open_connection(host, port, ssl=ssl.create_default_context())
    except ssl.SSLCertVerificationError as error:
        return problem("certificate", host=host, why=error.verify_message)
    except (OSError, TimeoutError):
        return None  # that nothing answers is said next
    given = writer.get_extra_info("peercert") or {}
    writer.close()
    days = int(ssl.cert_time_to_seconds(given["notAfter"]) - now_ms / 1000) // _DAY_S
    return warning("certificate.ends", host=host, n=days) if days < SOON_DAYS else ok("certificate.well", n=days)


async def _answers(address: str, now_ms: int) -> Finding:
    try:
        async with httpx.AsyncClient(timeout=_PATIENCE_S, verify=True) as http:
            answer = await http.get(f"{address}/healthz")
    except httpx.HTTPError as error:
        return warning("address.silent", address=address, why=type(error).__name__)
    if answer.status_code != 200:
        return warning("address.other", address=address, status=answer.status_code)
    said = answer.headers.get("date", "")
    apart_s = _apart_s(said, now_ms)
    if apart_s is not None and abs(apart_s) > MOST_APART_S:
        return warning("clock", n=round(abs(apart_s)), whose=urlsplit(address).hostname)
    return ok("address", address=address)


def _apart_s(date: str, now_ms: int) -> float | None:
    try:
        theirs = parsedate_to_datetime(date)
    except ValueError:
        return None
    return (theirs - datetime.fromtimestamp(now_ms / 1000, UTC)).total_seconds()
