"""What the bot knows of an interview and says when it is asked: progress, deadline, and what follows."""

from datetime import timedelta

from conversation.timing.schedule import at, to_ms
from conversation.turn import Turn
from conversation.words import Styled


def standing(turn: Turn) -> Styled:
    """Where the candidate stands, in a few lines."""
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
    return Styled.join(lines)


def bar(done: int, total: int) -> str:
    """Progress as dots: ●●●○○○."""
    return "●" * done + "○" * (total - done)


def recruiter(turn: Turn) -> str:
    """What the people are called who read the answers."""
    own = turn.script.recruiter
    return own.in_(turn.state.language) if own else turn.words.text("recruiter")


def result(turn: Turn) -> Styled:
    """What candidates are told about the result: as the script says, or that people will decide."""
    promise = promised(turn)
    return promise if promise.text else turn.words.say("remark.result", recruiter=recruiter(turn))


def promised(turn: Turn) -> Styled:
    """The script's promise, with its day; nothing where it makes none."""
    told = turn.script.result
    if told is None:
        return Styled("")
    by = told.told_by.in_(turn.state.language) if told.told_by else recruiter(turn)
    if turn.state.phase != "completed":
        return turn.words.say("result.rule.workdays" if told.workdays else "result.rule.days", n=told.days, by=by)
    day = turn.words.day(turn.local(_due(turn.state.ended_ms, told.days, workdays=told.workdays, turn=turn)))
    return turn.words.say("result.promise", day=day, by=by)


def _due(from_ms: int, days: int, *, workdays: bool, turn: Turn) -> int:
    """The date `days` later, counting calendar or working days (Monday to Friday)."""
    moment = at(from_ms, turn.zone)
    while days > 0:
        moment += timedelta(days=1)
        days -= 0 if workdays and moment.isoweekday() > 5 else 1
    return to_ms(moment)


def rounded(each: float) -> int:
    """A question's minutes as they are shown: whole ones, so that those left are their sum."""
    return max(1, round(each))


def minutes_left(turn: Turn) -> int:
    """From the open question to the end, as shown: what is skipped is still to come."""
    state, steps = turn.state, turn.script.steps
    if state.index < 0:
        return sum(rounded(step.question.minutes) for step in steps)
    ahead = set(range(max(state.reached, state.index) + 1, len(steps))) | {state.index}
    ahead |= {index for index in state.skipped if index not in state.revisited}
    return sum(rounded(steps[index].question.minutes) for index in ahead if index < len(steps))
