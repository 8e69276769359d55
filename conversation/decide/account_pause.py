"""Interviews while colleagues have paused our account: what candidates say is kept until the account resumes.

Support conversations keep running, and it is recorded as usual when a candidate blocks the bot. Everything else
waits.
"""

from conversation import events as e
from conversation import inbound as i
from conversation.choices import offered
from conversation.choices.typed import typed
from conversation.decide import answers, data_requests, files, free_text, position, voice
from conversation.limits.answer import outgrown
from conversation.state import OPEN_PHASES
from conversation.timing.schedule import decent, quiet, reminders_over
from conversation.turn import Turn

TELL_AGAIN_MS = 10 * 60_000
"""How long to wait before telling a candidate again that the account is paused, in milliseconds."""


def held(turn: Turn, what: i.What) -> bool:
    """Keep what the candidate says until the account resumes.

    Returns False for what need not wait: a blocked bot, and messages of a support conversation.
    """
    if isinstance(what, i.ChannelClosed) or (turn.state.support and not _ends_support(turn, what)):
        return False
    halt = turn.state.halt
    due = halt is None or turn.now >= halt.told_ms + TELL_AGAIN_MS
    told = due and not isinstance(what, i.ChannelReopened)
    turn.record(e.Halted(told, as_pause=True))
    _keep(turn, what)
    if told:
        turn.say("halted")
    return True


def _ends_support(turn: Turn, what: i.What) -> bool:
    """Whether the input would end the support conversation and lead back to the paused interview."""
    match what:
        case i.ChoicePressed():
            return offered.pressed(what).choice != "support"
        case i.TextReceived(text=text):
            return typed(turn, text) == "back" or bool(turn.vocabulary.choices(text) & {"back", "continue"})
        case i.CommandReceived(name=name):
            return name not in ("support", "help", "status", "mydata", "export", "delete", "privacy", "language")
        case _:
            return False


def elsewhere(turn: Turn) -> None:
    """Answer a message from an address that the interview has left, while the account is paused."""
    turn.record(e.NotTaken("paused", getattr(turn.inbound.what, "text", "")))
    turn.send(turn.words.say("halted"), to=turn.inbound.sender)


def over(turn: Turn) -> None:
    """Record the end of the pause when the candidate writes before they were told that it is over."""
    if turn.state.halt:
        turn.record(e.WentOn())


# keeping what is said


def _keep(turn: Turn, what: i.What) -> None:
    match what:
        case i.TextReceived():
            _keep_text(turn, what.text.strip())
        case i.VoiceReceived() if answers.before_leaving(turn) or _answering(turn):
            voice.hold(turn, what.media)
        case i.TextEdited(text=text) if text.strip():
            written = (part for part in turn.state.parts if not (part.voice or part.file))
            mine = any(turn.inbound.message == part.message for part in written)
            too_long = outgrown(turn.state, turn.inbound.message, what.text)
            turn.record(e.PartEdited(turn.inbound.message, what.text, late=too_long or not mine))
        case i.ChoicePressed():
            _keep_choice(turn, offered.pressed(what))
        case i.CommandReceived(name="delete"):
            with turn.unsaid():
                data_requests.delete(turn, what.argument)
        case i.CommandReceived():
            turn.record(e.NotTaken("paused", f"/{what.name}"[:40]))
        case i.OtherReceived():
            _keep_other(turn, what)
        case _:
            turn.record(e.NotTaken("paused"))


_NOT_SAID_TO_US = ("sticker", "people")
"""Kinds of message whose text is never part of an answer: a sticker's name, and what is said to colleagues."""

_ASKED_FOR = ("name", "reason", "detail", "request", "correction", "addition", "comment")
"""Uses of text (`Prompt.text`) carried out even during the pause: they lead to no question that goes unseen."""


