"""Returning after an interruption: the open question is shown in full, with what was said so far."""

from collections.abc import Callable

from conversation import events as e
from conversation.choices.offered import TROUBLE, guide, own_choices
from conversation.decide import after_end, answers, questions, remarks, review
from conversation.prompt import ReturnPrompt, ValuePrompt
from conversation.turn import Turn
from conversation.words import Styled


def back(
    turn: Turn, said: str = "", taking: Callable[[], None] | None = None, before: tuple[Styled, ...] = ()
) -> None:
    """End an interruption: greet the candidate and show the open question in full, with what was said so far.

    `said` is the text they came back with. After a silence it is the next part of the answer. After a pause or an
    exit it may be a mere "hello", so at a question in free text it is kept aside and offered as an answer.
    `taking` takes a recording or file they came back with. The lines `before` are shown first. After the deadline
    nothing is reopened: only a recruiter can do that.
    """
    state, words = turn.state, turn.words
    if turn.too_late:
        after_end.afterwards(turn, *before)
        return
    silent = state.interruption == "silence"
    aside = bool(said) and not silent and turn.has_question and turn.kind.free
    kept_aside = said if aside else ""
    technical = state.interruption == "exit" and state.group == "technical" and bool(state.started_ms)
    solved = state.reason if technical else ""
    answers_it = bool(said) and not aside and turn.has_question and bool(state.started_ms)
    refused = answers.unread(turn, said) if answers_it else Styled("")
    turn.returned(e.Returned(kept_aside, turn.inbound.message if kept_aside else "", solved=solved))
    if not turn.state.started_ms:
        if said:
            turn.record(e.NotTaken("before_consent", said))
        turn.send(words.say("return.guided", name=turn.addressed), guide(turn.script))
        return
    if not turn.has_question:
        if said:
            turn.record(e.NotTaken("review", said))
        aside_line = [words.say("review.choose")] if said else []
        review.show(turn, *before, welcome(turn), *aside_line)
        return
    if answers_it and not refused.text:
        answers.hold(turn, said)
    if taking:
        taking()
    parts = [*before, welcome(turn), questions.card(turn), questions.so_far(turn)]
    if turn.state.unsolved:
        reason = turn.label(f"reason.{solved}")
        parts[len(before)] = Styled.join([welcome(turn), words.say("return.solved", reason=reason)], "\n")
    if isinstance(turn.state.prompt, ValuePrompt):
        parts.append(remarks.value_asked(turn))
    elif isinstance(turn.state.prompt, ReturnPrompt) and turn.state.said:
        parts.append(words.say("return.said", text=turn.state.said.text))
    turn.send(Styled.join([*parts, refused], "\n\n"), own_choices(turn.state, turn.script))


def unsolved(turn: Turn) -> None:
    """Record that the problem for which the candidate had left is not solved, and offer help."""
    turn.record(e.Unsolved(turn.state.unsolved))
    turn.say("return.unsolved", TROUBLE)


def welcome(turn: Turn) -> Styled:
    return turn.words.say(
        "return.welcome", name=turn.addressed, done=turn.state.done, total=len(turn.script.steps)
    )
