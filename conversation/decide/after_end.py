"""The end of an interview: thanks, feedback, and replies to candidates who write afterwards."""

from conversation import events as e
from conversation.choices.offered import after_the_end, group, own_choices, reasons
from conversation.decide import facts
from conversation.remarks.frequent import frequent_question
from conversation.script import Script
from conversation.state import State
from conversation.state_changes.correspondence import awaits_answer
from conversation.timing.schedule import lapse_question_open
from conversation.turn import Turn
from conversation.words import Styled


def complete(turn: Turn, *before: Styled) -> None:
    turn.record(e.Completed(len(turn.script.steps)), e.RecruiterTold("completed"))
    turn.tell_recruiters("completed")
    words, state = turn.words, turn.state
    key = "completed" if state.done == len(turn.script.steps) else "completed.partly"
    lines = [
        *before,
        words.say(key, name=turn.addressed, n=state.done, total=len(turn.script.steps)),
        words.say("completed.next"),
        facts.promised(turn),
        words.say("completed.more"),
    ]
    turn.send(Styled.join(lines, "\n"), own_choices(turn.state, turn.script))
    _ask_group(turn)


def _ask_group(turn: Turn) -> None:
    """Ask the script's optional question about groups, if it has one."""
    if question := turn.script.group_question:
        language = turn.state.language
        asked = turn.words.say("group.ask", ask=question.ask.in_(language), why=question.why.in_(language))
        turn.send(asked, group(question))


def declared(turn: Turn, choice: str) -> None:
    """Record the group that the candidate chose, or that they would rather not say."""
    question, name = turn.script.group_question, choice.partition(".")[2]
    option = question.options[int(name)].id if question and name.isdecimal() else ""
    turn.record(e.GroupDeclared(option))
    turn.say("group.declared" if option else "group.not_said", own_choices(turn.state, turn.script))


def undeclared(turn: Turn) -> None:
    """Forget the group that the candidate had chosen."""
    turn.record(e.GroupDeclared())
    turn.say("group.withdrawn")


def _beside_group(turn: Turn) -> bool:
    """Show the options of the question about groups again if they were the last ones shown. Returns whether they
    were."""
    question = turn.script.group_question
    shown = turn.state.listed.choices if turn.state.listed else ()
    if question is None or shown != group(question):
        return False
    turn.record(e.Informed("group"))
    turn.say("group.choose", group(question))
    return True


CHANGE_MS = 10 * 60_000
"""How long after the end an answer that one message handed in can still be changed, in milliseconds."""


def may_still_change(turn: Turn) -> bool:
    return not turn.script.review and turn.now <= turn.state.ended_ms + CHANGE_MS


def final_ms(state: State, script: Script) -> int:
    """Return from when on the candidate can change no answer any more (epoch milliseconds), unless a colleague
    extends the deadline."""
    if state.phase == "completed":
        return state.ended_ms if script.review else state.ended_ms + CHANGE_MS
    return state.ended_ms if state.phase == "lapsed" else state.deadline_ms


def changed(turn: Turn, *before: Styled) -> None:
    """Go back to the end, after the last answer was changed."""
    turn.send(Styled.join([*before, over(turn)], "\n"), after_the_end(turn.state, turn.script))


def feedback(turn: Turn, choice: str) -> None:
    turn.record(e.FeedbackGiven(int(choice.partition(".")[2])))
    turn.say("feedback.thanks")


def commented(turn: Turn, text: str) -> None:
    """Record a comment given after, or instead of, a feedback face. It is exported. Of a text that may answer the
    question about groups nothing is kept."""
    if _beside_group(turn):
        return
    turn.record(e.FeedbackCommented(text))
    turn.say("feedback.comment")


def asked(turn: Turn, text: str) -> bool:
    """Answer a question that the script answers, unless a colleague has written, whom the candidate may mean.

    Returns whether it was one.
    """
    over_ = turn.state.phase in ("completed", "lapsed") and not turn.state.answering
    entry = frequent_question(text, turn.script.faq) if over_ and not awaits_answer(turn.state, turn.now) else None
    if entry:
        turn.record(e.Informed("faq"))
        turn.send(facts.frequent(turn, entry))
    return entry is not None


def over(turn: Turn) -> Styled:
    return turn.words.say("closed.completed")


def afterwards(turn: Turn, *before: Styled) -> None:
    """Answer a plain message when the interview is over or its deadline has passed, after the lines `before`."""
    unreachable = turn.state.phase == "unreachable"
    turn.record(e.NotTaken(turn.state.phase, getattr(turn.inbound.what, "text", "")))
    if unreachable and lapse_question_open(turn.state):  # they could not be asked before
        turn.record(e.ReasonAsked())
        said, choices = turn.words.say("lapsed.ask"), reasons(turn.script)
    elif turn.state.phase == "completed":
        said, choices = over(turn), ()
    else:
        said, choices = turn.words.say("closed.lapsed"), ("extension",)
    turn.send(Styled.join([*before, said], "\n\n"), choices)
