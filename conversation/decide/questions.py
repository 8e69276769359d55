"""How a question looks, and how one follows another."""

from conversation import events as e
from conversation.answer_files import listed
from conversation.choices import for_question
from conversation.decide import closing, review
from conversation.decide.facts import minutes_left, rounded
from conversation.question_kinds import takes_files
from conversation.state import Part
from conversation.turn import Turn
from conversation.words import Styled


def _subject_of(turn: Turn, index: int) -> str:
    """What the message with this question is about, for a later one that takes its place. Asked for the second
    time, it stands further down."""
    again = ".again" if index in turn.state.revisited else ""
    return f"question:{index}{again}"


def ask(turn: Turn, index: int, *before: Styled) -> None:
    """Ask question `index` (from 0), with these lines before it."""
    step = turn.script.steps[index]
    turn.record(e.QuestionAsked(index, step.question.id, step.stage.id))
    text = Styled.join([*before, card(turn)], "\n\n")
    turn.send(text, for_question(turn.state, turn.script), subject=_subject(turn))


def repeat(turn: Turn, *before: Styled) -> None:
    """Say the open question again, with what was said so far."""
    text = Styled.join([*before, card(turn), so_far(turn)], "\n\n")
    turn.send(text, for_question(turn.state, turn.script))


def _subject(turn: Turn) -> str:
    """Only a message whose choices are answers is changed once one of them was taken."""
    return _subject_of(turn, turn.state.index) if turn.kind.options(turn.question) else ""


def card(turn: Turn, *, hinting: bool = True) -> Styled:
    """The open question in full: stage, number, time, text, how to answer (where `hinting`)."""
    script, state, words = turn.script, turn.state, turn.words
    step = turn.step
    header = words.say(
        "question.header",
        stage=step.stage_index + 1,
        stages=len(script.stages),
        title=step.stage.title.in_(state.language),
        number=state.index + 1,
        total=len(script.steps),
        minutes=rounded(step.question.minutes),
        left=minutes_left(turn),
    )
    ask = step.question.ask.in_(state.language).strip()
    return Styled.join([header, ask, hint(turn) if hinting else ""], "\n\n")


def hint(turn: Turn) -> Styled:
    """How the open question is answered."""
    words, files = turn.words, takes_files(turn.question)
    if files and turn.kind.at_once and not turn.must_be_spoken:
        return words.say("question.hint.short.files")
    spoken = turn.must_be_spoken
    how = words.say("question.hint.spoken") if spoken else turn.kind.hint(turn.question, words)
    return Styled.join([how, words.say("question.hint.files")]) if files else how


def so_far(turn: Turn) -> Styled:
    """What the candidate has said to the open question, or nothing."""
    if not turn.state.parts:
        return Styled("")
    return turn.words.say("answer.so_far", text="\n".join(_repeated(turn, part) for part in turn.state.parts))


def _repeated(turn: Turn, part: Part) -> str:
    if part.file:
        return listed(part.text, turn.words)
    if not part.voice:
        return part.text
    hidden = turn.script.transcript == "silent" and part.hearing in ("pending", "heard")
    how = "silent" if hidden else part.hearing
    return turn.words.plain(f"voice.part.{how}", length=turn.words.length(part.seconds), text=part.text)


# handing in


def submit(turn: Turn) -> None:
    """The open answer is complete: go on to the next question, the next stage, or the end."""
    question, index = turn.question, turn.state.index
    taken = _taken(turn)
    if turn.state.detour:
        _show_in_place(turn, index, taken)
        turn.record(e.AnswerChanged(question.id))
        back(turn, turn.words.say("answer.changed", number=index + 1))
        return
    _show_in_place(turn, index, taken)
    turn.record(e.AnswerSubmitted(question.id))
    go_on(turn, index, taken)


def _taken(turn: Turn) -> Styled:
    """What was taken at one touch, read back."""
    parts = turn.state.parts
    if not turn.kind.at_once or not parts:
        return Styled("")
    last = parts[-1]
    if last.voice:
        return Styled("")
    return turn.kind.read_back(_repeated(turn, last), last.value, turn.words)


def _show_in_place(turn: Turn, index: int, taken: Styled) -> None:
    """In the message with the options, where that can be changed: what was taken, and a way to change it."""
    step = turn.script.steps[index]
    if not taken.text or not turn.kind.options(step.question):
        return
    text = Styled.join([card(turn, hinting=False), taken], "\n\n")
    turn.send(text, (f"change.{index}",), subject=_subject_of(turn, index), quiet=True)


def skip(turn: Turn) -> None:
    """Put the question off; asked for the second time, it stays unanswered."""
    index, question = turn.state.index, turn.question
    again = index in turn.state.revisited
    turn.record(e.QuestionSkipped(index, question.id, again))
    key = "skip.again" if again else "skip.done"
    go_on(turn, index, turn.words.say(key, number=index + 1))


def go_on(turn: Turn, index: int, *before: Styled) -> None:
    """To what comes after question `index`: the next one, those that were put off, the last look, the end."""
    following = _following(turn)
    if following is None:
        _finish(turn, index, *before)
    elif turn.script.steps[following].stage_index == turn.script.steps[index].stage_index:
        ask(turn, following, *before)
    else:
        ask(turn, following, *before, *_passage(turn, index, following))


def _following(turn: Turn) -> int | None:
    state = turn.state
    if state.reached + 1 < len(turn.script.steps):
        return state.reached + 1
    return next((index for index in state.skipped if index not in state.revisited), None)


def _passage(turn: Turn, index: int, following: int) -> tuple[Styled, ...]:
    """From one stage to another, where that is the next one."""
    step, upcoming = turn.script.steps[index], turn.script.steps[following]
    if following in turn.state.skipped:
        return (turn.words.say("skip.back"),)
    turn.record(e.StageCompleted(step.stage.id))
    return (
        turn.words.say(
            "stage.completed",
            done=step.stage.title.in_(turn.state.language),
            title=upcoming.stage.title.in_(turn.state.language),
            n=len(upcoming.stage.questions),
            minutes=sum(rounded(question.minutes) for question in upcoming.stage.questions),
        ),
    )


def _finish(turn: Turn, index: int, *before: Styled) -> None:
    last = len(turn.script.steps) - 1
    if turn.state.index == last or index == last:
        turn.record(e.StageCompleted(turn.script.steps[last].stage.id))
    if turn.script.review:
        turn.record(e.Reviewed(len(turn.script.steps)))
        review.show(turn, *before)
    else:
        closing.complete(turn, *before)


# changing an earlier answer


def change(turn: Turn, index: int) -> None:
    """Open an answer again that was handed in; it counts as it was until the new one is handed in."""
    turn.record(e.AnswerReopened(index, turn.script.steps[index].question.id))
    repeat(turn, turn.words.say("answer.change", number=index + 1))


def as_before(turn: Turn) -> None:
    turn.record(e.ChangeDropped(turn.question.id))
    back(turn, turn.words.say("answer.as_before"))


def back(turn: Turn, *before: Styled) -> None:
    """From a changed answer to where the candidate was."""
    if turn.state.phase == "completed":
        closing.changed(turn, *before)
    elif turn.state.reviewing:
        review.show(turn, *before)
    else:
        repeat(turn, *before)
