"""Creating, listing and revoking tokens of the REST API."""

from datetime import UTC, datetime
from typing import cast

from rich.console import Console
from rich.table import Table

from bot.api.access import last_used_ms
from bot.clock import now_ms
from bot.commands import output
from bot.commands.actions import perform
from bot.commands.usage import check_unit
from bot.installation import Installation
from handlers.actions.system.tokens import CreateToken, RevokeToken, TokenCreated, TokenGone
from handlers.organisation.repository import load
from handlers.organisation.state import Role
from handlers.organisation.tokens import name_of, valid


async def create(app: Installation, out: Console, name: str, unit: str, role: str, days: int) -> None:
    organisation = (await load(app.store)).state
    check_unit(organisation, unit)
    known = organisation.unit_called(unit) if unit else ""
    made = await perform(app, CreateToken(name, cast(Role, role), known, days), TokenCreated)
    out.print(made.secret, markup=False)  # alone on standard output, for scripts
    output.remark(f"token {made.token} ({made.name}) works until {_day(made.until_ms)}")


async def list_(app: Installation, out: Console) -> None:
    organisation = (await load(app.store)).state
    table = Table("id", "name", "role", "unit", "until", "made by", "last used", box=None)
    for identity, token in sorted(valid(organisation, now_ms()).items(), key=lambda each: each[1].name):
        used_ms = await last_used_ms(app.store.kv, identity)
        maker = name_of(organisation, token.by) if token.by else "command line"
        used = _day(used_ms) if used_ms else "never"
        unit = organisation.unit_title(token.unit) or "-"
        table.add_row(identity, token.name, token.role, unit, _day(token.until_ms), maker, used)
    out.print(table)


async def revoke(app: Installation, out: Console, name: str) -> None:
    gone = await perform(app, RevokeToken(name), TokenGone)
    out.print(f"token {gone.token} ({gone.name}) does not work any more", markup=False)


def _day(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
