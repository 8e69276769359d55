"""Tables of ratings.

People who may rate an interview see others' ratings only after finishing their own, or on explicit request.
"""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from conversation.script import Script
from conversation.state import State
from conversation.views.ratings import (
    LEAST_QUESTIONS,
    Rating,
    Ratings,
    Scores,
    agreement,
    given,
    scores,
    spread,
)
from conversation.words import Styled
from handlers.actions.ratings import may_see_all
from handlers.console.context import CommandContext
from handlers.console.formatting import quoted
from handlers.notices.next_steps import Step

_MOST_ASKED = 40
"""Most characters of a question that heads a line of the table."""


class Sheet(NamedTuple):
    """Everything a table of ratings is made from."""

    context: CommandContext
    script: Script
    ratings: Ratings


def of_report(context: CommandContext, state: State, script: Script, ratings: Ratings) -> list[Styled | str]:
    """Return a report's lines about the ratings; empty if there are none.

    If the person may not see the others' ratings, only the number of other raters is given. In a group chat there
    is only a note that ratings are shown in private.
    """
    others, own = ratings.others(context.person.id), ratings.of(context.person.id).given
    if not others and not own:
        return []
    if not context.private:
        return [context.words.text("staff.scores.apart")]
    if may_see_all(context, state.unit, ratings):
        return table(Sheet(context, script, ratings))
    lines: list[Styled | str] = [context.words.say("staff.scores.hidden", n=len(others))]
    return [*lines, own_progress(context, ratings)] if own else lines


def steps_to_scores(context: CommandContext, state: State, ratings: Ratings) -> tuple[Step, ...]:
    """Return a button to see the others' ratings, for a person who may not see them yet."""
    hidden = context.private and not may_see_all(context, state.unit, ratings)
    return ((f"/rate {state.interview} results", "staff.choice.rate.results"),) if hidden else ()


def own_progress(context: CommandContext, ratings: Ratings) -> str:
    own = ratings.of(context.person.id).given
    return context.words.plain("staff.scores.own", given=len(own), total=len(ratings.answered))


def mark(context: CommandContext, score: int | None) -> str:
    return str(score) if score else context.words.text("staff.scores.unassessed")


# the table


def table(sheet: Sheet) -> list[Styled | str]:
    """Return the lines of the table: scores and their coverage, all ratings by question, and the raters'
    agreement."""
    context, script, ratings = sheet
    result = scores(ratings, script)
    return [
        _total(context, result),
        *_stages(sheet, result),
        *_questions(sheet),
        *_raters(sheet),
        *_agreement(sheet),
    ]


def _total(context: CommandContext, result: Scores) -> Styled:
    return context.words.say(
        "staff.scores.nothing" if result.total is None else "staff.scores.total",
        total=_score(result.total),
        assessed=result.assessed,
        stages=len(result.stages),
        weight=_points(result.weight),
        total_weight=_points(result.total_weight),
    )


def _score(score: float | None) -> str:
    """Return the score with one decimal, rounded half up (3.25 is 3.3), or an empty string for None."""
    if score is None:
        return ""
    return str(Decimal(f"{score:.6f}").quantize(Decimal("0.1"), ROUND_HALF_UP))


def _points(weight: float) -> str:
    return f"{round(weight, 1):g}"


def _stages(sheet: Sheet, result: Scores) -> Iterator[str]:
    context, script, _ = sheet
    assessed: list[str] = []
    missing: list[str] = []
    for stage, each in zip(script.stages, result.stages, strict=True):
        title = stage.title.in_(context.language)
        if each.score is None:
            missing.append(title)
            continue
        key = "staff.scores.stage" if each.assessed == each.questions else "staff.scores.stage.partly"
        assessed.append(
            context.words.plain(
                key, title=title, score=_score(each.score), assessed=each.assessed, questions=each.questions
            )
        )
    if assessed:
        yield " · ".join(assessed)
    if missing:
        yield context.words.plain(
            "staff.report.missing", stages=context.words.text("staff.list.joint").join(missing)
        )


def _questions(sheet: Sheet) -> Iterator[str]:
    context, script, ratings = sheet
    for number, step in enumerate(script.steps, start=1):
        all_ = given(ratings, step.question.id)
        if not all_:
            continue
        marks = " · ".join(
            context.words.plain("staff.scores.mark", name=_rater(context, by), score=mark(context, each.score))
            for by, each in all_.items()
        )
        yield context.words.plain(
            "staff.scores.question",
            number=number,
            ask=_short(step.question.ask.in_(context.language)),
            marks=marks,
            spread=_spread(sheet, step.question.id, all_),
        )
        for by, each in all_.items():
            if each.note:
                yield f"   {_rater(context, by)}{quoted(context, each.note)}"


def _spread(sheet: Sheet, question: str, all_: dict[str, Rating]) -> str:
    if sum(each.score is not None for each in all_.values()) < 2:
        return ""
    return sheet.context.words.plain("staff.scores.spread", points=spread(sheet.ratings, question))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _MOST_ASKED else line[: _MOST_ASKED - 1] + "…"


def _raters(sheet: Sheet) -> Iterator[str]:
    context, _, ratings = sheet
    raters = [
        context.words.plain(
            "staff.scores.rater", name=_rater(context, by), given=len(rater.given), total=len(ratings.answered)
        )
        for by, rater in sorted(ratings.raters.items())
        if rater.given
    ]
    if raters:
        yield context.words.plain(
            "staff.scores.raters", raters=context.words.text("staff.list.joint").join(raters)
        )


def _agreement(sheet: Sheet) -> Iterator[str]:
    context, script, ratings = sheet
    if sum(bool(rater.given) for rater in ratings.raters.values()) < 2:
        return
    found = agreement(ratings, script)
    yield context.words.plain(
        f"staff.scores.agreement.{found.verdict}",
        n=found.questions,
        least=LEAST_QUESTIONS,
        difference=_score(found.difference),
    )


def _rater(context: CommandContext, by: str) -> str:
    if by == context.person.id:
        return context.words.text("staff.scores.you")
    person = context.organisation.people.get(by)
    return person.name if person else by
