"""How the tests are shared out among workers."""

import pytest

from tests.schedule import shared_out

UNITS = [f"unit {number}" for number in range(1000)]
FAULTS = [f"fault {number}" for number in range(8)]
BROWSER = [f"browser {number}" for number in range(20)]


def _dealt(tests: list[str], workers: int) -> list[list[str]]:
    """Return each worker's run, as pytest-xdist's `worksteal` deals them."""
    order = shared_out(
        tests, workers, lambda each: each.startswith("fault"), lambda each: each.startswith("browser")
    )
    assert sorted(order) == sorted(tests), "each test once"
    runs = []
    for number in range(workers):
        length = len(order) // (workers - number)
        runs.append(order[:length])
        order = order[length:]
    return runs


@pytest.mark.parametrize("workers", [2, 3, 5, 9])
def test_kills_and_browsers_begin_at_once_and_beside_each_other(workers: int) -> None:
    first, *others = _dealt([*UNITS[:50], *BROWSER, *FAULTS, *UNITS[50:]], workers)
    assert [each for each in first if not each.startswith("unit")] == BROWSER == first[: len(BROWSER)]
    kills = [[each for each in run if not each.startswith("unit")] for run in others]
    assert sorted(each for those in kills for each in those) == FAULTS
    assert all(run[: len(those)] == those for run, those in zip(others, kills, strict=True))
    assert max(map(len, kills)) - min(map(len, kills)) <= 1
    runs = [first, *others]
    assert max(map(len, runs)) - min(map(len, runs)) <= 1


@pytest.mark.parametrize("tests", [UNITS, FAULTS, BROWSER, [*FAULTS, *BROWSER], UNITS[:1]])
def test_whatever_is_run_each_test_is_in_one_place(tests: list[str]) -> None:
    for workers in (2, 3, 16):
        _dealt(tests, workers)
