"""The order in which the tests are shared out among workers: those that wait run beside those that compute.

With `--dist worksteal`, each worker is dealt one run of consecutive tests, and all runs are equally long. A worker
that has finished its run takes tests from the end of another one. So what is at the beginning of a run is begun at
once, by the worker to which it was dealt. Tests with kills and with browsers last long and wait much: they go to
the beginnings, the browsers all to one worker, which starts one Chromium for them.
"""

import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")


def shared_out(
    tests: Iterable[T], workers: int, is_fault: Callable[[T], bool], is_browser: Callable[[T], bool]
) -> list[T]:
    """Return the tests in the order in which to deal them to this many workers, at least two."""
    faults: list[T] = []
    browser: list[T] = []
    others: list[T] = []
    for test in tests:
        (browser if is_browser(test) else faults if is_fault(test) else others).append(test)
    runs = [browser, *(faults[start :: workers - 1] for start in range(workers - 1))]
    return list(itertools.chain.from_iterable(_filled_up(runs, others)))


def _filled_up(beginnings: Sequence[Sequence[T]], others: Sequence[T]) -> list[list[T]]:
    """Return runs with these beginnings, as long as xdist cuts them: the shorter ones first."""
    left = len(others) + sum(map(len, beginnings))
    rest = iter(others)
    runs = []
    for number, beginning in enumerate(beginnings):
        length = left // (len(beginnings) - number)
        run = [*beginning, *itertools.islice(rest, max(0, length - len(beginning)))]
        left -= len(run)
        runs.append(run)
    return runs
