"""The base class of all events, and the number of their schema."""

import msgspec

SCHEMA = 1  # written to `v` of new entries; older entries are to be upcast in `audit.unseal`


class Event(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="e"):
    """Base of all events. `e` names the event in the record."""
