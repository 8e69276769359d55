"""How far two raters of the same answers agree: exactly, within a point, and by weighted kappa.

Kappa is 1 minus the squared differences of the scores, as a share of those that would be expected if each rater
gave the same scores by chance (J. Cohen, 1968, with quadratic weights; J. L. Fleiss and J. Cohen, 1973). It says
little about a few answers, so it is stated from `LEAST_ANSWERS` on, with a bootstrap interval.

This module loads numpy: import it where it is used.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations, permutations
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from conversation.views.ratings import SCORES

LEAST_ANSWERS = 30
"""Fewest answers with two ratings from which kappa is stated."""
_RESAMPLES = 2_000
_SEED = 20_261_130
_LEVEL = 95
_NOTHING = 1e-12
_FEWEST_DEFINED = 0.95
"""The share of resamples that must have a kappa for an interval to be stated."""
_Table = npt.NDArray[np.float64]
_POINTS = np.subtract.outer(np.arange(len(SCORES)), np.arange(len(SCORES)))
_WEIGHTS = (_POINTS**2).ravel().astype(np.float64)
_SAME, _ADJACENT = (np.abs(_POINTS) == 0).ravel(), (np.abs(_POINTS) <= 1).ravel()


class Kappa(NamedTuple):
    """Quadratic weighted kappa with its 95 % bootstrap percentile interval. `low` and `high` are None if it cannot
    be told, because too many resamples have no kappa."""

    value: float
    low: float | None
    high: float | None


class Agreement(NamedTuple):
    """Agreement over `answers`.

    - `same`, `adjacent`: the shares of pairs of scores that are the same, and that differ by at most a point.
    - `kappa`: None with fewer than `LEAST_ANSWERS`, or if all scores are the same.
    """

    answers: int
    same: float
    adjacent: float
    kappa: Kappa | None


def between_people(scores: Sequence[Sequence[int]]) -> Agreement | None:
    """Return the agreement of people; each entry has the scores that two or more gave to one answer. None without
    an answer.

    People are interchangeable: each pair counts in both orders, and the pairs of one answer count together as one.
    """
    return _agreement(Counter(tuple(sorted(each)) for each in scores), both_orders=True)


def with_other(scores: Sequence[tuple[Sequence[int], int]]) -> Agreement | None:
    """Return the agreement of people with a rater of another kind, such as a program; each entry has the scores
    that people gave to one answer, and the other one's. None without an answer.

    They are not interchangeable: people come first in every pair. The pairs of one answer count together as one.
    """
    return _agreement(Counter((*sorted(people), other) for people, other in scores), both_orders=False)


def _agreement(found: Mapping[tuple[int, ...], int], *, both_orders: bool) -> Agreement | None:
    answers = sum(found.values())
    if not answers:
        return None
    tables = np.array([_table(scores, both_orders=both_orders) for scores in found])
    shares = np.array(list(found.values())) / answers
    whole = shares @ tables
    kappa = _with_interval(tables, shares, answers) if answers >= LEAST_ANSWERS else None
    same, adjacent = (min(float(whole[where].sum()), 1.0) for where in (_SAME, _ADJACENT))
    return Agreement(answers, same, adjacent, kappa)


def _table(scores: Sequence[int], *, both_orders: bool) -> _Table:
    """Return the pairs of scores of one answer as shares in a table of all pairs, row by row: all pairs in both
    orders, or each with the last one."""
    *people, other = scores
    both = [pair for two in combinations(scores, 2) for pair in permutations(two)]
    pairs = both if both_orders else [(each, other) for each in people]
    table = np.zeros((len(SCORES), len(SCORES)))
    for one, other in pairs:
        table[SCORES.index(one), SCORES.index(other)] += 1 / len(pairs)
    return table.ravel()


def _with_interval(tables: _Table, shares: _Table, answers: int) -> Kappa | None:
    value = float(_kappas((shares @ tables)[np.newaxis])[0])
    if np.isnan(value):
        return None
    drawn = np.random.default_rng(_SEED).multinomial(answers, shares, size=_RESAMPLES) / answers
    kappas = _kappas(drawn @ tables)
    defined = kappas[~np.isnan(kappas)]
    if len(defined) < _FEWEST_DEFINED * _RESAMPLES:
        return Kappa(value, None, None)
    tail = (100 - _LEVEL) / 2
    low, high = np.percentile(defined, [tail, 100 - tail])
    return Kappa(value, float(low), float(high))


def _kappas(tables: _Table) -> _Table:
    """Return the kappa of each table of shares (one a row), NaN where all scores are the same."""
    squares = tables.reshape(-1, len(SCORES), len(SCORES))
    chance = np.einsum("ni,nj->nij", squares.sum(axis=2), squares.sum(axis=1)).reshape(len(tables), -1)
    seen, expected = tables @ _WEIGHTS, chance @ _WEIGHTS
    kappas: _Table = 1 - np.divide(seen, expected, out=np.full(len(tables), np.nan), where=expected > _NOTHING)
    return kappas
