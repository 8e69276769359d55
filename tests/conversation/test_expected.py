"""Expected answers: what meets them, and that no candidate is told of them."""

import re
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from conversation.engine import Engine
from conversation.question_kinds import kind_of
from conversation.question_kinds.number import digits
from conversation.script import Expected, Option, Question, Script, Wording
from conversation.views.answers import Answer, SaidPart, Transcript
from conversation.views.expected import automatic_results
from handlers.catalogues import vocabulary
from handlers.preview import Words, preview
from storage.memory.store import MemoryStore
from tests.dialogues.playing import script_named
from tests.fakes.scene import MORNING, ZONE, Scene

ASK = Wording("题", "text")
OPTIONS = (Option("mean", Wording("平均数", "Mean")), Option("median", Wording("中位数", "Median")))
CHOICE = Question("typical", "choice", ASK, 1, options=OPTIONS, expect=Expected(("median",)))
NUMBER = Question("share", "number", ASK, 1, expect=Expected((), 75, 75))
OPEN = Question("open", "open", ASK, 1)


def script(*questions: Question) -> Script:
    whole = script_named("short")
    return replace(whole, stages=(replace(whole.stages[0], questions=questions),))


def result(question: Question, *parts: SaidPart, status: str = "submitted") -> bool | None:
    answer = Answer(question.id, "one", "submitted" if status == "submitted" else "open", 1, list(parts))
    return automatic_results(Transcript([answer], []), script(question)).get(question.id)


def said(text: str, value: str) -> SaidPart:
    return SaidPart(0, "web", "m1", "number", text, value)


@pytest.mark.parametrize(
    ("text", "value", "met"),
    [("中位数", "median", True), ("Median", "median", True), ("Mean", "mean", False), ("平均数", "mean", False)],
)
def test_an_option_is_compared_by_its_id_in_either_language(text: str, value: str, met: bool) -> None:
    assert result(CHOICE, said(text, value)) is met


@pytest.mark.parametrize(
    ("low", "high", "text", "met"),
    [
        (75, 75, "75", True),
        (75, 75, "大概是 75 吧", True),
        (75, 75, "75.5", False),
        (70, 80, "70", True),
        (70, 80, "80%", True),
        (70, 80, "69.99", False),
        (3, None, "3 年", True),
        (3, None, "2.9", False),
        (None, -5, "-5", True),
        (None, -5, "-4", False),
        (0.1, 0.1, "0.1", True),
        (1234567, 1234567, "1234567", True),
        (1234567, 1234567, "1234568", False),
        (1234567, 1234567, "1,234,567", True),
    ],
)
def test_a_number_is_compared_with_all_of_its_digits(
    low: float | None, high: float | None, text: str, met: bool
) -> None:
    question = replace(NUMBER, expect=Expected((), low, high))
    reading = kind_of(question).read(question, text, "zh")
    assert reading is not None
    assert result(question, said(reading.text, reading.value)) is met


def test_a_number_that_an_earlier_release_kept_with_six_digits_is_compared_by_its_text() -> None:
    question = replace(NUMBER, expect=Expected((), 1234567, 1234567))
    assert result(question, said("1234567", "1.23457e+06")) is True


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (NUMBER, [said("15", "75")]),  # the text was changed after it was read
        (CHOICE, [said("B. Mean", "median")]),
        (CHOICE, [said("Median", "gone")]),
        (NUMBER, [said("75", "")]),  # arrived late, and was never read
        (NUMBER, []),
        (replace(NUMBER, expect=None), [said("75", "75")]),
        (replace(CHOICE, expect=None), [said("Median", "median")]),
        (OPEN, [said("75", "")]),
    ],
)
def test_without_certainty_there_is_no_result(question: Question, parts: Sequence[SaidPart]) -> None:
    assert result(question, *parts) is None


def test_only_a_submitted_answer_has_a_result() -> None:
    assert result(NUMBER, said("75", "75"), status="open") is None


