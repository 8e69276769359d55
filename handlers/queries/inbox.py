"""What waits for a colleague, over all campaigns: to rate, decide, tell, confirm, answer, and win back; and who
comes to the next round."""

from collections.abc import Callable
from typing import ClassVar

import msgspec

from conversation.decide.results.telling import OUTCOMES, hindrance
from conversation.state import State
from conversation.timing.promises import without_a_word
from handlers.actions.context import Context
from handlers.actions.ratings import awaits_ratings
from handlers.appointments.last_look import LEAST_MS
from handlers.members import batches
from handlers.organisation.rights import HELPS, HIRES, READS
from handlers.organisation.state import ROOT, Role
from handlers.queries.appointments.booked import NO_TIMES, BookedTime, BookedTimes, booked_time, changed, upcoming
from handlers.queries.base import Answer, Query
from handlers.queries.campaigns import visible_campaigns
from handlers.queries.news import can_be_won_back, ended_at, is_remindable
from handlers.queries.promises import due_day

MOST = 10
"""How many of each kind are listed."""
TOLD_WITHIN_MS = 90 * 86_400_000
"""How long after the end of an interview it is listed as waiting for its result to be told, in milliseconds."""


class Task(msgspec.Struct, frozen=True):
    """An interview that waits for something since `since_ms` (epoch milliseconds).

    - `asks`: the decision that is to be confirmed or told, or "claim" for a change of account; otherwise empty.
    - `promised_ms`: the end of the day by which the candidate, who has heard nothing yet, was promised a result
      (epoch milliseconds); 0: no such day.
    """

    interview: str
    name: str
    campaign: str
    since_ms: int
    asks: str = ""
    promised_ms: int = 0


class Tasks(msgspec.Struct, frozen=True):
    """How many there are, and the first ones: those that have waited longest, or have least time left. `late` is
    how many of them wait past the promised day."""

    total: int
    first: tuple[Task, ...]
    late: int = 0


class Inbox(Answer, frozen=True):
    """What waits for the reader. Each kind holds only what the reader may do.

    `coming`: the appointments of today and the next days. `changes`: those that changed lately.
    """

    answer: Tasks
    confirm: Tasks
    decide: Tasks
    tell: Tasks
    rate: Tasks
    back: Tasks
    coming: BookedTimes = NO_TIMES
    changes: BookedTimes = NO_TIMES


class ShowInbox(Query, frozen=True, omit_defaults=True, tag="show_inbox"):
    """Show what waits for the reader in a unit and the units below it.

    `since_ms`: since when appointments that changed are listed (epoch milliseconds); 0: for the last 24 hours.
    """

    unit: str = ROOT
    since_ms: int = 0
    roles: ClassVar[frozenset[Role]] = HELPS

    async def answer(self, context: Context) -> Inbox:
        found: dict[str, list[Task]] = {kind: [] for kind in _KINDS}
        seen = await visible_campaigns(context, self.roles)
        among = [each.id for each in seen if context.organisation.within(each.unit, self.unit)]
        hires, helps, reads = context.scope(HIRES), context.scope(HELPS), context.scope(READS)
        times: list[BookedTime] = []
        async for states in batches(context.tools.store, among):
            for state in states:
                if (time := booked_time(state)) and reads.covers(state.unit):
                    times.append(time)
                for kind, since in _KINDS.items():
                    scope = helps if kind == "answer" else hires
                    if scope.covers(state.unit) and (at := since(state, context)):
                        asks = _asks(state, context) if kind == "confirm" else ""
                        asks = state.decision if kind == "tell" else asks
                        waits = kind in ("decide", "tell") and without_a_word(state)
                        day_ms = await due_day(context, state) if waits else 0
                        found[kind].append(Task(state.interview, state.name, state.campaign, at, asks, day_ms))
        return Inbox(
            **{kind: _tasks(each, context.now) for kind, each in found.items()},
            coming=upcoming(times, context.now, context.tools.zone),
            changes=changed(times, self.since_ms or context.now - LEAST_MS, context.now),
        )


def _tasks(found: list[Task], now: int) -> Tasks:
    found.sort(key=lambda each: (each.since_ms, each.interview))
    late = sum(0 < each.promised_ms < now for each in found)
    return Tasks(len(found), tuple(found[:MOST]), late)


# Since when something waits, in epoch milliseconds; 0 if it does not.


def _to_answer(state: State, _context: Context) -> int:
    return state.support.waits_ms if state.support else 0


def _to_confirm(state: State, context: Context) -> int:
    return state.last_ms or state.ended_ms if _asks(state, context) else 0


def _asks(state: State, context: Context) -> str:
    if state.claim and state.claim.asked:
        return "claim"
    if state.proposed and state.proposed.by != context.person.id:
        return state.proposed.decision
    return ""


def _to_decide(state: State, _context: Context) -> int:
    return state.ended_ms if state.phase == "completed" and not (state.decision or state.proposed) else 0


def _to_tell(state: State, context: Context) -> int:
    lately = state.ended_ms > context.now - TOLD_WITHIN_MS
    fits = lately and state.decision in OUTCOMES and not hindrance(state, state.decision, again=False)
    return state.ended_ms if fits else 0


def _to_rate(state: State, context: Context) -> int:
    """What awaits ratings is to be rated by everybody who may."""
    mine = next((len(each.questions) for each in state.rated if each.by == context.person.id), 0)
    return ended_at(state) if awaits_ratings(state, context.now) and mine < state.done else 0


def _to_win_back(state: State, context: Context) -> int:
    fits = can_be_won_back(state, context.now) and is_remindable(state, context)
    return state.deadline_ms if fits else 0


_KINDS: dict[str, Callable[[State, Context], int]] = {
    "answer": _to_answer,
    "confirm": _to_confirm,
    "decide": _to_decide,
    "tell": _to_tell,
    "rate": _to_rate,
    "back": _to_win_back,
}
