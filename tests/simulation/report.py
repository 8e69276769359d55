"""The report of a study, as Markdown."""

from collections.abc import Callable, Sequence

from handlers.figures.rates import Share
from tests.simulation.features import ALL, WHAT, Features
from tests.simulation.study import TELLING, Contribution, Result

ARTICLE = (
    ("unexplained exits", "22 % → 5 %"),
    ("direct exits", "15 % → 5 %"),
    ("of which by saved progress", "60 % of the fall"),
    ("subjective exits", "12 % → 3 %"),
)


def table(results: Sequence[Result]) -> list[str]:
    """Return a table of whole runs."""
    lines = [
        "| features | completed | direct exits | subjective exits (as they are) | of exits, not said why | "
        "of exits, nothing known |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    return [*lines, *(_row(each) for each in results)]


def _row(result: Result) -> str:
    cells = [result.completion, result.direct, result.subjective, result.unsaid, result.unexplained]
    return f"| {named(result.features)} | {' | '.join(map(_cell, cells))} |"


def named(features: Features) -> str:
    if features == ALL:
        return "all"
    kept = ", ".join(sorted(features - TELLING)) or "none that keeps people"
    return f"{kept}; reasons and circumstances" if features >= TELLING else (", ".join(sorted(features)) or "none")


def _cell(found: Share | None) -> str:
    return f"{found.percent} % ({found.low}–{found.high})" if found else "too few"


def parts(found: Sequence[Contribution], of: str) -> list[str]:
    """Return a table of each feature's contribution."""
    return _contributions(found, of, "of the fall", lambda each: f"{100 * each.share:.0f} %")


def placebo(found: Sequence[Contribution], of: str) -> list[str]:
    """Return the same table for people whom no feature influences."""
    return _contributions(found, of, "", lambda each: "an effect" if each.shown else "no effect")


def _contributions(
    found: Sequence[Contribution], of: str, heading: str, last: Callable[[Contribution], str]
) -> list[str]:
    lines = [f"| feature | {of}, points | 95 % interval | {heading} |", "| --- | --- | --- | --- |"]
    rows = (
        f"| {WHAT[each.feature]} | {-each.points:+.1f} | {-each.high:+.1f} to {-each.low:+.1f} | {last(each)} |"
        for each in found
    )
    return [*lines, *rows]


def article() -> list[str]:
    lines = ["| | the article |", "| --- | --- |"]
    return [*lines, *(f"| {what} | {claim} |" for what, claim in ARTICLE)]