def test_what_came_late_does_not_change_the_result() -> None:
    assert result(NUMBER, said("75", "75"), SaidPart(9, "web", "m2", "text", "or 80?")) is True


BOUND = st.none() | st.integers(-200, 200) | st.sampled_from([15, 20, 8, 3, 100, 15.5])


@given(BOUND, BOUND)
def test_a_sample_of_a_number_is_accepted(low: float | None, high: float | None) -> None:
    if low is not None and high is not None and low >= high:  # `xumian check` refuses such a script
        return
    question = replace(NUMBER, minimum=low, maximum=high, expect=None)
    assert kind_of(question).read(question, kind_of(question).sample(question), "en")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("low", "high"), [(None, None), (-7, None), (None, 7), (-7, 7)])
def test_whoever_sends_no_number_is_given_none_but_the_bounds(
    low: float | None, high: float | None, language: str
) -> None:
    question = replace(NUMBER, minimum=low, maximum=high)
    said = kind_of(question).refused(question, vocabulary()[language]).text
    assert set(re.findall(r"-?[0-9]+", said)) == {digits(each) for each in (low, high) if each is not None}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (75.0, "75"),
        (0.1, "0.1"),
        (1234567.0, "1234567"),
        (-2.5, "-2.5"),
        (1e15, "1000000000000000"),
        (1e-5, "0.00001"),
    ],
)
def test_digits(value: float, text: str) -> None:
    assert digits(value) == text


# the candidate

EXPECTED = script_named("expected")
SECRET = replace(
    EXPECTED,
    stages=(
        EXPECTED.stages[0],
        replace(
            EXPECTED.stages[1],
            questions=(
                EXPECTED.stages[1].questions[0],
                replace(EXPECTED.stages[1].questions[1], expect=Expected((), 15, 15)),
            ),
        ),
    ),
)
"""Expects 15, the number that is otherwise the example in the reply to what is no number."""


def without_expectations(script: Script) -> Script:
    stages = (
        replace(stage, questions=tuple(replace(each, expect=None) for each in stage.questions))
        for stage in script.stages
    )
    return replace(script, stages=tuple(stages))


def texts(script: Script, language: str) -> Iterator[str]:
    """Yield all that a candidate sees from the guide to the reminders."""
    words = Words("Anna", "An answer", "(voice)")
    for seen in preview(script, Engine(vocabulary(), ZONE), language, words, MORNING).values():
        yield from (each.text for each in seen if not each.does)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_candidate_sees_the_same_whatever_is_expected(language: str) -> None:
    assert list(texts(EXPECTED, language)) == list(texts(without_expectations(EXPECTED), language))


ANSWERS = (
    ["75"],
    ["60"],
    ["Median", "75"],
    ["平均数", "75", "what is the right answer?", "/export"],
    ["B", "about 75", "60"],
    ["2", "七十五", "80 or 75", "skip", "ok"],
    ["Maximum", "1e9", "seventy", "60", "/export", "/mydata", "/status", "/help"],
)


@pytest.mark.parametrize("written", ANSWERS, ids=str)
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_nothing_that_a_candidate_writes_brings_out_what_is_expected(
    written: Sequence[str], language: str
) -> None:
    told = [await conversation(each, written, language) for each in (EXPECTED, without_expectations(EXPECTED))]
    assert told[0] == told[1]


async def conversation(script: Script, written: Sequence[str], language: str) -> list[str]:
    """Return what the bot says to what is written at the choice question and after it."""
    scene = Scene(MemoryStore())
    _, token = await scene.invited("Anna", script)
    anna = scene.person("42", language=language)
    await anna.opens(token)
    await anna.presses("agree")
    await anna.says("I studied statistics.")
    await anna.presses("submit")
    await anna.says("Excel")
    for text in written:
        await (anna.commands(text[1:]) if text.startswith("/") else anna.says(text))
    return await anna.hears()
