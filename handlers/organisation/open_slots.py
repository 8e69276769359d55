"""Times that colleagues opened for the next round, and the places that candidates hold in them."""

import msgspec

from conversation.inbound import Address, Slot


class OpenSlot(msgspec.Struct, frozen=True, omit_defaults=True):
    """A time for candidates of a campaign in a unit, with a number of `places`. Times are epoch milliseconds.

    - `by`: the colleague who opened it, from the chat `chat`, which is told in `language` who comes.
    """

    campaign: str
    unit: str
    starts_ms: int
    ends_ms: int
    places: int
    where: str
    by: str
    chat: Address
    language: str = "zh"

    def named(self, slot: str) -> Slot:
        """Return the time as candidates see it."""
        return Slot(slot, self.starts_ms, self.ends_ms, self.where)


class Place(msgspec.Struct, frozen=True, array_like=True):
    """The place that an interview holds in a slot (empty: none), by its request `number`, the last one handled."""

    slot: str
    number: int
