"""What candidates say after the end of their interview in reply to a colleague: it is passed on to the staff."""

from conversation import events as e
from conversation import inbound as i
from conversation.decide import resumption, support
from conversation.state_changes.correspondence import awaits_answer
from conversation.turn import Turn


def text(turn: Turn, said: str) -> bool:
    """Pass a text on. Returns False if it answers no colleague.

    Candidates who had left and can still continue are shown the open question again, as after any message.
    """
    if not _answers(turn):
        return False
    first = _is_first(turn)
    turn.record(e.ColleagueAnswered(said))
    turn.tell_of_help("answered", said[: support.MOST_RELAYED])
    receipt = turn.words.say("answered")
    if turn.state.phase == "exited" and not turn.too_late:
        resumption.back(turn, before=(receipt,))
    elif first:
        turn.send(receipt)
    return True


def file(turn: Turn, media: i.Media | None, name: str, said: str) -> bool:
    """Pass a recording, picture or document on. Returns False if it answers no colleague, or may still be part of
    an answer."""
    open_ = turn.state.phase == "exited" and not turn.too_late
    if media is None or open_ or not _answers(turn):
        return False
    first = _is_first(turn)
    if support.relay_file(turn, media, name, said) and first:
        turn.send(turn.words.say("answered"))
    return True


def _answers(turn: Turn) -> bool:
    letter, sent_ms = turn.state.colleague, turn.inbound.sent_ms
    overtaken = letter is not None and 0 < sent_ms < letter.at_ms
    return awaits_answer(turn.state, turn.now) and not overtaken


def _is_first(turn: Turn) -> bool:
    """Whether nothing has been passed on since the colleague's last message."""
    return turn.state.colleague is not None and not turn.state.colleague.answered
