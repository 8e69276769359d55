"""Experiments: when it is too early, when there is a difference, and that none is found where there is none."""

import random
from collections import Counter

import pytest

from handlers.figures.experiments import LEAST, experiment
from handlers.figures.rates import difference


def counts(**over: tuple[int, int]) -> Counter[str]:
    """Return counters from (completed, stopped) of each version."""
    total: Counter[str] = Counter()
    for version, (completed, stopped) in over.items():
        total[f"start.v:{version}"] = completed + stopped
        total[f"done.v:{version}"] = completed
        total[f"stop.v:{version}"] = stopped
    return total


def test_it_is_too_early_while_one_variant_has_few() -> None:
    found = experiment(counts(a=(LEAST, 0), b=(0, LEAST - 1)), ["a", "b"])
    assert found.early
    assert found.shown == ()
    assert not experiment(counts(a=(LEAST, 0), b=(0, LEAST)), ["a", "b"]).early


def test_a_difference_that_leaves_no_doubt() -> None:
    found = experiment(counts(a=(60, 40), b=(85, 15), c=(62, 38)), ["a", "b", "c"])
    assert [each.version for each in found.shown] == ["b"]
    first, better, same = found.outcomes
    assert first.apart is None
    assert better.apart is not None
    assert better.apart.points == 25
    assert same.apart is not None
    assert not same.apart.shown


def test_of_several_comparisons_each_has_a_wider_interval() -> None:
    alone, one_of_three = difference(70, 100, 55, 100), difference(70, 100, 55, 100, comparisons=3)
    assert alone is not None
    assert one_of_three is not None
    assert one_of_three.low < alone.low < alone.high < one_of_three.high
    assert (alone.shown, one_of_three.shown) == (True, False)


def test_how_many_are_needed_is_a_usual_number() -> None:
    assert experiment(counts(a=(50, 50), b=(50, 50)), ["a", "b"]).needed == 400
    assert experiment(counts(a=(90, 10), b=(90, 10)), ["a", "b"]).needed == 144
    assert experiment(Counter(), ["a", "b"]).needed == 400


@pytest.mark.parametrize("variants", [2, 4])
def test_variants_that_do_nothing_seldom_show_anything(variants: int) -> None:
    chance, shown, rounds = random.Random(7), 0, 600
    names = "abcd"[:variants]
    for _ in range(rounds):
        done = {name: sum(chance.random() < 0.7 for _ in range(150)) for name in names}
        found = experiment(counts(**{name: (n, 150 - n) for name, n in done.items()}), list(names))
        shown += bool(found.shown)
    assert shown / rounds < 0.07
