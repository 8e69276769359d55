"""How far raters agree on each question, over all candidates of a campaign."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import ClassVar, Literal, NamedTuple

import msgspec

from conversation.record.audit import unseal
from conversation.script import Wording
from conversation.state import State
from conversation.views import ratings
from conversation.views.ratings import given, independent
from handlers.actions.context import Context, Refused
from handlers.actions.targets import campaign_of
from handlers.members import members
from handlers.organisation.rights import READS
from handlers.organisation.state import Role
from handlers.queries.base import Answer, Query
from handlers.rating_views import rating_view

MOST_READ = 1_000
"""How many interviews with several raters are read at most."""
_AT_ONCE = 50


class QuestionAgreement(msgspec.Struct, frozen=True):
    """The agreement on one question, by its number from 1.

    - `between`: who is compared. `answers`: how many answers two or more of them scored independently.
    - `same`, `adjacent`: the shares, from 0 to 1, of pairs of scores that are the same, or at most a point apart;
      None without an answer.
    - `kappa`: quadratic weighted kappa, with `low` and `high`, its 95 % interval; None where it cannot be told.
    - `withheld`: how many further answers with two or more ratings the reader may not be told about.
    """

    number: int
    question: str
    ask: Wording
    between: Literal["people"]
    answers: int
    same: float | None
    adjacent: float | None
    kappa: float | None
    low: float | None
    high: float | None
    withheld: int


class CampaignAgreement(Answer, frozen=True):
    """The agreement by question. `least` is the number of answers from which kappa is stated. `complete` is False
    if there were more interviews than one query reads."""

    campaign: str
    title: Wording
    questions: tuple[QuestionAgreement, ...]
    least: int
    complete: bool


class ShowAgreement(Query, frozen=True, tag="show_agreement"):
    """Show how far people agree on each question of a campaign.

    Of a candidate whose ratings are still hidden from the reader, an answer counts only if the reader has not
    rated it and so many answers count together that none can be told from the figures.
    """

    campaign: str
    roles: ClassVar[frozenset[Role]] = READS

    async def answer(self, context: Context) -> CampaignAgreement:
        from handlers.figures.agreement import LEAST_ANSWERS  # numpy takes long to load, and few starts need it

        if not context.private:
            raise Refused("agreement.private")
        campaign = await campaign_of(context, self.campaign, self.roles)
        script = await context.tools.intake.script(campaign.script)
        scope = context.scope(self.roles)
        found = await members(
            context.tools.store, [campaign.id], lambda state: _several(state) and scope.covers(state.unit)
        )
        rated: dict[str, list[_Rated]] = {step.question.id: [] for step in script.steps}
        for start in range(0, min(len(found.states), MOST_READ), _AT_ONCE):
            some = found.states[start : start + _AT_ONCE]
            for each in await asyncio.gather(*(_read(context, state, rated.keys()) for state in some)):
                for answer in each:
                    rated[answer.question].append(answer)
        told = {question: _told(answers, LEAST_ANSWERS) for question, answers in rated.items()}
        scores = {
            question: [each.scores for each in those if len(each.scores) > 1] for question, those in told.items()
        }
        figures = await asyncio.to_thread(_figures, scores)
        questions = tuple(
            QuestionAgreement(
                number,
                step.question.id,
                step.question.ask,
                "people",
                *figures[step.question.id],
                withheld=len(rated[step.question.id]) - len(told[step.question.id]),
            )
            for number, step in enumerate(script.steps, start=1)
        )
        complete = found.complete and len(found.states) <= MOST_READ
        return CampaignAgreement(campaign.id, script.title, questions, LEAST_ANSWERS, complete)


class _Rated(NamedTuple):
    """An answer that two or more have rated, with the `scores` that they gave independently.

    `open`: the reader may see the ratings of its interview; `mine`: the reader has rated it.
    """

    question: str
    scores: tuple[int, ...]
    open: bool
    mine: bool


def _several(state: State) -> bool:
    return state.phase != "erased" and len(state.rated) > 1


async def _read(context: Context, state: State, questions: Iterable[str]) -> list[_Rated]:
    entries = [unseal(each)[1] for each in await context.tools.store.interviews.entries(state.interview)]
    found = ratings.read(entries, {})
    open_ = not rating_view(context.viewer, state.unit, found).withheld
    return [
        _Rated(question, tuple(independent(found, question).values()), open_, context.person.id in raters)
        for question in questions
        if len(raters := given(found, question)) > 1
    ]


def _told(answers: Sequence[_Rated], least: int) -> list[_Rated]:
    """Return the answers that may go into figures for the reader."""
    together = [each for each in answers if each.open or not each.mine]
    enough = sum(len(each.scores) > 1 for each in together) >= least
    return together if enough else [each for each in answers if each.open]


_Figures = tuple[int, float | None, float | None, float | None, float | None, float | None]
_NONE: _Figures = (0, None, None, None, None, None)


def _figures(told: dict[str, list[tuple[int, ...]]]) -> dict[str, _Figures]:
    """Return answers, same, adjacent, kappa, low and high by question."""
    from handlers.figures.agreement import between_people

    figures: dict[str, _Figures] = {}
    for question, scores in told.items():
        found = between_people(scores)
        value, low, high = found.kappa if found and found.kappa else (None, None, None)
        figures[question] = (found.answers, found.same, found.adjacent, value, low, high) if found else _NONE
    return figures
