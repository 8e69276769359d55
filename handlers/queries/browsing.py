"""Lists read in pieces by programs: each item once, in a fixed order, however much is added meanwhile."""

from typing import Any, ClassVar

from conversation.record.audit import unseal
from conversation.state import State
from handlers.actions.approvals import Seconds
from handlers.actions.context import Context, Refused
from handlers.actions.targets import campaign_of, interview_of
from handlers.maintenance.export import describe
from handlers.organisation.rights import READS
from handlers.organisation.state import Role
from handlers.queries.base import Answer, Query
from handlers.queries.campaigns import CampaignSummary, campaign_summary, visible_campaigns
from handlers.queries.candidates import FILTERS, CandidateSummary, candidate_summary
from storage.keys import PARTITIONS, partition_of

MOST_ITEMS = 100
_MOST_READ = 400
"""How many interviews are read for one piece, at most, when few of them fit: about 20 ms of work."""
_READ_AT_ONCE = 200


class CampaignPiece(Answer, frozen=True):
    """A piece of the list. `after` leads to the next piece; empty at the end of the list."""

    campaigns: tuple[CampaignSummary, ...]
    after: str


class BrowseCampaigns(Query, frozen=True, omit_defaults=True, tag="browse_campaigns"):
    """List campaigns by code. `after`: the code behind which the piece begins; `most`: how many at most."""

    after: str = ""
    most: int = MOST_ITEMS
    closed: bool = True
    roles: ClassVar[frozenset[Role]] = READS

    async def answer(self, context: Context) -> CampaignPiece:
        seen = [each for each in await visible_campaigns(context) if self.closed or not each.closed_ms]
        rest = [each for each in seen if each.id > self.after]
        shown = rest[: max(1, min(self.most, MOST_ITEMS))]
        summaries = tuple([await campaign_summary(context, each) for each in shown])
        return CampaignPiece(summaries, shown[-1].id if len(shown) < len(rest) else "")


class InterviewPiece(Answer, frozen=True):
    """A piece of the list, which may be shorter than asked for. `after` is as in `CampaignPiece`."""

    interviews: tuple[CandidateSummary, ...]
    after: str


class BrowseInterviews(Query, frozen=True, omit_defaults=True, tag="browse_interviews"):
    """List a campaign's interviews, in an order of no meaning that does not change.

    - `filter`: one of FILTERS, or empty for all.
    - `after`: the interview behind which the piece begins.
    - `most`: how many at most.
    """

    campaign: str
    filter: str = ""
    after: str = ""
    most: int = MOST_ITEMS
    roles: ClassVar[frozenset[Role]] = READS

    async def answer(self, context: Context) -> InterviewPiece:
        if self.filter and self.filter not in FILTERS:
            raise Refused("candidates.filter", filter=self.filter[:40])
        campaign = await campaign_of(context, self.campaign, self.roles)
        most = max(1, min(self.most, MOST_ITEMS))
        found, after = await self._found(context, campaign.id, most)
        seconds = Seconds(context.tools.store, context.organisation)
        return InterviewPiece(tuple([await candidate_summary(context, each, seconds) for each in found]), after)

    async def _found(self, context: Context, campaign: str, most: int) -> tuple[list[State], str]:
        """Return up to `most` interviews and where the next piece begins."""
        interviews, found, last, read = context.tools.store.interviews, list[State](), self.after, 0
        first, at_once = partition_of(last) if last else 0, _READ_AT_ONCE if self.filter else most
        for partition in range(first, PARTITIONS):
            names = await interviews.members_of(campaign, partition)
            if partition == first:
                names = [each for each in names if each > self.after]
            for start in range(0, len(names), at_once):
                records = await interviews.load_many(names[start : start + at_once])
                for state in sorted((record.state for record in records), key=lambda each: each.interview):
                    if len(found) == most or read >= _MOST_READ:
                        return found, last
                    last, read = state.interview, read + 1
                    if self._fits(context, state):
                        found.append(state)
        return found, ""

    def _fits(self, context: Context, state: State) -> bool:
        return context.scope(self.roles).covers(state.unit) and (not self.filter or FILTERS[self.filter](state))


class InterviewDescribed(Answer, frozen=True):
    """An interview in the documented format of exports."""

    interview: dict[str, Any]


class DescribeInterview(Query, frozen=True, tag="describe_interview"):
    """Describe an interview as an export does, with what the reader may see."""

    interview: str
    roles: ClassVar[frozenset[Role]] = READS

    async def answer(self, context: Context) -> InterviewDescribed:
        await interview_of(context, self.interview, self.roles)
        interviews = context.tools.store.interviews
        record = await interviews.load(self.interview)
        assert record is not None
        script = await context.tools.intake.script(record.state.script)
        entries = [unseal(blob)[1] for blob in await interviews.entries(self.interview)]
        return InterviewDescribed(describe(record, entries, script, context.viewer))
