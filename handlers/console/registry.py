"""The registry of all commands of the console and of the wording of all actions."""

from handlers.console.commands.campaigns import (
    broadcasts,
    campaigns,
    invitations,
    open_campaign,
    revocations,
    scripts,
)
from handlers.console.commands.candidates import (
    agreement,
    blind_ratings,
    calibration,
    candidates,
    claims,
    comparisons,
    deadlines,
    decisions,
    duty,
    erasure,
    inbox,
    notes,
    profiles,
    rankings,
    ratings,
    reports,
    results,
    switch_messenger,
    ticks,
)
from handlers.console.commands.candidates import support as supporting
from handlers.console.commands.figures import advice, exits, experiments, fairness, funnels, statistics, weekly
from handlers.console.commands.system import (
    accounts,
    drills,
    general,
    health,
    notices,
    people,
    records,
    rules,
    tokens,
    webhooks,
)
from handlers.console.context import Command, Forms

SUBJECTS: dict[str, tuple[Command, ...]] = {
    "campaigns": (
        *campaigns.COMMANDS,
        *open_campaign.COMMANDS,
        *scripts.COMMANDS,
        *invitations.COMMANDS,
        *revocations.COMMANDS,
        *broadcasts.COMMANDS,
    ),
    "candidates": (
        *inbox.COMMANDS,
        *candidates.COMMANDS,
        *reports.COMMANDS,
        *ratings.COMMANDS,
        *blind_ratings.COMMANDS,
        *profiles.COMMANDS,
        *comparisons.COMMANDS,
        *calibration.COMMANDS,
        *rankings.COMMANDS,
        *agreement.COMMANDS,
        *ticks.COMMANDS,
        *decisions.COMMANDS,
        *results.COMMANDS,
        *notes.COMMANDS,
        *deadlines.COMMANDS,
        *claims.COMMANDS,
    ),
    "support": (*supporting.COMMANDS, *duty.COMMANDS),
    "figures": (
        *statistics.COMMANDS,
        *weekly.COMMANDS,
        *funnels.COMMANDS,
        *exits.COMMANDS,
        *fairness.COMMANDS,
        *advice.COMMANDS,
        *experiments.COMMANDS,
    ),
    "records": (*records.COMMANDS, *erasure.COMMANDS),
    "organisation": (*people.COMMANDS, *notices.COMMANDS),
    "system": (*health.COMMANDS, *drills.COMMANDS, *accounts.COMMANDS, *tokens.COMMANDS, *webhooks.COMMANDS),
    "console": general.COMMANDS,
}
"""All commands by subject, in the order in which `/help` lists them."""
COMMANDS: tuple[Command, ...] = tuple(command for commands in SUBJECTS.values() for command in commands)
general.HELP.subjects = SUBJECTS
general.HELP.commands = COMMANDS
FORMS: Forms = {
    **campaigns.FORMS,
    **open_campaign.FORMS,
    **invitations.FORMS,
    **revocations.FORMS,
    **switch_messenger.FORMS,
    **broadcasts.FORMS,
    **reports.FORMS,
    **ratings.FORMS,
    **blind_ratings.FORMS,
    **calibration.FORMS,
    **decisions.FORMS,
    **results.FORMS,
    **ticks.FORMS,
    **notes.FORMS,
    **deadlines.FORMS,
    **claims.FORMS,
    **supporting.FORMS,
    **duty.FORMS,
    **records.FORMS,
    **erasure.FORMS,
    **people.FORMS,
    **rules.FORMS,
    **notices.FORMS,
    **drills.FORMS,
    **accounts.FORMS,
    **tokens.FORMS,
    **webhooks.FORMS,
    **general.FORMS,
}
"""How each kind of action is put into words."""
