"""The code with which the first owner takes charge of the staff console."""

import asyncio

from rich.console import Console

from bot.app import App
from bot.channels.base import SendError
from bot.clock import fresh, now_ms
from handlers.organisation.repository import CLAIM_S, claim_code

_LEARN_S = 15


async def claim(app: App, out: Console) -> None:
    """A new one-time code, and how it is used. A running `xumian run` need not be told."""
    code = await claim_code(app.store, now_ms, fresh)
    out.print(f"/claim {code}", markup=False)
    out.print(
        f"\nWhoever sends this line first, within {CLAIM_S // 60} minutes, is an owner: keep it to yourself."
    )
    token = app.settings.telegram_staff_token
    if token is None:
        out.print("There is no staff bot yet: make one and set XUMIAN_TELEGRAM_STAFF_TOKEN (docs/staff.md).")
        return
    link = await _link(app, token.get_secret_value(), code)
    if link:
        out.print(f"Send it to the staff bot, or open {link}", markup=False)
    else:
        bot = token.get_secret_value().partition(":")[0]
        out.print(f"Send it to the staff bot ({bot}). Telegram does not tell its name now.", markup=False)


async def _link(app: App, token: str, code: str) -> str | None:
    """With it one tap is enough; None where Telegram does not answer."""
    from bot.channels.telegram_staff.channel import (
        StaffChannel,
    )  # its models take a while: only where there is a bot

    channel = StaffChannel(token, app.settings.telegram_api_url, app.archive)
    try:
        async with asyncio.timeout(_LEARN_S):
            await channel.learn_name()
    except (SendError, TimeoutError):
        return None
    finally:
        await channel.close()
    return channel.way_in(code)
