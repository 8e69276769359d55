"""What a campaign counts: changes of its counters, written in the same commit as what they count."""

from collections.abc import Iterable, Iterator

from conversation import events as e
from conversation.state import State

Change = tuple[str, int]


def created(script: str) -> tuple[Change, ...]:
    """`script` is the version on which the interview is."""
    return (("phase:invited", 1), ("interviews", 1), (f"version:{script}", 1))


def tally(before: State, after: State, entry: e.Entry) -> tuple[Change, ...]:
    """The counters that this step changes."""
    changes: list[Change] = []
    if before.phase != after.phase:
        changes += ((f"phase:{before.phase}", -1), (f"phase:{after.phase}", 1))
    changes += _absences(before.interruption, entry.events)
    for event in entry.events:
        changes += _of_speech(event) or _of(event, before)
    return tuple(changes)


def _absences(kind: str, events: Iterable[e.AnyEvent]) -> Iterator[Change]:
    """A time away counts once, under the last kind that it had: a pause that ends in an exit is an exit. `kind` is
    what it is before these events; empty: they are there."""
    for event in events:
        if isinstance(event, e.Returned):
            if kind:
                yield f"returns:{event.via or 'saved'}", 1
            kind = ""
        elif (then := _kind(event, kind)) and then != kind:
            yield (f"away:{kind}", -1) if kind else ("away", 1)
            yield f"away:{then}", 1
            kind = then


def _kind(event: e.AnyEvent, kind: str) -> str:
    """Of the time away that begins with it, or that it changes; `kind` is what it was before."""
    match event:
        case e.Paused():
            return "pause" if event.by == "candidate" else event.by
        case e.Exited():
            return "exit"
        case e.Unreachable():
            return "unreachable"
        case e.Lapsed():
            return "lapse"
        case e.DeadlineExtended() if kind == "lapse":  # they may come back again
            return "silence"
        case _:
            return ""


def _of(event: e.AnyEvent, before: State) -> list[Change]:
    match event:
        case e.InvitationWithdrawn():  # as if it had never been made
            return [("withdrawn", 1), *((name, -number) for name, number in created(before.script))]
        case e.AnswerSubmitted():
            return [("answers", 1)]
        case e.StageCompleted():
            return [(f"stage:{event.stage}", 1)]
        case e.ReasonGiven():
            return [(f"reason:{event.reason}", 1)]
        case e.Consented():
            return [("started", 1)]
        case e.SupportAsked():
            return [("support", 1)]
        case e.Exited():
            return [("exits", 1)]
        case e.Returned():
            return [("returns", 1)]
        case e.Continued() if before.expecting == "leaving":
            return [("stayed", 1)]
        case e.Decided():
            withdrawn = [(f"decision:{before.decision}", -1)] if before.decision else []
            return [*withdrawn, (f"decision:{event.decision}", 1)]
        case e.FeedbackGiven():  # a mind may be changed, and a button pressed twice
            withdrawn = [(f"face:{before.face}", -1)] if before.face else []
            return [*withdrawn, (f"face:{event.face}", 1)]
        case _:
            return []


def _of_speech(event: e.AnyEvent) -> list[Change]:
    match event:
        case e.VoiceReceived():
            return [("voices", 1)]
        case e.Transcribed():
            return [("transcripts", 1)]
        case e.TranscriptFailed() | e.AudioLost():
            return [(f"unheard:{event.why}", 1)]
        case _:
            return []
