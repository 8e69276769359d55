"""The base of all events, and the number of their form."""

import msgspec

SCHEMA = 1  # what new entries say in `v`; an older entry is upcast in `audit.unseal`


class Event(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="e"):
    """Base of all events; `e` names the event in the record."""
