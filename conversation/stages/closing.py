"""The end: thanks, the faces, and what is said to whoever writes afterwards."""

from conversation import events as e
from conversation.offers import FACES, reasons
from conversation.schedule import lapse_question_open
from conversation.turn import Turn


def complete(turn: Turn) -> None:
    turn.record(e.Completed(), e.RecruiterTold("completed"))
    turn.tell_recruiters("completed")
    turn.say("completed", FACES, name=turn.addressed, n=len(turn.script.steps))


def feedback(turn: Turn, choice: str) -> None:
    turn.record(e.FeedbackGiven(int(choice.partition(".")[2])))
    turn.say("feedback.thanks")


def afterwards(turn: Turn) -> None:
    """A plain message when the interview is over, or its deadline has passed."""
    unreachable = turn.state.phase == "unreachable"
    turn.record(e.NotTaken(turn.state.phase, getattr(turn.inbound.what, "text", "")))
    if unreachable and lapse_question_open(turn.state):  # there was no way to ask them before
        turn.record(e.ReasonAsked())
        turn.say("lapsed.ask", reasons(turn.script))
    elif turn.state.phase == "completed":
        turn.say("closed.completed")
    else:
        turn.say("closed.lapsed", ("extension",))
