"""Virtual time and event loops on it: one for each simulated process, all in this thread.

Within a process callbacks run in the order in which asyncio runs them. Between processes, the order is that of the
timeline's events: what arrives at the store, at the platform, and at a process. So a schedule is decided by the
times that the simulation draws for these.
"""

import asyncio
import heapq
import itertools
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import Context
from typing import Any

Act = Callable[[], object]
START_S = 1000.0
_EPOCH_MS = 1_790_040_000_000  # in the morning in China, because nobody is reminded at night


_LOOK = 8
"""After how many events the simulation looks whether it is over."""


class Timeline:
    """Events in virtual time. `now` is in seconds."""

    def __init__(self) -> None:
        self.now = START_S
        self.steps = 0
        self._events: list[tuple[float, int, Act]] = []
        self._numbers = itertools.count()

    def now_ms(self) -> int:
        """Return the wall clock in epoch milliseconds."""
        return _EPOCH_MS + round(self.now * 1000)

    def at(self, when: float, act: Act) -> None:
        now = self.now
        heapq.heappush(self._events, (when if when > now else now, next(self._numbers), act))

    def after(self, delay_s: float, act: Act) -> None:
        self.at(self.now + delay_s, act)

    def run(self, until_s: float, over: Callable[[], bool]) -> bool:
        """Let events happen until `over` holds. Returns False if it did not before `until_s`."""
        events = self._events
        while events:
            if self.steps % _LOOK == 0 and over():
                return True
            if events[0][0] > until_s:
                return False
            self.now, _, act = heapq.heappop(events)
            self.steps += 1
            act()
        return over()


class ProcessLoop(asyncio.AbstractEventLoop):
    """The event loop of one simulated process.

    After `die` nothing of it runs any more, not even `finally` blocks, as after SIGKILL. Between `pause` and
    `resume` it stands still while time passes, as between SIGSTOP and SIGCONT.
    """

    def __init__(self, timeline: Timeline, failed: Callable[[BaseException], None]) -> None:
        self.timeline = timeline
        self.dead = False
        self.paused = False
        self._failed = failed
        self._ready: deque[asyncio.Handle] = deque()
        self._missed: list[asyncio.Handle] = []
        self._tasks: set[asyncio.Task[Any]] = set()

    # what asyncio asks of a loop

    def time(self) -> float:
        return self.timeline.now

    def get_debug(self) -> bool:
        return False

    def is_running(self) -> bool:
        return True

    def is_closed(self) -> bool:
        return False

    def create_future(self) -> asyncio.Future[Any]:
        return asyncio.Future(loop=self)

    def create_task(self, coro: Any, *, name: object = None, context: Context | None = None) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = asyncio.Task(coro, loop=self, context=context)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def call_soon(  # type: ignore[override]
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        handle = asyncio.Handle(callback, args, self, context)
        self._ready.append(handle)
        return handle

    def call_later(  # type: ignore[override]
        self, delay: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        return self.call_at(self.timeline.now + delay, callback, *args, context=context)

    def call_at(  # type: ignore[override]
        self, when: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        self.timeline.at(when, lambda: None if handle.cancelled() else self._wake(handle))
        return handle

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """Called by a cancelled timer. Its event does nothing."""

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        self._failed(context.get("exception") or AssertionError(context["message"]))

    # the simulation's side

    def deliver(self, callback: Callable[..., object], *args: Any) -> None:
        """Run a callback in the process, now or as soon as it runs again."""
        self._wake(asyncio.Handle(callback, args, self))

    def spawn(self, work: Coroutine[Any, Any, object]) -> None:
        """Run a coroutine in the process. If it fails, so does the schedule."""
        self.deliver(lambda: self.create_task(work).add_done_callback(self._ended))

    def _ended(self, task: asyncio.Task[object]) -> None:
        if not task.cancelled() and (error := task.exception()):
            self._failed(error)

    def die(self) -> None:
        self.dead = True

    def pause(self) -> None:
        self.paused = True

    def when_resumed(self, act: Act) -> None:
        self._missed.append(asyncio.Handle(act, (), self))

    def resume(self) -> None:
        self.paused = False
        missed, self._missed = self._missed, []
        self._ready.extend(missed)
        self._drain()

    def dispose(self) -> None:
        """End what is left of the process, so that nothing complains about unfinished tasks."""
        self.dead = self.paused = False
        for task in self._tasks:
            task.cancel()
        self._drain()
        for task in self._tasks:
            task._log_destroy_pending = False  # type: ignore[attr-defined]
        self.dead = True

    def _wake(self, handle: asyncio.Handle) -> None:
        if self.paused:
            self._missed.append(handle)
        elif not self.dead:
            self._ready.append(handle)
            self._drain()

    def _drain(self) -> None:
        ready = self._ready
        asyncio._set_running_loop(self)
        try:
            while ready and not self.dead and not self.paused:
                handle = ready.popleft()
                if not handle.cancelled():
                    handle._run()
        finally:
            asyncio._set_running_loop(None)


def process_loop(timeline: Timeline, failed: Callable[[BaseException], None]) -> ProcessLoop:
    """Return a loop without what the simulation never asks for: I/O, threads and signals."""
    return ProcessLoop(timeline, failed)  # type: ignore[abstract]
