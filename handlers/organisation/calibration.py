"""How the events of a calibration change it, and who may see its comparison."""

from typing import assert_never

from msgspec.structs import replace

from handlers.organisation.calibration_events import (
    CalibrationBegun,
    CalibrationNoted,
    CalibrationOpened,
    SampleRated,
)
from handlers.organisation.state import NOT_RATED, Calibration, CalibrationNote, Organisation


def calibrated(
    organisation: Organisation, event: CalibrationBegun | SampleRated | CalibrationOpened | CalibrationNoted
) -> Organisation:
    before = organisation.calibrations.get(event.campaign)
    match event:
        case CalibrationBegun():
            after = Calibration(event.script)
        case SampleRated():
            current = before or Calibration(event.script)
            signs = current.scores.get(event.person, NOT_RATED * event.samples)
            signs = signs[: event.sample] + event.sign + signs[event.sample + 1 :]
            after = replace(current, scores={**current.scores, event.person: signs})
        case CalibrationOpened() if before:
            after = replace(before, opened=True)
        case CalibrationNoted() if before:
            after = replace(before, notes=(*before.notes, CalibrationNote(event.person, event.text)))
        case CalibrationOpened() | CalibrationNoted():
            return organisation
        case _:
            assert_never(event)
    return replace(organisation, calibrations={**organisation.calibrations, event.campaign: after})


def has_finished(calibration: Calibration, person: str) -> bool:
    """Return whether the person has rated all samples. What they gave is final then."""
    return person in calibration.scores and NOT_RATED not in calibration.scores[person]


def is_over(organisation: Organisation, calibration: Calibration) -> bool:
    """Return whether the comparison is open: a lead opened it, or at least two have begun and all of them have
    finished. Those who have left meanwhile do not hold it up."""
    left = {person for person in calibration.scores if person not in organisation.people}
    open_ = [person for person in calibration.scores.keys() - left if not has_finished(calibration, person)]
    done = [person for person in calibration.scores if has_finished(calibration, person)]
    return calibration.opened or (len(done) > 1 and not open_)
