"""How a question looks, and how one follows another."""

from conversation import events as e
from conversation.offers import for_question
from conversation.stages import closing
from conversation.state import Part
from conversation.turn import Turn
from conversation.words import Styled


def ask(turn: Turn, index: int, *before: Styled) -> None:
    """Ask question `index` (from 0), with these lines before it."""
    step = turn.script.steps[index]
    turn.record(e.QuestionAsked(index, step.question.id, step.stage.id))
    turn.send(Styled.join([*before, card(turn)], "\n\n"), for_question(turn.state, turn.script))


def repeat(turn: Turn, *before: Styled) -> None:
    """Say the open question again, with what was said so far."""
    turn.send(Styled.join([*before, card(turn), so_far(turn)], "\n\n"), for_question(turn.state, turn.script))


def card(turn: Turn) -> Styled:
    """The open question in full: stage, number, time, text, how to answer."""
    script, state, words = turn.script, turn.state, turn.words
    step = turn.step
    header = words.say(
        "question.header",
        stage=step.stage_index + 1,
        stages=len(script.stages),
        title=step.stage.title.in_(state.language),
        number=state.index + 1,
        total=len(script.steps),
        minutes=_minutes(step.question.minutes),
        left=_minutes(script.minutes_left[state.index]),
    )
    return Styled.join([header, step.question.ask.in_(state.language).strip(), hint(turn)], "\n\n")


def hint(turn: Turn) -> Styled:
    """How this kind of question is answered."""
    question = turn.question
    if turn.must_be_spoken:
        return turn.words.say("question.hint.spoken")
    if question.kind != "number":
        return turn.words.say(f"question.hint.{question.kind}")
    low, high = question.minimum, question.maximum
    bounds = ("between" if high is not None else "from") if low is not None else "upto" if high is not None else ""
    key = f"question.hint.number.{bounds}" if bounds else "question.hint.number"
    return turn.words.say(key, low=_number(low), high=_number(high))


def so_far(turn: Turn) -> Styled:
    """What the candidate has said to the open question, or nothing."""
    if not turn.state.parts:
        return Styled("")
    return turn.words.say("answer.so_far", text="\n".join(_repeated(turn, part) for part in turn.state.parts))


def _repeated(turn: Turn, part: Part) -> str:
    if not part.voice:
        return part.text
    hidden = turn.script.transcript == "silent" and part.hearing in ("pending", "heard")
    how = "silent" if hidden else part.hearing
    return turn.words.plain(f"voice.part.{how}", length=turn.words.length(part.seconds), text=part.text)


def submit(turn: Turn) -> None:
    """The open answer is complete: go on to the next question, the next stage, or the end."""
    step, index = turn.step, turn.state.index
    if turn.state.said:  # kept aside and never refused: rather a word too much than one lost
        turn.record(e.SaidAdopted(turn.state.said.message))
    turn.record(e.AnswerSubmitted(step.question.id))
    following = index + 1
    if following == len(turn.script.steps):
        turn.record(e.StageCompleted(step.stage.id))
        closing.complete(turn)
        return
    upcoming = turn.script.steps[following]
    if upcoming.stage_index == step.stage_index:
        ask(turn, following)
        return
    turn.record(e.StageCompleted(step.stage.id))
    passage = turn.words.say(
        "stage.completed",
        done=step.stage.title.in_(turn.state.language),
        title=upcoming.stage.title.in_(turn.state.language),
        n=len(upcoming.stage.questions),
        minutes=_minutes(sum(question.minutes for question in upcoming.stage.questions)),
    )
    ask(turn, following, passage)


def _minutes(minutes: float) -> str:
    return str(max(1, round(minutes)))


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
