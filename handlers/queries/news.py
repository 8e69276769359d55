"""What happened to candidates lately: who finished, who stopped, and who can still be won back."""

from operator import attrgetter
from typing import ClassVar

import msgspec

from conversation.decide.staff import obstacle
from conversation.script import Wording
from conversation.state import State
from conversation.timing.schedule import STALL_REPORT_MS, quiet
from handlers.actions.context import Context
from handlers.members import batches
from handlers.organisation.rights import READS
from handlers.organisation.state import Role
from handlers.queries.base import Answer, Query
from handlers.queries.campaigns import visible_campaigns
from handlers.queries.interviews import Reason, reason_left
from storage.ports import Campaign

SOON_MS = 72 * 3600_000
_OVER_FOR_MS = 30 * 86_400_000
"""How long after closing a campaign can still have news, in milliseconds."""


class NewsRow(msgspec.Struct, frozen=True):
    """One interview.

    - `stage`: the title of the stage that comes next, or of the last one.
    - `remindable`: whether the candidate can be reminded now.
    """

    interview: str
    name: str
    campaign: str
    phase: str
    reason: Reason | None
    done: int
    total: int
    stage: Wording
    deadline_ms: int
    remindable: bool


class News(Answer, frozen=True):
    """Who finished and who stopped, in the order in which they did, and who can be won back, by deadline."""

    finished: tuple[NewsRow, ...]
    stopped: tuple[NewsRow, ...]
    back: tuple[NewsRow, ...]


MINUTE_MS = 60_000


class Span(msgspec.Struct, frozen=True, array_like=True):
    """A time from the beginning of minute `since` to the beginning of `until`, in minutes since the epoch."""

    since: int
    until: int

    @classmethod
    def between(cls, since_ms: int, until_ms: int) -> "Span":
        return cls(since_ms // MINUTE_MS, until_ms // MINUTE_MS)

    def holds(self, ms: int) -> bool:
        return self.since <= ms // MINUTE_MS < self.until


class ShowNews(Query, frozen=True, tag="show_news"):
    """Show what happened since the minute of `since_ms` (epoch milliseconds) and before the present minute, so
    that every event is news once."""

    since_ms: int
    roles: ClassVar[frozenset[Role]] = READS

    async def answer(self, context: Context) -> News:
        finished, stopped, back = list[State](), list[State](), list[State]()
        campaigns = [each.id for each in await campaigns_with_news(context)]
        span = Span.between(self.since_ms, context.now)
        async for states in batches(context.tools.store, campaigns):
            for state in states:
                if span.holds(ended_at(state)):
                    (finished if state.phase == "completed" else stopped).append(state)
                if can_be_won_back(state, context.now):
                    back.append(state)
        finished.sort(key=attrgetter("ended_ms", "interview"))
        stopped.sort(key=lambda state: (ended_at(state), state.interview))
        back.sort(key=attrgetter("deadline_ms", "interview"))
        return News(
            tuple([await _row(context, each) for each in finished]),
            tuple([await _row(context, each) for each in stopped]),
            tuple([await _row(context, each) for each in back]),
        )


async def campaigns_with_news(context: Context) -> list[Campaign]:
    """Return the campaigns that are open, or were closed so recently that there can be news of them."""
    latest = context.now - _OVER_FOR_MS
    return [each for each in await visible_campaigns(context) if not each.closed_ms or each.closed_ms > latest]


async def _row(context: Context, state: State) -> NewsRow:
    script = await context.tools.intake.script(state.script)
    step = script.steps[min(state.done, len(script.steps) - 1)]
    return NewsRow(
        state.interview,
        state.name,
        state.campaign,
        state.phase,
        reason_left(state, script),
        state.done,
        len(script.steps),
        step.stage.title,
        state.deadline_ms,
        is_remindable(state, context),
    )


def is_remindable(state: State, context: Context) -> bool:
    """Whether the candidate can be reminded now."""
    return not obstacle(state, context.now, night=quiet(context.now, context.tools.zone))


def ended_at(state: State) -> int:
    """Return when the candidate finished or counted as stopped (epoch milliseconds), or 0 if neither. A silence
    counts from when it is reported."""
    match state.phase:
        case "completed" | "exited" | "lapsed":
            return state.ended_ms
        case "paused" if state.support is None:
            return state.away_ms + STALL_REPORT_MS
        case "unreachable":  # a reminder may notice it long after the last word
            return max(state.away_ms, state.last_ms, state.reminded_ms)
        case _:
            return 0


def can_be_won_back(state: State, now: int) -> bool:
    """Whether the candidate stopped, can be reminded now or soon, and has at most `SOON_MS` left to continue."""
    if state.phase not in ("paused", "exited") or not now < state.deadline_ms <= now + SOON_MS:
        return False
    return state.support is None and obstacle(state, now, night=False) in ("", "lately", "answering")
