"""The events of a calibration. Only ever add events, or fields with a default."""

from handlers.organisation.event_base import OrganisationEvent


class CalibrationBegun(OrganisationEvent, frozen=True, tag="calibration"):
    """A new round of calibration on the sample answers of this version of the script."""

    campaign: str
    script: str


class SampleRated(OrganisationEvent, frozen=True, tag="sample_rated"):
    """A person rated one of a script's `samples`, number `sample` from 0. `sign` is as in `Calibration.scores`."""

    campaign: str
    script: str
    person: str
    sample: int
    samples: int
    sign: str


class CalibrationOpened(OrganisationEvent, frozen=True, tag="calibration_opened"):
    """Everybody's ratings of the sample answers were shown to everybody."""

    campaign: str


class CalibrationNoted(OrganisationEvent, frozen=True, tag="calibration_note"):
    """What was agreed in a calibration was noted."""

    campaign: str
    person: str
    text: str


CalibrationEvent = CalibrationBegun | SampleRated | CalibrationOpened | CalibrationNoted
