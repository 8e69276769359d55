"""How the appointment for the next round changes an interview."""

from typing import assert_never

from msgspec.structs import replace

from conversation.events import appointments as e
from conversation.state import State
from conversation.state_parts import Appointment, Asking
from conversation.timing.slots import change_of

_MOST_WITHDRAWN = 5


def appointment_changed(state: State, event: e.AppointmentEvent, at_ms: int) -> State:
    before = state.appointment or Appointment()
    match event:
        case e.SlotsOffered():
            after = replace(before, free=event.slots, by=event.by, news="offer", due_ms=event.due_ms)
        case e.SlotsPutOff():
            after = replace(before, due_ms=event.due_ms)
        case e.SlotsShown():
            after = replace(before, news="", due_ms=0, file=None)
        case e.PlaceAsked():
            after = replace(
                before, number=event.number, asking=Asking(event.wish, event.slot, at_ms), news="", file=None
            )
        case e.PlaceKnown():
            after = _known(before, event, at_ms)
        case e.AppointmentReminded():
            after = replace(before, reminded=event.number)
        case _:
            assert_never(event)
    return replace(state, appointment=after)


def _known(before: Appointment, event: e.PlaceKnown, at_ms: int) -> Appointment:
    known = replace(before, free=event.free)
    if event.number:
        known = replace(known, asking=None)
    if change := change_of(before.held, event.held, event.withdrawn):
        known = replace(
            known,
            held=event.held,
            since_ms=at_ms if event.held else 0,
            reminded=0,
            changed=change,
            changed_ms=at_ms,
            former=before.held,
        )
    if event.withdrawn:
        gone = (*before.withdrawn, event.withdrawn)[-_MOST_WITHDRAWN:]
        known = replace(known, withdrawn=gone)
        if before.held and before.held.id == event.withdrawn:
            known = replace(known, news="withdrawn", due_ms=event.due_ms, file=event.file)
    return known
