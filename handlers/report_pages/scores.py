"""Ratings in a report, in words."""

from conversation.views.ratings import AUTOMATIC, Ratings, Scores, given, is_automatic, scores
from handlers.report_pages.model import MarkView, ScoresView, StageScoreView
from handlers.report_pages.phrases import Phrases, literal
from handlers.rounding import percent, rounded, score_text


def scores_of(phrases: Phrases) -> ScoresView | None:
    """Return what the reader may see of the scores, or None if there are none to show or mention."""
    seen = phrases.source.ratings
    if not seen.has_scores:
        return None
    if seen.withheld == "public":
        interview = phrases.source.state.interview
        return ScoresView(hidden=phrases.plain("staff.page.scores.private", interview=interview))
    hidden = phrases.plain("staff.page.scores.hidden", n=seen.others) if seen.withheld else ""
    if hidden and not seen.given:
        return ScoresView(hidden=hidden)
    return _table(phrases, seen.shown, hidden)


def _table(phrases: Phrases, ratings: Ratings, hidden: str) -> ScoresView:
    script = phrases.source.script
    result = scores(ratings, script)
    stages = zip(script.stages, result.stages, strict=True)
    return ScoresView(
        total=_score(phrases, result.total, automatic=result.only_automatic),
        score=_number(result.total),
        basis=phrases.plain(
            "staff.page.scores.basis",
            assessed=result.assessed,
            stages=len(result.stages),
            percent=percent(result.weight, result.total_weight),
        ),
        automatic=_automatic(phrases, result, ratings),
        stages=tuple(
            StageScoreView(
                literal(stage.title.in_(phrases.language)),
                _score(phrases, each.score, automatic=each.only_automatic)
                or phrases.text("staff.page.not_assessed.short"),
                _number(each.score),
            )
            for stage, each in stages
        ),
        hidden=hidden,
    )


def _number(score: float | None) -> float | None:
    return None if score is None else rounded(score, 3)


def _score(phrases: Phrases, score: float | None, *, automatic: bool) -> str:
    """Return the score, marked if it is automatic; empty if there is none."""
    return score_text(score) + (phrases.text("staff.automatic.mark") if automatic else "")


def _automatic(phrases: Phrases, result: Scores, ratings: Ratings) -> str:
    if not result.automatic:
        return ""
    rated = any(rater.given for rater in ratings.raters.values())
    key = "staff.scores.automatic" if rated else "staff.scores.automatic.only"
    return phrases.plain(key, n=result.automatic, best=AUTOMATIC[True], least=AUTOMATIC[False])


def marks_of(phrases: Phrases, question: str) -> tuple[MarkView, ...]:
    """Return the ratings of a question that the reader may see, each with its reason."""
    seen = phrases.source.ratings
    if seen.withheld == "public" or (seen.withheld and not seen.given):
        return ()
    ratings, marks = seen.shown, list[MarkView]()
    if is_automatic(ratings, question):
        score = AUTOMATIC[ratings.automatic[question]]
        marks.append(MarkView(f"{phrases.text('staff.scores.program')}: {score}", score, ""))
    for by, rating in given(ratings, question).items():
        shown = str(rating.score) if rating.score else phrases.text("staff.page.not_assessed.short")
        marks.append(MarkView(f"{phrases.name(by)}: {shown}", rating.score, literal(rating.note)))
    return tuple(marks)
