"""Who visits the staff pages: sessions and their cookies, forms that are ours, and how often each may ask."""

import base64
import hmac
import re
import secrets
from collections.abc import Callable, Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from bot.web.http import from_this_machine, network_of, read_body
from conversation.inbound import Address
from handlers.actions.context import Tools
from handlers.actions.system.web_sessions import SESSION_S, link_owner, sign_in
from handlers.console.context import StaffInbound
from handlers.console.identity import local_owner, person_of
from handlers.organisation.audit import digest
from handlers.organisation.repository import load
from handlers.organisation.state import LOCAL_ID, Organisation, Person
from storage.ports import Kv

MOST_BYTES = 64 * 1024
"""The greatest size of a form."""
PAGES_A_MINUTE = 240
"""How many pages a session may ask for in a minute."""
MOST_WRONG = 30
"""How many links that do not work a network may try in ten minutes."""
_WRONG_S = 600
_MINUTE_S = 60
_MOST_SECRET = 100
_MOST_FIELDS = 20
_SECRET_BYTES = 32
_PORTS = {"https": 443, "http": 80}
_BROWSERS = ("MicroMessenger", "Edg", "OPR", "Firefox", "Chrome", "Safari")
_CALLED = {"MicroMessenger": "WeChat", "Edg": "Edge", "OPR": "Opera"}
_SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux")


class TooManyPages(Exception):
    """A session or a network asks too often. `seconds`: when to come again."""

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.seconds = seconds


class Visitor(NamedTuple):
    """A colleague in a browser, with their rights as they are now.

    - `session`: its id. `address`: the private chat that they asked for the link in.
    - `form_key`: proves that a form was made by this session's pages.
    """

    organisation: Organisation
    person: Person
    session: str
    address: Address
    form_key: str


class Access:
    """Signs browsers in and recognises them. `base_url` returns the public address of the web server."""

    def __init__(self, tools: Tools, kv: Kv, base_url: Callable[[], str]) -> None:
        self.tools = tools
        self._kv = kv
        self._base_url = base_url

    @property
    def _secure(self) -> bool:
        return self._base_url().startswith("https://")

    def _cookie_name(self, request: Request) -> str:
        """Return the cookie's name. Only this very host can set one with `__Host-`. Without https, browsers do not
        keep the cookies of several ports apart."""
        return "__Host-xumian_staff" if self._secure else f"xumian_staff_{request.url.port or 80}"

    def is_near(self, request: Request) -> bool:
        """Return whether the pages are open to the request's sender: without a public address, to this machine."""
        return not self.tools.local or from_this_machine(request)

    async def visitor(self, request: Request) -> Visitor | None:
        """Return who is signed in, or None. Raises TooManyPages, StoreUnavailable."""
        secret = request.cookies.get(self._cookie_name(request), "")[:_MOST_SECRET]
        if not secret or not self.is_near(request):
            return None
        organisation, sha256 = (await load(self.tools.store)).state, digest(secret)
        name, session = next(
            ((name, each) for name, each in organisation.sessions.items() if each.sha256 == sha256), ("", None)
        )
        if session is None or session.until_ms <= self.tools.now():
            return None
        inbound = StaffInbound("", session.address, session.address, "", language=_language(request))
        person = person_of(self.tools, organisation, inbound)
        if person is None or person.id != session.person:
            return None
        if await self._kv.count(f"staff-pages:{name}", _MINUTE_S) > PAGES_A_MINUTE:
            raise TooManyPages(_MINUTE_S)
        return Visitor(organisation, person, name, session.address, self._form_key(secret))

    def _form_key(self, secret: str) -> str:
        made = hmac.digest(self.tools.secret, f"staff-form|{secret}".encode(), "sha256")
        return base64.urlsafe_b64encode(made).decode().rstrip("=")

    async def form(self, request: Request) -> Mapping[str, str]:
        """Return the fields of a form, of which the last of each name counts. Raises BodyTooLarge, BodyTooSlow,
        ClientGone; ValueError if it is none."""
        body = await read_body(request.scope, request.receive, MOST_BYTES)
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
        return dict(pairs)

    def is_ours(self, request: Request) -> bool:
        """Return whether a form was sent by a page of ours, as the browser says. All send `Origin` with a form."""
        origin = request.headers.get("origin", "")
        if self.tools.local:  # any name of this machine, at the port that was asked for
            return self.is_near(request) and origin == f"http://{request.headers.get('host', '')}"
        return origin == origin_of(self._base_url())

    def has_key(self, visitor: Visitor, form: Mapping[str, str]) -> bool:
        """Return whether the form has the session's key."""
        return hmac.compare_digest(form.get("key", "").encode(), visitor.form_key.encode())

    # signing in

    async def link_owner(self, request: Request, code: str) -> Person | None:
        """Return who can sign in with a code, or None. Raises TooManyPages, StoreUnavailable."""
        network = hmac.digest(self.tools.secret, f"network|{network_of(request.scope)}".encode(), "sha256").hex()
        organisation = (await load(self.tools.store)).state
        person = link_owner(organisation, code, self.tools.now())
        if person and self.is_near(request):
            if person == LOCAL_ID and self.tools.local:
                return local_owner(organisation, _language(request))
            return organisation.people.get(person)
        if await self._kv.count(f"staff-wrong:{network}", _WRONG_S) > MOST_WRONG:
            raise TooManyPages(_WRONG_S)
        return None

    async def sign_in(self, request: Request, code: str, answer: Response) -> bool:
        """Use the link's code for this browser, and have `answer` set its cookie. Returns False if the code does
        not work. Raises StoreUnavailable, TooManyPages."""
        before = await self.visitor(request)
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        browser = browser_called(request.headers.get("user-agent", ""))
        if not await sign_in(self.tools, code, secret, browser, before.session if before else ""):
            return False
        answer.set_cookie(
            self._cookie_name(request),
            secret,
            max_age=SESSION_S,
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="strict",
        )
        return True

    def forget(self, request: Request, answer: Response) -> None:
        """Have `answer` remove the browser's cookie."""
        name = self._cookie_name(request)
        answer.delete_cookie(name, path="/", secure=self._secure, httponly=True, samesite="strict")


def origin_of(address: str) -> str:
    """Return the origin of a web address as browsers write it (RFC 6454, section 6.2)."""
    parts = urlsplit(address)
    port = "" if parts.port in (None, _PORTS.get(parts.scheme)) else f":{parts.port}"
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}{port}"


def browser_called(agent: str) -> str:
    """Return what a browser says that it is, in words of ours: `Chrome · Windows`; empty if unknown."""
    browser = next((each for each in _BROWSERS if re.search(rf"\b{each}", agent)), "")
    system = next((each for each in _SYSTEMS if each in agent), "")
    return " · ".join(each for each in (_CALLED.get(browser, browser), system) if each)


def _language(request: Request) -> str:
    return "en" if request.headers.get("accept-language", "").lower().startswith("en") else "zh"
