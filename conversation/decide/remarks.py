"""Remarks: what the candidate says to the bot rather than to the question.

Questions of fact are answered at once. Otherwise the candidate is asked whether it was the answer. Until then the
remark is kept aside.
"""

from conversation import events as e
from conversation.choices.offered import LEAVING, own_choices
from conversation.decide import facts, questions
from conversation.prompt import LeavePrompt, ValuePrompt
from conversation.question_kinds import Reading
from conversation.remarks.frequent import Topic, frequent_question
from conversation.turn import Turn
from conversation.words import Styled

_NO_QUESTIONS = ("acknowledgement", "consent", "skip", "trouble", "wait")
_ABOUT_LEAVING = ("trouble", "wait", "acknowledgement", "presence")


def heard(turn: Turn, said: str, subject: Topic) -> None:
    """Answer the remark `said` about `subject`."""
    if isinstance(turn.state.prompt, LeavePrompt) and subject in _ABOUT_LEAVING:
        _on_leaving(turn, said, subject)
        return
    if subject == "acknowledgement" and turn.state.parts:
        turn.record(e.NotTaken("acknowledgement", said))
        key = "answer.held" if turn.kind.at_once else "answer.saved"
        turn.say(key, own_choices(turn.state, turn.script))
        return
    answered = None if subject in _NO_QUESTIONS else frequent_question(said, turn.script.faq)
    turn.record(e.Remarked(said, turn.inbound.message, "faq" if answered else subject))
    choices = own_choices(turn.state, turn.script)
    if answered:
        turn.send(facts.frequent(turn, answered), choices)
        return
    match subject:
        case "question" | "wait":
            text = turn.words.say(f"remark.{subject}")
            turn.send(Styled.join([text, questions.card(turn), questions.so_far(turn)], "\n\n"), choices)
        case "time":
            turn.send(facts.standing(turn), choices)
        case "result":
            turn.send(facts.result(turn), choices)
        case "skip" if turn.state.follow_up or "skip" not in choices:
            turn.say("remark.skip.follow_up" if turn.state.follow_up else "remark.skip.off", choices)
        case "presence" | "identity" | "help" | "trouble" | "skip" | "technical":
            turn.say(f"remark.{subject}", choices, deadline=turn.moment(turn.state.deadline_ms))
        case _:
            turn.say("remark.unclear", choices, text=said)


def _on_leaving(turn: Turn, said: str, subject: Topic) -> None:
    """Handle a remark after the exit warning: "let me think" continues, "battery is dying" is about leaving."""
    if subject == "trouble":
        turn.record(e.Remarked(said, turn.inbound.message, "leaving"))
        turn.say("remark.trouble", LEAVING, deadline=turn.moment(turn.state.deadline_ms))
    else:
        turn.record(e.NotTaken("remark", said), e.Continued())
        questions.repeat(turn, turn.words.say("remark.wait"))


def ask_value(turn: Turn, said: str, reading: Reading) -> None:
    """Ask whether the option or number that a sentence seems to name is the answer."""
    turn.record(e.Remarked(said, turn.inbound.message, "value", reading.value))
    turn.send(value_asked(turn), own_choices(turn.state, turn.script))


def value_asked(turn: Turn) -> Styled:
    """Return the question whether the value that a sentence seems to mean is right."""
    prompt = turn.state.prompt
    value = prompt.value if isinstance(prompt, ValuePrompt) else ""
    labels = (option.label.in_(turn.state.language) for option in turn.question.options if option.id == value)
    return turn.words.say("remark.value", value=next(labels, value))
