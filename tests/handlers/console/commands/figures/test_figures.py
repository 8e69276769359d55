"""Figures: correct, careful with small numbers, limited to one's rights, and at a constant cost."""

from math import comb
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation.script import ExitReason, Wording
from handlers.figures.rates import CELLS, FEW, bar, kept_back, share
from storage import keys
from storage.ports import Store
from storage.redis.connection import is_cluster
from storage.redis.store import RedisStore
from tests.handlers.console.desk import Desk, texts

FIGURES = ("stats", "exits", "funnel spring")


# shares, intervals and hidden counts


def test_the_interval_is_wilsons() -> None:
    # the values of R's prop.test(correct = FALSE), rounded outwards
    assert share(9, 13) == (69, 42, 88)
    assert share(50, 100) == (50, 40, 60)
    assert share(0, 20) == (0, 0, 17)
    assert share(20, 20) == (100, 83, 100)


@given(st.integers(0, 400), st.integers(0, 400))
def test_the_interval_holds_the_share_and_stays_between_nothing_and_all(number: int, others: int) -> None:
    found = share(number, number + others)
    if number + others < FEW:
        assert found is None
        return
    assert found is not None
    assert 0 <= found.low <= found.percent <= found.high <= 100
    assert found.low < found.high


@pytest.mark.parametrize("true_share", [0.3, 0.5, 0.8])
@pytest.mark.parametrize("total", [10, 40, 150])
def test_about_every_twentieth_interval_misses(true_share: float, total: int) -> None:
    missed = 0.0
    for number in range(total + 1):
        found = share(number, total)
        assert found is not None
        if not found.low <= true_share * 100 <= found.high:
            missed += comb(total, number) * true_share**number * (1 - true_share) ** (total - number)
    assert missed < 0.08


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 12), max_size=6))
def test_nothing_that_is_kept_back_can_be_worked_out(counts: dict[str, int]) -> None:
    hidden = kept_back(counts)
    there = {name for name, number in counts.items() if number}
    assert hidden <= there
    assert {name for name in there if counts[name] < FEW} <= hidden
    if not any(counts[name] < FEW for name in there):
        assert not hidden
    elif hidden != there:
        # The sum of the hidden counts is known, and that each is at least 1. No count may follow from that.
        together = sum(counts[name] for name in hidden)
        assert len(hidden) > 1
        assert together > len(hidden)
        assert together >= FEW


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ({"a": 10, "b": 1, "c": 1}, "abc"),  # hiding b and c alone would reveal them: their sum is 2
        ({"a": 20, "b": 9, "c": 1, "d": 1}, "bcd"),
        ({"a": 20, "b": 4, "c": 4}, "bc"),
        ({"a": 20, "b": 5, "c": 1}, "bc"),
        ({"a": 20, "b": 5}, ""),
        ({"a": 3}, "a"),
    ],
)
def test_so_many_are_kept_back_that_it_stays_open(counts: dict[str, int], hidden: str) -> None:
    assert kept_back(counts) == frozenset(hidden)


@given(st.integers(0, 500), st.integers(0, 500))
def test_a_bar_has_always_the_same_length(number: int, most: int) -> None:
    drawn = bar(number, most)
    assert len(drawn) == CELLS
    assert ("█" in drawn) == (number > 0 and most > 0)


# commands


async def test_what_is_counted_is_what_happened(store: Store) -> None:
    desk = Desk(store, "en")
    await desk.claims()
    await desk.campaign("spring")
    for number in range(3):
        await desk.answers(f"done {number}", "spring", 4)
    await desk.exits("left", "spring")
    await desk.answers("silent", "spring", 1)
    await desk.opens("looked", "spring")
    spring = await desk.campaigns.find("spring")
    await desk.campaigns.invite(spring, "never came")
    desk.now += 4 * 86_400_000
    await desk.ticks()
    await desk.ticks()
    (said,) = texts(await desk.says("boss", "/stats spring"))
    assert "Invited 7 · opened 6 · started 5" in said
    assert "Completed 3 · exited 1 · unfinished at the deadline 2" in said
    assert "Of the 6 that have ended" in said
    assert "completion rate 50%" in said
    (said,) = texts(await desk.says("boss", "/funnel spring"))
    assert "4/5 Introduction" in said
    assert "3/4 Professional questions" in said
    assert "may go on" not in said


async def test_reasons_are_kept_back_where_they_would_tell_of_single_people(store: Store) -> None:
    desk = Desk(store, "en")
    await desk.claims()
    await desk.campaign("spring")
    for number, reason in enumerate(["network"] * 6 + ["device"] * 2 + ["no_time"] * 7 + ["skipped"] * 6):
        await desk.exits(f"c{number}", "spring", reason)
    await desk.joins("office", "analyst")
    (said,) = texts(await desk.says("office", "/exits"))
    assert "departures 21" in said
    assert "Network and devices 8" in said
    assert "Poor network not shown" in said, "or the other one would be 8 - 6"
    assert "evice trouble not shown" in said
    assert "Time 7" in said
    assert "Not said 6" in said


