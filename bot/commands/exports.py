"""The command `export`, which writes interviews to a file."""

from enum import StrEnum
from pathlib import Path

from rich.console import Console

from bot.installation import Installation
from handlers.maintenance.export import write


class Form(StrEnum):
    csv = "csv"
    xlsx = "xlsx"
    jsonl = "jsonl"


async def export(app: Installation, out: Console, campaign: str, form: Form, output: Path) -> None:
    found = await app.campaigns.find(campaign)
    number = await write(app.store, found, form.value, output)
    out.print(f"{number} interviews of {found.id} in {output}", markup=False)