def _keep_text(turn: Turn, text: str) -> None:
    """Keep a text so that it counts as at any other time, but hand nothing in and ask nothing."""
    previous = turn.state.previous
    if answers.before_leaving(turn):
        answers.hold(turn, text)
    elif turn.vocabulary.command(text) == "delete":
        with turn.unsaid():
            data_requests.delete(turn, text)
    elif not text or _means_a_step(turn, text):
        turn.record(e.NotTaken("paused", text))
    elif turn.state.prompt.text in _ASKED_FOR:
        with turn.unsaid():
            free_text.for_prompt(turn, text)
    elif _answering(turn) and previous and answers.overtaken(turn):
        turn.record(answers.late_part(turn, previous.question, text))
    elif _answering(turn):
        answers.hold(turn, text)
    elif turn.state.started_ms and turn.has_question and turn.state.away:
        turn.record(e.Remarked(text, turn.inbound.message, "unclear"))  # kept aside: offered as an answer later
    else:
        turn.record(e.NotTaken("paused", text))


def _keep_other(turn: Turn, what: i.OtherReceived) -> None:
    """Keep a file that belongs to the answer; of any other message keep only the text beside it."""
    if (answers.before_leaving(turn) or _answering(turn)) and files.hold(turn, what):
        return
    turn.record(e.NotTaken(what.kind[:40]))
    if what.kind not in _NOT_SAID_TO_US and (words := what.text.strip()):
        _keep_text(turn, words)


def _keep_choice(turn: Turn, pressed: offered.Pressed) -> None:
    """Keep an option of the open question as its answer. Other buttons do nothing now and are offered later."""
    ours = pressed.question == turn.state.index and pressed.mark in ("", turn.state.interview[:4])
    if ours and _answering(turn):
        for number, option in enumerate(turn.question.options):
            if pressed.choice == f"option.{number}":
                answers.hold(turn, option.label.in_(turn.state.language))
                return
    turn.record(e.NotTaken("paused", pressed.choice[:40]))


def _answering(turn: Turn) -> bool:
    """Whether what is said now answers the open question. After a silence it does, too."""
    state = turn.state
    there = state.silent or (state.answering and not state.away)
    return there and (state.prompt.text == "answer") and turn.has_question


def _means_a_step(turn: Turn, text: str) -> bool:
    choice = typed(turn, text)
    return bool(turn.vocabulary.command(text) or (choice and not choice.startswith("option.")))


# after the pause


def resumed(turn: Turn, what: i.AccountResumed) -> None:
    """Extend the deadline by the pause, and ask again if the candidate wrote meanwhile or was at a question."""
    state = turn.state
    if state.address is None or (state.address.channel, state.address.account) != (what.channel, what.account):
        return
    _give_back(turn, what)
    at_a_question = state.phase == "running" and not state.away and state.last_ms <= what.until_ms
    if not state.halt and not at_a_question:
        return
    ended = state.phase in ("completed", "erased") and not state.answering
    if turn.state.support or state.aside or ended or turn.too_late:
        over(turn)
    elif quiet(turn.now, turn.zone):  # nothing is sent at night: the morning's reminder says it
        over(turn)
        if not state.postponed_ms:
            turn.record(e.Postponed(decent(turn.now, turn.zone)))
    else:
        _ask_again(turn, came_back=state.phase in ("exited", "unreachable", "lapsed"))


def _give_back(turn: Turn, what: i.AccountResumed) -> None:
    state = turn.state
    lasted_ms = what.until_ms - max(what.since_ms, state.opened_ms)
    lapsed_meanwhile = state.phase == "lapsed" and state.deadline_ms > what.since_ms
    if lasted_ms > 0 and (lapsed_meanwhile or state.phase in OPEN_PHASES | {"exited", "unreachable"}):
        passed = reminders_over(state, turn.script, turn.zone, turn.now)
        turn.record(e.DeadlineExtended(state.deadline_ms + lasted_ms, "pause", passed, as_pause=True))


def _ask_again(turn: Turn, *, came_back: bool) -> None:
    if turn.state.away:
        turn.record(e.Returned(via=turn.state.through(turn.now)))
        if came_back:
            turn.tell_recruiters("returned")
    turn.prompted = False
    turn.record(e.WentOn(asked=turn.state.phase == "running"))
    position.show(turn, turn.words.say("went_on", name=turn.addressed))
