"""The events of units' names, places and texts. Only ever add events, or fields with a default."""

from handlers.organisation.event_base import OrganisationEvent


class UnitAdded(OrganisationEvent, frozen=True, tag="unit"):
    """A unit was added below `parent`."""

    unit: str
    parent: str


class UnitRemoved(OrganisationEvent, frozen=True, tag="unit_removed"):
    """A unit was removed."""

    unit: str


class UnitRenamed(OrganisationEvent, frozen=True, tag="unit_renamed"):
    """The unit is shown as `title` from now on; `unit` is still the name that it was added with."""

    unit: str
    title: str


class UnitMoved(OrganisationEvent, frozen=True, tag="unit_moved"):
    """The unit, with those below it, is under `parent` now."""

    unit: str
    parent: str


class UnitMessageSet(OrganisationEvent, frozen=True, tag="unit_message"):
    """The message with which the unit's candidates are told an outcome was set in one language; an empty `text`
    took it away."""

    unit: str
    outcome: str
    language: str
    text: str = ""


class UnitFaqSet(OrganisationEvent, frozen=True, tag="unit_faq"):
    """The unit's answer in one language to a question, asked in these ways, was set; an empty `answer` took it
    away. It replaces the one that has the same first way."""

    unit: str
    language: str
    asked: tuple[str, ...]
    answer: str = ""


UnitTextEvent = UnitMessageSet | UnitFaqSet
UnitEvent = UnitAdded | UnitRemoved | UnitRenamed | UnitMoved | UnitTextEvent
