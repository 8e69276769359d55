"""Rounding of figures and scores: half up, the same in chat, on pages, in pictures and in files.

Python's `round` rounds halves to even, and a binary fraction such as 4.35 lies a little below what it stands for.
"""

from decimal import ROUND_HALF_UP, Decimal

_NOISE_DIGITS = 9
"""Digits beyond this are taken to be errors of binary arithmetic."""


def rounded(number: float, digits: int = 0) -> float:
    """Return the number rounded half up to so many digits after the point; halves go away from zero."""
    exact = Decimal(repr(round(float(number), _NOISE_DIGITS)))
    return float(exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP))


def percent(part: float, whole: float) -> int:
    """Return how many per cent `part` is of `whole`, 0 if there is no whole."""
    return int(rounded(100 * part / whole)) if whole else 0


def score_number(score: float | None) -> float | None:
    """Return a score from 1 to 5 with at most one digit after the point; None if there is none."""
    return None if score is None else rounded(score, 1)


def score_text(score: float | None) -> str:
    """Return a score from 1 to 5 with one digit after the point; empty if there is none."""
    return "" if score is None else f"{score_number(score):.1f}"
