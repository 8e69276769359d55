"""The command `export`, which writes interviews to a file."""

from pathlib import Path

from rich.console import Console

from bot.commands.options import ExportForm
from bot.commands.output import remark
from bot.installation import Installation
from handlers.maintenance.export import write


async def export(app: Installation, out: Console, campaign: str, form: ExportForm, output: Path) -> int:
    """Export a campaign. Returns 1 if archived records are lost, which are named and left out, otherwise 0."""
    found, lost = await app.campaigns.find(campaign), list[str]()
    number = await write(app.store, found, form.value, output, lost=lost)
    out.print(f"{number} interviews of {found.id} in {output}", markup=False)
    for line in lost:
        remark(f"not in it: {line}")
    return int(bool(lost))
