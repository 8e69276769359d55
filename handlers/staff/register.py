"""All commands."""

from handlers.staff import (
    advising,
    bots,
    broadcasting,
    campaigns,
    candidates,
    confirming,
    decisions,
    drilling,
    duties,
    exits,
    experimenting,
    forgetting,
    funnels,
    general,
    health,
    invitations,
    notifying,
    opening,
    people,
    rating,
    records,
    reports,
    revoking,
    statistics,
    supporting,
    winning_back,
)
from handlers.staff.turn import Command

SUBJECTS: dict[str, tuple[Command, ...]] = {
    "campaigns": (
        *campaigns.COMMANDS,
        *opening.COMMANDS,
        *invitations.COMMANDS,
        *revoking.COMMANDS,
        *broadcasting.COMMANDS,
    ),
    "candidates": (
        *candidates.COMMANDS,
        *reports.COMMANDS,
        *rating.COMMANDS,
        *decisions.COMMANDS,
        *winning_back.COMMANDS,
        *confirming.COMMANDS,
    ),
    "support": (*supporting.COMMANDS, *duties.COMMANDS),
    "figures": (
        *statistics.COMMANDS,
        *funnels.COMMANDS,
        *exits.COMMANDS,
        *advising.COMMANDS,
        *experimenting.COMMANDS,
    ),
    "records": (*records.COMMANDS, *forgetting.COMMANDS),
    "organisation": (*people.COMMANDS, *notifying.COMMANDS),
    "system": (*health.COMMANDS, *drilling.COMMANDS, *bots.COMMANDS),
    "console": general.COMMANDS,
}
"""All commands by subject, in the order in which /help lists them."""
COMMANDS: tuple[Command, ...] = tuple(command for commands in SUBJECTS.values() for command in commands)
general.HELP.subjects = SUBJECTS
general.HELP.commands = COMMANDS
