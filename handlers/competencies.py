"""Ability profiles as values and in words, the same in chat and on report pages."""

import msgspec

from conversation.script import Script, Wording
from conversation.views.profiles import Blank, CompetencyLevel, Evidence, blank, profile
from conversation.views.ratings import Ratings
from conversation.words import Words
from handlers.rounding import percent, score_text


class CompetencyView(msgspec.Struct, frozen=True):
    """One competency of a profile.

    - `level`: from 1 to 5, over what was assessed; None if nothing was, and `blank` says why.
    - `coverage`: the part of the weight of its `questions` that was `assessed`, from 0 to 1.
    - `automatic`: how many of the assessed questions count by their automatic result.
    - `raters`: how many colleagues gave a score that counts.
    - `evidence`: how much the level rests on, see `CompetencyLevel.evidence`.
    """

    competency: str
    title: Wording
    level: float | None
    coverage: float
    questions: int
    assessed: int
    automatic: int
    raters: int
    evidence: Evidence
    blank: Blank = ""


def competency_views(ratings: Ratings, script: Script) -> tuple[CompetencyView, ...]:
    """Return the profile, without competencies that no question names."""
    return tuple(
        competency_view(each, script, blank(ratings, script, each.competency)) for each in profile(ratings, script)
    )


def competency_view(found: CompetencyLevel, script: Script, why: Blank = "") -> CompetencyView:
    return CompetencyView(
        found.competency,
        title_of(script, found.competency),
        found.level,
        found.coverage,
        found.questions,
        found.assessed,
        found.automatic,
        found.raters,
        found.evidence,
        why,
    )


def title_of(script: Script, competency: str) -> Wording:
    return script.competencies.get(competency, Wording(competency, competency))


def level_text(words: Words, found: CompetencyView) -> str:
    """Return the level with one digit after the point, marked if no person's rating counts; a dash if there is
    none."""
    if found.level is None:
        return words.text("staff.profile.blank")
    mark = words.text("staff.automatic.mark") if found.evidence == "automatic" else ""
    return score_text(found.level) + mark


def basis_text(words: Words, found: CompetencyView) -> str:
    """Return what the level rests on, in words, or why there is none."""
    if found.level is None:
        return words.text(f"staff.profile.blank.{found.blank}")
    parts = [
        words.plain(
            "staff.profile.questions.all" if found.assessed == found.questions else "staff.profile.questions",
            assessed=found.assessed,
            n=found.questions,
            percent=percent(found.coverage, 1),
        )
    ]
    if found.raters:
        parts.append(words.plain("staff.ranking.raters", n=found.raters))
    if found.automatic and found.evidence != "automatic":
        parts.append(words.plain("staff.ranking.automatic", n=found.automatic))
    return " · ".join([*parts, words.text(f"staff.profile.evidence.{found.evidence}")])
