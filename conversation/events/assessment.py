"""The assistant that reads. Staff see what it found beside their own rating, never before it."""

from conversation.events.base import Event
from conversation.inbound import Assessment


class AnswerAssessed(Event, frozen=True, tag="assessed"):
    """The assistant has read an answer, or could not."""

    assessment: Assessment


class PeopleOnly(Event, frozen=True, tag="people_only"):
    """The candidate wants people alone: from now on the assistant reads nothing, and nobody sees what it read."""
