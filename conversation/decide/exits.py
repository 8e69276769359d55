"""Pausing and leaving. The candidate hears what is kept, can always leave, and gives a reason with one tap."""

from conversation import events as e
from conversation.choices.offered import LATER, LEAVING, TROUBLE, reasons
from conversation.decide import position
from conversation.outcome import NoticeKind
from conversation.turn import Turn
from conversation.words import Styled

_OWN_WORDS = {
    "privacy": ("privacy", "delete", "human", "continue"),
    "too_hard": ("continue", "later"),
    "too_long": ("continue", "later"),
}
"""Reasons that get a reply of their own besides the goodbye, with the choices offered."""


def warn(turn: Turn) -> None:
    """Answer a wish to leave: say that everything is saved, and offer to continue, pause or exit.

    If the interview is over or has not begun, say that instead.
    """
    if turn.state.deletion:
        position.show(turn)
        return
    if turn.state.phase in ("completed", "lapsed", "erased", "invited"):
        turn.record(e.Informed("exit"))
        turn.say(f"leaving.{'nothing' if turn.state.phase != 'lapsed' else 'lapsed'}")
        return
    if turn.state.phase == "exited":
        turn.record(e.Informed("exit"))
        turn.say("leaving.already", ("continue",))
        return
    turn.record(e.ExitWarned())
    script, words = turn.script, turn.words
    when = turn.moment(turn.state.deadline_ms)
    done = turn.state.done
    if turn.state.reviewing and not turn.state.detour:
        key = "leaving.warning.review"
    else:
        key = "leaving.warning" if script.exit_warning == "full" else "leaving.warning.brief"
    warning = words.say(
        key,
        name=turn.addressed,
        done=done,
        total=len(script.steps),
        deadline=when,
        next=max(turn.state.index, 0) + 1,
    )
    turn.send(warning, LEAVING)


def stay(turn: Turn) -> None:
    """Handle "continue" on the exit warning: go back to where the candidate was."""
    turn.record(e.Continued(without_said=turn.state.said is not None))
    position.show(turn)


def pause(turn: Turn) -> None:
    turn.record(e.Paused("candidate", turn.inbound.sequence))
    deadline = turn.moment(turn.state.deadline_ms)
    turn.say("leaving.paused", ("continue", "later"), deadline=deadline)


def leave(turn: Turn) -> None:
    """Exit the interview at once, then ask for the reason, which need not be given."""
    if turn.state.phase == "exited":
        warn(turn)
        return
    turn.record(e.Exited(turn.inbound.sequence))
    turn.say("leaving.reason", reasons(turn.script))


def reason(turn: Turn, choice: str) -> None:
    """Record the reason that the candidate chose."""
    reason_id = choice.partition(".")[2]
    known = turn.script.reason(reason_id)
    group = known.group if known else ""
    turn.record(e.ReasonGiven(reason_id, group))
    if reason_id == "other":  # the recruiters are told with the sentence, or later without it
        turn.say("leaving.other")
        return
    _tell(turn)
    _farewell(turn, group)


def detail(turn: Turn, text: str) -> None:
    """Record the sentence that explains the reason "other"."""
    turn.record(e.ReasonDetailed(text))
    _tell(turn, text)
    _farewell(turn, "")


def said_freely(turn: Turn, text: str) -> None:
    """Record a sentence that was typed instead of choosing a reason, under the reason "other"."""
    turn.record(e.ReasonGiven("other", "personal"), e.ReasonDetailed(text))
    _tell(turn, text)
    _farewell(turn, "")


def _tell(turn: Turn, text: str = "") -> None:
    """Tell the recruiters the reason, even if they were told before that none was given."""
    first = turn.state.report == "exited"
    if first:
        turn.record(e.RecruiterTold("exited"))
    phase = turn.state.phase
    kind: NoticeKind = "exited" if phase == "exited" else ("lapsed" if phase == "lapsed" else "unreachable")
    turn.tell_recruiters(kind, text, again=not first)


def _farewell(turn: Turn, group: str) -> None:
    words = turn.words
    if turn.state.phase != "exited":
        skipped = turn.state.reason == "skipped"
        turn.send(words.say("lapsed.thanks.skipped" if skipped else "lapsed.thanks"), ("extension",))
        return
    goodbye = words.say("leaving.goodbye.skipped" if turn.state.reason == "skipped" else "leaving.goodbye")
    if group == "technical":
        turn.send(Styled.join([words.say("leaving.technical"), goodbye], "\n"), TROUBLE)
    elif group == "time":
        turn.record(e.LaterAsked())
        turn.send(
            Styled.join([goodbye, words.say("leaving.time" if turn.reaches else "leaving.time.page")], "\n"), LATER
        )
    elif own := _OWN_WORDS.get(turn.state.reason):
        deadline = turn.moment(turn.state.deadline_ms)
        turn.send(Styled.join([words.say(f"leaving.{turn.state.reason}", deadline=deadline), goodbye], "\n"), own)
    else:
        turn.send(goodbye, ("continue",))
