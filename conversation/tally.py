"""What a campaign counts: changes of its counters, written in the same commit as what they count."""

from conversation import events as e
from conversation.state import State

Change = tuple[str, int]


def created() -> tuple[Change, ...]:
    return (("phase:invited", 1), ("interviews", 1))


def tally(before: State, after: State, entry: e.Entry) -> tuple[Change, ...]:
    """The counters that this step changes."""
    changes: list[Change] = []
    if before.phase != after.phase:
        changes += ((f"phase:{before.phase}", -1), (f"phase:{after.phase}", 1))
    for event in entry.events:
        match event:
            case e.AnswerSubmitted():
                changes.append(("answers", 1))
            case e.StageCompleted():
                changes.append((f"stage:{event.stage}", 1))
            case e.ReasonGiven():
                changes.append((f"reason:{event.reason}", 1))
            case e.Consented():
                changes.append(("started", 1))
            case e.Exited():
                changes.append(("exits", 1))
            case e.Returned():
                changes.append(("returns", 1))
            case e.FeedbackGiven():
                if before.face:  # a mind may be changed, and a button pressed twice
                    changes.append((f"face:{before.face}", -1))
                changes.append((f"face:{event.face}", 1))
            case _:
                pass
    return tuple(changes)
