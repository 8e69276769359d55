"""Mistakes in how a command was used that show only once the store is open."""

from conversation.errors import BotError
from handlers.organisation.state import Organisation

_MOST_SHOWN = 60  # characters of a wrong name


class WrongUsage(BotError):
    """The command names something that does not exist. The command line ends with exit code 2."""


def check_unit(organisation: Organisation, unit: str) -> None:
    """Raise WrongUsage if there is no such unit. An empty name is the whole organisation."""
    known = organisation.units
    if unit and organisation.unit_called(unit) is None:
        there = f"the units are: {', '.join(sorted(known))}" if known else "no unit has been set up yet"
        raise WrongUsage(
            f"there is no unit {unit[:_MOST_SHOWN]!r}; {there}. For the whole organisation, leave --unit out; or "
            f"add it at the staff console first: /org add {unit[:_MOST_SHOWN]}"
        )
