"""What the assistant found, read from the record."""

from collections.abc import Iterable

from conversation import events as e
from conversation.inbound import Assessment


def last_assessments(entries: Iterable[e.Entry]) -> dict[str, Assessment]:
    """Return the last assessment of each question; none at all once the candidate wants people alone."""
    found: dict[str, Assessment] = {}
    for entry in entries:
        for event in entry.events:
            match event:
                case e.AnswerAssessed():
                    found[event.assessment.question] = event.assessment
                case e.PeopleOnly():
                    return {}
                case _:
                    pass
    return found
