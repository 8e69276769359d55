"""Automatic results: whether answers are those that the script expects.

They are computed from the script and the record wherever they are shown, and never stored.
"""

from conversation.question_kinds import kind_of
from conversation.script import Question, Script
from conversation.views.answers import Answer, Transcript


def automatic_results(transcript: Transcript, script: Script) -> dict[str, bool]:
    """Return, by question, whether the submitted answer is the expected one.

    Questions without an expected answer, without a submitted answer, or whose answer is not certain are left out.
    """
    answers = {answer.question: answer for answer in transcript.answers if answer.status == "submitted"}
    questions = (step.question for step in script.steps)
    results = ((each.id, _met(each, answers[each.id])) for each in questions if each.id in answers)
    return {question: met for question, met in results if met is not None}


def _met(question: Question, answer: Answer) -> bool | None:
    """Return whether the answer is as expected. What arrived late has no value and does not count."""
    given = [part for part in answer.parts if part.value]
    return kind_of(question).as_expected(question, given[-1].text, given[-1].value) if given else None
