"""Colleagues' sessions in browsers: the links with which they sign in, and how events change both."""

from collections.abc import Mapping
from typing import NamedTuple, assert_never

import msgspec

from conversation.inbound import Address
from handlers.organisation.event_base import OrganisationEvent


class SignInLink(msgspec.Struct, frozen=True):
    """A link with which the colleague `person` can sign in once, until `until_ms` (epoch). They asked for it in
    their private chat at `address`."""

    person: str
    address: Address
    until_ms: int


class Session(msgspec.Struct, frozen=True):
    """A colleague's session in one browser, until `until_ms` (epoch). It began at `since_ms`.

    - `address`: the private chat where they asked for the link. Whoever writes there is who is signed in.
    - `sha256`: of the browser's secret (hex).
    - `browser`: what the browser said that it is, in a word or two.
    """

    person: str
    address: Address
    sha256: str
    since_ms: int
    until_ms: int
    browser: str


class SignInOffered(OrganisationEvent, frozen=True, tag="sign_in_offered"):
    """A colleague got a link to sign in. Fields as in `SignInLink`; the link's code is kept as SHA-256 (hex)."""

    code_sha256: str
    person: str
    address: Address
    until_ms: int


class SignedIn(OrganisationEvent, frozen=True, tag="signed_in"):
    """A colleague used their link. Fields as in `Session`, `session` is its id."""

    session: str
    code_sha256: str
    sha256: str
    until_ms: int
    browser: str


class SignedOut(OrganisationEvent, frozen=True, tag="signed_out"):
    """A session was ended."""

    session: str


SessionEvent = SignInOffered | SignedIn | SignedOut


class Signed(NamedTuple):
    """The links that were not used yet, by the SHA-256 of their code (hex), and the sessions, by id."""

    links: Mapping[str, SignInLink]
    sessions: Mapping[str, Session]

    def after(self, event: SessionEvent, at_ms: int) -> "Signed":
        """Return them after one event. What has expired is dropped when the next one of its kind is added."""
        match event:
            case SignInOffered():
                valid = {code: each for code, each in self.links.items() if each.until_ms > at_ms}
                link = SignInLink(event.person, event.address, event.until_ms)
                return self._replace(links={**valid, event.code_sha256: link})
            case SignedIn():
                link = self.links[event.code_sha256]
                begun = Session(link.person, link.address, event.sha256, at_ms, event.until_ms, event.browser)
                open_ = {name: each for name, each in self.sessions.items() if each.until_ms > at_ms}
                links = {code: each for code, each in self.links.items() if code != event.code_sha256}
                return Signed(links, {**open_, event.session: begun})
            case SignedOut():
                rest = {name: each for name, each in self.sessions.items() if name != event.session}
                return self._replace(sessions=rest)
            case _:
                assert_never(event)

    def without(self, person: str) -> "Signed":
        """Return those of everybody else."""
        return Signed(
            {code: each for code, each in self.links.items() if each.person != person},
            {name: each for name, each in self.sessions.items() if each.person != person},
        )
