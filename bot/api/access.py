"""Who calls the API: tokens, how often each may call, and when it was last used."""

import base64
import binascii
import hashlib

from starlette.requests import Request

from bot.api.problems import problem
from bot.web.http import network_of
from handlers.actions.context import Tools
from handlers.organisation.repository import load
from handlers.organisation.state import Organisation, Person
from handlers.organisation.tokens import holder, token_of
from storage.ports import Kv

CALLS_A_MINUTE = 600
"""How many calls a token may make in a minute."""
MOST_WRONG = 30
"""How many calls with a wrong token a network may make in ten minutes."""
_WRONG_S = 600
_MINUTE_S = 60
_MOST_TOKEN = 200
_NOTED_EVERY_MS = 60_000


class Caller:
    """Who calls, as the organisation is now. `left` is how many calls they may still make in this minute."""

    def __init__(self, organisation: Organisation, person: Person, left: int) -> None:
        self.organisation = organisation
        self.person = person
        self.left = left


async def caller_of(request: Request, tools: Tools, kv: Kv) -> Caller:
    """Return who calls. Raises a problem: 401 without a token that works, 429 after too many calls."""
    token = _given(request.headers.get("authorization", ""))
    organisation = (await load(tools.store)).state
    sha256 = hashlib.sha256(token[:_MOST_TOKEN].encode()).hexdigest()
    person = holder(organisation, sha256, tools.now(), local=tools.local) if token else None
    if person is None:
        await _note_wrong(request, kv)
        raise _unknown()
    number = await kv.count(f"api:calls:{person.id}", _MINUTE_S)
    if number > CALLS_A_MINUTE:
        raise too_many(_MINUTE_S)
    await _note_use(kv, token_of(person.id), tools.now())
    return Caller(organisation, person, CALLS_A_MINUTE - number)


def _given(authorization: str) -> str:
    """Return the token: of a Bearer header, or the user name of a Basic one; empty if there is none."""
    scheme, _, rest = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(rest.strip(), validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return ""


async def last_used_ms(kv: Kv, token: str) -> int:
    """Return when a token was last used, in epoch milliseconds, to the minute; 0 if never."""
    return int(await kv.get(_used(token)) or 0)


def too_many(seconds: int) -> Exception:
    """Return the problem of too many calls. Further ones are answered after some seconds at most."""
    error = problem(429, "too_many_calls", "Too many calls", f"Call again in {seconds} seconds.")
    error.headers = {"retry-after": str(seconds)}
    return error


def _unknown() -> Exception:
    detail = "Send Authorization: Bearer with a token; /token in the chat or xumian token create makes one."
    error = problem(401, "token.unknown", "A token is needed", detail)
    error.headers = {"www-authenticate": "Bearer"}
    return error


async def _note_wrong(request: Request, kv: Kv) -> None:
    if await kv.count(f"api:wrong:{network_of(request.scope)}", _WRONG_S) > MOST_WRONG:
        raise too_many(_WRONG_S)


async def _note_use(kv: Kv, token: str, now_ms: int) -> None:
    if now_ms - await last_used_ms(kv, token) >= _NOTED_EVERY_MS:
        await kv.set(_used(token), str(now_ms))


def _used(token: str) -> str:
    return f"api:used:{token}"
