"""Whether groups of candidates complete the interview and advance at similar rates."""

from typing import ClassVar

import msgspec

from conversation.script import GroupQuestion
from handlers.actions.context import Context
from handlers.figures.fairness import GROUPINGS, MEASURES, Group, Grouping, Measure, groups, rows
from handlers.organisation.rights import FIGURES
from handlers.organisation.state import Role
from handlers.queries.base import Answer, Query
from handlers.queries.figures.declared import declared_groups
from handlers.queries.selection import Subject, select_for_figures, total_of


class FairnessTable(msgspec.Struct, frozen=True):
    """The groups of one kind, largest first, and how many of each completed the interview or advanced."""

    measure: Measure
    by: Grouping
    groups: tuple[Group, ...]


class Fairness(Answer, frozen=True):
    """Tables that are not empty.

    - `exact`: whether the reader sees numbers of few people. By self-declared group, nobody does.
    - `group_question`: its options are the names in the table by `group`; None: there is no such table.
    """

    subject: Subject
    tables: tuple[FairnessTable, ...]
    exact: bool
    group_question: GroupQuestion | None = None


class ShowFairness(Query, frozen=True, omit_defaults=True, tag="show_fairness"):
    """Compare groups in a campaign, a unit with all units below it, or (empty) all that one may see."""

    of: str = ""
    roles: ClassVar[frozenset[Role]] = FIGURES

    async def answer(self, context: Context) -> Fairness:
        subject, campaigns, exact = await select_for_figures(context, self.of)
        total = await total_of(context, campaigns)
        tables = (
            FairnessTable(measure, by, groups(rows(total, measure, by), by, exact=exact))
            for measure in MEASURES
            for by in GROUPINGS
        )
        found = tuple(each for each in tables if each.groups)
        if declared := await declared_groups(context, campaigns):
            question, rates = declared
            return Fairness(subject, (*found, FairnessTable("advanced", "group", rates)), exact, question)
        return Fairness(subject, found, exact)
