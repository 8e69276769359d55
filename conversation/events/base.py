"""The base class of all events, and the number of their schema."""

import msgspec

SCHEMA = 2
"""Written to `v` of new entries. Older ones are to be upcast in `audit.unseal`. Since 2, entries weigh something:
see `limits.budget`."""


class Event(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="e"):
    """Base of all events. `e` names the event in the record."""
