"""Help from people: all is relayed to them and back, every timer stands still, then it goes on where it was."""

from conversation import events as e
from conversation import inbound as i
from conversation.offers import typed
from conversation.schedule import SUPPORT_ALERT_MS, support_idle
from conversation.stages import guide, questions, returning
from conversation.turn import Turn

_MOST_RELAYED = 3_000  # characters: what a platform's message holds with the notice around it


def asked(turn: Turn) -> None:
    """The candidate wants help: from now on they talk to people. Asked again, they have waited since the first
    time."""
    turn.record(e.NotTaken("support", "again") if turn.state.support else e.SupportAsked())
    turn.say("support.ask", ("back",))


def relayed(turn: Turn, what: i.What) -> bool:
    """What the candidate says goes to the staff; False: it is not said to them, and ends the support or does not
    concern it."""
    if isinstance(what, i.CommandReceived | i.TextEdited | i.ChannelClosed | i.ChannelReopened):
        return False
    if isinstance(what, i.TextReceived):
        if not what.text.strip():
            return True
        if typed(turn, what.text) == "back" or turn.vocabulary.choices(what.text) & {"back", "continue"}:
            over(turn)
        else:
            _relay(turn, what.text.strip())
        return True
    if isinstance(what, i.ChoicePressed):
        if what.choice.partition("@")[0] in ("back", "continue"):
            over(turn)
            return True
        if what.choice.partition("@")[0] == "support":
            asked(turn)
            return True
        turn.record(e.SupportEnded("candidate"))  # they went on by themselves
        return False
    _cannot_relay(turn, what)
    return True


def _relay(turn: Turn, text: str) -> None:
    first = turn.state.support is not None and not turn.state.support.told
    turn.record(e.SupportMessage(text))
    turn.tell_recruiters("support", text[:_MOST_RELAYED])
    if first:
        turn.say("support.taken", ("back",))


def _cannot_relay(turn: Turn, what: i.What) -> None:
    kind = what.kind if isinstance(what, i.OtherReceived) else "voice"
    turn.record(e.NotTaken(kind[:40]))
    turn.say("support.kind", ("back",))


def answered(turn: Turn, what: i.SupportAnswered) -> None:
    """A colleague writes to the candidate."""
    turn.by = "staff"
    if turn.state.address is None or turn.state.phase == "erased":
        return
    turn.record(e.SupportReplied(what.text, what.by))
    choices = ("back",) if turn.state.support else ("continue",) if turn.has_question else ()
    turn.say("support.reply", choices, text=what.text)


def finished(turn: Turn, what: i.SupportFinished) -> None:
    """A colleague hands the candidate back."""
    turn.by = "staff"
    if turn.state.support:
        over(turn, by=what.by)


def over(turn: Turn, by: str = "candidate") -> None:
    """Back to where the candidate was; the time does not count."""
    turn.record(e.SupportEnded(by))
    done = turn.words.say("support.over")
    if turn.state.phase == "invited":
        guide.ask_name(turn)
    elif turn.state.phase == "running" and not turn.state.away:
        questions.repeat(turn, done)
    elif turn.state.phase == "guided":
        guide.show(turn)
    elif turn.state.phase == "paused" and by == "candidate":
        returning.back(turn)
    else:
        turn.send(done, ("continue",) if turn.has_question else ())


def tick(turn: Turn) -> None:
    """Nobody answers: the staff are told once more. Nobody says anything for a day: it goes on."""
    support = turn.state.support
    if support is None:
        return
    waiting = support.waits_ms and not support.reminded
    if turn.now >= support_idle(support, turn.zone):
        over(turn, by="silence")
    elif waiting and turn.now >= support.waits_ms + SUPPORT_ALERT_MS:
        turn.record(e.SupportOverdue())
        turn.tell_recruiters("support_overdue")
