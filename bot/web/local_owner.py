"""Recognising the owner of an installation that serves only its own machine, in the browser.

That a connection comes from this machine proves nothing: a reverse proxy or another user of the machine connects
from there, too. So the owner opens an address with a secret that works once, and then has a cookie.
"""

import hashlib
import secrets

from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response

from bot.web.http import from_this_machine
from storage.ports import Kv

PARAMETER = "pane"
_BYTES = 24
_ADDRESS_S = 24 * 3600
_COOKIE_S = 30 * 24 * 3600
_MOST = 64  # characters of a secret


class LocalOwner:
    """Admits the owner. If not `local`, nobody is admitted."""

    def __init__(self, kv: Kv, *, local: bool) -> None:
        self._kv = kv
        self._local = local

    async def address(self, base_url: str) -> str:
        """Return a new address of the page that admits whoever opens it first, within a day."""
        secret = secrets.token_urlsafe(_BYTES)
        await self._kv.set(_name("address", secret), "1", _ADDRESS_S)
        return f"{base_url}/?{PARAMETER}={secret}"

    async def enter(self, request: HTTPConnection) -> Response | None:
        """Return the response that gives the browser its cookie and leads on to the page.

        None if the request's secret is wrong or was used before. Raises StoreUnavailable.
        """
        secret = request.query_params.get(PARAMETER, "")[:_MOST]
        if not self._is_near(request):
            return None
        onwards = RedirectResponse(
            "/", 303, headers={"cache-control": "no-store", "referrer-policy": "no-referrer"}
        )
        if await self.is_here(request):  # an address that was opened in this browser before
            return onwards
        if not await self._kv.get(_name("address", secret)):
            return None
        if not await self._kv.take(_name("used", secret), "1", 2 * _ADDRESS_S):
            return None
        cookie = secrets.token_urlsafe(_BYTES)
        await self._kv.set(_name("cookie", cookie), "1", _COOKIE_S)
        onwards.set_cookie(cookie_name(request), cookie, max_age=_COOKIE_S, httponly=True, samesite="strict")
        return onwards

    async def is_here(self, request: HTTPConnection) -> bool:
        """Return whether the request comes from the owner's browser. Raises StoreUnavailable."""
        cookie = request.cookies.get(cookie_name(request), "")[:_MOST]
        return self._is_near(request) and bool(cookie) and bool(await self._kv.get(_name("cookie", cookie)))

    def _is_near(self, request: HTTPConnection) -> bool:
        return self._local and from_this_machine(request)


def cookie_name(request: HTTPConnection) -> str:
    """Return the name of the cookie. Browsers do not keep the cookies of several ports apart."""
    return f"xumian_pane_{request.url.port or 80}"


def _name(kind: str, secret: str) -> str:
    """Return the name under which a secret is known. The store has only hashes of secrets."""
    return f"local_owner:{kind}:{hashlib.sha256(secret.encode()).hexdigest()}"
