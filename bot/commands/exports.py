"""The command `export`, which writes interviews to a file."""

from pathlib import Path

from rich.console import Console

from bot.commands.options import ExportForm
from bot.installation import Installation
from handlers.maintenance.export import write


async def export(app: Installation, out: Console, campaign: str, form: ExportForm, output: Path) -> None:
    found = await app.campaigns.find(campaign)
    number = await write(app.store, found, form.value, output)
    out.print(f"{number} interviews of {found.id} in {output}", markup=False)
