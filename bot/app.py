"""Running the parts of a process until a signal."""

import asyncio
import signal
import socket
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Literal

from starlette.routing import BaseRoute

from bot.channels.platform import Receive
from bot.clock import now_ms
from bot.installation import Installation
from bot.loading import load
from bot.logs import log
from bot.pane.addresses import PREFIX
from bot.runtime.heartbeat import Heartbeat
from bot.runtime.loops import Loop, of_delivery
from bot.store import patiently
from bot.web.connections import Limits
from bot.web.routes import LateRoutes, application
from bot.web.server import serve
from bot.web.standby import Standby

Part = Literal["web", "delivery", "timers", "voice", "assessor"]


class App(Installation):
    """An installation that can run: web server, delivery, timers, voice and the assistant, all on one store."""

    async def run(
        self, parts: Iterable[Part], started: Callable[[], None] | None, standby: Standby | None = None
    ) -> None:
        """Run these parts until a signal or `stop`, then finish the work in progress.

        `started` is called once the web server serves, where `standby` has listened. Without it, there is none.
        """
        chosen = set(parts)
        async with asyncio.TaskGroup() as group:
            watchers = [group.create_task(self._on_signal())]
            loops: list[Loop] = [
                self.watch,
                self.space,
                self.admission,
                *(loop for each in self.built for loop in each.loops),
            ]
            await self._know_the_organisation()
            if "delivery" in chosen:
                loops += of_delivery(self)
            if standby and (listener := await standby.take_over()):
                heartbeat = Heartbeat(self.store, self.intake, now_ms)
                group.create_task(self._serve(listener, started))
                await heartbeat.first()  # move deadlines after an outage before the timers look at them
                loops.insert(0, heartbeat)
                receiving = [receive for each in self.built for receive in each.receive]
                watchers += [group.create_task(_until(receive, self.stopping)) for receive in receiving]
            running = Running(group, loops)
            watchers.append(group.create_task(self._start_the_rest(chosen, running)))
            await self.stopping.wait()
            for watcher in watchers:
                watcher.cancel()
            await running.end()

    async def _start_the_rest(self, chosen: Collection[Part], running: "Running") -> None:
        """Load the code that receiving and sending do without, which is the larger part, and start its loops."""
        loops: list[Loop] = []
        if "web" in chosen:
            await self.intake.rules()
        if "timers" in chosen:
            await load("bot.runtime.timer_loops")
            from bot.runtime.timer_loops import of_timers

            loops += of_timers(self, await patiently(self.tools))
        if "voice" in chosen:
            await load("bot.speech.loops")
            from bot.speech.loops import of_voice

            loops += of_voice(self)
        if "assessor" in chosen and self.admission.endpoint:
            await load("bot.assessor.loops")
            from bot.assessor.loops import of_assessor

            loops += of_assessor(self)
        if "web" in chosen:
            loops.append((await patiently(self.staff_side)).drills)
            for each in self.built:
                for prepare in each.later:
                    await patiently(prepare)
        running.start(loops)

    async def _serve(self, listener: socket.socket, started: Callable[[], None] | None) -> None:
        routes = [route for each in self.built for route in each.routes]
        self.port = int(listener.getsockname()[1])  # the setting 0 means any free port
        log.info("serving", address=self.base_url)
        if started:
            started()
        token = self.settings.metrics_token
        app = application(
            [
                LateRoutes(self._report_routes, "/r/"),
                LateRoutes(self._api_routes, "/api/"),
                LateRoutes(self._staff_pages, PREFIX),
                *routes,
            ],
            self.ready,
            self.store.outbox,
            now_ms,
            token.get_secret_value() if token else "",
            self.channels.warnings,
        )
        if self.tracing:
            app = self.tracing.web(app, routes)
        await serve(app, listener, self.stopping, Limits(trusted_proxies=self.settings.trusted_proxies))

    async def _report_routes(self) -> Sequence[BaseRoute]:
        return (await self.staff_side()).reporting.routes()

    async def _api_routes(self) -> Sequence[BaseRoute]:
        await load("bot.api.application")
        from bot.api.application import routes
        from bot.api.call import Api

        return routes(Api(await self.tools(), self.store.kv, lambda: self.base_url))

    async def _staff_pages(self) -> Sequence[BaseRoute]:
        await load("bot.pane.site")
        from bot.pane.site import StaffPages

        side = await self.staff_side()
        return StaffPages(side.tools, side.console, self.store.kv, lambda: self.base_url).routes()

    async def _on_signal(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.stop)
        await self.stopping.wait()

    def stop(self) -> None:
        self.stopping.set()


class Running:
    """The loops that run in a task group."""

    def __init__(self, group: asyncio.TaskGroup, loops: Iterable[Loop]) -> None:
        self._group = group
        self._loops: list[Loop] = []
        self._tasks: list[asyncio.Task[None]] = []
        self.start(loops)

    def start(self, loops: Iterable[Loop]) -> None:
        for loop in loops:
            self._loops.append(loop)
            self._tasks.append(self._group.create_task(loop.run()))

    async def end(self) -> None:
        """Stop the loops, and wait until they have ended, twenty seconds at most."""
        for loop in self._loops:
            loop.stop()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=20)


async def _until(receive: Receive, stopping: asyncio.Event) -> None:
    await receive(stopping)
