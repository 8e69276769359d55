"""Ratings on a report page, in words."""

from collections.abc import Iterator
from typing import NamedTuple

from conversation.views.ratings import Ratings, given, scores
from conversation.words import Words
from handlers.report_pages.pages import Opened
from handlers.rounding import percent, score_text


class ScoresView(NamedTuple):
    """Scores and ratings in words.

    - `total`, `stages`: scores of what was assessed; stages are (title, score).
    - `marks`: ratings by question, as (rater and score, note).
    - `hidden`: why others' ratings are hidden; empty if they are shown.
    """

    total: str
    basis: str
    stages: tuple[tuple[str, str], ...]
    marks: dict[str, tuple[tuple[str, str], ...]]
    hidden: str


def scores_of(opened: Opened, words: Words) -> ScoresView | None:
    """Return what the person may see of the ratings, or None if there are none to show or mention."""
    seen = opened.ratings
    if not seen.any:
        return None
    if seen.withheld == "public":
        return ScoresView(
            "", "", (), {}, words.plain("staff.page.scores.private", interview=opened.state.interview)
        )
    hidden = words.plain("staff.page.scores.hidden", n=seen.others) if seen.withheld else ""
    if hidden and not seen.given:
        return ScoresView("", "", (), {}, hidden)
    return _table(opened, seen.shown, words, hidden)


def _table(opened: Opened, ratings: Ratings, words: Words, hidden: str) -> ScoresView:
    script = opened.script
    result = scores(ratings, script)
    stages = zip(script.stages, result.stages, strict=True)
    return ScoresView(
        total=score_text(result.total),
        basis=words.plain(
            "staff.page.scores.basis",
            assessed=result.assessed,
            stages=len(result.stages),
            percent=percent(result.weight, result.total_weight),
        ),
        stages=tuple(
            (
                stage.title.in_(words.language),
                score_text(each.score) or words.text("staff.page.not_assessed.short"),
            )
            for stage, each in stages
        ),
        marks={step.question.id: tuple(_marks(opened, ratings, step.question.id, words)) for step in script.steps},
        hidden=hidden,
    )


def _marks(opened: Opened, ratings: Ratings, question: str, words: Words) -> Iterator[tuple[str, str]]:
    for by, rating in given(ratings, question).items():
        person = opened.organisation.people.get(by)
        score = str(rating.score) if rating.score else words.text("staff.page.not_assessed.short")
        yield f"{person.name if person else by}: {score}", rating.note
