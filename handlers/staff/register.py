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
    elsewhere,
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
    rules,
    statistics,
    supporting,
    winning_back,
)
from handlers.staff.turn import Command, Forms

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
FORMS: Forms = {
    **campaigns.FORMS,
    **opening.FORMS,
    **invitations.FORMS,
    **revoking.FORMS,
    **elsewhere.FORMS,
    **broadcasting.FORMS,
    **rating.FORMS,
    **decisions.FORMS,
    **winning_back.FORMS,
    **confirming.FORMS,
    **supporting.FORMS,
    **duties.FORMS,
    **records.FORMS,
    **forgetting.FORMS,
    **people.FORMS,
    **rules.FORMS,
    **notifying.FORMS,
    **drilling.FORMS,
    **bots.FORMS,
    **general.FORMS,
}
"""How each kind of action is put into words."""
