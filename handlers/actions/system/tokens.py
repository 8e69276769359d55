"""Actions on tokens of the REST API."""

import re
from typing import ClassVar

from handlers.actions.base import Action, Result, command_line
from handlers.actions.campaigns import own_unit
from handlers.actions.context import Context, Refused, Right
from handlers.actions.people import check_right, check_unit
from handlers.organisation.audit import digest
from handlers.organisation.events import TokenMade, TokenRevoked
from handlers.organisation.rights import LEADS
from handlers.organisation.state import Grant, Role
from handlers.organisation.tokens import token_of, valid

DEFAULT_DAYS = 365
MOST_DAYS = 3650
MOST_TOKENS = 200
MOST_NAME = 40
_DAY_MS = 86_400_000
_PREFIX = "xum_"
_ID_LENGTH = 8
_NAME = re.compile(r"[\w][\w .\-()]*")


class TokenCreated(Result, frozen=True):
    """A new token. `secret` is the token itself, which is shown only now."""

    token: str
    name: str
    role: Role
    unit: str
    until_ms: int
    secret: str


class CreateToken(Action, frozen=True, omit_defaults=True, tag="create_token"):
    """Create a token of the REST API with a role in a unit (None: the person's own), valid for `days`."""

    name: str
    role: Role = "recruiter"
    unit: str | None = None
    days: int = DEFAULT_DAYS
    roles: ClassVar[frozenset[Role]] = LEADS

    @property
    def line(self) -> str:
        return command_line("/token", "create", self.name, self.role, self.unit or "")

    async def execute(self, context: Context) -> TokenCreated:
        name = checked_name(self.name, "token.name")
        if not 1 <= self.days <= MOST_DAYS:
            raise Refused("token.days", most=MOST_DAYS)
        if token_of(context.person.id):
            raise Refused("token.by_token")
        unit = own_unit(context, self.roles) if self.unit is None else self.unit
        check_unit(context, unit)
        check_right(context, Grant(self.role, unit))
        identity, secret = context.nonce()[:_ID_LENGTH], f"{_PREFIX}{context.nonce()}"
        tokens = context.organisation.tokens
        if identity not in tokens:  # otherwise, this is executed again
            _check_room(context, name)
        until_ms = context.now + self.days * _DAY_MS
        by = "" if context.person.id not in context.organisation.people else context.person.id
        context.record(TokenMade(identity, name, digest(secret), self.role, unit, until_ms, by))
        return TokenCreated(identity, name, self.role, unit, until_ms, secret)


def checked_name(text: str, refusal: str) -> str:
    """Return a name, with single spaces. Raises Refused with this reason."""
    name = " ".join(text.split())
    if len(name) > MOST_NAME or not _NAME.fullmatch(name):
        raise Refused(refusal, most=MOST_NAME)
    return name


def _check_room(context: Context, name: str) -> None:
    tokens = valid(context.organisation, context.now).values()
    if len(tokens) >= MOST_TOKENS:
        raise Refused("token.many", most=MOST_TOKENS)
    if any(each.name == name for each in tokens):
        raise Refused("token.there", name=name)


class TokenGone(Result, frozen=True):
    """A token that does not work any more."""

    token: str
    name: str
    right: Right


class RevokeToken(Action, frozen=True, tag="revoke_token"):
    """Revoke a token. `token` is its id or its name."""

    token: str
    roles: ClassVar[frozenset[Role]] = LEADS

    @property
    def line(self) -> str:
        return command_line("/token", "revoke", self.token)

    async def execute(self, context: Context) -> TokenGone:
        scope = context.scope(self.roles)
        for identity, token in valid(context.organisation, context.now).items():
            if scope.covers(token.unit) and self.token in (identity, token.name):
                check_right(context, Grant(token.role, token.unit))
                context.record(TokenRevoked(identity))
                return TokenGone(identity, token.name, Right(token.role, token.unit))
        raise Refused("token.unknown", name=self.token[:MOST_NAME])
