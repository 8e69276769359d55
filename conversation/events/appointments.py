"""The candidate's appointment for the next round."""

from typing import Literal

from conversation.events.base import Event
from conversation.inbound import Attachment, Slot

Wish = Literal["list", "book", "cancel"]


class OfAppointment(Event, frozen=True):
    """Base of these events."""


class SlotsOffered(OfAppointment, frozen=True, tag="slots_offered"):
    """The colleague `by` offered these times. The candidate sees them at `due_ms` (epoch milliseconds); 0: with
    the result, or when they write next."""

    slots: tuple[Slot, ...]
    by: str
    due_ms: int = 0


class SlotsPutOff(OfAppointment, frozen=True, tag="slots_put_off"):
    """News of the appointment could not be sent. `due_ms` is as in `SlotsOffered`."""

    due_ms: int


class SlotsShown(OfAppointment, frozen=True, tag="slots_shown"):
    """The candidate was sent the news of the appointment."""


class PlaceAsked(OfAppointment, frozen=True, tag="place_asked"):
    """The candidate's request `number`: to see the times, to book the time `slot`, or to cancel."""

    number: int
    wish: Wish
    slot: str = ""


class PlaceKnown(OfAppointment, frozen=True, tag="place_known"):
    """What the organisation's record said of the appointment; the fields are as in `inbound.PlaceFound`.

    `due_ms`: when the candidate is told of a withdrawn time (epoch milliseconds); 0: at once, or when they write
    next. `opener_file`, `former_file`: the calendar files that colleagues got.
    """

    number: int
    held: Slot | None = None
    free: tuple[Slot, ...] = ()
    withdrawn: str = ""
    due_ms: int = 0
    file: Attachment | None = None
    opener_file: Attachment | None = None
    former_file: Attachment | None = None


class AppointmentReminded(OfAppointment, frozen=True, tag="appointment_reminded"):
    """The candidate was reminded of the appointment for the `number`th time, or it was too late for that.

    `sent`: whether a message was sent.
    """

    number: int
    sent: bool = True


AppointmentEvent = SlotsOffered | SlotsPutOff | SlotsShown | PlaceAsked | PlaceKnown | AppointmentReminded
