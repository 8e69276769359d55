"""Attacks on the ways in: taking all places, writing interviews without end, guessing codes.

The counters are in memory, with the scene's clock, and in Redis.
"""

import asyncio
import itertools
import re
import string

import pytest
from msgspec.structs import replace

from conversation import inbound as i
from handlers.intake import entry_limits
from handlers.intake.entry_limits import LEAST_PLACES, MOST_OF_A_NETWORK, MOST_TRIES
from storage.memory.store import MemoryStore
from storage.ports import Store
from tests.fakes.kv import MemoryKv
from tests.fakes.scene import DAY, HOUR, MINUTE, Person, Scene

ATTACKER, OTHER = "203.0.113.7", "198.51.100.9"
_users = itertools.count(1)


@pytest.fixture
def scene() -> Scene:
    return Scene(MemoryStore())


@pytest.fixture
def anywhere(store: Store) -> Scene:
    return Scene(store)


async def comes(scene: Scene, payload: str, network: str, person: Person | None = None) -> str:
    """Open a link on the web from a network, with a new key unless a person is given."""
    person = person or scene.person(f"key-{next(_users)}", channel="web")
    return await scene.intake.receive(person.brings(i.CommandReceived("start", payload)), None, network)


async def interviews(scene: Scene, campaign: str = "poster") -> int:
    return len([each async for each in scene.store.interviews.members(campaign)])


async def test_one_network_cannot_begin_interviews_without_end(anywhere: Scene) -> None:
    scene = anywhere
    await scene.walk_in()
    results = [await comes(scene, "poster", ATTACKER) for _ in range(MOST_OF_A_NETWORK + 20)]
    assert results.count("committed") == await interviews(scene) == MOST_OF_A_NETWORK
    assert results[-20:] == ["stranger"] * 20
    assert await comes(scene, "poster", OTHER) == "committed"


async def test_nor_by_coming_all_at_once_through_several_processes(anywhere: Scene) -> None:
    scene = anywhere
    await scene.walk_in(cap=10_000)
    intakes = [scene.process() for _ in range(4)]
    people = [scene.person(f"key-{next(_users)}", channel="web") for _ in range(MOST_OF_A_NETWORK + 30)]
    start = i.CommandReceived("start", "poster")
    await asyncio.gather(
        *(intakes[n % 4].receive(each.brings(start), None, ATTACKER) for n, each in enumerate(people))
    )
    assert await interviews(scene) == MOST_OF_A_NETWORK


async def test_the_window_ends(scene: Scene) -> None:
    await scene.walk_in()
    for _ in range(MOST_OF_A_NETWORK + 1):
        await comes(scene, "poster", ATTACKER)
    scene.clock.forward(10 * MINUTE)
    assert await comes(scene, "poster", ATTACKER) == "committed"


@pytest.mark.parametrize(("cap", "most"), [(8, 8), (20, LEAST_PLACES), (100, 25)])
async def test_one_network_cannot_take_all_places(scene: Scene, cap: int, most: int) -> None:
    await scene.walk_in(cap=cap)
    for _ in range(12):
        for _ in range(10):
            await comes(scene, "poster", ATTACKER)
        scene.clock.forward(11 * MINUTE)
    assert await interviews(scene) == most
    if most < cap:
        assert await comes(scene, "poster", OTHER) == "committed"
        scene.clock.forward(DAY)
        assert await comes(scene, "poster", ATTACKER) == "committed"


async def test_nor_by_way_of_another_campaign(scene: Scene) -> None:
    """Keys that are in an interview already take no more places in others than new ones."""
    await scene.walk_in(code="open")
    await scene.walk_in(cap=20)
    people = [scene.person(f"key-{number}", channel="web") for number in range(40)]
    for each in people:
        await comes(scene, "open", ATTACKER, each)
    scene.clock.forward(11 * MINUTE)
    for each in people:
        await comes(scene, "poster", ATTACKER, each)
    assert await interviews(scene) == LEAST_PLACES


async def test_who_is_in_stays_in_whatever_the_network_did(scene: Scene) -> None:
    await scene.walk_in(cap=40)
    anna = scene.person("anna", channel="web")
    await comes(scene, "poster", ATTACKER, anna)
    _, token = await scene.invited("Ben", code="invited")
    for _ in range(MOST_OF_A_NETWORK * 2):
        await comes(scene, "poster", ATTACKER)
    assert await comes(scene, "poster", ATTACKER, anna) == "committed"
    assert await comes(scene, token, ATTACKER) == "committed"


async def test_who_is_refused_leaves_no_trace_and_takes_no_place(scene: Scene) -> None:
    await scene.walk_in(cap=20)
    for _ in range(LEAST_PLACES):
        await comes(scene, "poster", ATTACKER)
    late = scene.person("late", channel="web")
    assert await comes(scene, "poster", ATTACKER, late) == "stranger"
    assert await scene.store.directory.who(late.address) is None
    (line,) = await late.hears()
    assert "another network" in line
    assert [await comes(scene, "poster", OTHER) for _ in range(10)].count("committed") == 10


@pytest.mark.parametrize("network", ["127.0.0.1", "127.8.8.8", "::1", ""])
async def test_this_machine_is_not_limited_as_a_network(scene: Scene, network: str) -> None:
    await scene.walk_in()
    for _ in range(MOST_OF_A_NETWORK + 5):
        assert await comes(scene, "poster", network) == "committed"


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entry_limits, "MOST_OF_AN_ACCOUNT", 30)
    monkeypatch.setattr(entry_limits, "MOST_OF_A_KIOSK", 20)


