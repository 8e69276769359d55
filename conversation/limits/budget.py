"""What people may add to a record in a while. Everything they send weighs something, and the weight is worked off
as time passes."""

from functools import cache

from msgspec.structs import replace

from conversation import events as e
from conversation.limits import BURST, MOST_ENTRIES, STRANGERS_BURST, UNIT_MS
from conversation.state import Record, State

_COUNTED_SINCE = 2  # the schema of the first entries that weigh anything
_CHARACTERS = 200  # as many weigh one more
_HEAVY: dict[type[e.Event], int] = {
    e.RequestMade: 20,  # people have to answer it, or everything said so far is sent
    e.Exited: 10,  # recruiters are notified
    e.SupportMessage: 5,  # people have to read it
    e.ColleagueAnswered: 5,
    e.SupportFile: 5,
}
_ENDING = (
    e.InvitationOpened,
    e.Consented,
    e.QuestionAsked,
    e.AnswerSubmitted,
    e.FollowUpAsked,
    e.FollowUpClosed,
    e.AnswerChanged,
    e.QuestionSkipped,
    e.Reviewed,
    e.Completed,
    e.Exited,
    e.Unreachable,
    e.DeletionAsked,
    e.Erased,
    e.VoiceReceived,
    e.PartFile,
)
"""Events that bring an interview to its end. They are always recorded: there are only so many of them in one
interview."""


def weight(entry: e.Entry) -> int:
    """Return how much this entry weighs: one, more if it is long, and more if it means work for others."""
    said = heavy = 0
    for event in entry.events:
        kind = type(event)
        heavy += _HEAVY.get(kind, 0)
        for name in _words_of(kind):
            said += len(getattr(event, name))
    return 1 + said // _CHARACTERS + heavy


@cache
def _words_of(kind: type[e.Event]) -> tuple[str, ...]:
    """Return the fields of such events that hold what people said."""
    return tuple(name for name in ("text", "said") if name in kind.__struct_fields__)


def spent(state: State, entry: e.Entry) -> State:
    """Return the state after this entry was weighed. Entries of earlier releases weigh nothing."""
    if entry.v < _COUNTED_SINCE:
        return state
    if entry.by == "candidate":
        return replace(state, backlog_ms=_later(state.backlog_ms, entry))
    if entry.by == "stranger":
        return replace(state, strangers_ms=_later(state.strangers_ms, entry))
    clients = sum(isinstance(event, e.ClientSeen) for event in entry.events)
    return replace(state, noticed=state.noticed + clients) if clients else state


def _later(backlog_ms: int, entry: e.Entry) -> int:
    return max(backlog_ms, entry.at_ms) + weight(entry) * UNIT_MS


def exceeds(before: Record, entry: e.Entry) -> bool:
    """Return whether people have to wait before they may add this entry to the record `before` it."""
    match entry.by:
        case "candidate":
            backlog_ms, burst = before.state.backlog_ms, BURST
        case "stranger":
            backlog_ms, burst = before.state.strangers_ms, STRANGERS_BURST
        case _:
            return False
    waits = backlog_ms - entry.at_ms >= burst * UNIT_MS
    return (waits or before.version >= MOST_ENTRIES) and not _goes_on(entry)


def _goes_on(entry: e.Entry) -> bool:
    """Return whether the entry is always recorded: it brings the interview to its end, or adds to the open answer,
    which has limits of its own."""
    if any(isinstance(event, _ENDING) for event in entry.events):
        return True
    anew = any(isinstance(event, e.AnswerRestarted) for event in entry.events)
    return not anew and any(isinstance(event, e.PartReceived) and not event.late for event in entry.events)
