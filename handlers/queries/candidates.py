"""Queries about candidates."""

from collections import Counter
from collections.abc import Callable
from typing import ClassVar

import msgspec

from conversation.state import State
from conversation.words import normal
from handlers.actions.context import Context, Refused
from handlers.actions.targets import campaign_of
from handlers.members import members
from handlers.organisation.rights import READS
from handlers.organisation.state import Role
from handlers.queries.base import Answer, Query, page_of
from handlers.queries.interviews import Reason, reason_left

PAGE = 10
_UNFINISHED = ("paused", "exited", "lapsed", "unreachable")
FILTERS: dict[str, Callable[[State], bool]] = {
    "invited": lambda state: state.phase == "invited",
    "guided": lambda state: state.phase == "guided",
    "running": lambda state: state.phase == "running",
    "paused": lambda state: state.phase == "paused",
    "completed": lambda state: state.phase == "completed",
    "exited": lambda state: state.phase == "exited",
    "lapsed": lambda state: state.phase == "lapsed",
    "unreachable": lambda state: state.phase == "unreachable",
    "erased": lambda state: state.phase == "erased",
    "unfinished": lambda state: state.phase in _UNFINISHED,
    "undecided": lambda state: state.phase == "completed" and not state.decision,
    "yes": lambda state: state.decision == "yes",
    "hold": lambda state: state.decision == "hold",
    "no": lambda state: state.decision == "no",
}
"""The filters for a list of candidates, by name."""


def _everybody(_: State) -> bool:
    return True


class CandidateSummary(msgspec.Struct, frozen=True):
    """One interview in a list.

    - `done`, `total`: how many questions are answered, and how many there are.
    - `reason`: why the candidate left; None if they did not.
    - `proposed`: the decision awaiting a second colleague.
    - `last_ms`: when the candidate was last active (epoch milliseconds); 0 if never.
    """

    interview: str
    name: str
    version: str
    phase: str
    done: int
    total: int
    reason: Reason | None
    decision: str
    proposed: str
    last_ms: int


class CandidatePage(Answer, frozen=True):
    """A page of candidates.

    - `phases`: number of candidates in each phase, over all pages.
    - `complete`: False if the campaign has more interviews than one query reads.
    """

    campaign: str
    candidates: tuple[CandidateSummary, ...]
    phases: dict[str, int]
    page: int
    pages: int
    total: int
    complete: bool


class ListCandidates(Query, frozen=True, omit_defaults=True, tag="list_candidates"):
    """List candidates of a campaign, most recently active first.

    `filter` is one of FILTERS; `name` is a part of the name.
    """

    campaign: str
    filter: str = ""
    name: str = ""
    page: int = 1
    roles: ClassVar[frozenset[Role]] = READS

    async def answer(self, context: Context) -> CandidatePage:
        campaign = await campaign_of(context, self.campaign, self.roles)
        scope, part = context.scope(self.roles), normal(self.name)
        if self.filter and self.filter not in FILTERS:
            raise Refused("candidates.filter", filter=self.filter[:40])
        right = FILTERS.get(self.filter, _everybody)
        found = await members(
            context.tools.store,
            [campaign.id],
            lambda state: scope.covers(state.unit) and right(state) and part in normal(state.name),
        )
        found.states.sort(key=lambda state: (-state.last_ms, state.name, state.interview))
        shown, page, pages = page_of(found.states, self.page, PAGE)
        return CandidatePage(
            campaign.id,
            tuple([await _summary(context, each) for each in shown]),
            dict(Counter(state.phase for state in found.states)),
            page,
            pages,
            len(found.states),
            found.complete,
        )


async def _summary(context: Context, state: State) -> CandidateSummary:
    script = await context.tools.intake.script(state.script)
    return CandidateSummary(
        state.interview,
        state.name,
        state.script,
        state.phase,
        state.done,
        len(script.steps),
        reason_left(state, script),
        state.decision,
        state.proposed.decision if state.proposed else "",
        state.last_ms,
    )
