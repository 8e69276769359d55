"""Actions for rating answers. Raters work independently, one answer at a time."""

from typing import ClassVar

from conversation.inbound import Inbound, RatingGiven, RatingsLookedAt, What
from conversation.state import State
from conversation.views.counters import STOPPED
from conversation.views.ratings import SCORES
from handlers.actions.base import Action, Preview, Result
from handlers.actions.context import Candidate, Context, Refused, candidate
from handlers.actions.targets import interview_of
from handlers.interview_views import Reading, read_interview
from handlers.organisation.rights import HIRES
from handlers.organisation.state import Role
from handlers.rating_views import Viewer

MOST_NOTE = 500
"""Maximum length of a note, in characters."""


def awaits_ratings(state: State, now: int) -> bool:
    """Return whether an interview's answers are to be rated at `now` (epoch milliseconds): nobody will add to them
    any more, and there is no decision.

    Whoever left or is out of reach may come back until the deadline.
    """
    over = state.phase in ("completed", "lapsed") or (state.phase in STOPPED and now >= state.deadline_ms)
    return over and state.done > 0 and not state.decision


async def rateable(context: Context, interview: str) -> Reading:
    """Return the interview for rating, with the ratings as the person sees them alone.

    Raises Refused if it is unknown or has no answered question.
    """
    state = await interview_of(context, interview, HIRES)
    if state.phase == "erased":
        raise Refused("candidate.unknown", name=interview[:60])
    script = await context.tools.intake.script(state.script)
    if not state.done:
        raise Refused("rate.nothing", about=state, name=candidate(state))
    return await read_interview(context.tools.store, state, script, Viewer(context.organisation, context.person))


class AnswerRated(Result, frozen=True):
    """The rated answer. `score` None means that it cannot be assessed."""

    candidate: Candidate
    question: str
    score: int | None
    note: str


class Rating(Action, frozen=True, omit_defaults=True, kw_only=True):
    """What `RateAnswer` and `RateBlind` share: a score from 1 to 5, or None if the answer cannot be assessed, with
    a note."""

    score: int | None
    note: str = ""
    roles: ClassVar[frozenset[Role]] = HIRES
    personal: ClassVar[bool] = True


class RateAnswer(Rating, frozen=True, tag="rate_answer"):
    """Rate one answer from 1 to 5, or None if it cannot be assessed.

    Scores are kept in the interview's record: other raters may read the organisation's. A new rating replaces the
    person's earlier one; without a note, the earlier note is dropped only if the score changes.
    """

    interview: str
    question: str

    @property
    def line(self) -> str:
        return f"/rate {self.interview} {self.question}"

    async def execute(self, context: Context) -> AnswerRated:
        state = await give(context, self.interview, self.question, self.score, self.note)
        return AnswerRated(candidate(state), self.question, self.score, self.note)


async def give(
    context: Context, interview: str, question: str, score: int | None, note: str, *, blind: bool = False
) -> State:
    """Record the person's rating of an answer, unless it is the one that they gave last. Returns the interview.

    A rating that replaces one that was not given blind is not blind either. Raises Refused.
    """
    if len(note) > MOST_NOTE:
        raise Refused("rate.note", most=MOST_NOTE)
    if score is not None and score not in SCORES:
        raise Refused("rate.score", score=score)
    what = await rateable(context, interview)
    numbers = {step.question.id: number for number, step in enumerate(what.script.steps, start=1)}
    if question not in numbers:
        raise Refused("rate.no_question", total=len(numbers))
    if question not in what.ratings.shown.answered:
        raise Refused("rate.unanswered", number=numbers[question])
    before = what.ratings.shown.of(context.person.id).given.get(question)
    said_more = note and (before is None or note != before.note)
    if before is None or before.score != score or said_more:
        given = RatingGiven(question, score, context.person.id, note, blind and (before is None or before.blind))
        await _apply(context, what.state, "rate", given)
    return what.state


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
        if not what.ratings.withheld:
            return None
        return RatingsPreview(candidate(what.state), what.ratings.given, what.ratings.answered)

    async def execute(self, context: Context) -> RatingsShown:
        what = await rateable(context, self.interview)
        if not what.ratings.any:
            raise Refused("rate.nobody", about=what.state, name=candidate(what.state))
        if what.ratings.withheld:
            await _apply(context, what.state, "look", RatingsLookedAt(context.person.id))
        return RatingsShown(what.state.interview)


async def _apply(context: Context, state: State, name: str, what: What) -> None:
    answer = await context.tools.intake.apply(state.interview, Inbound(f"{context.cause}:{name}", what))
    if answer not in ("committed", "duplicate"):
        raise Refused("candidate.unknown", name=state.interview)
