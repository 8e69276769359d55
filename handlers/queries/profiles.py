"""The ability profile of a candidate. It rests on ratings, so it is for one reader at a time."""

from typing import ClassVar, Literal

from handlers.actions.context import Context, Refused
from handlers.competencies import CompetencyView, competency_views
from handlers.organisation.rights import READS
from handlers.organisation.state import Role
from handlers.queries.base import Answer, Query
from handlers.queries.interviews import InterviewView, interview_view, reading_of


class Profile(Answer, frozen=True):
    """An interview's ability profile.

    - `competencies`: empty if the script's questions name none.
    - `withheld`: `unfinished` if it rests on the reader's own ratings alone, because they still have to rate.
    - `given`: how many of the `answered` questions the reader has rated; `others`: how many colleagues have rated.
    """

    interview: InterviewView
    competencies: tuple[CompetencyView, ...]
    given: int
    answered: int
    others: int
    withheld: Literal["", "unfinished"]


class ShowProfile(Query, frozen=True, tag="show_profile"):
    """Show the level of each competency over what was assessed, as far as the reader may see the ratings."""

    interview: str
    roles: ClassVar[frozenset[Role]] = READS

    async def answer(self, context: Context) -> Profile:
        found = await reading_of(context, self.interview)
        seen = found.ratings
        if seen.withheld == "public":
            raise Refused("profile.private")
        return Profile(
            interview_view(context, found.state, found.script),
            competency_views(seen.shown, found.script),
            seen.given,
            seen.answered,
            seen.others,
            seen.withheld,
        )
