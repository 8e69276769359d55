"""What the assistant found, read from the record."""

from collections.abc import Iterable

from conversation import events as e
from conversation.inbound import Assessment


def last_assessments(entries: Iterable[e.Entry]) -> dict[str, Assessment]:
    """Return the last assessment of each question for staff; none at all once the candidate wants people alone."""
    entries = list(entries)
    withdrawn = any(isinstance(event, e.PeopleOnly) for entry in entries for event in entry.events)
    return {} if withdrawn else own_assessments(entries)


def own_assessments(entries: Iterable[e.Entry]) -> dict[str, Assessment]:
    """Return the last assessment of each question for the candidate. It includes what was read before they wanted
    people alone, because it is still in the record."""
    made = (event for entry in entries for event in entry.events if isinstance(event, e.AnswerAssessed))
    return {event.assessment.question: event.assessment for event in made}
