"""What was erased, as the organisation's record says it."""

from collections.abc import Iterable, Mapping

from conversation.audit import Erasure
from handlers.organisation import events


def erasures_in(entries: Iterable[events.OrganisationEntry]) -> Mapping[str, Erasure]:
    """What the organisation's record says was erased, by interview."""
    return {
        event.interview: Erasure(event.entries, event.head, event.kept)
        for entry in entries
        for event in entry.events
        if isinstance(event, events.Erased)
    }
