"""Ratings: scores, coverage and agreement checked against hand-computed values, and who may see whose ratings."""

import random
from collections.abc import Sequence

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from conversation import events as e
from conversation.script import Question, Script, Stage, Wording
from conversation.views.ratings import (
    LEAST_QUESTIONS,
    Agreement,
    Ratings,
    StageScore,
    agreement,
    given,
    read,
    score_of,
    scores,
    spread,
)

_TEXT = Wording("题", "text")


def _stage(name: str, weight: float, *questions: str) -> Stage:
    return Stage(name, _TEXT, weight, tuple(Question(each, "open", _TEXT, 1) for each in questions))


SCRIPT = Script(
    id="three",
    title=_TEXT,
    stages=(_stage("one", 20, "a", "b"), _stage("two", 35, "c", "d"), _stage("three", 45, "f", "g")),
    guide=_TEXT,
    privacy=_TEXT,
    privacy_version="1",
)
ALL = "abcdfg"


def told(*events: e.AnyEvent) -> Ratings:
    return read(e.Entry(n, n * 1000, "staff", f"in:{n}", (each,)) for n, each in enumerate(events, 1))


def answered(questions: str = ALL) -> list[e.AnyEvent]:
    return [e.AnswerSubmitted(each) for each in questions]


def rated(by: str, marks: str, questions: str = ALL) -> list[e.AnyEvent]:
    """Return one rating per question: each character of `marks` is a score, or `-` for "cannot be assessed"."""
    pairs = zip(questions, marks, strict=False)
    return [e.Rated(question, by, None if score == "-" else int(score)) for question, score in pairs]


def test_scores_are_means_by_weight() -> None:
    ratings = told(*answered(), *rated("ann", "453521"), *rated("bob", "233521"))
    found = scores(ratings, SCRIPT)
    assert found.stages == (
        StageScore("one", ((4 + 2) / 2 + (5 + 3) / 2) / 2, 2, 2),
        StageScore("two", (3 + 5) / 2, 2, 2),
        StageScore("three", (2 + 1) / 2, 2, 2),
    )
    assert found.total == pytest.approx((20 * 3.5 + 35 * 4 + 45 * 1.5) / 100)
    assert (found.assessed, found.weight, found.total_weight) == (3, 100, 100)


def test_what_was_not_answered_is_no_zero_and_no_part_of_the_score() -> None:
    """2 of 3 stages count, 55 of 100 points. The third stage was begun but not finished."""
    ratings = told(*answered("abcdf"), *rated("ann", "44551"))
    found = scores(ratings, SCRIPT)
    assert found.stages[2] == StageScore("three", None, 0, 2)
    assert found.total == pytest.approx((20 * 4 + 35 * 5) / 55)
    assert (found.assessed, found.weight, found.total_weight) == (2, 55, 100)
    assert score_of(ratings, "f") == 1


def test_a_stage_counts_as_soon_as_it_is_complete() -> None:
    ratings = told(*answered("abcdf"), *rated("ann", "44551"), *answered("g"))
    assert scores(ratings, SCRIPT).stages[2] == StageScore("three", 1, 1, 2)
    assert scores(ratings, SCRIPT).weight == 55 + 45 / 2


def test_what_cannot_be_assessed_takes_its_share_of_the_weight_with_it() -> None:
    ratings = told(*answered(), *rated("ann", "4-2---"))
    found = scores(ratings, SCRIPT)
    assert [(each.score, each.assessed) for each in found.stages] == [(4, 1), (2, 1), (None, 0)]
    assert found.weight == 10 + 17.5
    assert found.total == pytest.approx((4 * 10 + 2 * 17.5) / 27.5)
    assert ratings.finished("ann")


def test_nothing_rated_is_nothing() -> None:
    found = scores(told(*answered()), SCRIPT)
    assert (found.total, found.assessed, found.weight) == (None, 0, 0)
    assert agreement(told(*answered()), SCRIPT) == Agreement(0, None)


def test_the_last_rating_of_ones_own_counts() -> None:
    ratings = told(*answered(), e.Rated("a", "ann", 2, "weak"), e.Rated("a", "ann", 5), e.Rated("a", "bob", 1))
    assert {by: (each.score, each.note) for by, each in given(ratings, "a").items()} == {
        "ann": (5, ""),
        "bob": (1, ""),
    }
    assert (score_of(ratings, "a"), spread(ratings, "a")) == (3, 4)


# agreement


@pytest.mark.parametrize(
    ("one", "other", "difference", "verdict"),
    [
        ("333333", "333333", 0, "close"),
        ("345345", "335444", 3 / 6, "close"),
        ("345345", "234234", 1, "fair"),
        ("111111", "222333", 9 / 6, "apart"),
        ("111---", "1-1222", None, "few"),
        ("1-5-2-", "-2-4-1", None, "few"),
    ],
)
def test_the_mean_difference_of_two(one: str, other: str, difference: float | None, verdict: str) -> None:
    found = agreement(told(*answered(), *rated("ann", one), *rated("bob", other)), SCRIPT)
    assert found.difference == (None if difference is None else pytest.approx(difference))
    assert found.verdict == verdict


