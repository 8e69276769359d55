"""An event loop with a virtual clock: waits take no real time, and end in the right order.

Only for code without I/O, because the clock jumps as soon as nothing is left to do now.
"""

import asyncio
import functools
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec

_EPOCH_MS = 1_790_040_000_000  # in the morning in China, because nobody is reminded at night
_A_MOMENT_S = 1e-6
"""The time that each step takes, so that comparisons of times work."""
P = ParamSpec("P")


class _Jumping(selectors.DefaultSelector):
    """A selector that does not wait but reports the time it should have waited to `passed`."""

    passed: Callable[[float], None]

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise AssertionError("everything waits for something that will never happen")
        found = super().select(0)
        self.passed(_A_MOMENT_S + (0 if found else timeout))
        return found


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._virtual = 1000.0
        selector = _Jumping()
        selector.passed = self._pass
        super().__init__(selector)

    def time(self) -> float:
        return self._virtual

    def _pass(self, seconds: float) -> None:
        self._virtual += seconds


def now_ms() -> int:
    """Return the wall clock of the virtual loop, in epoch milliseconds."""
    return _EPOCH_MS + round(asyncio.get_running_loop().time() * 1000)


def virtual_time(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Run an async test on a virtual loop of its own."""

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            runner.run(test(*args, **kwargs))

    # pytest looks at the signature and must not see a coroutine function
    return run
