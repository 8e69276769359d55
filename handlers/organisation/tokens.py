"""Who acts: a colleague, or a program with a token of the REST API. Both have an id in the record."""

from handlers.organisation.rights import may_give
from handlers.organisation.state import LOCAL_ID, Grant, Organisation, Person, Token

_PREFIX = "token:"


def actor_id(token: str) -> str:
    """Return the id under which whatever is done with a token is recorded."""
    return f"{_PREFIX}{token}"


def token_of(person: str) -> str:
    """Return the id of the token of an actor, or an empty string for people."""
    return person.removeprefix(_PREFIX) if person.startswith(_PREFIX) else ""


def principal(organisation: Organisation, person: str) -> str:
    """Return the person on whose authority somebody acts: whoever made the token, or else the person. A token of
    the command line is nobody's but its own."""
    token = organisation.tokens.get(token_of(person))
    return (token.by if token else "") or person


def actor(organisation: Organisation, person: str, now_ms: int, *, local: bool = False) -> Person | None:
    """Return the colleague or the token's holder with this id, or None if there is none who may act now (epoch
    milliseconds). `local`: whoever sits at this machine is an owner."""
    name = token_of(person)
    if not name:
        return organisation.people.get(person)
    token = organisation.tokens.get(name)
    if token is None or token.until_ms <= now_ms or not _holds(organisation, token, local=local):
        return None
    return known(organisation, person)


def known(organisation: Organisation, person: str) -> Person | None:
    """Return the colleague or the token's holder with this id, also of a token that does not work any more."""
    token = organisation.tokens.get(token_of(person))
    if token is None:
        return organisation.people.get(person)
    return Person(person, token.name, "en", grants=(Grant(token.role, token.unit),))


def valid(organisation: Organisation, now_ms: int) -> dict[str, Token]:
    """Return the tokens by id that are neither revoked nor expired."""
    return {name: token for name, token in organisation.tokens.items() if token.until_ms > now_ms}


def holder(organisation: Organisation, sha256: str, now_ms: int, *, local: bool) -> Person | None:
    """Return who uses the token with this SHA-256 (hex), or None if there is none that works."""
    found = next((name for name, token in organisation.tokens.items() if token.sha256 == sha256), None)
    return actor(organisation, actor_id(found), now_ms, local=local) if found else None


def name_of(organisation: Organisation, person: str) -> str:
    """Return the name of a colleague or a token, or an empty string if there is none."""
    found = known(organisation, person)
    return found.name if found else ""


def _holds(organisation: Organisation, token: Token, *, local: bool) -> bool:
    """Return whether the token's unit still exists and its maker may still give its right."""
    if token.unit and token.unit not in organisation.units:
        return False
    if not token.by:
        return True
    maker = organisation.people.get(token.by)
    if maker is None:
        return token.by == LOCAL_ID and local
    return may_give(organisation, maker, Grant(token.role, token.unit))
