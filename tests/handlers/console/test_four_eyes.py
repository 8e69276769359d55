"""Where two colleagues have to agree, nobody counts as second whose right comes from the one who asks."""

from collections.abc import Sequence

import pytest

from handlers.organisation.repository import audit_organisation, load
from storage.memory.store import MemoryStore
from tests.handlers.console.desk import Desk, texts

YES, AGREE = "Yes, do it", "Agree: do it"

Invited = tuple[str, str, str]
"""Name, role, and name of the colleague who invites them."""


async def organisation(invited: Sequence[Invited], rule: str) -> Desk:
    """Return a desk with unit East, in which `rule` requires two colleagues, and people `invited` there.

    `boss` is the owner.
    """
    desk = Desk(MemoryStore(), "en")
    await desk.claims()
    await desk.says("boss", "/org add East")
    await desk.says("boss", f"/org rule East {rule} on")
    await desk.campaign("spring", "East")
    for who, role, by in invited:
        await desk.joins(who, role, "East", by)
    return desk


ADMIN: Invited = ("ann", "admin", "boss")


@pytest.mark.parametrize(
    ("invited", "seconds"),
    [
        ([ADMIN], {"boss"}),
        ([ADMIN, ("ann2", "admin", "ann")], {"boss"}),
        ([ADMIN, ("ann2", "admin", "ann"), ("ann3", "recruiter", "ann2")], {"boss"}),
        ([ADMIN, ("lee", "recruiter", "boss")], {"boss", "lee"}),
        ([ADMIN, ("ann2", "recruiter", "ann"), ("ann2", "recruiter", "boss")], {"boss", "ann2"}),
        ([ADMIN, ("ben", "admin", "boss"), ("lee", "recruiter", "ben")], {"boss", "ben", "lee"}),
    ],
    ids=["alone", "second account", "through another", "colleague", "given anew", "by a colleague"],
)
async def test_only_others_are_asked(invited: list[Invited], seconds: set[str]) -> None:
    desk = await organisation(invited, "bulk")
    await desk.says("ann", "/invite spring 101")
    waits, *asked = await desk.presses("ann", YES)
    names = {name for name, address in desk._people.items() if address in {each.to for each in asked}}
    assert names == seconds
    assert all(name in waits.text for name in seconds)


@pytest.mark.parametrize(
    "invited",
    [
        [("ann2", "admin", "ann")],
        [("ann2", "admin", "ann"), ("ann3", "recruiter", "ann2")],
    ],
    ids=["second account", "through another"],
)
async def test_ones_own_second_account_cannot_agree(invited: list[Invited]) -> None:
    desk = await organisation([ADMIN, *invited], "bulk")
    await desk.says("ann", "/invite spring 101")
    await desk.presses("ann", YES)
    ticket = next(name for name, each in (await load(desk.store)).state.tickets.items() if each.second)
    (answer,) = await desk.says(invited[-1][0], f"/yes {ticket}")
    assert "comes from the colleague who asks" in answer.text
    assert not (await desk.store.interviews.counts("spring")).get("interviews")
    await desk.presses("boss", AGREE)
    assert (await desk.store.interviews.counts("spring"))["interviews"] == 101
    await audit_organisation(desk.store)


async def test_a_chain_is_known_after_its_middle_has_left() -> None:
    desk = await organisation([ADMIN, ("ann2", "admin", "ann"), ("ann3", "recruiter", "ann2")], "bulk")
    people = {each.name: each.id for each in (await load(desk.store)).state.people.values()}
    await desk.says("boss", f"/staff revoke {people['ann2']} admin East")
    await desk.says("ann", "/invite spring 101")
    _, *asked = await desk.presses("ann", YES)
    assert [each.to for each in asked] == [desk._people["boss"]]


async def test_the_only_owner_is_told_how_to_find_a_second() -> None:
    desk = await organisation([ADMIN], "bulk")
    await desk.says("boss", "/invite spring 101")
    (answer,) = await desk.presses("boss", YES)
    assert "xumian claim" in answer.text
    await desk.claims("second")
    await desk.says("boss", "/invite spring 101")
    waits, asked = await desk.presses("boss", YES)
    assert "second" in waits.text
    assert asked.to == desk._people["second"]


async def test_a_decision_is_not_confirmed_by_ones_own_second_account() -> None:
    desk = await organisation([ADMIN, ("ann2", "recruiter", "ann"), ("lee", "recruiter", "boss")], "decisions")
    interview = await desk.answers("Mia", "spring", 4)
    (proposed,) = await desk.says("ann", f"/decide {interview} yes")
    assert "Proposed" in proposed.text
    (refused,) = await desk.says("ann2", f"/decide {interview} yes")
    assert "comes from the colleague who asks" in refused.text
    record = await desk.store.interviews.load(interview)
    assert record is not None
    assert record.state.decision == ""
    decided, told = await desk.says("lee", f"/decide {interview} yes")
    assert told.to == desk._people["ann"]
    assert "Proposed" not in decided.text
    record = await desk.store.interviews.load(interview)
    assert record is not None
    assert record.state.decision == "yes"


async def test_who_asked_has_lost_the_right_and_that_is_said() -> None:
    desk = await organisation([("lee", "recruiter", "boss"), ("wang", "recruiter", "boss")], "bulk")
    await desk.says("lee", "/invite spring 101")
    await desk.presses("lee", YES)
    await desk.says("boss", "/staff revoke lee recruiter East")
    (answer,) = await desk.presses("wang", AGREE)
    assert "has lost the right" in answer.text
    assert not (await desk.store.interviews.counts("spring")).get("interviews")


@pytest.mark.parametrize("hour", [10, 23], ids=["by day", "at night"])
async def test_a_broadcast_of_somebody_who_lost_the_right_is_not_sent(hour: int) -> None:
    desk = await organisation([("lee", "recruiter", "boss")], "decisions")
    for name in ("Mia", "Leo"):
        await desk.starts(name, "spring")
    desk.now += (hour - 10) * 3600_000
    await desk.says("lee", "/broadcast spring Please come on Monday")
    await desk.presses("lee", YES)
    await desk.says("boss", "/staff revoke lee recruiter East")
    desk.now += 14 * 3600_000
    desk.heard.clear()
    await desk.broadcasts()
    told = texts(await desk.sent())
    assert any("has no right to it any more" in text for text in told)
    assert not any("Monday" in message.text for message in desk.heard)
    assert not (await load(desk.store)).state.broadcasts
    await audit_organisation(desk.store)


async def test_a_broadcast_that_a_second_agreed_to_needs_the_right_of_who_asked() -> None:
    desk = await organisation([("lee", "recruiter", "boss"), ("wang", "recruiter", "boss")], "bulk")
    for number in range(101):
        await desk.starts(f"P{number}", "spring")
    await desk.says("lee", "/broadcast spring all Please come on Monday")
    await desk.presses("lee", YES)
    await desk.presses("wang", AGREE)
    await desk.says("boss", "/staff revoke lee recruiter East")
    desk.now += 120_000
    desk.heard.clear()
    await desk.broadcasts()
    assert not any("Monday" in message.text for message in desk.heard)
