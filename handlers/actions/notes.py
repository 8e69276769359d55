"""Writing a note about a candidate for colleagues, and telling those whom it names."""

import unicodedata
from collections.abc import Iterable
from typing import ClassVar, NamedTuple

from conversation.inbound import Inbound, NoteWritten
from conversation.state import State
from handlers.actions.base import Action, Result
from handlers.actions.context import Candidate, Context, Refused, candidate
from handlers.actions.targets import interview_of
from handlers.interview_views import read_interview
from handlers.organisation.rights import HIRES, READS, Scope
from handlers.organisation.state import Person, Role
from handlers.rating_views import Viewer

MOST_NOTE = 500
"""Maximum length of a note, in characters."""


class Told(NamedTuple):
    """A colleague named in a note. `later`: they see it only once they have rated the candidate."""

    person: str
    name: str
    later: bool


class CandidateNoted(Result, frozen=True):
    """The written note.

    - `told`: the colleagues whom it names, without its author.
    - `unknown`: what follows an `@` and is nobody who may see the candidate.
    """

    candidate: Candidate
    text: str
    told: tuple[Told, ...] = ()
    unknown: tuple[str, ...] = ()


class NoteCandidate(Action, frozen=True, tag="note_candidate"):
    """Write a note about a candidate, which is kept in the interview's record and shown to colleagues only.

    `@NAME` in it names a colleague, who is told if they may see the candidate.
    """

    interview: str
    text: str
    roles: ClassVar[frozenset[Role]] = HIRES
    personal: ClassVar[bool] = True

    @property
    def line(self) -> str:
        return f"/note {self.interview}"

    async def execute(self, context: Context) -> CandidateNoted:
        text = self.text.strip()
        if not text or len(text) > MOST_NOTE:
            raise Refused("note.length", most=MOST_NOTE)
        state = await interview_of(context, self.interview, self.roles)
        if state.phase == "erased":
            raise Refused("candidate.unknown", name=self.interview)
        people = [each for each in context.organisation.people.values() if _may_see(context, each, state)]
        named, unknown = mentions(text, people)
        what = NoteWritten(text, context.person.id)
        answer = await context.tools.intake.apply(state.interview, Inbound(f"{context.cause}:note", what))
        if answer not in ("committed", "duplicate"):
            raise Refused("candidate.unknown", name=self.interview)
        others = [each for each in named if each.id != context.person.id]
        told = [Told(each.id, each.name, await _later(context, each, state)) for each in others]
        return CandidateNoted(candidate(state), text, tuple(told), tuple(unknown))


def _may_see(context: Context, person: Person, state: State) -> bool:
    return bool(person.addresses) and Scope(context.organisation, person, READS).covers(state.unit)


async def _later(context: Context, person: Person, state: State) -> bool:
    """Return whether the person still has to rate, and may not yet see others' notes."""
    script = await context.tools.intake.script(state.script)
    viewer = Viewer(context.organisation, person)
    return bool((await read_interview(context.tools.store, state, script, viewer)).ratings.withheld)


def mentions(text: str, people: Iterable[Person]) -> tuple[list[Person], list[str]]:
    """Return the people whom a text names after an `@`, and the words after an `@` that name none of them.

    The longest name counts, so that `@Ann Lee` is not Ann, and everybody who has it is meant. An `@` within a
    word, as in an e-mail address, names nobody.
    """
    known = [(_plain(person.name).casefold(), person) for person in people if person.name]
    plain = _plain(text)
    named: dict[str, Person] = {}
    unknown: dict[str, None] = {}
    for at, sign in enumerate(plain):
        if sign != "@" or (at and _in_word(plain[at - 1])):
            continue
        rest = plain[at + 1 :]
        fitting = [(name, person) for name, person in known if _begins(rest.casefold(), name)]
        longest = max((len(name) for name, _ in fitting), default=0)
        if fitting:
            named |= {person.id: person for name, person in fitting if len(name) == longest}
        elif rest.split() and not rest[0].isspace():
            unknown[rest.split()[0][:40]] = None
    return list(named.values()), list(unknown)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _begins(text: str, name: str) -> bool:
    """Return whether the text begins with the name as a whole. Between Chinese words there are no spaces."""
    return text.startswith(name) and not (_in_word(name[-1]) and _in_word(text[len(name) : len(name) + 1]))


def _in_word(sign: str) -> bool:
    return sign.isascii() and sign.isalnum()
