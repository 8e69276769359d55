"""The last look: all answers in short, any of which may be changed, before the interview is handed in."""

from conversation.choices import review
from conversation.question_kinds.base import shortened
from conversation.turn import Turn
from conversation.words import Styled


def show(turn: Turn, *before: Styled) -> None:
    """All questions with what was said to each, as far as the record at hand tells; then what can be done."""
    lines = [_line(turn, index) for index in range(len(turn.script.steps))]
    intro = turn.words.say("review.intro")
    styled = Styled.join([*before, intro, Styled.join(lines, "\n")], "\n\n")
    turn.send(styled, review(turn.script))
    turn.reviews = True


def answer_mark(index: int) -> str:
    """Stands where the answer to question `index` is to be filled in: the record has it, the state does not."""
    return f"\ue000{index}\ue000"


def _line(turn: Turn, index: int) -> Styled:
    ask = shortened(turn.script.steps[index].question.ask.in_(turn.state.language), 40)
    key = "review.answered" if turn.state.answered(index) else "review.missing"
    return turn.words.say(key, number=index + 1, ask=ask, answer=answer_mark(index))
