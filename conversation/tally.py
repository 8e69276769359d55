"""What a campaign counts: changes of its counters, written in the same commit as what they count."""

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
    for event in entry.events:
        changes += _of_speech(event) or _of(event, before)
    return tuple(changes)


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
