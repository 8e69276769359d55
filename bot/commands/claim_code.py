"""The command `claim`: a one-time code that makes the first owner at the staff console."""

import asyncio

from rich.console import Console

from bot.channels.base import Channel, SendError
from bot.clock import nonce, now_ms
from bot.installation import Installation
from handlers.organisation.repository import CLAIM_S, claim_code

_LEARN_S = 15


async def claim(app: Installation, out: Console) -> None:
    """Print a new one-time code and how to use it. A running `xumian run` accepts it without a restart."""
    code = await claim_code(app.store, now_ms, nonce)
    out.print(f"/claim {code}", markup=False)
    out.print(
        f"\nWhoever sends this line first, within {CLAIM_S // 60} minutes, is an owner: keep it to yourself."
    )
    channels = [each for each in app.channels.all() if each.capabilities.commands and not each.capabilities.kept]
    for channel in channels:
        out.print(f"Send it to {channel.name} {channel.account}{await _link(channel, code)}", markup=False)
    if not channels:
        out.print(
            "There is no messenger for staff yet: make a staff bot and set XUMIAN_TELEGRAM_STAFF_TOKEN, or "
            "connect another one that takes commands (docs/staff.md)."
        )


async def _link(channel: Channel, code: str) -> str:
    """Return the end of the line about a channel: a link that sends the code with one tap, if there is one."""
    try:
        async with asyncio.timeout(_LEARN_S):
            await channel.learn_link()
    except (SendError, TimeoutError):
        return ", whose name the platform does not tell now"
    link = channel.staff_link(code)
    return f", or open {link}" if link else ""
