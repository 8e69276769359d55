"""Tables of ratings."""

from collections.abc import Iterator, Mapping

from conversation.question_kinds.base import shortened
from conversation.script import Wording
from conversation.views.ratings import AUTOMATIC, LEAST_QUESTIONS
from conversation.words import Styled
from handlers.console.context import CommandContext
from handlers.console.formatting import quoted
from handlers.queries.interviews import Member
from handlers.queries.ratings import RatedQuestion, RatingTable, VisibleRatings
from handlers.rounding import percent, score_text

_MOST_ASKED = 40
"""Most characters of a question that heads a line of the table."""


def of_report(context: CommandContext, ratings: VisibleRatings | None) -> list[Styled | str]:
    """Return a report's lines about the ratings; empty if there are none.

    If the person may not see the others' ratings, only the number of other raters is given. In a group chat, none
    are shown.
    """
    if ratings is None or ratings.table is None:
        return []
    if not ratings.withheld:
        return table(context, ratings.table, ratings.answered)
    lines: list[Styled | str] = [context.words.say("staff.scores.hidden", n=ratings.others)]
    if ratings.given:
        lines.append(context.words.plain("staff.scores.own", given=ratings.given, total=ratings.answered))
    return lines


def mark(context: CommandContext, score: int | None) -> str:
    return str(score) if score else context.words.text("staff.scores.unassessed")


def rubric_lines(context: CommandContext, rubric: Mapping[str, Wording]) -> Iterator[str]:
    """Yield what each score stands for: by the rubric, or in general if the script does not say."""
    texts = {each: text.in_(context.language) for each, text in rubric.items()}
    general = {each: context.words.text(f"staff.rate.anchor.{each}") for each in ("1", "3", "5")}
    for each, text in (texts or general).items():
        yield context.words.plain("staff.rate.anchor", mark=each, text=text)


# the table


def table(context: CommandContext, found: RatingTable, answered: int) -> list[Styled | str]:
    """Return the lines of the table: scores, their coverage and how much of them is automatic, all ratings by
    question, and the raters' agreement."""
    return [
        _total(context, found),
        *_automatic(context, found),
        *_stages(context, found),
        *(line for each in found.questions for line in _question(context, each)),
        *_raters(context, found, answered),
        *_agreement(context, found),
    ]


def _total(context: CommandContext, found: RatingTable) -> Styled:
    return context.words.say(
        "staff.scores.nothing" if found.total is None else "staff.scores.total",
        total=score_text(found.total),
        mark=_marked(context, sum(each.assessed for each in found.stages), found.automatic),
        assessed=found.assessed,
        stages=len(found.stages),
        percent=percent(found.weight, found.total_weight),
    )


def _marked(context: CommandContext, assessed: int, automatic: int) -> str:
    """Return the mark of a score that is only automatic; empty for others."""
    return context.words.text("staff.automatic.mark") if assessed == automatic else ""


def _automatic(context: CommandContext, found: RatingTable) -> Iterator[str]:
    """Yield how many questions count by their automatic result, and whether nothing else does."""
    if found.automatic:
        key = "staff.scores.automatic" if found.raters else "staff.scores.automatic.only"
        yield context.words.plain(key, n=found.automatic, best=AUTOMATIC[True], least=AUTOMATIC[False])


def _stages(context: CommandContext, found: RatingTable) -> Iterator[str]:
    assessed = [
        context.words.plain(
            "staff.scores.stage" if each.assessed == each.questions else "staff.scores.stage.partly",
            title=each.title.in_(context.language),
            score=score_text(each.score),
            mark=_marked(context, each.assessed, each.automatic),
            assessed=each.assessed,
            questions=each.questions,
        )
        for each in found.stages
        if each.score is not None
    ]
    missing = [each.title.in_(context.language) for each in found.stages if each.score is None]
    if assessed:
        yield " · ".join(assessed)
    if missing:
        joint = context.words.text("staff.list.joint")
        yield context.words.plain("staff.report.missing", stages=joint.join(missing))


def _question(context: CommandContext, found: RatedQuestion) -> Iterator[str]:
    named = [(rater_name(context, each.by), each.score) for each in found.marks]
    if not named:
        named = [(context.words.text("staff.scores.program"), found.automatic)]
    marks = " · ".join(
        context.words.plain("staff.scores.mark", name=name, score=mark(context, score)) for name, score in named
    )
    apart = "" if found.spread is None else context.words.plain("staff.scores.spread", points=found.spread)
    yield context.words.plain(
        "staff.scores.question",
        number=found.number,
        ask=shortened(found.ask.in_(context.language), _MOST_ASKED),
        marks=marks,
        spread=apart,
    )
    for each in found.marks:
        if each.note:
            yield f"   {rater_name(context, each.by)}{quoted(context, each.note)}"


def _raters(context: CommandContext, found: RatingTable, answered: int) -> Iterator[str]:
    raters = [
        context.words.plain(
            "staff.scores.rater", name=rater_name(context, each.by), given=each.given, total=answered
        )
        for each in found.raters
    ]
    if raters:
        joint = context.words.text("staff.list.joint")
        yield context.words.plain("staff.scores.raters", raters=joint.join(raters))


def _agreement(context: CommandContext, found: RatingTable) -> Iterator[str]:
    if found.agreement:
        yield context.words.plain(
            f"staff.scores.agreement.{found.agreement.verdict}",
            n=found.agreement.questions,
            least=LEAST_QUESTIONS,
            difference=score_text(found.agreement.difference),
        )


def rater_name(context: CommandContext, by: Member) -> str:
    """Return the colleague's name, or "you"."""
    return context.words.text("staff.scores.you") if by.person == context.person.id else by.name or by.person
