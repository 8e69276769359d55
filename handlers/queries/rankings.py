"""A campaign's candidates in the order of the scores that people gave them."""

import asyncio
from collections.abc import Sequence
from typing import ClassVar

import msgspec

from conversation.script import Wording
from conversation.state import State
from conversation.views.ratings import scores
from handlers.actions.context import Context, Refused
from handlers.actions.ratings import awaits_ratings
from handlers.actions.targets import campaign_of
from handlers.interview_views import read_interview
from handlers.members import members
from handlers.organisation.rights import READS
from handlers.organisation.state import Role
from handlers.queries.base import Answer, Query
from handlers.rounding import rounded

MOST_READ = 1_000
"""How many rated interviews are read at most."""
_AT_ONCE = 50


class Ranked(msgspec.Struct, frozen=True):
    """A candidate with the weighted score from 1 to 5 over what was assessed.

    - `place`: the rank among those who were assessed completely; candidates with the same score share it. 0: not
      ranked, because the score rests on only a part of the script's weight.
    - `coverage`: that part, from 0 to 1.
    - `raters`: how many colleagues have rated something.
    - `automatic`: how many questions count by their automatic result, because nobody has rated them.
    """

    interview: str
    name: str
    phase: str
    decision: str
    place: int
    score: float
    coverage: float
    raters: int
    automatic: int = 0


class Ranking(Answer, frozen=True):
    """The candidates whom people have rated and who have a score: the ranked ones first, then those who were
    assessed in part.

    - `unrated`: how many interviews await ratings (`awaits_ratings`) and have no score yet.
    - `withheld`: how many the reader has to rate before others' scores are shown.
    - `complete`: False if more were rated than one query reads.
    """

    campaign: str
    title: Wording
    candidates: tuple[Ranked, ...]
    unrated: int
    withheld: int
    complete: bool


class ShowRanking(Query, frozen=True, tag="show_ranking"):
    """Rank a campaign's candidates by people's scores. Nobody who was not assessed is given a place, and nobody
    whom no person has rated."""

    campaign: str
    roles: ClassVar[frozenset[Role]] = READS

    async def answer(self, context: Context) -> Ranking:
        if context.viewer.person is None:
            raise Refused("ranking.private")
        campaign = await campaign_of(context, self.campaign, self.roles)
        script = await context.tools.intake.script(campaign.script)
        scope = context.scope(self.roles)
        found = await members(
            context.tools.store,
            [campaign.id],
            lambda state: state.done > 0 and state.phase != "erased" and scope.covers(state.unit),
        )
        rated = [state for state in found.states if state.rated]
        ranked: list[Ranked] = []
        unscored = [state for state in found.states if not state.rated]
        withheld = 0
        for start in range(0, min(len(rated), MOST_READ), _AT_ONCE):
            some = rated[start : start + _AT_ONCE]
            read = await asyncio.gather(*(_read(context, state) for state in some))
            for state, each in zip(some, read, strict=True):
                if each is None:
                    withheld += 1
                elif each.coverage:
                    ranked.append(each)
                else:
                    unscored.append(state)
        unrated = sum(awaits_ratings(state, context.now) for state in unscored)
        complete = found.complete and len(rated) <= MOST_READ
        return Ranking(campaign.id, script.title, _placed(ranked), unrated, withheld, complete)


async def _read(context: Context, state: State) -> Ranked | None:
    """Return the candidate without a place, or None if the reader may not see others' ratings yet. A coverage of 0
    means that nothing was assessed."""
    script = await context.tools.intake.script(state.script)
    seen = (await read_interview(context.tools.store, state, script, context.viewer)).ratings
    if seen.withheld:
        return None
    result = scores(seen.shown, script)
    raters = sum(bool(rater.given) for rater in seen.shown.raters.values())
    coverage = result.weight / result.total_weight if result.total is not None and result.total_weight else 0.0
    return Ranked(
        state.interview,
        state.name,
        state.phase,
        state.decision,
        0,
        result.total or 0.0,
        coverage,
        raters,
        result.automatic,
    )


def _placed(found: Sequence[Ranked]) -> tuple[Ranked, ...]:
    def order(each: Ranked) -> tuple[float, str, str]:
        return -_shown(each.score), each.name, each.interview

    whole = sorted((each for each in found if _is_whole(each)), key=order)
    part = sorted((each for each in found if not _is_whole(each)), key=order)
    scored = [_shown(each.score) for each in whole]
    places = [scored.index(score) + 1 for score in scored]
    ranked = (msgspec.structs.replace(each, place=at) for each, at in zip(whole, places, strict=True))
    return (*ranked, *part)


def _is_whole(each: Ranked) -> bool:
    return each.coverage > 1 - 1e-9


def _shown(score: float) -> float:
    """Return the score as it is shown, so that equal ones share a place."""
    return rounded(score, 1)
