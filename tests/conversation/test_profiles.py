"""Ability profiles: levels by hand, and what must hold for all ratings."""

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st
from msgspec.structs import replace

from conversation import events as e
from conversation.script import Question, Script, Stage, Wording
from conversation.views.profiles import Assessed, CompetencyLevel, blank, compare, profile
from conversation.views.ratings import Ratings, scores
from tests.conversation.test_ratings import answered, rated, told

_TEXT = Wording("题", "text")
NAMES = {
    "a": ("logic",),
    "b": ("logic", "words"),
    "c": ("words",),
    "d": ("logic", "figures"),
    "f": (),
    "g": ("team",),
}


def _stage(name: str, weight: float, questions: str) -> Stage:
    each = (Question(one, "open", _TEXT, 1, competencies=NAMES[one]) for one in questions)
    return Stage(name, _TEXT, weight, tuple(each))


SCRIPT = Script(
    id="three",
    title=_TEXT,
    stages=(_stage("one", 20, "ab"), _stage("two", 35, "cd"), _stage("three", 45, "fg")),
    guide=_TEXT,
    privacy=_TEXT,
    privacy_version="1",
    competencies=dict.fromkeys(("logic", "words", "figures", "team", "unused"), _TEXT),
)


def levels(ratings: Ratings, script: Script = SCRIPT) -> dict[str, CompetencyLevel]:
    return {each.competency: each for each in profile(ratings, script)}


def test_a_level_is_the_mean_by_weight_of_the_questions_that_name_it() -> None:
    found = levels(told(*answered(), *rated("ann", "453521"), *rated("bob", "233521")))
    assert list(found) == ["logic", "words", "figures", "team"], "in the script's order, without those nobody asks"
    level = (10 * 3 + 10 * 4 + 17.5 * 5) / 37.5
    assert found["logic"].level == pytest.approx(level)
    assert found["logic"]._replace(level=level) == CompetencyLevel("logic", level, 1, 3, 3, 0, 2, 3)
    assert found["words"].level == pytest.approx((10 * 4 + 17.5 * 3) / 27.5)
    assert (found["figures"].level, found["team"].level) == (5, 1)


def test_what_was_not_reached_is_blank_and_says_why() -> None:
    ratings = told(*answered("abcf"), *rated("ann", "4-31", "abcf"))
    found = levels(ratings)
    assert [(name, each.level, each.assessed, each.questions) for name, each in found.items()] == [
        ("logic", 4, 1, 3),
        ("words", None, 0, 2),
        ("figures", None, 0, 1),
        ("team", None, 0, 1),
    ]
    assert found["logic"].coverage == pytest.approx(10 / 37.5)
    reasons = {name: blank(ratings, SCRIPT, name) for name in SCRIPT.competencies}
    assert reasons == {
        "logic": "",
        "words": "unrated",
        "figures": "unreached",
        "team": "unreached",
        "unused": "unasked",
    }


@pytest.mark.parametrize(
    ("raters", "automatic", "evidence"),
    [
        ((), {}, "none"),
        ((), {"a": True, "b": False, "d": True}, "automatic"),
        (("4-----",), {}, "thin"),
        (("44----",), {}, "fair"),
        (("444444",), {}, "fair"),
        (("444444", "4-4444"), {}, "fair"),
        (("444444", "222222"), {}, "good"),
        (("4--4--",), {"b": True}, "fair"),
    ],
)
def test_how_much_a_level_rests_on(raters: Sequence[str], automatic: dict[str, bool], evidence: str) -> None:
    given = [event for number, marks in enumerate(raters) for event in rated(f"r{number}", marks)]
    assert levels(told(*answered(), *given, automatic=automatic))["logic"].evidence == evidence


def test_less_than_half_of_the_weight_is_thin_whatever_the_number_of_questions() -> None:
    heavy = replace(SCRIPT, stages=(SCRIPT.stages[0], replace(SCRIPT.stages[1], weight=80.0)))
    found = levels(told(*answered("ab"), *rated("ann", "44", "ab")), heavy)["logic"]
    assert (found.assessed, found.evidence) == (2, "thin")
    assert found.coverage == pytest.approx(1 / 3)


def test_a_stage_without_weight_is_no_part_of_a_profile() -> None:
    script = replace(SCRIPT, stages=(*SCRIPT.stages[:2], replace(SCRIPT.stages[2], weight=0)))
    ratings = told(*answered(), *rated("ann", "444444"))
    assert "team" not in levels(ratings, script)
    assert blank(ratings, script, "team") == "unasked"


# what must hold for all ratings

_MARKS = st.text("12345-", min_size=6, max_size=6)
_AUTOMATIC = st.dictionaries(st.sampled_from("abcdfg"), st.booleans())
_ANSWERED = st.sets(st.sampled_from("abcdfg"))


def _events(done: set[str], marks: Sequence[str]) -> list[e.AnyEvent]:
    given = [event for number, each in enumerate(marks) for event in rated(f"r{number}", each)]
    return [*answered("".join(sorted(done))), *given]


def _only(done: set[str], automatic: dict[str, bool]) -> dict[str, bool]:
    return {question: met for question, met in automatic.items() if question in done}


