"""The report on an interview: what was answered, what can be assessed, and the ratings."""

from collections.abc import Mapping
from typing import ClassVar

import msgspec

from conversation.script import Stage, Wording
from handlers.actions.context import Context
from handlers.coverage import unassessed
from handlers.maintenance.export import coverage
from handlers.organisation.rights import READS
from handlers.organisation.state import Role
from handlers.queries.answers import AnswerView, answer_views
from handlers.queries.base import Answer, Query
from handlers.queries.interviews import History, InterviewView, history_of, interview_view, reading_of
from handlers.queries.ratings import VisibleRatings, visible_ratings
from handlers.report_pages.links import reader_of


class ReportStage(msgspec.Struct, frozen=True):
    """A stage with its answers. `complete` means that all its questions are answered."""

    title: Wording
    weight: float
    complete: bool
    answers: tuple[AnswerView, ...]


class Report(Answer, frozen=True):
    """A candidate's answers.

    - `missing`: titles of the stages that cannot be assessed.
    - `assessed_weight`, `total_weight`: how much of the script's weight can be assessed.
    - `ratings`: None if nobody has rated anything and there are no automatic results that the reader may see.
    - `link`: a link to the report's web page, which shows what its reader may see; empty if there is none.
    """

    interview: InterviewView
    history: History
    missing: tuple[Wording, ...]
    assessed_weight: float
    total_weight: float
    stages: tuple[ReportStage, ...]
    ratings: VisibleRatings | None
    link: str


class ShowReport(Query, frozen=True, tag="show_report"):
    """Show everything that a candidate answered."""

    interview: str
    roles: ClassVar[frozenset[Role]] = READS

    async def answer(self, context: Context) -> Report:
        found = await reading_of(context, self.interview)
        state, script, transcript, ratings, _ = found
        views = {
            each.question: each
            for each in answer_views(script, transcript, ratings.shown.automatic, ratings.assessments)
        }
        link = context.tools.report_link
        return Report(
            interview_view(context, state, script),
            await history_of(context, found),
            unassessed(state, script),
            **coverage(transcript, script),
            stages=tuple(_stage(stage, views) for stage in script.stages),
            ratings=visible_ratings(context, found) if ratings.has_scores else None,
            link=link(state.interview, reader_of(context.person.id, private=context.private)) if link else "",
        )


def _stage(stage: Stage, views: Mapping[str, AnswerView]) -> ReportStage:
    answers = tuple(views[question.id] for question in stage.questions)
    return ReportStage(stage.title, stage.weight, all(each.status == "submitted" for each in answers), answers)
