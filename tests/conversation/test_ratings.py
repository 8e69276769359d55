"""Ratings: scores, coverage and agreement checked against hand-computed values, and who may see whose ratings."""

import random
from collections.abc import Mapping, Sequence

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
    independent,
    is_automatic,
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


def told(*events: e.AnyEvent, automatic: Mapping[str, bool] = {}) -> Ratings:
    entries = (e.Entry(n, n * 1000, "staff", f"in:{n}", (each,)) for n, each in enumerate(events, 1))
    return read(entries, automatic)


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


# automatic results


def test_what_nobody_has_rated_counts_by_its_automatic_result() -> None:
    ratings = told(*answered(), *rated("ann", "4", "a"), automatic={"b": True, "c": False})
    found = scores(ratings, SCRIPT)
    assert found.stages[:2] == (StageScore("one", 4.5, 2, 2, 1), StageScore("two", 1, 1, 2, 1))
    assert (found.weight, found.total_weight, found.automatic) == (20 + 17.5, 100, 2)
    assert found.total == pytest.approx((4.5 * 20 + 1 * 17.5) / 37.5)
    assert [each.only_automatic for each in found.stages] == [False, True, False]
    assert not found.only_automatic


@pytest.mark.parametrize(("mark", "score"), [("2", 2), ("-", None)])
def test_a_person_decides_also_that_it_cannot_be_assessed(mark: str, score: float | None) -> None:
    ratings = told(*answered(), *rated("ann", mark, "a"), automatic={"a": True})
    assert (score_of(ratings, "a"), is_automatic(ratings, "a")) == (score, False)
    assert scores(ratings, SCRIPT).automatic == 0


def test_a_stage_with_an_unanswered_question_has_no_score_by_a_program_either() -> None:
    found = scores(told(*answered("a"), automatic={"a": True}), SCRIPT)
    assert (found.stages[0].score, found.total, found.automatic) == (None, None, 0)


def test_only_automatic_scores_are_told_apart() -> None:
    found = scores(told(*answered(), automatic={"a": True, "c": True}), SCRIPT)
    assert (found.total, found.only_automatic, found.automatic) == (5, True, 2)
    assert not scores(told(*answered()), SCRIPT).only_automatic


def test_scores_given_alone_are_independent_also_before_a_rater_has_finished() -> None:
    looked = e.RatingsSeen("bob")
    events = [*answered(), *rated("ann", "2", "a"), *rated("ann", "3", "b"), *rated("bob", "4", "a"), looked]
    events += [*rated("bob", "5", "b"), *rated("cid", "-", "a"), *rated("ann", "1", "a")]
    assert independent(told(*events), "a") == {"ann": 1, "bob": 4}, "cid could not assess it"
    assert independent(told(*events), "b") == {"ann": 3}, "bob had looked"
    assert independent(told(*events, *rated("bob", "1", "a")), "a") == {"ann": 1}, "bob changed it then"


@examples(
    st.lists(st.tuples(st.sampled_from("abcdfg"), st.sampled_from(["ann", "bob"]), st.sampled_from("12345-"))),
    st.dictionaries(st.sampled_from("abcdfg"), st.booleans()),
)
def test_an_automatic_result_is_nobodys_rating(
    marks: list[tuple[str, str, str]], automatic: dict[str, bool]
) -> None:
    """Raters, what they may see, what they have to rate, and their agreement are the same with and without it."""
    events = [*answered(), *(each for question, by, mark in marks for each in rated(by, mark, question))]
    alone, beside = told(*events), told(*events, automatic=automatic)
    assert beside.raters == alone.raters
    assert beside.answered == alone.answered
    assert agreement(beside, SCRIPT) == agreement(alone, SCRIPT)
    for who in ("ann", "bob", "cid"):
        assert beside.open_to(who) == alone.open_to(who)
        assert beside.others(who) == alone.others(who)
        assert beside.only(who).raters == alone.only(who).raters
    for question in ALL:
        assert spread(beside, question) == spread(alone, question)
        if given(alone, question):
            assert score_of(beside, question) == score_of(alone, question)