@examples(_ANSWERED, st.lists(_MARKS, max_size=3), _AUTOMATIC)
def test_one_competency_over_everything_is_the_score(
    done: set[str], marks: list[str], automatic: dict[str, bool]
) -> None:
    """So the weights add up over what was assessed, as in the scores."""
    stages = (
        replace(stage, questions=tuple(replace(each, competencies=("all",)) for each in stage.questions))
        for stage in SCRIPT.stages
    )
    script = replace(SCRIPT, stages=tuple(stages), competencies={"all": _TEXT})
    ratings = told(*_events(done, marks), automatic=_only(done, automatic))
    (found,) = profile(ratings, script)
    whole = scores(ratings, script)
    assert found.level == (None if whole.total is None else pytest.approx(whole.total))
    assert found.coverage * whole.total_weight == pytest.approx(whole.weight)
    assert (found.assessed, found.automatic) == (sum(each.assessed for each in whole.stages), whole.automatic)


@examples(_ANSWERED, st.lists(_MARKS, max_size=3), _AUTOMATIC, st.data())
def test_nothing_unassessed_moves_a_level(
    done: set[str], marks: list[str], automatic: dict[str, bool], data: st.DataObject
) -> None:
    """Neither "cannot be assessed" nor scores in a stage that is not complete."""
    ratings = told(*_events(done, marks), automatic=_only(done, automatic))
    before = levels(ratings)
    incomplete = [each for stage in ("ab", "cd", "fg") if not set(stage) <= done for each in stage]
    more = data.draw(st.lists(st.sampled_from(incomplete))) if incomplete else []
    noise = [e.Rated(question, "late", 1) for question in more]
    noise += [e.Rated(question, "skips", None) for question in sorted(done if marks else ())]
    after = levels(told(*_events(done, marks), *noise, automatic=_only(done, automatic)))
    assert {name: (each.level, each.coverage) for name, each in after.items()} == {
        name: (each.level, each.coverage) for name, each in before.items()
    }
    for each in before.values():
        assert (each.level is None) == (each.coverage == 0) == (blank(ratings, SCRIPT, each.competency) != "")
        assert each.level is None or 1 <= each.level <= 5


@examples(st.lists(_MARKS, min_size=2, max_size=3), st.randoms())
def test_the_order_of_ratings_is_irrelevant(marks: list[str], chance: Random) -> None:
    given = _events(set(), marks)
    shuffled = given.copy()
    chance.shuffle(shuffled)
    assert levels(told(*answered(), *given)) == levels(told(*answered(), *shuffled))


# comparing


def assessed(marks: str, script: Script = SCRIPT, questions: str = "abcdfg") -> Assessed:
    return Assessed(told(*answered(questions), *rated("ann", marks, questions)), script)


def test_two_are_compared_on_the_questions_that_both_cover() -> None:
    one, other = assessed("1-2355"), assessed("54-3--")
    assert [
        (each.competency, [level.level for level in each.levels], each.same) for each in compare([one, other])
    ] == [
        ("logic", [pytest.approx((10 * 1 + 17.5 * 3) / 27.5), pytest.approx((10 * 5 + 17.5 * 3) / 27.5)], True),
        ("figures", [3, 3], True),
    ], "`b` was assessed of one only, and both have words, but on different questions"


def test_of_three_those_pairs_are_compared_that_have_something_in_common() -> None:
    found = compare([assessed("11----"), assessed("22333-"), assessed("--4444")])
    assert [(each.competency, each.who, [level.level for level in each.levels]) for each in found] == [
        ("logic", (0, 1), [1, 2]),
        ("logic", (1, 2), [3, 4]),
        ("words", (0, 1), [1, 2]),
        ("words", (1, 2), [3, 4]),
        ("figures", (1, 2), [3, 4]),
    ]


def test_with_different_scripts_only_shared_competencies_are_compared() -> None:
    elsewhere = replace(SCRIPT, id="other", stages=(_stage("one", 100, "bc"),))
    found = compare([assessed("1-2355"), Assessed(told(*answered("bc"), *rated("ann", "45", "bc")), elsewhere)])
    assert [(each.competency, [level.level for level in each.levels], each.same) for each in found] == [
        ("logic", [pytest.approx((10 + 17.5 * 3) / 27.5), 4], False),
        ("words", [2, 4.5], False),
    ]


@examples(_MARKS, _MARKS, _ANSWERED, _ANSWERED)
def test_whoever_is_rated_alike_is_level_whatever_else_was_assessed(
    marks: str, other: str, done: set[str], also: set[str]
) -> None:
    """Nothing that only one of two covers moves a comparison."""
    same = "".join(other[at] if marks[at] == "-" else marks[at] for at in range(6))
    one, two = (
        Assessed(told(*_events(some, [each])), SCRIPT)
        for some, each in ((done | set("ab"), marks), (also | set("ab"), same))
    )
    for each in compare([one, two]):
        assert each.levels[0].level == pytest.approx(each.levels[1].level)
        assert each.levels[0].assessed == each.levels[0].questions
