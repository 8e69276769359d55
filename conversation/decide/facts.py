"""What the bot can tell about an interview when asked: progress, deadline, time left, and the result's date."""

from conversation.script import Faq
from conversation.timing.promises import promised_ms
from conversation.turn import Turn
from conversation.words import Styled


def standing(turn: Turn) -> Styled:
    """Return the interview's progress and deadline in a few lines."""
    script, state, words = turn.script, turn.state, turn.words
    done, total = state.done, len(script.steps)
    lines = [
        words.say(
            "status.title", title=script.title.in_(state.language), phase=words.text(f"phase.{state.phase}")
        ),
        words.say("status.progress", done=done, total=total, bar=bar(done, total)),
    ]
    if turn.has_question and state.phase != "lapsed":
        lines.append(words.say("status.left", n=minutes_left(turn)))
    if state.deadline_ms and state.phase in ("guided", "running", "paused", "exited", "unreachable"):
        lines.append(words.say("status.deadline", deadline=turn.moment(state.deadline_ms)))
    if state.told:
        lines.append(result(turn))
    elif state.phase == "completed":
        lines.append(promised(turn))
    return Styled.join(lines)


def bar(done: int, total: int) -> str:
    """Return the progress as dots: ●●●○○○."""
    return "●" * done + "○" * (total - done)


def recruiter(turn: Turn) -> str:
    """Return what the people who read the answers are called, in the candidate's language."""
    own = turn.script.recruiter
    return own.in_(turn.state.language) if own else turn.words.text("recruiter")


def result(turn: Turn) -> Styled:
    """Return what candidates are told about the result: what they were told before, what the script promises, or
    that people will decide."""
    if turn.state.told:
        key = f"result.was.{turn.state.told.outcome}"
        return turn.words.say(key, day=turn.words.day(turn.local(turn.state.told.at_ms)))
    promise = promised(turn)
    return promise if promise.text else turn.words.say("remark.result", recruiter=recruiter(turn))


def promised(turn: Turn) -> Styled:
    """Return when the script promises a result, empty if it does not; after completion, with the date."""
    told = turn.script.result
    if told is None:
        return Styled("")
    by = told.told_by.in_(turn.state.language) if told.told_by else recruiter(turn)
    if turn.state.phase != "completed":
        return turn.words.say("result.rule.workdays" if told.workdays else "result.rule.days", n=told.days, by=by)
    due_ms = promised_ms(turn.state, turn.script, turn.zone)
    key = "result.promise" if turn.now <= due_ms else "result.late"
    return turn.words.say(key, day=turn.words.day(turn.local(due_ms)), by=by)


def frequent(turn: Turn, entry: Faq) -> Styled:
    """Return the answer to a frequent question, with the question that it answers and whose answer it is."""
    language = turn.state.language
    key = "faq.answer.unit" if entry.level else "faq.answer"
    return turn.words.say(key, answer=entry.answer.in_(language).strip(), question=entry.title(language).strip())


def rounded(each: float) -> int:
    """Return a question's minutes as shown. They are whole, so that the time left is the sum of what is shown."""
    return max(1, round(each))


def minutes_left(turn: Turn) -> int:
    """Return the minutes from the open question to the end, as shown. Skipped questions still to come count."""
    state, steps = turn.state, turn.script.steps
    if state.index < 0:
        return sum(rounded(step.question.minutes) for step in steps)
    ahead = set(range(max(state.reached, state.index) + 1, len(steps))) | {state.index}
    ahead |= {index for index in state.skipped if index not in state.revisited}
    return sum(rounded(steps[index].question.minutes) for index in ahead if index < len(steps))
