"""Ratings in exports: individual ratings, automatic results, the resulting scores, and the raters' agreement."""

from datetime import UTC, datetime
from typing import Any

from conversation.script import Script
from conversation.views.ratings import Ratings, agreement, given, is_automatic, score_of, scores, spread
from handlers.rating_views import Viewer, rating_view
from handlers.rounding import rounded

COLUMNS = ("score", "raters", "stage_score", "total_score", "scored_weight")
AUTOMATIC_COLUMNS = ("expected", "automatic")
"""Whether the answer is the expected one, and whether its score is that automatic result."""
EXPECTED = {True: "met", False: "unmet", None: None}
"""What an export says of an answer, by its automatic result."""


def described(ratings: Ratings, script: Script, unit: str, viewer: Viewer | None) -> dict[str, Any]:
    """Return `ratings` and `scores` of one interview of the unit; both are None if any are withheld.

    `viewer` reads the export; None is whoever uses the command line, who may see everything.
    """
    if rating_view(viewer, unit, ratings).withheld:
        return {"ratings": None, "scores": None}
    return {"ratings": _ratings(ratings, script), "scores": _scores(ratings, script)}


def _ratings(ratings: Ratings, script: Script) -> list[dict[str, Any]]:
    """Describe each colleague's last rating of each question.

    `score` is None if the answer cannot be assessed. `alone` is the score given before they could see others', or
    None. `blind`: they did not know whose answer it is.
    """
    return [
        {
            "question": step.question.id,
            "by": by,
            "score": each.score,
            "at": datetime.fromtimestamp(each.at_ms / 1000, UTC).isoformat(timespec="milliseconds"),
            "note": each.note or None,
            "alone": ratings.of(by).alone.get(step.question.id),
            "blind": each.blind,
        }
        for step in script.steps
        for by, each in given(ratings, step.question.id).items()
    ]


def _scores(ratings: Ratings, script: Script) -> dict[str, Any]:
    """Describe the scores of what was assessed; None where nothing was.

    `automatic` is how many questions count by their automatic result, and of a question, whether it does.
    """
    result, agreed = scores(ratings, script), agreement(ratings, script)
    return {
        "total": _rounded(result.total),
        "scored_weight": _rounded(result.weight),
        "total_weight": _rounded(result.total_weight),
        "automatic": result.automatic,
        "stages": [
            {
                "stage": each.stage,
                "score": _rounded(each.score),
                "scored": each.assessed,
                "questions": each.questions,
                "automatic": each.automatic,
            }
            for each in result.stages
        ],
        "questions": [_question(ratings, step.question.id) for step in script.steps],
        "agreement": {"questions": agreed.questions, "difference": _rounded(agreed.difference)},
    }


def _question(ratings: Ratings, question: str) -> dict[str, Any]:
    marks = [each.score for each in given(ratings, question).values() if each.score is not None]
    return {
        "question": question,
        "score": _rounded(score_of(ratings, question)),
        "raters": len(marks),
        "spread": spread(ratings, question) if len(marks) > 1 else None,
        "automatic": is_automatic(ratings, question),
    }


def _rounded(number: float | None) -> float | None:
    if number is None:
        return None
    found = rounded(number, 3)
    return int(found) if found.is_integer() else found


def cells(interview: dict[str, Any], answer: dict[str, Any]) -> list[Any]:
    """Return the rating cells of one answer's row, in the order of `COLUMNS`."""
    of_all = interview["scores"]
    if of_all is None:
        return [None] * len(COLUMNS)
    question = _of(of_all, answer)
    stage = next(each for each in of_all["stages"] if each["stage"] == answer["stage"])
    return [question["score"], question["raters"], stage["score"], of_all["total"], of_all["scored_weight"]]


def automatic_cells(interview: dict[str, Any], answer: dict[str, Any]) -> list[Any]:
    """Return the cells of one answer's row about its automatic result, in the order of `AUTOMATIC_COLUMNS`."""
    of_all = interview["scores"]
    automatic = of_all is not None and _of(of_all, answer)["automatic"]
    return [answer["expected"], "yes" if automatic else None]


def _of(scores: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in scores["questions"] if each["question"] == answer["question"])
    return found
