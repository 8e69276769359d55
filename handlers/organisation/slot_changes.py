"""How the events of times for the next round change the organisation."""

from typing import assert_never

from msgspec.structs import replace

from handlers.organisation.open_slots import Place
from handlers.organisation.slot_events import PlaceTaken, SlotEvent, SlotsOpened, SlotWithdrawn
from handlers.organisation.slots import KEPT_MS, without
from handlers.organisation.state import Organisation


def slotted(organisation: Organisation, event: SlotEvent, at_ms: int) -> Organisation:
    """Return the organisation after one event. Times long over are dropped when others are opened."""
    slots, places = organisation.slots, organisation.places
    match event:
        case SlotsOpened():
            valid = {name: each for name, each in slots.items() if each.ends_ms > at_ms - KEPT_MS}
            still = {interview: each for interview, each in places.items() if each.slot in valid}
            return replace(organisation, slots={**valid, **event.slots}, places=still)
        case SlotWithdrawn():
            left = {name: each for name, each in slots.items() if name != event.slot}
            return replace(organisation, slots=left, places=without(places, (event.slot,)))
        case PlaceTaken():
            place = Place(event.slot, event.number)
            return replace(organisation, places={**places, event.interview: place})
        case _:
            assert_never(event)


def erased(organisation: Organisation, interview: str) -> Organisation:
    """Return the organisation without the place of an erased interview."""
    places = {name: each for name, each in organisation.places.items() if name != interview}
    return replace(organisation, places=places) if len(places) < len(organisation.places) else organisation
