"""Running the parts of a process until a signal."""

import asyncio
import signal
import socket
from collections.abc import Callable, Iterable
from typing import Literal

from bot.channels.platform import Receive
from bot.clock import now_ms
from bot.installation import Installation
from bot.logs import log
from bot.runtime.heartbeat import Heartbeat
from bot.runtime.loops import Loop, of_delivery, of_timers, of_voice
from bot.store import patiently
from bot.web.connections import Limits
from bot.web.routes import application
from bot.web.server import serve
from bot.web.standby import Standby
from conversation import remarks

Part = Literal["web", "delivery", "timers", "voice"]


class App(Installation):
    """An installation that can run: web server, delivery, timers and voice, all on one store."""

    async def run(
        self, parts: Iterable[Part], started: Callable[[], None] | None, standby: Standby | None = None
    ) -> None:
        """Run these parts until a signal or `stop`, then finish the work in progress.

        `started` is called once the web server serves, where `standby` has listened. Without it, there is none.
        """
        chosen = set(parts)
        async with asyncio.TaskGroup() as group:
            watchers = [group.create_task(self._on_signal())]
            loops: list[Loop] = [self.watch, self.space, *(loop for each in self.built for loop in each.loops)]
            await self._know_the_organisation()
            if "delivery" in chosen:
                loops += of_delivery(self)
            if "timers" in chosen:
                loops += of_timers(self, await patiently(self.one_console))
            if "voice" in chosen:
                loops += of_voice(self)
            if standby and (listener := await standby.take_over()):
                # Compiling the rules at the first message would delay all messages, and so the recording of what
                # was sent.
                await asyncio.to_thread(remarks.prepare)
                heartbeat = Heartbeat(self.store, self.intake, now_ms)
                group.create_task(self._serve(listener, started))
                await heartbeat.first()  # move deadlines after an outage before the timers look at them
                loops.insert(0, heartbeat)
                loops.append(self.drills)
                receiving = [receive for each in self.built for receive in each.receive]
                watchers += [group.create_task(_until(receive, self.stopping)) for receive in receiving]
            running = [group.create_task(loop.run()) for loop in loops]
            await self.stopping.wait()
            for loop in loops:
                loop.stop()
            for watcher in watchers:
                watcher.cancel()
            if running:
                await asyncio.wait(running, timeout=20)

    async def _serve(self, listener: socket.socket, started: Callable[[], None] | None) -> None:
        routes = [route for each in self.built for route in each.routes]
        reports = self.reporting.routes() if self.reporting else ()
        self.port = int(listener.getsockname()[1])  # the setting 0 means any free port
        log.info("serving", address=self.base_url)
        if started:
            started()
        token = self.settings.metrics_token
        app = application(
            [*reports, *routes],
            self.ready,
            self.store.outbox,
            now_ms,
            token.get_secret_value() if token else "",
            self.channels.warnings,
        )
        await serve(app, listener, self.stopping, Limits(trusted_proxies=self.settings.trusted_proxies))

    async def _on_signal(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.stop)
        await self.stopping.wait()

    def stop(self) -> None:
        self.stopping.set()


async def _until(receive: Receive, stopping: asyncio.Event) -> None:
    await receive(stopping)
