"""The review: all answers in short before the interview is handed in. Any of them can be changed."""

from conversation.choices.offered import review
from conversation.question_kinds.base import shortened
from conversation.turn import Turn
from conversation.words import Styled


def show(turn: Turn, *before: Styled) -> None:
    """Send all questions with their answers, and the choices to change them or hand in.

    The answers are placeholders (`answer_mark`): `turn.reviews` asks the caller, who has the record, to fill them
    in.
    """
    lines = [_line(turn, index) for index in range(len(turn.script.steps))]
    intro = turn.words.say("review.intro")
    styled = Styled.join([*before, intro, Styled.join(lines, "\n")], "\n\n")
    turn.send(styled, review(turn.script))
    turn.reviews = True


def answer_mark(index: int) -> str:
    """Return the placeholder for the answer to question `index`, which is in the record but not in the state."""
    return f"\ue000{index}\ue000"


def _line(turn: Turn, index: int) -> Styled:
    ask = shortened(turn.script.steps[index].question.ask.in_(turn.state.language), 40)
    key = "review.answered" if turn.state.answered(index) else "review.missing"
    return turn.words.say(key, number=index + 1, ask=ask, answer=answer_mark(index))
