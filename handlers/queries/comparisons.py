"""Candidates side by side, only on what they have in common. It rests on ratings, as a profile does."""

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from conversation.script import Wording
from conversation.views.profiles import Assessed, Blank, Common, blank, compare, named, profile
from handlers.actions.context import Context, Refused, candidate
from handlers.competencies import CompetencyView, competency_view, title_of
from handlers.interview_views import Reading
from handlers.organisation.rights import READS
from handlers.organisation.state import Role
from handlers.queries.base import Answer, Query
from handlers.queries.interviews import reading_of

MOST_COMPARED = 4
"""How many candidates are compared at most: more lines in one picture cannot be told apart."""


class ComparedCandidate(msgspec.Struct, frozen=True):
    """A candidate of a comparison. `title` is the script's."""

    interview: str
    name: str
    campaign: str
    title: Wording


class ComparedRow(msgspec.Struct, frozen=True):
    """A competency that candidates have in common.

    - `who`: which of them, by index; `levels`: theirs, in the same order.
    - `same`: the levels are over the same questions; otherwise the scripts differ, and each is over its own.
    - `questions`: how many questions of the first one's script name the competency.
    """

    competency: str
    title: Wording
    who: tuple[int, ...]
    levels: tuple[CompetencyView, ...]
    same: bool
    questions: int


class LeftOut(msgspec.Struct, frozen=True):
    """A competency on which not all candidates can be compared, and for each of them why it has no level (empty:
    it has one). If all have one, they have no assessed question in common."""

    competency: str
    title: Wording
    why: tuple[Blank, ...]


class Comparison(Answer, frozen=True):
    """Candidates side by side.

    - `rows`: what all have in common, and where they do not, what two of them have.
    - `withheld`: those who are left out until the reader has rated them.
    - `shared`: if their scripts differ, the competencies that all scripts have; None for one script.
    """

    candidates: tuple[ComparedCandidate, ...]
    rows: tuple[ComparedRow, ...]
    left_out: tuple[LeftOut, ...]
    withheld: tuple[ComparedCandidate, ...]
    shared: tuple[Wording, ...] | None


class CompareCandidates(Query, frozen=True, tag="compare_candidates"):
    """Compare two to `MOST_COMPARED` interviews, only on the competencies and questions that were assessed for
    each. Refused if scripts have no competency in common, or if the reader still has to rate all but one."""

    interviews: tuple[str, ...]
    roles: ClassVar[frozenset[Role]] = READS

    async def answer(self, context: Context) -> Comparison:
        if context.viewer.person is None:
            raise Refused("compare.private")
        if not 2 <= len(set(self.interviews)) <= MOST_COMPARED:
            raise Refused("compare.number", most=MOST_COMPARED)
        every = [await reading_of(context, each) for each in dict.fromkeys(self.interviews)]
        _check(every)
        later = [each for each in every if each.ratings.withheld]
        found = [each for each in every if not each.ratings.withheld]
        if len(found) < 2:
            names = tuple(candidate(each.state) for each in later)
            raise Refused("compare.withheld", about=later[0].state, names=names)
        several = len({each.script.id for each in found}) > 1
        assessed = [Assessed(each.ratings.shown, each.script) for each in found]
        common = compare(assessed)
        return Comparison(
            tuple(map(_candidate, found)),
            tuple(_row(found, each) for each in common),
            tuple(_left_out(found, assessed, common)),
            tuple(map(_candidate, later)),
            tuple(title_of(found[0].script, each) for each in _shared(found)) if several else None,
        )


def _check(found: Sequence[Reading]) -> None:
    """Raise Refused if there is a candidate whose script has no competency in common with any other's."""
    names = [_named(each) for each in found]
    if not any(names):
        raise Refused("compare.none")
    for index, each in enumerate(found):
        others = frozenset[str]().union(*(other for at, other in enumerate(names) if at != index))
        if not names[index] & others:
            raise Refused("compare.nothing", name=candidate(each.state))


def _named(found: Reading) -> frozenset[str]:
    return frozenset(named([Assessed(found.ratings.shown, found.script)]))


def _shared(found: Sequence[Reading]) -> list[str]:
    """Return the competencies that all scripts have, in the order of the first."""
    every = frozenset.intersection(*map(_named, found))
    return [each for each in found[0].script.competencies if each in every]


def _candidate(found: Reading) -> ComparedCandidate:
    state = found.state
    return ComparedCandidate(state.interview, state.name, state.campaign, found.script.title)


def _row(found: Sequence[Reading], common: Common) -> ComparedRow:
    levels = zip(common.who, common.levels, strict=True)
    first = found[common.who[0]]
    whole = profile(first.ratings.shown, first.script)
    return ComparedRow(
        common.competency,
        title_of(first.script, common.competency),
        common.who,
        tuple(competency_view(level, found[at].script) for at, level in levels),
        common.same,
        next(each.questions for each in whole if each.competency == common.competency),
    )


def _left_out(found: Sequence[Reading], assessed: Sequence[Assessed], common: Sequence[Common]) -> list[LeftOut]:
    compared = {each.competency for each in common if len(each.who) == len(found)}
    titles = {name: wording for each in reversed(found) for name, wording in each.script.competencies.items()}
    return [
        LeftOut(each, titles[each], tuple(blank(one.ratings, one.script, each) for one in assessed))
        for each in named(assessed)
        if each not in compared
    ]