def test_of_three_raters_all_pairs_count() -> None:
    raters = [*rated("ann", "111111"), *rated("bob", "222222"), *rated("cat", "444444")]
    found = agreement(told(*answered(), *raters), SCRIPT)
    assert found == Agreement(6, 2)


def test_below_the_bound_nothing_is_said() -> None:
    for number, said in ((LEAST_QUESTIONS - 1, False), (LEAST_QUESTIONS, True)):
        some = ALL[:number]
        found = agreement(told(*answered(some), *rated("ann", "5" * number), *rated("bob", "5" * number)), SCRIPT)
        assert found == Agreement(number, 0 if said else None)


def test_what_is_changed_after_seeing_others_is_no_agreement() -> None:
    events = [*answered(), *rated("ann", "111111"), *rated("bob", "555555")]
    apart = agreement(told(*events), SCRIPT)
    assert apart == Agreement(6, 4)
    nearer = told(*events, *rated("bob", "111111"))
    assert agreement(nearer, SCRIPT) == Agreement(0, None), "what was given alone was changed"
    assert scores(nearer, SCRIPT).total == 1
    some = told(*events, *rated("bob", "11"))
    assert agreement(some, SCRIPT) == Agreement(4, 4), "the four that stayed"
    again = told(*events, *rated("bob", "11"), *rated("bob", "55"))
    assert agreement(again, SCRIPT) == Agreement(4, 4), "changed back is not unchanged"
    noted = told(*events, e.Rated("a", "bob", 5, "a note"))
    assert agreement(noted, SCRIPT) == Agreement(6, 4), "a note changes no score"


def test_what_is_changed_before_there_is_anything_to_see_is_given_alone() -> None:
    first = [*answered(), *rated("ann", "111111"), *rated("ann", "222222")]
    assert agreement(told(*first, *rated("bob", "222222")), SCRIPT) == Agreement(6, 0)


def test_whoever_looks_first_rates_no_more_independently() -> None:
    ratings = told(*answered(), *rated("ann", "111"), e.RatingsSeen("ann"), *rated("ann", "555555"))
    assert ratings.of("ann").alone == {"a": 1, "b": 1, "c": 1}
    both = told(*answered(), *rated("bob", "222222"), e.RatingsSeen("ann"), *rated("ann", "222222"))
    assert agreement(both, SCRIPT) == Agreement(0, None)


# who may see what


def test_others_are_seen_when_ones_own_are_finished() -> None:
    events = [*answered("ab"), *rated("bob", "55")]
    assert not told(*events).open_to("ann")
    assert not told(*events, *rated("ann", "3")).open_to("ann")
    assert told(*events, *rated("ann", "3-")).open_to("ann")
    assert told(*events, *rated("ann", "3-")).others("ann") == ["bob"]


def test_a_further_answer_closes_them_again() -> None:
    events = [*answered("ab"), *rated("ann", "33"), *answered("c"), *rated("bob", "111")]
    assert not told(*events).open_to("ann")
    finished = told(*events, e.Rated("a", "ann", 1), e.Rated("c", "ann", 2))
    assert finished.open_to("ann")
    assert finished.of("ann").alone == {"a": 3, "b": 3, "c": 2}, "`a` was changed after others' were open"


def test_nobody_has_finished_where_nothing_was_answered() -> None:
    assert not told().finished("ann")
    assert told(e.RatingsSeen("ann")).open_to("ann")


_GIVEN = st.dictionaries(
    st.tuples(st.sampled_from(["ann", "bob", "cat"]), st.sampled_from(ALL)),
    st.none() | st.integers(1, 5),
)


@examples(_GIVEN, st.integers(0, 6), st.randoms(use_true_random=False))
def test_the_order_makes_no_difference(
    marks: dict[tuple[str, str], int | None], number: int, chance: random.Random
) -> None:
    events: list[e.AnyEvent] = [e.Rated(question, by, score) for (by, question), score in marks.items()]
    shuffled = chance.sample(events, len(events))
    results = [_result([*answered(ALL[:number]), *each]) for each in (events, shuffled)]
    assert results[0] == results[1]


@examples(_GIVEN, _GIVEN)
def test_a_changed_rating_replaces_ones_own_and_no_other(
    first: dict[tuple[str, str], int | None], second: dict[tuple[str, str], int | None]
) -> None:
    events = [e.Rated(question, by, score) for each in (first, second) for (by, question), score in each.items()]
    counted = {
        (by, question): rating.score for question in ALL for by, rating in given(told(*events), question).items()
    }
    assert counted == first | second


def _result(events: Sequence[e.AnyEvent]) -> tuple[object, ...]:
    ratings = told(*events)
    open_to = [ratings.open_to(each) for each in ("ann", "bob", "cat")]
    return scores(ratings, SCRIPT), agreement(ratings, SCRIPT), open_to
