"""Rating one question's answers of all candidates of a campaign, without knowing whose they are.

Each rater has a queue for each question: the answers in an order by chance, which is the same whenever they come
back. An answer waits in the queues of all raters until it has enough ratings. In a queue it has a name of its own,
its item. Order and items derive from a secret key, the rater, the question and the interview, so neither says
anything about the candidate, and nobody can put together one candidate's answers to several questions.
"""

import hmac
from collections.abc import Collection
from typing import NamedTuple

from conversation.script import Script
from conversation.state import State
from handlers.actions.base import Result
from handlers.actions.context import Context, Refused
from handlers.actions.ratings import Rating, awaits_ratings, give
from handlers.actions.targets import campaign_of
from handlers.members import members
from handlers.organisation.rights import HIRES
from storage.ports import Campaign

ITEM_DIGITS = 10
"""Length of an item, in hex digits."""
_SHARES = 10_000


class Place(NamedTuple):
    """An answer's place in one rater's queue. `waits`: the rater has not rated it, and it needs a rating."""

    item: str
    interview: str
    waits: bool


class Queues(NamedTuple):
    """One rater's queues by question, each in its order: what waits, and what they have rated. `complete` is False
    if there are more interviews than one query reads."""

    of: dict[str, list[Place]]
    complete: bool


async def queues_of(context: Context, campaign: Campaign, questions: Collection[str]) -> Queues:
    """Return the person's queues for these questions. What has been decided waits no more."""
    scope = context.scope(HIRES)
    found = await members(
        context.tools.store,
        [campaign.id],
        lambda state: state.done > 0 and state.phase != "erased" and scope.covers(state.unit),
    )
    twice = (await context.tools.intake.script(campaign.script)).rated_twice
    queues: dict[str, list[Place]] = {question: [] for question in questions}
    for state in found.states:
        awaits = awaits_ratings(state, context.now)
        for question in _answered(state, await context.tools.intake.script(state.script), questions):
            raters = {each.by for each in state.rated if question in each.questions}
            mine = context.person.id in raters
            waits = awaits and not mine and _wants(context, state.interview, question, len(raters), twice)
            if mine or waits:
                item = keyed(context, "blind", context.person.id, campaign.id, question, state.interview)
                queues[question].append(Place(item[:ITEM_DIGITS], state.interview, waits))
    for queue in queues.values():
        queue.sort()
    return Queues(queues, found.complete)


def _answered(state: State, script: Script, questions: Collection[str]) -> list[str]:
    steps = enumerate(script.steps)
    return [step.question.id for at, step in steps if step.question.id in questions and state.answered(at)]


def _wants(context: Context, interview: str, question: str, raters: int, twice: int) -> bool:
    """Return whether an answer with so many raters needs another one: `twice` per cent of them, by chance, are to
    have two."""
    if raters != 1:
        return not raters
    drawn = int(keyed(context, "twice", question, interview)[:12], 16) % _SHARES
    return drawn < twice * _SHARES // 100


def keyed(context: Context, *parts: str) -> str:
    """Return 64 hex digits that these parts always give, and that nobody can work out."""
    return hmac.digest(context.tools.secret, "|".join(("rating", *parts)).encode(), "sha256").hex()


def privately(context: Context) -> None:
    """Raise Refused if others read along: two raters in one chat do not rate independently."""
    if not context.private:
        raise Refused("blind.private")


class BlindlyRated(Result, frozen=True):
    """The rated answer, by its item in the person's queue. `score` None means that it cannot be assessed."""

    campaign: str
    question: str
    item: str
    score: int | None
    note: str


class RateBlind(Rating, frozen=True, tag="rate_blind"):
    """Rate an answer of the person's blind queue, as `RateAnswer` does. The record says that it was blind."""

    campaign: str
    question: str
    item: str

    @property
    def line(self) -> str:
        return f"/blind {self.campaign} {self.question}"

    async def execute(self, context: Context) -> BlindlyRated:
        privately(context)
        campaign = await campaign_of(context, self.campaign, HIRES)
        queues = await queues_of(context, campaign, (self.question,))
        place = next((each for each in queues.of[self.question] if each.item == self.item), None)
        if place is None:
            raise Refused("blind.gone", campaign=campaign.id, question=self.question)
        await give(context, place.interview, self.question, self.score, self.note, blind=True)
        return BlindlyRated(campaign.id, self.question, self.item, self.score, self.note)
