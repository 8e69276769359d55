"""Support conversations between the candidate and people.

Messages are relayed both ways and all other timers stand still. Afterwards the interview goes on where it was.
"""

from conversation import events as e
from conversation import inbound as i
from conversation.choices.typed import typed
from conversation.decide import position, resumption
from conversation.jobs import FetchFile
from conversation.limits import MOST_SENT_FILES
from conversation.outcome import NoticeKind
from conversation.state_changes.correspondence import awaits_answer
from conversation.timing.schedule import support_alert, support_idle
from conversation.timing.working_hours import described
from conversation.turn import Turn

MOST_RELAYED = 8_000
"""Longest text that is passed on, in characters. Only the web page and WeChat can exceed even half of that."""
_NOT_RELAYED = frozenset({"status", "mydata", "export", "correct", "delete", "privacy", "language", "switch"})
"""Command words that the bot answers itself even during a support conversation."""
_MOST_TEXT = 600  # characters of text beside a file: together with the notice it must fit below the file
_MOST_NAME = 150
_MOST_REFERENCE = 512


def asked(turn: Turn) -> None:
    """Start a support conversation. Asked for again during one, the waiting time still counts from the first."""
    again = turn.state.support is not None
    turn.record(e.NotTaken("support", "again") if again else e.SupportAsked(_staffed_ms(turn)))
    _say(turn, "support.ask" if _adds_time(turn) else "support.ask.over", "support.ask.closed")


def _adds_time(turn: Turn) -> bool:
    """Whether the candidate gains the time of the conversation: not before the guide, nor after the end."""
    return turn.state.phase not in ("completed", "lapsed", "invited")


def _staffed_ms(turn: Turn) -> int:
    return turn.staffing.there_ms if turn.staffing else 0


def _say(turn: Turn, key: str, closed: str) -> None:
    """Send the text `key`, or the text `closed` with the staff's hours if nobody is on duty now."""
    if turn.staffing and turn.staffing.there_ms:
        turn.say(closed, ("back",), hours=described(turn.staffing.shifts, turn.words))
    else:
        turn.say(key, ("back",))


def _taken(turn: Turn) -> None:
    _say(turn, "support.taken", "support.taken.closed")


def relayed(turn: Turn, what: i.What) -> bool:
    """Relay what the candidate says to the staff, or end the conversation if they ask to go back.

    Returns False if the caller still has to handle the input: it is not meant for the staff, or it is a choice
    that has just ended the conversation.
    """
    if isinstance(what, i.CommandReceived | i.TextEdited | i.ChannelClosed | i.ChannelReopened):
        return False
    if isinstance(what, i.TextReceived):
        if not what.text.strip():
            _relay_other(turn, i.OtherReceived("empty"))
        elif typed(turn, what.text) == "back" or turn.vocabulary.choices(what.text) & {"back", "continue"}:
            over(turn)
        elif turn.vocabulary.command(what.text) in _NOT_RELAYED:
            return False
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
        _end(turn, "candidate")  # they went on by themselves
        return False
    _relay_other(turn, what)
    return True


def _relay(turn: Turn, text: str) -> None:
    first = _first(turn)
    turn.record(e.SupportMessage(text, _staffed_ms(turn)))
    said = text if len(text) <= MOST_RELAYED else f"{text[:MOST_RELAYED]}…"
    turn.tell_of_help("support", said, first=first)
    if first:
        _taken(turn)


def _first(turn: Turn) -> bool:
    """Whether nothing has been passed on to the staff yet in this conversation."""
    return turn.state.support is not None and not turn.state.support.told


# files


def _relay_other(turn: Turn, what: i.What) -> None:
    """Relay a recording, picture or file; of any other message, only its text.

    Raises ValueError for input that is never said to people.
    """
    match what:
        case i.VoiceReceived(media=media, text=text):
            relay_file(turn, media, "", text)
        case i.OtherReceived(media=i.Media() as media, name=name, text=text):
            relay_file(turn, media, name, text)
        case i.OtherReceived(text=text) if text.strip():
            _relay(turn, text.strip())
        case i.OtherReceived(kind=kind):
            turn.record(e.NotTaken(kind[:40]))
            turn.say("support.kind", ("back",))
        case _:
            raise ValueError(f"{type(what).__name__} is not said to people")


def relay_file(turn: Turn, media: i.Media, name: str, text: str) -> bool:
    """Have a file fetched, to be passed on to the staff. Returns False if the interview takes no more."""
    sender, state = turn.inbound.sender, turn.state
    if state.files >= MOST_SENT_FILES or sender is None:
        turn.record(e.NotTaken(media.kind[:40]))
        turn.say("support.too_many", ("back",) if state.support else ())
        return False
    first, number = _first(turn), state.files + 1
    name, text = name[:_MOST_NAME], text.strip()[:_MOST_TEXT]
    turn.record(
        e.SupportFile(
            number,
            media.kind,
            media.reference[:_MOST_REFERENCE],
            name,
            text,
            media.size,
            turn.inbound.message,
            sender.channel,
            _staffed_ms(turn),
        )
    )
    turn.queue(FetchFile(state.interview, number, sender, media, turn.now, name, text, first=first))
    if first:
        _taken(turn)
    return True


