"""The command `pane`: an address that opens the recruiter's pane in a browser on this machine."""

from rich.console import Console

from bot.installation import Installation
from conversation.errors import BotError


class NoPane(BotError):
    """There is no recruiter's pane at a public address."""


async def pane(app: Installation, out: Console) -> None:
    """Print a new address. A running `xumian run` accepts it without a restart. Raises NoPane."""
    if not app.settings.local:
        raise NoPane("with XUMIAN_PUBLIC_URL there is no recruiter's pane: use a staff bot (docs/staff.md)")
    out.print(await app.local_owner.address(app.base_url), markup=False, soft_wrap=True)
