"""The steps of an interview for its timeline, read from the record: from the invitation to telling the result.

Absences are not among them: see `views.answers.Interruption`. Neither are ratings, which raters give without
seeing each other's, nor the candidate's requests: whoever needs an adjustment is not to be judged by that.
"""

from collections.abc import Iterable
from typing import Literal, get_args

import msgspec

from conversation import events as e
from conversation.events.appointments import PlaceKnown, SlotsOffered
from conversation.inbound import Slot
from conversation.timing.slots import Change, change_of

Kind = Literal[
    "invited",
    "opened",
    "consented",
    "moved",
    "stage_completed",
    "extended",
    "completed",
    "exited",
    "lapsed",
    "unreachable",
    "returned",
    "decision_proposed",
    "decided",
    "result_released",
    "result_told",
    "result_withdrawn",
    "invitation_withdrawn",
    "slots_offered",
    "slot_booked",
    "slot_moved",
    "slot_cancelled",
    "slot_withdrawn",
    "erased",
]
_ERASED_KINDS: dict[str, Kind] = {each: each for each in get_args(Kind)}
"""Kinds of erased events that are still told, by the name of the event."""

_CHANGES: dict[Change, Kind] = {
    "booked": "slot_booked",
    "moved": "slot_moved",
    "cancelled": "slot_cancelled",
    "withdrawn": "slot_withdrawn",
}


class Milestone(msgspec.Struct, frozen=True, omit_defaults=True):
    """One step. `at_ms` is when, in epoch milliseconds.

    - `about`: the id of what it is about: a channel, the version of the privacy notice, a stage, a decision, or a
      result.
    - `by`: who did it, if not the candidate: a colleague's id, or what an event says there.
    - `first`: of a decision of two, the id of the colleague who had proposed it.
    - `until_ms`: the new deadline.
    - `note`: what the colleague wrote about a proposed decision.
    - `slot`: the time for the next round that was booked, or given up.
    - `times`: how many times were offered.
    """

    at_ms: int
    kind: Kind
    about: str = ""
    by: str = ""
    first: str = ""
    until_ms: int = 0
    note: str = ""
    slot: Slot | None = None
    times: int = 0


def read(entries: Iterable[e.Entry]) -> tuple[Milestone, ...]:
    """Return the steps of an interview that is not erased, in order."""
    found: list[Milestone] = []
    held: Slot | None = None
    for entry in entries:
        for event in entry.events:
            if isinstance(event, PlaceKnown):
                if change := change_of(held, event.held, event.withdrawn):
                    found.append(Milestone(entry.at_ms, _CHANGES[change], slot=event.held or held))
                held = event.held
            else:
                found += _of(event, entry.at_ms)
    return tuple(found)


def remains(entries: Iterable[e.Entry]) -> tuple[Milestone, ...]:
    """Return the steps of an erased interview: times and kinds, even of entries that are still to be erased."""
    return tuple(
        found
        for entry in entries
        for event in entry.events
        for found in (
            _of(event, entry.at_ms) if isinstance(event, e.Erased) else _erased(_redacted(event), entry.at_ms)
        )
    )


def _redacted(event: e.AnyEvent) -> e.Redacted:
    return event if isinstance(event, e.Redacted) else e.Redacted((str(event.__struct_config__.tag),))


def _erased(event: e.Redacted, at_ms: int) -> tuple[Milestone, ...]:
    return tuple(Milestone(at_ms, _ERASED_KINDS[kind]) for kind in event.kinds if kind in _ERASED_KINDS)


def _of(event: e.AnyEvent, at_ms: int) -> tuple[Milestone, ...]:
    match event:
        case e.Invited():
            return (Milestone(at_ms, "invited"),)
        case e.InvitationOpened():
            return (Milestone(at_ms, "opened", event.address.channel),)
        case e.Consented():
            return (Milestone(at_ms, "consented", event.privacy_version),)
        case e.Moved():
            return (Milestone(at_ms, "moved", event.address.channel),)
        case e.StageCompleted():
            return (Milestone(at_ms, "stage_completed", event.stage),)
        case e.Completed():
            return (Milestone(at_ms, "completed"),)
        case e.Lapsed():
            return (Milestone(at_ms, "lapsed"),)
        case _:
            return _by_people(event, at_ms)


def _by_people(event: e.AnyEvent, at_ms: int) -> tuple[Milestone, ...]:
    match event:
        case e.DeadlineExtended():
            return (Milestone(at_ms, "extended", by=event.by, until_ms=event.until_ms),)
        case e.DecisionProposed():
            return (Milestone(at_ms, "decision_proposed", event.decision, event.by, note=event.note),)
        case e.Decided():
            return (Milestone(at_ms, "decided", event.decision, event.by, event.first),)
        case e.ResultReleased():
            return (Milestone(at_ms, "result_released", event.outcome, event.by),)
        case e.ResultTold():
            return (Milestone(at_ms, "result_told", event.outcome, event.by),)
        case e.ResultWithdrawn():
            return (Milestone(at_ms, "result_withdrawn", event.outcome),)
        case SlotsOffered():
            return (Milestone(at_ms, "slots_offered", by=event.by, times=len(event.slots)),)
        case e.InvitationWithdrawn():
            return (Milestone(at_ms, "invitation_withdrawn"),)
        case e.Erased():
            return (Milestone(at_ms, "erased", by=event.by),)
        case _:
            return ()
