"""Signing in on the staff pages of a browser: links, sessions, and ending these."""

from typing import ClassVar

from handlers.actions.base import Action, Result, command_line
from handlers.actions.context import Context, Refused, Tools
from handlers.organisation.audit import digest
from handlers.organisation.events import Acted, AnyOrganisationEvent
from handlers.organisation.repository import RecordBusy, commit, load
from handlers.organisation.rights import EVERYBODY
from handlers.organisation.sessions import Session, SignedIn, SignedOut, SignInOffered
from handlers.organisation.state import Organisation, Role
from handlers.organisation.tokens import token_of
from storage.ports import Committed, Conflict

LINK_S = 10 * 60
"""How long a link to sign in works, in seconds."""
SESSION_S = 12 * 3600
"""How long a session lasts, in seconds."""
MOST_SESSIONS = 10
"""How many sessions a colleague may have. The next one ends the oldest."""
_ATTEMPTS = 30
_ID_LENGTH = 8


class SignInReady(Result, frozen=True):
    """A link with which one browser can sign in, once, for `minutes`. `local`: only on the machine itself."""

    link: str
    minutes: int
    local: bool


class OfferSignIn(Action, frozen=True, tag="offer_sign_in"):
    """Make a link with which the person signs in on the staff pages. They alone may read it."""

    roles: ClassVar[frozenset[Role]] = EVERYBODY

    @property
    def line(self) -> str:
        return "/web"

    async def execute(self, context: Context) -> SignInReady:
        link, person = context.tools.sign_in_link, context.person
        if link is None:
            raise Refused("web.none")
        if token_of(person.id) or not person.addresses:
            raise Refused("web.by_token")
        if not context.private:
            raise Refused("web.private")
        address = context.reply_to if context.reply_to in person.addresses else person.addresses[0]
        code = context.nonce()
        until_ms = context.now + LINK_S * 1000
        context.record(SignInOffered(digest(code), person.id, address, until_ms))
        return SignInReady(link(code), LINK_S // 60, context.tools.local)


class SessionsEnded(Result, frozen=True):
    number: int


class EndSessions(Action, frozen=True, omit_defaults=True, tag="end_sessions"):
    """End one of the person's own sessions (its id), or all of them if none is named."""

    session: str = ""
    roles: ClassVar[frozenset[Role]] = EVERYBODY

    @property
    def line(self) -> str:
        return command_line("/web", "end", self.session or "all")

    async def execute(self, context: Context) -> SessionsEnded:
        mine = sessions_of(context.organisation, context.person.id, context.now)
        ended = [name for name in mine if self.session in ("", name)]
        if self.session and not ended:
            raise Refused("web.unknown", session=self.session[:_ID_LENGTH])
        context.record(*(SignedOut(name) for name in ended))
        return SessionsEnded(len(ended))


def sessions_of(organisation: Organisation, person: str, now_ms: int) -> dict[str, Session]:
    """Return a person's sessions that have not expired, by id, the oldest first."""
    mine = [(name, each) for name, each in organisation.sessions.items() if each.person == person]
    return dict(sorted((each for each in mine if each[1].until_ms > now_ms), key=lambda each: each[1].since_ms))


def link_owner(organisation: Organisation, code: str, now_ms: int) -> str:
    """Return the id of the person who can sign in with a link's code, or an empty string if it does not work."""
    link = organisation.sign_ins.get(digest(code))
    return link.person if link and link.until_ms > now_ms else ""


async def sign_in(tools: Tools, code: str, secret: str, browser: str, former: str = "") -> bool:
    """Begin a session with a link's code for the browser that holds `secret`; end its `former` session (an id).

    Returns False if the code does not work (any more): of several browsers that use it, one succeeds. Raises
    RecordBusy after too many conflicts.
    """
    for _ in range(_ATTEMPTS):
        record, now = await load(tools.store), tools.now()
        person = link_owner(record.state, code, now)
        if not person:
            return False
        mine = list(sessions_of(record.state, person, now))
        ended = {*mine[: max(0, len(mine) - MOST_SESSIONS + 1)], *([former] if former in mine else [])}
        begun = SignedIn(
            digest(secret)[:_ID_LENGTH], digest(code), digest(secret), now + SESSION_S * 1000, browser
        )
        events: list[AnyOrganisationEvent] = [SignedOut(each) for each in sorted(ended)]
        events += [begun, Acted("/web sign-in", "done")]
        cause = f"web:sign-in:{digest(secret)[:_ID_LENGTH]}:{digest(code)[:16]}"
        answer = await commit(tools.store, record, events, cause, person, now)
        if not isinstance(answer, Conflict):
            return isinstance(answer, Committed)
    raise RecordBusy("the organisation's record was changed again and again while somebody signed in")
