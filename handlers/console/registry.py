"""All commands."""

from handlers.console.commands.campaigns import broadcasts as broadcasting
from handlers.console.commands.campaigns import campaigns, invitations, opening
from handlers.console.commands.campaigns import revocations as revoking
from handlers.console.commands.candidates import candidates, decisions, reports
from handlers.console.commands.candidates import claims as confirming
from handlers.console.commands.candidates import deadlines as winning_back
from handlers.console.commands.candidates import duty as duties
from handlers.console.commands.candidates import erasure as forgetting
from handlers.console.commands.candidates import ratings as rating
from handlers.console.commands.candidates import support as supporting
from handlers.console.commands.candidates import switch_messenger as elsewhere
from handlers.console.commands.figures import advice as advising
from handlers.console.commands.figures import exits, funnels, statistics
from handlers.console.commands.figures import experiments as experimenting
from handlers.console.commands.system import accounts as bots
from handlers.console.commands.system import drills as drilling
from handlers.console.commands.system import general, health, people, records, rules
from handlers.console.commands.system import notices as notifying
from handlers.console.context import Command, Forms

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
