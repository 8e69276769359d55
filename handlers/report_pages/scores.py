"""Ratings on a report page, in words."""

from collections.abc import Iterator
from typing import NamedTuple

from conversation.views.ratings import AUTOMATIC, Ratings, Scores, given, is_automatic, scores
from conversation.words import Words
from handlers.organisation.tokens import name_of
from handlers.report_pages.pages import Opened
from handlers.rounding import percent, score_text


class ScoresView(NamedTuple):
    """Scores and ratings in words.

    - `total`, `stages`: scores of what was assessed; stages are (title, score).
    - `automatic`: how much of it counts automatically; empty if nothing does.
    - `marks`: ratings by question, as (rater and score, note).
    - `hidden`: why others' ratings are hidden; empty if they are shown.
    """

    total: str
    basis: str
    automatic: str
    stages: tuple[tuple[str, str], ...]
    marks: dict[str, tuple[tuple[str, str], ...]]
    hidden: str


def scores_of(opened: Opened, words: Words) -> ScoresView | None:
    """Return what the person may see of the ratings, or None if there are none to show or mention."""
    seen = opened.ratings
    if not seen.has_scores:
        return None
    if seen.withheld == "public":
        return _only(words.plain("staff.page.scores.private", interview=opened.state.interview))
    hidden = words.plain("staff.page.scores.hidden", n=seen.others) if seen.withheld else ""
    if hidden and not seen.given:
        return _only(hidden)
    return _table(opened, seen.shown, words, hidden)


def _only(hidden: str) -> ScoresView:
    return ScoresView("", "", "", (), {}, hidden)


def _table(opened: Opened, ratings: Ratings, words: Words, hidden: str) -> ScoresView:
    script = opened.script
    result = scores(ratings, script)
    stages = zip(script.stages, result.stages, strict=True)
    return ScoresView(
        total=_score(result.total, words, automatic=result.only_automatic),
        basis=words.plain(
            "staff.page.scores.basis",
            assessed=result.assessed,
            stages=len(result.stages),
            percent=percent(result.weight, result.total_weight),
        ),
        automatic=_automatic(result, ratings, words),
        stages=tuple(
            (
                stage.title.in_(words.language),
                _score(each.score, words, automatic=each.only_automatic)
                or words.text("staff.page.not_assessed.short"),
            )
            for stage, each in stages
        ),
        marks={step.question.id: tuple(_marks(opened, ratings, step.question.id, words)) for step in script.steps},
        hidden=hidden,
    )


def _score(score: float | None, words: Words, *, automatic: bool) -> str:
    """Return the score, marked if it is automatic; empty if there is none."""
    return score_text(score) + (words.text("staff.automatic.mark") if automatic else "")


def _automatic(result: Scores, ratings: Ratings, words: Words) -> str:
    if not result.automatic:
        return ""
    rated = any(rater.given for rater in ratings.raters.values())
    key = "staff.scores.automatic" if rated else "staff.scores.automatic.only"
    return words.plain(key, n=result.automatic, best=AUTOMATIC[True], least=AUTOMATIC[False])


def _marks(opened: Opened, ratings: Ratings, question: str, words: Words) -> Iterator[tuple[str, str]]:
    if is_automatic(ratings, question):
        yield f"{words.text('staff.scores.program')}: {AUTOMATIC[ratings.automatic[question]]}", ""
    for by, rating in given(ratings, question).items():
        score = str(rating.score) if rating.score else words.text("staff.page.not_assessed.short")
        yield f"{name_of(opened.organisation, by) or by}: {score}", rating.note
