"""The base class of the organisation's events."""

import msgspec


class OrganisationEvent(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="e"):
    """Base class of all organisation events. The tag `e` names the event in the record."""
