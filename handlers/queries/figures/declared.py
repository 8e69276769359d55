"""The figures of self-declared groups, as they are shown at present."""

from collections.abc import Sequence

from conversation.script import GroupQuestion
from handlers.actions.context import Context
from handlers.figures.declared import counted, rates, together
from handlers.figures.fairness import Group
from handlers.queries.selection import counts_of, script_of
from storage.ports import Campaign


async def declared_groups(
    context: Context, campaigns: Sequence[Campaign]
) -> tuple[GroupQuestion, tuple[Group, ...]] | None:
    """Return the question of these campaigns and its groups. Small numbers are suppressed for every reader.

    None if no campaign has such a question, if not all that have one ask the same, or if there are no figures yet.
    """
    shown = context.tools.shown_groups
    scripts = [(each, await script_of(context, each)) for each in campaigns]
    asked = [(each, script.group_question) for each, script in scripts if script and script.group_question]
    if shown is None or not asked or any(question.options != asked[0][1].options for _, question in asked):
        return None
    question = asked[0][1]
    ids = [each.id for each in question.options]
    totals = await counts_of(context, (each for each, _ in asked))
    found = [await shown(each.id, counted(totals[each.id], ids)) for each, _ in asked]
    rows = together([each.rows() for each in found if each])
    return (question, rates(rows)) if rows else None