@pytest.mark.usefixtures("few")
async def test_an_account_is_limited_on_every_channel(anywhere: Scene) -> None:
    scene = anywhere
    await scene.walk_in()
    crowd = [scene.person(f"{number}") for number in range(33)]
    assert [await each.opens("poster") for each in crowd] == ["committed"] * 30 + ["stranger"] * 3
    (line,) = await crowd[-1].hears()
    assert "Too many people" in line
    assert await crowd[0].opens("poster") == "committed"
    assert await comes(scene, "poster", OTHER) == "committed"  # another account


@pytest.mark.usefixtures("few")
async def test_what_a_network_is_refused_does_not_use_up_the_account(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entry_limits, "MOST_OF_A_NETWORK", 5)
    await scene.walk_in()
    for _ in range(60):
        await comes(scene, "poster", ATTACKER)
    assert await comes(scene, "poster", OTHER) == "committed"


@pytest.mark.usefixtures("few")
async def test_a_kiosk_is_exempt_as_a_network_but_not_without_bound(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entry_limits, "MOST_OF_A_NETWORK", 5)
    campaign = await scene.walk_in(cap=400)
    await scene.store.directory.put_campaign(replace(campaign, kiosk=True))
    await scene.walk_in(code="other")
    results = [await comes(scene, "poster", ATTACKER) for _ in range(60)]
    assert results.count("committed") == 20
    assert await comes(scene, "other", OTHER) == "committed"  # others' campaigns go on
    scene.clock.forward(HOUR)
    assert await comes(scene, "poster", ATTACKER) == "committed"


# guessing


async def guesses(scene: Scene, number: int, network: str = "") -> None:
    for n in range(number):
        await comes(scene, f"no-such-token-{n}", network or ATTACKER)


async def test_guessing_ends_after_a_few_tries_even_with_the_right_one(anywhere: Scene) -> None:
    scene = anywhere
    _, token = await scene.invited()
    await guesses(scene, MOST_TRIES)
    thief = scene.person("thief", channel="web")
    assert await comes(scene, token, ATTACKER, thief) == "stranger"
    (line,) = await thief.hears()
    assert "ten minutes" in line
    assert await comes(scene, token, OTHER) == "committed"


async def test_guessing_many_at_once_looks_no_further(anywhere: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = anywhere
    looked: list[str] = []
    look = scene.store.directory.invitation

    async def watched(token: str) -> str | None:
        looked.append(token)
        return await look(token)

    monkeypatch.setattr(scene.store.directory, "invitation", watched)
    await asyncio.gather(*(comes(scene, f"no-such-token-{n}", ATTACKER) for n in range(60)))
    assert len(looked) == MOST_TRIES


async def test_right_ones_are_not_counted_and_a_right_one_after_wrong_ones_works(scene: Scene) -> None:
    for n in range(3 * MOST_TRIES):
        _, token = await scene.invited(code=f"c{n}")
        assert await comes(scene, token, OTHER) == "committed"
    _, token = await scene.invited(code="mine")
    await guesses(scene, MOST_TRIES - 1, OTHER)
    assert await comes(scene, token, OTHER) == "committed"


async def test_an_outdated_link_that_many_open_is_no_guessing(scene: Scene) -> None:
    _, token = await scene.invited()
    for _ in range(3 * MOST_TRIES):
        await comes(scene, "an-outdated-link", OTHER)
    assert await comes(scene, token, OTHER) == "committed"


async def test_the_tries_come_back(scene: Scene) -> None:
    _, token = await scene.invited()
    await guesses(scene, 3 * MOST_TRIES)
    scene.clock.forward(10 * MINUTE)
    assert await comes(scene, token, ATTACKER) == "committed"


async def test_guessing_by_typing_in_an_interview_is_limited_and_loses_no_answer(scene: Scene) -> None:
    """A code typed there brings a moved interview; whoever is in one may not guess for that."""
    await scene.walk_in()
    anna, ben = scene.person("anna", channel="web"), scene.person("ben", channel="web")
    for each in (anna, ben):
        await comes(scene, "poster", OTHER, each)
        await each.presses("agree@-1")
    await anna.hears()
    await anna.commands("switch")
    found = re.search(r"\b\w{4}-\w{4}\b", " ".join(await anna.hears()))
    assert found
    code = found[0]

    async def types(text: str) -> str:
        return await scene.intake.receive(ben.brings(i.TextReceived(text)), None, ATTACKER)

    for n in range(MOST_TRIES):
        await types(f"2345-678{string.ascii_uppercase[n]}".replace("I", "Z"))
    await types(code)
    interview = await scene.store.directory.who(ben.address)
    assert interview is not None
    state = await scene.state(interview)
    assert state.address == ben.address
    assert code in [part.text for part in state.parts]


async def test_a_sender_elsewhere_is_limited_alone(scene: Scene) -> None:
    _, token = await scene.invited()
    thief, anna = scene.person("666"), scene.person("42")
    for n in range(MOST_TRIES):
        await thief.opens(f"no-such-token-{n}")
    assert await thief.opens(token) == "stranger"
    assert await anna.opens(token) == "committed"


async def test_on_a_network_without_tries_left_people_go_on(scene: Scene) -> None:
    await scene.walk_in()
    anna = scene.person("anna", channel="web")
    await comes(scene, "poster", ATTACKER, anna)
    await guesses(scene, 3 * MOST_TRIES)
    assert await comes(scene, "poster", ATTACKER, anna) != "stranger"
    assert await anna.presses("agree@-1") == "committed"


async def test_the_store_holds_no_visitors_network(scene: Scene) -> None:
    await scene.walk_in(cap=20)
    await comes(scene, "poster", ATTACKER)
    await guesses(scene, 2)
    assert isinstance(scene.kv, MemoryKv)
    held = str(scene.kv.values)
    assert "entries:" in held
    assert ATTACKER not in held
