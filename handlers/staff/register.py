"""All commands, in the order in which /help lists them."""

from handlers.staff import (
    campaigns,
    candidates,
    decisions,
    exits,
    general,
    health,
    invitations,
    opening,
    people,
    records,
    reports,
    revoking,
    statistics,
    supporting,
    winning_back,
)
from handlers.staff.turn import Command

COMMANDS: tuple[Command, ...] = (
    *campaigns.COMMANDS,
    *opening.COMMANDS,
    *invitations.COMMANDS,
    *revoking.COMMANDS,
    *candidates.COMMANDS,
    *reports.COMMANDS,
    *decisions.COMMANDS,
    *winning_back.COMMANDS,
    *supporting.COMMANDS,
    *statistics.COMMANDS,
    *exits.COMMANDS,
    *records.COMMANDS,
    *people.COMMANDS,
    *health.COMMANDS,
    *general.COMMANDS,
)
general.HELP.commands = COMMANDS
