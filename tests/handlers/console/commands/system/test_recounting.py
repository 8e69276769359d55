"""Every counter can be recomputed from the records."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversation import inbound as i
from conversation.inbound import Inbound
from conversation.views.counters import Change
from handlers.maintenance.erase import SETTLED_MS
from handlers.maintenance.recount import Recount, recount
from storage.memory.store import MemoryStore
from storage.ports import Store
from tests.handlers.console.desk import MONDAY, ZONE, Desk

HOUR = 3600_000
_ACTS = st.sampled_from(
    [
        "exit",
        "reason.network",
        "reason.other",
        "continue",
        "text",
        "support",
        "hour",
        "day",
        "submit",
        "option.1",
        "face.3",
        "lost",
        "hidden",
        "connected",
        "voice",
        "adjust",
        "yes",
        "no",
    ]
)


_SAID: dict[str, i.What] = {
    "text": i.TextReceived("Some words"),
    "voice": i.VoiceReceived(i.Media("voice", "voice", 9_000)),
    "adjust": i.CommandReceived("adjust", "more time"),
}


async def last(store: Store, campaign: str = "spring") -> Recount:
    return [found async for found in recount(store, campaign, ZONE, MONDAY + 30 * 24 * HOUR)][-1]


async def act(desk: Desk, name: str, what: str) -> None:
    if what in ("hour", "day"):
        desk.now += HOUR * (24 if what == "day" else 1)
        await desk.ticks()
        return
    if what in ("lost", "hidden", "connected"):
        kind: Any = what
        desk._numbers += 1
        shown = Inbound(f"in:{desk._numbers}", i.CircumstanceNoticed(kind), desk._candidates[name])
        await desk.intake.receive(shown)
        return
    if what in ("yes", "no"):
        desk._numbers += 1
        decided = i.DecisionMade(what, "boss")
        await desk.intake.apply(desk.interview_of(name), Inbound(f"in:{desk._numbers}", decided))
        return
    said: i.What = _SAID.get(what) or i.ChoicePressed(what)
    desk._numbers += 1
    desk.now += 15_000
    await desk.intake.receive(Inbound(f"in:{desk._numbers}", said, desk._candidates[name], desk.now))


@given(st.lists(st.lists(_ACTS, max_size=14), min_size=1, max_size=4))
@settings(max_examples=120)
async def test_on_any_histories(histories: list[list[str]]) -> None:
    desk = Desk(MemoryStore(), "en")
    await desk.campaign("spring")
    for number, acts in enumerate(histories):
        await desk.starts(f"Candidate {number}", "spring")
        for each in acts:
            await act(desk, f"Candidate {number}", each)
    found = await last(desk.store)
    assert found.interviews == len(histories)
    assert found.differences() == {}
    assert {name: n for name, n in found.counted.items() if n} == found.computed


async def test_in_every_store(store: Store) -> None:
    desk = Desk(store, "en")
    await desk.claims()
    await desk.campaign("spring")
    await desk.says("boss", "/invite spring Nobody")
    interview = await desk.exits("Anna", "spring")
    await desk.does("Anna", i.TextReceived("I am back"))
    await desk.answers("Ben", "spring", 4)
    await desk.says("boss", "/decide Ben yes")
    await desk.says("boss", "/decide Ben hold")
    assert (await last(store)).differences() == {}
    await desk.says("boss", f"/forget {interview}")
    await desk.presses("boss", "Yes, do it")
    for _ in range(2):
        await desk.erases()
        desk.now += SETTLED_MS
    found = await last(store)
    assert (found.interviews, found.erased) == (3, 1)
    assert found.differences() == {}
    assert found.counted["exits"] == 1, "counts stay"
    assert "exits" not in found.computed


@pytest.mark.parametrize("change", [1, -1])
async def test_what_was_counted_wrongly_is_found(change: int) -> None:
    desk = Desk(MemoryStore(), "en")
    await desk.campaign("spring")
    await desk.exits("Anna", "spring")
    store: Any = desk.store
    store.interviews._counts["spring"]["exits"] += change
    assert (await last(desk.store)).differences() == {"exits": (1 + change, 1)}


async def test_what_was_counted_wrongly_is_corrected(store: Store) -> None:
    desk = Desk(store, "en")
    await desk.campaign("spring")
    await desk.exits("Anna", "spring")
    today = "2026-11-23"
    await store.interviews.adjust("spring", [Change("exits", 4), Change("stopped", -1, today), Change("odd", 2)])
    found = await last(store)
    assert found.differences() == {"exits": (5, 1), f"{today} stopped": (0, 1), "odd": (2, 0)}
    await store.interviews.adjust("spring", found.corrections())
    assert (await last(store)).differences() == {}


async def test_progress_comes_after_so_many() -> None:
    desk = Desk(MemoryStore(), "en")
    await desk.claims()
    await desk.campaign("spring")
    await desk.says("boss", "/invite spring 1200")
    await desk.presses("boss", "Yes, do it")
    seen = [found.interviews async for found in recount(desk.store, "spring", ZONE, desk.now)]
    assert seen == [500, 1000, 1200]
    assert Counter((await last(desk.store)).computed)["phase:invited"] == 1200


async def test_the_day_of_an_invitation_can_be_recounted_whatever_became_of_it(store: Store) -> None:
    desk = Desk(store, "en")
    await desk.claims()
    await desk.campaign("spring")
    for name in ("Ann", "Ben", "Cid"):
        await desk.says("boss", f'/invite spring "{name}"')
    await desk.exits("Dan", "spring")
    desk.now += 24 * HOUR
    for line in ("/revoke Ann", "/reissue Ben"):
        await desk.says("boss", line)
        await desk.presses("boss", "Yes, do it")
    found = await last(store)
    assert found.differences() == {}
    assert (found.counted["2026-11-23 interviews"], found.counted["2026-11-24 interviews"]) == (2, 1)


async def test_an_invitation_that_was_taken_back_and_erased_counts_nowhere(store: Store) -> None:
    desk = Desk(store, "en")
    await desk.claims()
    campaign = await desk.campaign("spring")
    invitation = await desk.campaigns.invite(campaign, "Nobody")
    await desk.intake.apply(invitation.interview, Inbound("withdraw", i.InvitationWithdrawn()))
    await desk.intake.apply(invitation.interview, Inbound("erase", i.ErasureOrdered("boss")))
    found = await last(store)
    assert found.differences() == {}
    assert {name: n for name, n in found.counted.items() if n} == {"withdrawn": 1}
