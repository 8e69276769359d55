"""Automatic results of questions with an expected answer, as values and in words. Only for staff."""

from collections.abc import Mapping

import msgspec

from conversation.question_kinds.number import digits
from conversation.script import Question, Wording
from conversation.words import Words


class ExpectedAnswer(msgspec.Struct, frozen=True):
    """The expected answer: one of `options` (labels), or a number within the bounds (None: no bound)."""

    options: tuple[Wording, ...]
    minimum: float | None
    maximum: float | None


class AutomaticResult(msgspec.Struct, frozen=True):
    """Whether an answer is the expected one. It is a program's result, not a rating by a person."""

    met: bool
    expected: ExpectedAnswer


def expected_answer(question: Question) -> ExpectedAnswer | None:
    """Return what the script expects as the answer, or None."""
    expect = question.expect
    if expect is None:
        return None
    labels = tuple(option.label for option in question.options if option.id in expect.options)
    return ExpectedAnswer(labels, expect.minimum, expect.maximum)


def automatic_result(question: Question, results: Mapping[str, bool]) -> AutomaticResult | None:
    """Return the question's result out of those of `views.expected`, or None if it has none."""
    expected = expected_answer(question)
    if expected is None or question.id not in results:
        return None
    return AutomaticResult(results[question.id], expected)


def result_line(words: Words, result: AutomaticResult) -> str:
    """Return the line below an answer that says what a program found, and what was expected."""
    key = "staff.automatic.met" if result.met else "staff.automatic.unmet"
    return words.plain(key, expected=expected_text(words, result.expected))


def expected_text(words: Words, expected: ExpectedAnswer) -> str:
    """Return the expected answer: `Median`, `15`, `2900 to 3000`, `at least 3`."""
    low, high = expected.minimum, expected.maximum
    if expected.options:
        return words.text("staff.automatic.joint").join(each.in_(words.language) for each in expected.options)
    if low == high and low is not None:
        return digits(low)
    bounds = "between" if None not in (low, high) else "most" if low is None else "least"
    return words.plain(f"staff.automatic.{bounds}", low=digits(low), high=digits(high))
