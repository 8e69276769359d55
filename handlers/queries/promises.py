"""Who has completed the interview and waits for a word, while the day that the script promises is near or past."""

from collections import Counter
from datetime import date, datetime, time
from operator import attrgetter
from typing import ClassVar

import msgspec

from conversation.state import State
from conversation.timing.promises import end_of_day, next_working_day, promised_day, promised_ms, without_a_word
from conversation.views.counters import WAITING
from handlers.actions.context import Context
from handlers.members import batches
from handlers.organisation.rights import READS
from handlers.organisation.state import ROOT, Role
from handlers.queries.base import Answer, Query
from handlers.queries.campaigns import visible_campaigns

LATE_MS = 30 * 86_400_000
"""How long after the promised day somebody counts as waiting, in milliseconds. Later, colleagues have told them in
another way, or nobody can."""


class Promise(msgspec.Struct, frozen=True):
    """A candidate who was promised the result by the end of the day of `due_ms` (epoch milliseconds).

    `decision` is what was decided, of which they were told nothing; empty: nothing yet.
    """

    interview: str
    name: str
    campaign: str
    unit: str
    due_ms: int
    decision: str


class Promises(Answer, frozen=True):
    """Who is to be told by the end of the next working day (`soon`), and whose day is past (`late`), by day."""

    soon: tuple[Promise, ...]
    late: tuple[Promise, ...]


class ShowPromises(Query, frozen=True, omit_defaults=True, tag="show_promises"):
    """Show who in a unit and the units below it waits for a word that was promised."""

    unit: str = ROOT
    roles: ClassVar[frozenset[Role]] = READS

    async def answer(self, context: Context) -> Promises:
        zone, now = context.tools.zone, context.now
        seen = await visible_campaigns(context, self.roles)
        among = [each.id for each in seen if context.organisation.within(each.unit, self.unit)]
        covered = context.scope(self.roles).covers
        found = list[Promise]()
        async for states in batches(context.tools.store, among):
            for state in filter(without_a_word, states):
                if covered(state.unit) and (due_ms := await due_day(context, state)):
                    found.append(_promise(state, due_ms))
        found.sort(key=attrgetter("due_ms", "interview"))
        until_ms = next_working_day(now, zone)
        return Promises(
            tuple(each for each in found if now <= each.due_ms <= until_ms),
            tuple(each for each in found if now - LATE_MS <= each.due_ms < now),
        )


async def overdue(context: Context, counted: Counter[str]) -> int:
    """Return how many of those counted wait past the promised day, as `Promises.late` lists them."""
    zone, now = context.tools.zone, context.now
    waiting = 0
    for name, number in counted.items():
        if not name.startswith(WAITING) or number <= 0:
            continue
        version, _, day = name.removeprefix(WAITING).rpartition(":")
        script = await context.tools.store.directory.script(version)
        if script and script.result:
            completed = datetime.combine(date.fromisoformat(day), time.min, zone)
            due_ms = end_of_day(promised_day(completed, script.result))
            waiting += number if now - LATE_MS <= due_ms < now else 0
    return waiting


async def due_day(context: Context, state: State) -> int:
    """Return `promised_ms` of the interview."""
    script = await context.tools.intake.script(state.script)
    return promised_ms(state, script, context.tools.zone)


def _promise(state: State, due_ms: int) -> Promise:
    return Promise(state.interview, state.name, state.campaign, state.unit, due_ms, state.decision)
