"""Mistakes in how a command was used that show only once the store is open."""

from conversation.errors import BotError


class WrongUsage(BotError):
    """The command names something that does not exist. The command line ends with exit code 2."""
