"""Actions for rating answers. Raters work independently, one answer at a time."""

from typing import ClassVar

from conversation.inbound import Inbound, RatingGiven, RatingsLookedAt, What
from conversation.state import State
from conversation.views.ratings import SCORES, Ratings
from handlers.actions.base import Action, Preview, Result
from handlers.actions.context import Candidate, Context, Refused, candidate
from handlers.actions.targets import interview_of
from handlers.interview_views import Reading, read_interview
from handlers.organisation.rights import HIRES
from handlers.organisation.state import Role

MOST_NOTE = 500
"""Maximum length of a note, in characters."""


async def rateable(context: Context, interview: str) -> Reading:
    """Return the interview for rating. Raises Refused if it is unknown or has no answered question."""
    state = await interview_of(context, interview, HIRES)
    if state.phase == "erased":
        raise Refused("candidate.unknown", name=interview[:60])
    script = await context.tools.intake.script(state.script)
    if not state.done:
        raise Refused("rate.nothing", about=state, name=candidate(state))
    return await read_interview(context.tools.store, state, script)


def may_see_all(context: Context, unit: str, given: Ratings) -> bool:
    """Return whether the person may see everyone's ratings of an interview of the unit.

    True if they cannot rate, have finished rating, chose to look, or if nobody else has rated. Always False where
    others read along.
    """
    return context.private and may_see_others(context.scope(HIRES).covers(unit), context.person.id, given)


def may_see_others(rates: bool, person: str, given: Ratings) -> bool:
    """Return whether others' ratings can no longer influence the person: they do not rate, have finished or chose
    to look, or there are none."""
    return not rates or given.open_to(person) or not given.others(person)


class AnswerRated(Result, frozen=True):
    """The rated answer. `score` None means that it cannot be assessed."""

    candidate: Candidate
    question: str
    score: int | None
    note: str


class RateAnswer(Action, frozen=True, omit_defaults=True, tag="rate_answer"):
    """Rate one answer from 1 to 5, or None if it cannot be assessed.

    Scores are kept in the interview's record: other raters may read the organisation's. A new rating replaces the
    person's earlier one; without a note, the earlier note is dropped only if the score changes.
    """

    interview: str
    question: str
    score: int | None
    note: str = ""
    roles: ClassVar[frozenset[Role]] = HIRES
    personal: ClassVar[bool] = True

    @property
    def line(self) -> str:
        return f"/rate {self.interview} {self.question}"

    async def execute(self, context: Context) -> AnswerRated:
        if len(self.note) > MOST_NOTE:
            raise Refused("rate.note", most=MOST_NOTE)
        if self.score is not None and self.score not in SCORES:
            raise Refused("rate.score", score=self.score)
        what = await rateable(context, self.interview)
        numbers = {step.question.id: number for number, step in enumerate(what.script.steps, start=1)}
        if self.question not in numbers:
            raise Refused("rate.no_question", total=len(numbers))
        if numbers[self.question] > what.state.done:
            raise Refused("rate.unanswered", number=numbers[self.question])
        before = what.ratings.of(context.person.id).given.get(self.question)
        said_more = self.note and (before is None or self.note != before.note)
        if before is None or before.score != self.score or said_more:
            given = RatingGiven(self.question, self.score, context.person.id, self.note)
            await _apply(context, what.state, "rate", given)
        return AnswerRated(candidate(what.state), self.question, self.score, self.note)


class RatingsPreview(Preview, frozen=True):
    """How many of the answers the person has rated. After looking they are no longer an independent rater."""

    candidate: Candidate
    given: int
    total: int


class RatingsShown(Result, frozen=True):
    """The person may now see others' ratings of this interview."""

    interview: str


class LookAtRatings(Action, frozen=True, tag="look_at_ratings"):
    """Show the person others' ratings before they have finished their own."""

    interview: str
    roles: ClassVar[frozenset[Role]] = HIRES

    @property
    def line(self) -> str:
        return f"/rate {self.interview} results"

    async def preview(self, context: Context) -> Preview | None:
        what = await rateable(context, self.interview)
        me = context.person.id
        if what.ratings.open_to(me) or not what.ratings.others(me):
            return None
        given = len(what.ratings.of(me).given)
        return RatingsPreview(candidate(what.state), given, len(what.ratings.answered))

    async def execute(self, context: Context) -> RatingsShown:
        what = await rateable(context, self.interview)
        me = context.person.id
        if not any(rater.given for rater in what.ratings.raters.values()):
            raise Refused("rate.nobody", about=what.state, name=candidate(what.state))
        if what.ratings.others(me) and not what.ratings.open_to(me):
            await _apply(context, what.state, "look", RatingsLookedAt(me))
        return RatingsShown(what.state.interview)


async def _apply(context: Context, state: State, name: str, what: What) -> None:
    answer = await context.tools.intake.apply(state.interview, Inbound(f"{context.cause}:{name}", what))
    if answer not in ("committed", "duplicate"):
        raise Refused("candidate.unknown", name=state.interview)
