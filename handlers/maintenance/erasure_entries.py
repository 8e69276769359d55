"""The erasures stated in the organisation's record."""

from collections.abc import Iterable, Mapping

from conversation.record.audit import Erasure
from handlers.organisation import events


def erasures_in(entries: Iterable[events.OrganisationEntry]) -> Mapping[str, Erasure]:
    """Return the erasures stated in these entries, by interview."""
    return {
        event.interview: Erasure(event.entries, event.head, event.kept)
        for entry in entries
        for event in entry.events
        if isinstance(event, events.Erased)
    }
