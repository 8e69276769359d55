"""Tests of the simulator itself, in small runs with fixed seeds."""

from functools import cache

import pytest

from handlers.figures.outcomes import outcomes
from tests.simulation.assumptions import Assumptions, unmoved
from tests.simulation.features import ALL, KEEPING, NONE, Features
from tests.simulation.study import KEPT, TELLING, TOLD, Contribution, Result, Run, contributions, play

ASSUMED = Assumptions()
PEOPLE = 300


@cache
def run(features: Features, seed: int = 1, assumed: Assumptions = ASSUMED) -> Result:
    return play(Run(features, PEOPLE, seed, assumed))


@pytest.fixture(scope="module")
def moved() -> list[Contribution]:
    return contributions(KEPT, map(play, KEPT.runs(ASSUMED, PEOPLE, 1)))


@pytest.fixture(scope="module")
def still() -> list[Contribution]:
    people = unmoved(ASSUMED)
    return [
        *contributions(KEPT, map(play, KEPT.runs(people, PEOPLE, 1))),
        *contributions(TOLD, map(play, TOLD.runs(people, PEOPLE, 1))),
    ]


def test_a_run_is_the_same_each_time() -> None:
    assert run(ALL) == play(Run(ALL, PEOPLE, 1, ASSUMED))
    assert run(ALL).counters != run(ALL, seed=2).counters


def test_what_is_off_does_nothing() -> None:
    counters = run(NONE).counters
    for name in ("returns:reminder", "returns:channel", "warned", "reason:network", "away.rule:connection_lost"):
        assert not counters[name], name
    counters = run(ALL).counters
    for name in ("returns:reminder", "returns:saved", "warned", "reason:network", "away.rule:connection_lost"):
        assert counters[name], name


def test_the_campaigns_counters_tell_what_the_people_did() -> None:
    """With saved progress each person has one interview, so the figures are about people."""
    result = run(ALL)
    found = outcomes(result.counters)
    assert (found.completed, found.over) == (result.completed, PEOPLE)
    assert result.counters["interviews"] == PEOPLE
    assert run(NONE).counters["interviews"] > PEOPLE, "some begin anew"


def test_people_whom_nothing_moves_are_not_moved(still: list[Contribution]) -> None:
    for each in still:
        if each.feature == "circumstances":
            continue  # this feature needs no reaction of people
        sigma = (each.high - each.low) / 2 / 1.96
        assert abs(each.points) < 3 * sigma, each


def test_people_as_assumed_are(moved: list[Contribution]) -> None:
    by_name = {each.feature: each for each in moved}
    assert by_name["saved"].shown
    assert by_name["saved"].points > 0


def test_the_parts_add_up_to_the_whole() -> None:
    results = [play(each) for each in KEPT.runs(ASSUMED, 60, 1)]
    rates = {each.features: each.left / each.candidates for each in results}
    fall = rates[TELLING] - rates[frozenset(KEEPING) | TELLING]
    assert sum(each.points for each in contributions(KEPT, results)) == pytest.approx(100 * fall)


def test_reasons_are_known_only_where_they_are_asked_for() -> None:
    asked, not_asked = run(TELLING), run(NONE)
    assert outcomes(not_asked.counters).unsaid == outcomes(not_asked.counters).stopped
    assert outcomes(asked.counters).unsaid < outcomes(asked.counters).stopped
    assert outcomes(asked.counters).unexplained < outcomes(asked.counters).unsaid, "circumstances explain some"
