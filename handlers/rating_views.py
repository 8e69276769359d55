"""What a viewer may see of an interview's ratings and notes. Every page, list, card and export asks here."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal, NamedTuple

from msgspec.structs import replace

from conversation.inbound import Assessment
from conversation.views.answers import Note
from conversation.views.ratings import Ratings
from handlers.organisation.rights import HIRES, Scope
from handlers.organisation.state import Organisation, Person

NO_ASSESSMENTS: Mapping[str, Assessment] = MappingProxyType({})


class Viewer(NamedTuple):
    """Who looks at an interview. `person` is None where several people read along, as in a group."""

    organisation: Organisation
    person: Person | None


class RatingView(NamedTuple):
    """The ratings of one interview, as far as a viewer may see them.

    - `shown`: all ratings, only the viewer's own, or none; always with the automatic results.
    - `withheld`: why `shown` is not everything: the viewer has not finished rating, or others read along.
    - `given`: how many of the `answered` questions the viewer has rated; 0 where others read along.
    - `others`: how many other colleagues have rated; 0 where others read along.
    - `any`: whether anybody has rated anything.
    - `assessments`: what the assistant found in the answers that the viewer has rated, by question, without the
      model's raw outputs.
    """

    shown: Ratings
    withheld: Literal["", "unfinished", "public"]
    given: int
    answered: int
    others: int
    any: bool
    assessments: Mapping[str, Assessment] = NO_ASSESSMENTS

    @property
    def has_scores(self) -> bool:
        """Whether there is something to say about scores: ratings, or automatic results if nobody reads along."""
        return self.any or (not self.withheld and bool(self.shown.automatic))


def rating_view(
    viewer: Viewer | None, unit: str, ratings: Ratings, assessments: Mapping[str, Assessment] = NO_ASSESSMENTS
) -> RatingView:
    """Return what the viewer may see of the ratings of an interview of the unit. None is whoever uses the command
    line, who may see all ratings.

    Whoever may rate it sees others' ratings after finishing their own, or after choosing to look. Where several
    people read along, nobody sees any, because one of them may still have to rate. What the assistant found in an
    answer is seen only by those who have rated that answer themselves.
    """
    answered, rated = len(ratings.answered), any(rater.given for rater in ratings.raters.values())
    if viewer is None:
        return RatingView(ratings, "", 0, answered, 0, rated)
    if viewer.person is None:
        return RatingView(ratings.of_nobody(), "public", 0, answered, 0, rated)
    me, others = viewer.person.id, len(ratings.others(viewer.person.id))
    rates = Scope(viewer.organisation, viewer.person, HIRES).covers(unit)
    blind = rates and others > 0 and not ratings.open_to(me)
    shown = ratings.only(me) if blind else ratings
    withheld: Literal["", "unfinished"] = "unfinished" if blind else ""
    given = ratings.of(me).given
    seen = {question: replace(found, raw=()) for question, found in assessments.items() if question in given}
    return RatingView(shown, withheld, len(given), answered, others, rated, seen)


class VisibleNotes(NamedTuple):
    """The notes about a candidate that a viewer may see, oldest first, and how many others there are."""

    shown: tuple[Note, ...] = ()
    withheld: int = 0


def visible_notes(viewer: Viewer | None, seen: RatingView, notes: Sequence[Note]) -> VisibleNotes:
    """Return which notes the viewer may see, who sees `seen` of the ratings. None sees all of them.

    A note can say what a rating says. Whoever still has to rate sees only their own notes, and where several
    people read along, nobody sees any.
    """
    if viewer is None:
        return VisibleNotes(tuple(notes))
    if viewer.person is None:
        return VisibleNotes((), len(notes))
    shown = tuple(each for each in notes if not seen.withheld or each.by == viewer.person.id)
    return VisibleNotes(shown, len(notes) - len(shown))
