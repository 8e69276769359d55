"""The hand-over of leases, outbox, timers, jobs and commits holds whatever the order, and whoever dies or hangs.

`python -m tests.interleavings --seed N --schedules M` plays more, and one with `--trace`.
"""

from collections.abc import Iterator

import pytest
import structlog

from tests.interleavings.planted import FAULTS
from tests.interleavings.world import play

SCHEDULES = 2_000
SHARES = 4
FOUND_WITHIN = {
    "commit without outbox": 400,
    "acknowledgement before commit": 10,
    "no duplicate check": 10,
    "no lease": 10,
    "lease without fencing": 100,
    "cursor before commit": 400,
    "erasure that skips a queue": 150,
    "counter outside the commit": 150,
}
"""Within how many seeds each planted fault is found."""


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Leave out the log lines, of which ten thousand schedules write too many."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    yield
    structlog.configure(**before)


@pytest.mark.parametrize("share", range(SHARES))
def test_every_schedule_keeps_every_guarantee(share: int) -> None:
    faults = 0
    for seed in range(1 + share, 1 + SCHEDULES, SHARES):
        outcome = play(seed)
        assert not outcome.wrong, (
            f"python -m tests.interleavings --schedules 1 --trace --seed {seed}: {outcome.wrong}"
        )
        faults += outcome.faults
    assert faults > SCHEDULES / SHARES, "the schedules have hardly any faults"


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found(name: str) -> None:
    assert any(play(seed, FAULTS[name]).wrong for seed in range(1, 1 + FOUND_WITHIN[name]))


@pytest.mark.parametrize("seed", [3, 36, 128])
def test_a_seed_plays_the_same_schedule_again(seed: int) -> None:
    one, other = play(seed, trace=True), play(seed, trace=True)
    assert one == other
    assert len(one.trace) > 50
