"""How many connections are served with the files that a process may open."""

import resource
import subprocess
import sys

import pytest

from bot.web.open_files import ENOUGH, WANTED, capacity


@pytest.mark.parametrize("files", [64, 256, 1024, ENOUGH, 20_000, WANTED])
def test_what_is_opened_leaves_files_for_the_rest(files: int) -> None:
    served = capacity(files)
    assert served.connections + served.redis <= files * 3 // 4
    assert 0 < served.sockets < served.connections
    assert 0 < served.of_network < served.connections
    assert 0 < served.sockets_of_network < served.of_network


def test_a_fair_behind_one_address_fits() -> None:
    assert capacity(WANTED).sockets_of_network >= 200


def start(soft: int, hard: int) -> tuple[int, str]:
    """Return the limit of a process that starts with these, and its log."""
    code = "from bot.logs import *; from bot.web.open_files import *; configure(); raise_limit(); print(limit())"
    ended = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard)),
    )
    return int(ended.stdout), ended.stderr


def test_the_limit_is_raised_as_far_as_it_may_be() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = WANTED if hard == resource.RLIM_INFINITY else min(hard, WANTED)
    limit, log = start(256, hard)
    assert limit == allowed
    assert bool(log) == (allowed < ENOUGH)


def test_where_it_is_too_small_the_log_says_what_is_served_and_what_to_do() -> None:
    limit, log = start(512, 1024)
    assert limit == 1024
    assert "384 open pages at a time, 128 of them from one network" in log
    assert "LimitNOFILE" in log