async def test_a_scripts_own_reasons_have_its_own_names(store: Store) -> None:
    desk = Desk(store, "en")
    own = ExitReason("shifts", "personal", Wording("倒班", "Shift work"))
    desk.script = type(desk.script)(
        **{name: getattr(desk.script, name) for name in desk.script.__struct_fields__}
        | {"exit_reasons": (*desk.script.exit_reasons, own), "version": "another"}
    )
    await desk.claims()
    await desk.campaign("spring")
    for number in range(6):
        await desk.exits(f"c{number}", "spring", "shifts")
    (said,) = texts(await desk.says("boss", "/exits spring"))
    assert "Personal 6\n　Shift work 6" in said


async def test_many_units_come_in_pages(store: Store) -> None:
    desk = Desk(store, "en")
    await desk.claims()
    await desk.says("boss", "/org add 华北大区")
    for number in range(23):
        await desk.says("boss", f"/org add 北京第{number:02d}分部 华北大区")
        await desk.campaign(f"c{number:02d}", f"北京第{number:02d}分部")
    await desk.opens("one", "c07")
    for first in ("/stats", "/stats 华北大区"):
        pages = texts(await desk.says("boss", first))
        pages += texts(await desk.presses("boss", "Next"))
        pages += texts(await desk.presses("boss", "Next"))
        assert [page.count("\n· ") for page in pages] == [10, 10, 3]
        assert pages[0].split("By unit\n")[1].startswith("· 北京第07分部: invited 1")
        assert texts(await desk.presses("boss", "Previous")) == [pages[1]]
        assert all(len(page) < 4096 for page in pages)
    assert "Usage" in texts(await desk.says("boss", "/stats page 9"))[0]
    assert "Usage" in texts(await desk.says("boss", "/stats page x"))[0]


@pytest.mark.parametrize("role", ["owner", "admin", "recruiter", "auditor", "support"])
async def test_everybody_sees_the_figures_of_their_own_units(role: str, store: Store) -> None:
    desk = Desk(store, "en")
    await desk.claims()
    for unit, below in (("East", ""), ("Shanghai", "East"), ("South", "")):
        await desk.says("boss", f"/org add {unit} {below}")
    for campaign, unit in (("spring", "Shanghai"), ("autumn", "South")):
        await desk.campaign(campaign, unit)
        await desk.opens(f"somebody in {campaign}", campaign)
    await desk.joins("reader", role, "East")
    if role == "support":
        for command in FIGURES:
            assert texts(await desk.says("reader", f"/{command}"))[0].startswith("Your role does not include")
        return
    assert "Invited 1 " in texts(await desk.says("reader", "/stats"))[0]
    assert "Invited 1 " in texts(await desk.says("reader", "/stats all"))[0]
    for own in ("spring", "Shanghai", "East"):
        assert "Invited 1 " in texts(await desk.says("reader", f"/stats {own}"))[0]
        assert "Nobody has left" in texts(await desk.says("reader", f"/exits {own}"))[0]
    for command in ("stats", "exits", "funnel"):
        foreign = texts(await desk.says("reader", f"/{command} autumn"))[0]
        assert foreign == texts(await desk.says("reader", f"/{command} nothing"))[0].replace("nothing", "autumn")
    assert "no campaign or unit" in texts(await desk.says("reader", "/stats South"))[0]
    assert await desk.says("stranger", "/stats") == []


async def test_the_same_message_is_answered_once(store: Store) -> None:
    desk = Desk(store, "en")
    await desk.claims()
    for command in FIGURES:
        message = desk.message("boss", f"/{command}", f"again {command}")
        assert len(await desk.receive(message)) == 1
        assert await desk.receive(message) == []


# what it costs


@pytest.fixture
def sent(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the commands sent to the server, one per round trip."""
    if not isinstance(store, RedisStore):
        pytest.skip("nothing is sent to the store in memory")
    client, names = store.client, list[str]()
    execute = client.execute_command

    async def noted(*arguments: Any, **options: Any) -> Any:
        names.append(str(arguments[0]))
        return await execute(*arguments, **options)

    monkeypatch.setattr(client, "execute_command", noted)
    return names


async def test_figures_cost_the_same_whatever_the_number_of_interviews(store: Store, sent: list[str]) -> None:
    desk = Desk(store, "en")
    await desk.claims()
    await desk.campaign("spring")
    spring, costs = await desk.campaigns.find("spring"), list[list[int]]()
    for command in FIGURES:  # loads the scripts into the server, so that this isn't counted
        await desk.says("boss", f"/{command}")
    for number in (10, 300):
        for each in range(number):
            await desk.campaigns.invite(spring, str(each))
        costs.append([])
        for command in FIGURES:
            message = desk.message("boss", f"/{command}", f"{number} {command}")
            sent.clear()
            await desk.console.receive(message)
            costs[-1].append(len(sent))
            assert await desk.sent()
    assert costs[0] == costs[1]
    assert isinstance(store, RedisStore)
    assert max(costs[0]) <= (6 + 2 * keys.PARTITIONS if is_cluster(store.client) else 8), costs
