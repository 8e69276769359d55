"""How far raters agree on each question, over all candidates of a campaign."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar, Literal, NamedTuple, get_args

import msgspec

from conversation.inbound import Assessment
from conversation.record.audit import unseal
from conversation.script import Question, Script, Wording
from conversation.state import State
from conversation.views import ratings
from conversation.views.assessments import last_assessments
from conversation.views.ratings import given, independent
from handlers.actions.context import Context, Refused
from handlers.actions.targets import campaign_of
from handlers.members import members
from handlers.organisation.rights import HIRES, READS
from handlers.organisation.state import Role
from handlers.queries.base import Answer, Query
from handlers.rating_views import rating_view
from handlers.rounding import rounded

MOST_READ = 1_000
"""How many rated interviews are read at most."""
_AT_ONCE = 50
Between = Literal["people", "assistant"]


class QuestionAgreement(msgspec.Struct, frozen=True):
    """The agreement on one question, by its number from 1.

    - `between`: people with each other, or with the assistant that reads.
    - `answers`: how many answers were compared: two or more scored them independently, or one and the assistant.
    - `same`, `adjacent`: the shares, from 0 to 1, of pairs of scores that are the same, or at most a point apart;
      None without an answer.
    - `kappa`: quadratic weighted kappa, with `low` and `high`, its 95 % interval; None where it cannot be told.
    - `withheld`: how many further answers the reader may not be told about.
    """

    number: int
    question: str
    ask: Wording
    between: Between
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
            context.tools.store, [campaign.id], lambda state: _is_rated(state) and scope.covers(state.unit)
        )
        rated: dict[str, list[_Rated]] = {step.question.id: [] for step in script.steps}
        for start in range(0, min(len(found.states), MOST_READ), _AT_ONCE):
            some = found.states[start : start + _AT_ONCE]
            for each in await asyncio.gather(*(_read(context, state, rated.keys()) for state in some)):
                for answer in each:
                    rated[answer.question].append(answer)
        rows = await asyncio.to_thread(_rows, script, rated)
        complete = found.complete and len(found.states) <= MOST_READ
        return CampaignAgreement(campaign.id, script.title, tuple(rows), LEAST_ANSWERS, complete)


class _Rated(NamedTuple):
    """An answer that was rated: the scores that people gave independently, and the assistant's level, if it is
    `between` people and the assistant.

    `open`: the reader may see what is compared; `mine`: the reader has rated the answer.
    """

    question: str
    between: Between
    scores: tuple[int, ...]
    level: int | None
    open: bool
    mine: bool

    @property
    def comparable(self) -> bool:
        if self.between == "people":
            return len(self.scores) > 1
        return bool(self.scores) and self.level is not None


def _is_rated(state: State) -> bool:
    return state.phase != "erased" and bool(state.rated)


async def _read(context: Context, state: State, questions: Iterable[str]) -> list[_Rated]:
    entries = [unseal(each)[1] for each in await context.tools.store.interviews.entries(state.interview)]
    found, assessed = ratings.read(entries, {}), last_assessments(entries)
    open_ = not rating_view(context.viewer, state.unit, found).withheld
    rates = context.scope(HIRES).covers(state.unit)
    answers: list[_Rated] = []
    for question in questions:
        raters, scores = given(found, question), tuple(independent(found, question).values())
        mine = context.person.id in raters
        if len(raters) > 1:
            answers.append(_Rated(question, "people", scores, None, open_, mine))
        if raters and question in assessed:
            # Whoever rates sees the assistant's findings, and whether there are any, only after rating the answer.
            level, seen = _level(assessed[question]), open_ and (mine or not rates)
            answers.append(_Rated(question, "assistant", scores, level, seen, mine))
    return answers


def _level(assessment: Assessment) -> int | None:
    """Return the level of an answer: the rounded mean of the levels that were found. None if there is none."""
    levels = [each.level for each in assessment.findings if each.level is not None]
    return int(rounded(sum(levels) / len(levels))) if levels else None


def _rows(script: Script, rated: Mapping[str, Sequence[_Rated]]) -> list[QuestionAgreement]:
    """Return a row of people for each question, and one with the assistant where it has read."""
    rows: list[QuestionAgreement] = []
    for number, step in enumerate(script.steps, start=1):
        for between in get_args(Between):
            answers = [each for each in rated[step.question.id] if each.between == between]
            if answers or between == "people":
                rows.append(_row(number, step.question, between, answers))
    return rows


def _row(number: int, question: Question, between: Between, answers: Sequence[_Rated]) -> QuestionAgreement:
    from handlers.figures.agreement import LEAST_ANSWERS, between_people, with_other

    told = _told(answers, LEAST_ANSWERS)
    if between == "people":
        found = between_people([each.scores for each in told if each.comparable])
    else:
        pairs = [(each.scores, each.level) for each in told if each.comparable]
        found = with_other([(scores, level) for scores, level in pairs if level is not None])
    kappa, low, high = found.kappa if found and found.kappa else (None, None, None)
    return QuestionAgreement(
        number,
        question.id,
        question.ask,
        between,
        found.answers if found else 0,
        found.same if found else None,
        found.adjacent if found else None,
        kappa,
        low,
        high,
        len(answers) - len(told),
    )


def _told(answers: Sequence[_Rated], least: int) -> list[_Rated]:
    """Return the answers that may go into figures for the reader."""
    together = [each for each in answers if each.open or not each.mine]
    enough = sum(each.comparable for each in together) >= least
    return together if enough else [each for each in answers if each.open]
