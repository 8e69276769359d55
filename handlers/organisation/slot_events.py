"""The events of times for the next round. Only ever add events, or fields with a default."""

from handlers.organisation.event_base import OrganisationEvent
from handlers.organisation.open_slots import OpenSlot


class SlotsOpened(OrganisationEvent, frozen=True, tag="slots_opened"):
    """Times at which candidates of a campaign can come, by their ids."""

    slots: dict[str, OpenSlot]


class SlotWithdrawn(OrganisationEvent, frozen=True, tag="slot_withdrawn"):
    """A time was withdrawn. Whoever had booked it has no appointment any more."""

    slot: str


class PlaceTaken(OrganisationEvent, frozen=True, tag="place_taken"):
    """What became of request `number` of an interview: it now holds a place in `slot`, or none if that is
    empty."""

    interview: str
    slot: str
    number: int


SlotEvent = SlotsOpened | SlotWithdrawn | PlaceTaken
