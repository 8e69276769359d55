"""Displays questions, hands in answers, and moves from one question to the next."""

from conversation import events as e
from conversation.choices.offered import for_question
from conversation.decide import after_end, review
from conversation.decide.facts import minutes_left, rounded
from conversation.follow_up import asking
from conversation.limits import MOST_REPEATED
from conversation.question_kinds import takes_files
from conversation.state_changes.answer_files import listed
from conversation.state_parts import Part
from conversation.turn import Turn
from conversation.words import Styled


def _subject_of(turn: Turn, index: int) -> str:
    """Return the subject of the message with question `index`, by which a later message replaces it.

    A skipped question that is asked again has a subject of its own, since it is a new message.
    """
    again = ".again" if index in turn.state.revisited else ""
    return f"question:{index}{again}"


def ask(turn: Turn, index: int, *before: Styled) -> None:
    """Ask question `index` (from 0), after the lines `before`."""
    step = turn.script.steps[index]
    turn.record(e.QuestionAsked(index, step.question.id, step.stage.id))
    text = Styled.join([*before, card(turn)], "\n\n")
    turn.send(text, for_question(turn.state, turn.script), subject=_subject(turn))


def repeat(turn: Turn, *before: Styled) -> None:
    """Send the open question again, with what was said so far."""
    text = Styled.join([*before, card(turn), so_far(turn)], "\n\n")
    turn.send(text, for_question(turn.state, turn.script))


def _subject(turn: Turn) -> str:
    """Return the subject of the open question's message; empty if it has no options.

    Only a message with options is replaced once one of them is taken.
    """
    return _subject_of(turn, turn.state.index) if turn.kind.options(turn.question) else ""


def card(turn: Turn, *, hinting: bool = True) -> Styled:
    """Return the open question in full: stage, number, minutes, text and, if `hinting`, how to answer."""
    state = turn.state
    if state.skipped or state.follow_up:
        return _new_card(turn, hinting=hinting)
    cards, which = turn.script.cards, (turn.words, state.index, state.reached, turn.must_be_spoken, hinting)
    found = cards.get(which)
    if found is None:
        found = cards[which] = _new_card(turn, hinting=hinting)
    return found


def _new_card(turn: Turn, *, hinting: bool) -> Styled:
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
    return Styled.join([header, ask, asking.line(turn), hint(turn) if hinting else ""], "\n\n")


def hint(turn: Turn) -> Styled:
    """Return the instructions for answering the open question."""
    words, files = turn.words, takes_files(turn.question)
    if files and turn.kind.at_once and not turn.must_be_spoken:
        return words.say("question.hint.short.files")
    spoken = turn.must_be_spoken
    how = words.say("question.hint.spoken") if spoken else turn.kind.hint(turn.question, words)
    return Styled.join([how, words.say("question.hint.files")]) if files else how


def so_far(turn: Turn) -> Styled:
    """Return what the candidate has said to the open question; empty if nothing."""
    if not turn.state.parts:
        return Styled("")
    lines = [_repeated(turn, part) for part in turn.state.parts]
    shown = _last_of(lines)
    said = turn.words.say("answer.so_far", text="\n".join(shown))
    earlier = len(lines) - len(shown)
    return Styled.join([turn.words.say("answer.so_far.earlier", n=earlier), said]) if earlier else said


def _last_of(lines: list[str]) -> list[str]:
    """Return the last lines, as many as may be repeated: the end of an answer says where it stopped."""
    length, first = 0, len(lines)
    while first and (length := length + len(lines[first - 1])) <= MOST_REPEATED:
        first -= 1
    return lines[first:] or [f"…{lines[-1][-MOST_REPEATED:]}"]


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
    """Hand in the open answer and go on to the next question, the next stage, or the end.

    If the answer calls for a follow-up question, ask that first. After a change to an earlier answer, go back to
    where the candidate was.
    """
    question, index = turn.question, turn.state.index
    taken = _taken(turn)
    if turn.state.detour:
        _show_in_place(turn, index, taken)
        turn.record(e.AnswerChanged(question.id))
        back(turn, turn.words.say("answer.changed", number=index + 1))
        return
    if turn.state.follow_up:
        asking.close(turn)
        go_on(turn, index, taken)
        return
    _show_in_place(turn, index, taken)
    further = asking.further(turn)
    turn.record(e.AnswerSubmitted(question.id, turn.inbound.sequence))
    if further:
        asking.ask(turn, further)
    else:
        go_on(turn, index, taken)


def _taken(turn: Turn) -> Styled:
    """Return the confirmation of a typed or chosen answer that one message handed in; empty for other answers."""
    parts = turn.state.parts
    if not turn.kind.at_once or not parts:
        return Styled("")
    last = parts[-1]
    if last.voice:
        return Styled("")
    return turn.kind.read_back(_repeated(turn, last), last.value, turn.words)


def _show_in_place(turn: Turn, index: int, taken: Styled) -> None:
    """Replace the options in the question's message by the answer taken and a button to change it.

    Only where the channel can edit messages.
    """
    step = turn.script.steps[index]
    if not taken.text or not turn.kind.options(step.question):
        return
    text = Styled.join([card(turn, hinting=False), taken], "\n\n")
    turn.send(text, (f"change.{index}",), subject=_subject_of(turn, index), quiet=True)


def skip(turn: Turn) -> None:
    """Skip the open question. It is asked again before the end; skipped a second time, it stays unanswered.

    A follow-up question that is skipped is not asked again."""
    index, question = turn.state.index, turn.question
    if turn.state.follow_up:
        asking.close(turn, passed=True)
        go_on(turn, index, turn.words.say("follow_up.passed"))
        return
    again = index in turn.state.revisited
    turn.record(e.QuestionSkipped(index, question.id, again))
    key = "skip.again" if again else "skip.done"
    go_on(turn, index, turn.words.say(key, number=index + 1))


def go_on(turn: Turn, index: int, *before: Styled) -> None:
    """Go on after question `index`: to the next one, then to skipped ones, then to the review or the end."""
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
    """Return the lines between two stages, and record the first one as completed.

    On the way back to a skipped question no stage is recorded.
    """
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
        after_end.complete(turn, *before)


# changing an earlier answer


def change(turn: Turn, index: int) -> None:
    """Reopen the submitted answer to question `index`. It counts until a new one is handed in."""
    turn.record(e.AnswerReopened(index, turn.script.steps[index].question.id))
    repeat(turn, turn.words.say("answer.change", number=index + 1))


def as_before(turn: Turn) -> None:
    turn.record(e.ChangeDropped(turn.question.id))
    back(turn, turn.words.say("answer.as_before"))


def back(turn: Turn, *before: Styled) -> None:
    """Go back to where the candidate was before they began to change an earlier answer."""
    if turn.state.phase == "completed":
        after_end.changed(turn, *before)
    elif turn.state.reviewing:
        review.show(turn, *before)
    else:
        repeat(turn, *before)
