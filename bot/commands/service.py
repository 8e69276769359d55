"""The commands that run parts of the service, and the welcome of the local default."""

import asyncio
import contextlib
import gc
import os
import signal
import sys
import threading
import webbrowser
from collections.abc import AsyncIterator, Callable, Iterable
from typing import TYPE_CHECKING

from bot.app import App, Part
from bot.clock import nonce
from bot.installation import DEMO
from bot.logs import log
from bot.settings import Settings
from bot.store import patiently
from bot.web.standby import Standby, standing_by

if TYPE_CHECKING:
    from rich.console import Console

    from bot.tracing.tracing import Tracing

DEMO_SCRIPT = "campus-analyst"


@contextlib.asynccontextmanager
async def starting(settings: Settings, parts: Iterable[Part]) -> AsyncIterator[Standby]:
    """Stand by until the parts run, which may be long if Redis has to be waited for. SIGTERM ends the wait."""
    start = asyncio.current_task()
    assert start is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, start.cancel)  # until the app handles signals
    with contextlib.suppress(asyncio.CancelledError):
        async with standing_by(settings, listens="web" in parts) as standby:
            yield standby


@contextlib.asynccontextmanager
async def tracing(settings: Settings) -> AsyncIterator["Tracing | None"]:
    """Record traces as the settings say, and send the last ones at the end."""
    if settings.traces == "off":
        yield None
        return
    from bot.tracing import export
    from bot.tracing.tracing import Tracing

    provider = export.new_provider(nonce())
    try:
        yield Tracing(provider.get_tracer("xumian"))
    finally:
        export.end(provider)


async def serve(
    app: App, parts: Iterable[Part], welcome: "Callable[[], Console] | None", standby: Standby
) -> None:
    """Run the parts, the web server where `standby` has listened. With `welcome`, which returns the terminal,
    print where the interview can be taken."""
    relax_collector()
    if app.settings.local and "web" in parts:
        await patiently(lambda: open_demo(app))
        if app.settings.http_host not in ("127.0.0.1", "::1", "localhost"):
            log.warning(
                "open_to_all",
                what="whoever reaches this address can take the demo interview; set XUMIAN_PUBLIC_URL",
            )
    opens = await patiently(lambda: app.local_owner.address("")) if welcome and app.settings.local else ""
    await app.run(parts, (lambda: say_welcome(app, welcome(), opens)) if welcome else None, standby)


def relax_collector() -> None:
    """Exclude everything loaded so far from garbage collection, and collect less often.

    Otherwise a process that handles hundreds of messages a second spends a tenth of its time collecting.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


async def open_demo(app: App) -> None:
    """Open the walk-in campaign of the local default on the newest version of the example script."""
    from bot.commands.script_files import find  # otherwise, reading scripts is for staff
    from handlers.authoring import ScriptUnusable

    try:
        script = await find(DEMO_SCRIPT, app.settings.scripts_dir)
    except ScriptUnusable as error:
        log.warning("no_demo", why=str(error))
        return
    campaign = await app.store.directory.campaign(DEMO)
    if campaign is None:
        await app.campaigns.open(script, code=DEMO, walk_in=True)
    elif campaign.script != script.version:
        await app.campaigns.renew(campaign, script)


def say_welcome(app: App, out: "Console", opens: str) -> None:
    """Print where the interview can be taken, and open it in the browser if there is one. `opens` is the path that
    opens the recruiter's pane as well, once; empty if there is none."""
    address = f"{app.base_url}{opens}"
    out.print(f"\n  [bold]续面 Xumian[/bold] · 打开 · open  [bold cyan]{address}[/bold cyan]", soft_wrap=True)
    if opens:
        out.print(
            "  这个地址还能打开招聘方窗格，只能用一次 · it opens the recruiter's pane, once; 再要一个 · another: "
            "xumian pane",
            soft_wrap=True,
        )
        if out.is_terminal and _has_browser():
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
    for channel in app.channels.all():
        can = channel.capabilities
        if not (can.kept or can.staff or can.internal):
            out.print(f"  {channel.name} {channel.account}: /start {DEMO}")
    out.print("  Ctrl-C 停止 · stops; 进度都在 · everything is kept\n")


def _has_browser() -> bool:
    """Return whether a browser with a window can be opened, and not one that takes over the terminal."""
    return sys.platform != "linux" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
