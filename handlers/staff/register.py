"""All commands, in the order in which /help lists them."""

from handlers.staff import general, people
from handlers.staff.turn import Command

COMMANDS: tuple[Command, ...] = (
    *people.COMMANDS,
    *general.COMMANDS,
)
general.HELP.commands = COMMANDS