def file_kept(turn: Turn, what: i.FileArchived) -> None:
    """Pass an archived file on to the staff, even if the conversation is over by now."""
    turn.record(e.SupportFileKept(what.number, what.file, what.size))
    kind: NoticeKind = "answered" if awaits_answer(turn.state, turn.now) else "support"
    turn.tell_of_help(kind, what.text, file=what.file, first=what.first)


def file_lost(turn: Turn, what: i.FileLost) -> None:
    """Record that a file could not be fetched, and tell both sides."""
    turn.record(e.SupportFileLost(what.number, what.why))
    turn.tell_of_help("support_lost", what.text, why=what.why, first=what.first)
    why = what.why if what.why in ("too_large", "no_space") else "gone"
    turn.say(f"support.lost.{why}", ("back",) if turn.state.support else ())


# the colleagues


def answered(turn: Turn, what: i.SupportAnswered) -> None:
    """Send a colleague's message to the candidate."""
    turn.by = "staff"
    if turn.state.address is None or turn.state.phase == "erased":
        return
    _tell_others(turn, what)
    turn.record(e.SupportReplied(what.text, what.by, what.file))
    goes_on = turn.has_question and turn.state.phase != "lapsed" and not turn.too_late
    choices = ("back",) if turn.state.support else ("continue",) if goes_on else ()
    if what.file is None:
        said = turn.words.say("support.reply", text=what.text)
    elif what.text:
        said = turn.words.say("support.reply.file.text", name=what.file.name, text=what.text)
    else:
        said = turn.words.say("support.reply.file", name=what.file.name)
    turn.send(said, choices, file=what.file, writer=what.writer)
    if not choices and awaits_answer(turn.state, turn.now):
        turn.lists_nothing()


def _tell_others(turn: Turn, what: i.SupportAnswered) -> None:
    """Tell those who were told of the call for help who answers it and what, so that nobody answers it twice."""
    support = turn.state.support
    if support is None or not support.told:
        return
    file = f"📎 {what.file.name}" if what.file else ""
    said = "\n".join(each for each in (what.text, file) if each)
    seen_at = what.writer.address if what.writer else None
    turn.tell_recruiters("support_answered", said, by=what.by, again=support.reminded, seen_at=seen_at)


def undelivered(turn: Turn, what: i.ReplyUndelivered) -> None:
    """Tell a colleague that their message did not reach the candidate."""
    turn.record(e.SupportUndelivered(what.why))
    turn.tell_of_help("support_undelivered", what.writer.text, why=what.why, writer=what.writer)


def finished(turn: Turn, what: i.SupportFinished) -> None:
    """End the support conversation because a colleague hands the candidate back to the interview."""
    turn.by = "staff"
    if turn.state.support:
        over(turn, by=what.by)


def over(turn: Turn, by: str = "candidate") -> None:
    """End the conversation and go back to where the candidate was. Its time is added to the deadline."""
    _end(turn, by)
    done = turn.words.say("support.over" if _adds_time(turn) else "support.over.over")
    if turn.state.away and (by != "candidate" or turn.state.phase != "paused"):
        turn.send(done, ("continue",) if turn.has_question else ())
    else:
        position.show(turn, done)


def _end(turn: Turn, by: str) -> None:
    """Record the end of the conversation, and tell the staff if anything had been passed on to them."""
    told = not _first(turn)
    turn.record(e.SupportEnded(by))
    if told:
        turn.tell_of_help("support_over", why=by if by in ("candidate", "silence") else "staff")


def tick(turn: Turn) -> None:
    """Tell the staff once more if nobody answers. End the conversation after a day without any message."""
    support = turn.state.support
    if support is None:
        return
    if turn.now >= support_idle(support, turn.zone):
        over(turn, by="silence")
    elif support.waits_ms and not support.reminded and turn.now >= support_alert(support):
        turn.record(e.SupportOverdue())
        turn.tell_of_help("support_overdue")


# after the end


def reply(turn: Turn, said: str) -> bool:
    """Pass on a text that answers a colleague after the end of the interview. Returns False if it answers none.

    Candidates who had left and can still continue are shown the open question again, as after any message.
    """
    if not _answers(turn):
        return False
    first = _is_first(turn)
    turn.record(e.ColleagueAnswered(said))
    turn.tell_of_help("answered", said[:MOST_RELAYED])
    receipt = turn.words.say("answered")
    if turn.state.phase == "exited" and not turn.too_late:
        resumption.back(turn, before=(receipt,))
    elif first:
        turn.send(receipt)
    return True


def file_reply(turn: Turn, media: i.Media | None, name: str, said: str) -> bool:
    """Pass on a recording, picture or document, as `reply` does. Returns False also if it may still be part of an
    answer to a question."""
    open_ = turn.state.phase == "exited" and not turn.too_late
    if media is None or open_ or not _answers(turn):
        return False
    first = _is_first(turn)
    if relay_file(turn, media, name, said) and first:
        turn.send(turn.words.say("answered"))
    return True


def _answers(turn: Turn) -> bool:
    letter, sent_ms = turn.state.colleague, turn.inbound.sent_ms
    overtaken = letter is not None and 0 < sent_ms < letter.at_ms
    return awaits_answer(turn.state, turn.now) and not overtaken


def _is_first(turn: Turn) -> bool:
    """Whether nothing has been passed on since the colleague's last message."""
    return turn.state.colleague is not None and not turn.state.colleague.answered
