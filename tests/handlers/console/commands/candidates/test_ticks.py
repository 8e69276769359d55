"""Ticking several candidates: what a press does, when the list no longer fits, and what is done for whom."""

import pytest

from conversation.state import State
from handlers.actions import approvals
from handlers.actions.many import DecideMany, ExtendMany
from handlers.organisation.repository import load
from storage.memory.store import MemoryStore
from tests.handlers.console.desk import Desk, texts

YES = "Yes, do it"
HOUR_MS = 3600_000


@pytest.fixture
async def desk() -> Desk:
    desk = Desk(MemoryStore(), "en")
    await desk.claims()
    await desk.says("boss", "/org add East")
    await desk.campaign("spring", "East")
    await desk.joins("Lee", "recruiter", "East")
    return desk


async def several(desk: Desk, number: int) -> None:
    for each in range(number):
        await desk.starts(f"P{each:03}", "spring")


async def state_of(desk: Desk, name: str) -> State:
    record = await desk.store.interviews.load(desk.interview_of(name))
    assert record
    return record.state


async def ticked(desk: Desk) -> set[str]:
    (made,) = (await load(desk.store)).state.tick_lists.values()
    return set(made.ticked)


def button(desk: Desk, who: str, label: str) -> str:
    return next(line for name, line in reversed(desk._buttons[str(desk._people[who])]) if name == label)


async def test_pages_keep_what_is_ticked_on_others(desk: Desk) -> None:
    await several(desk, 12)
    (shown,) = await desk.says("Lee", "/tick spring")
    assert "page 1 of 2" in shown.text
    await desk.presses("Lee", "Tick this page")
    assert len(await ticked(desk)) == 10
    (second,) = await desk.presses("Lee", "Next")
    assert "page 2 of 2" in second.text
    assert "10 ticked" in second.text
    await desk.presses("Lee", "Tick this page")
    await desk.presses("Lee", "48 hours more")
    (done,) = await desk.presses("Lee", YES)
    assert done.text.startswith("12 candidates have 48 hours more.")


async def test_the_buttons_of_one_list_change_one_message(desk: Desk) -> None:
    await several(desk, 2)
    (first,) = await desk.says("Lee", "/tick spring")
    (second,) = await desk.presses("Lee", "Tick this page")
    (other,) = await desk.says("Lee", "/tick spring")
    assert first.subject == second.subject != other.subject
    assert first.subject


async def test_a_press_that_comes_twice_counts_once(desk: Desk) -> None:
    await several(desk, 2)
    await desk.says("Lee", "/tick spring")
    line = button(desk, "Lee", "☐ P000 · under way")
    press = desk.message("Lee", line, "staff:press")
    await desk.receive(press)
    await desk.receive(press)
    await desk.says("Lee", line)
    assert await ticked(desk) == {desk.interview_of("P000")}


async def test_two_presses_on_the_same_message_both_count(desk: Desk) -> None:
    await several(desk, 2)
    await desk.says("Lee", "/tick spring")
    lines = [button(desk, "Lee", f"☐ {name} · under way") for name in ("P000", "P001")]
    for line in lines:
        await desk.says("Lee", line)
    assert await ticked(desk) == {desk.interview_of("P000"), desk.interview_of("P001")}


@pytest.mark.parametrize("what", ["+{id}", "p1", "+p1", "yes", "remind"])
async def test_only_whoever_opened_a_list_uses_it_and_only_for_an_hour(desk: Desk, what: str) -> None:
    await several(desk, 1)
    await desk.says("Lee", "/tick spring")
    line = button(desk, "Lee", "Tick this page").rpartition(" ")[0]
    pressed = f"{line} {what.format(id=desk.interview_of('P000'))}"
    (theirs,) = await desk.says("boss", pressed)
    assert theirs.text.startswith("A colleague opened this list")
    desk.now += HOUR_MS
    (gone,) = await desk.says("Lee", pressed)
    assert gone.text.startswith("This list has expired")
    assert not await ticked(desk)


@pytest.mark.parametrize(
    "what", ["", "x", "+", "-", "+p", "p", "+0123456789abcdef", "hire", "p1 p2", "+p99999999"]
)
async def test_what_is_no_button_changes_nothing(desk: Desk, what: str) -> None:
    await several(desk, 1)
    await desk.says("Lee", "/tick spring")
    line = button(desk, "Lee", "Tick this page").rpartition(" ")[0]
    (said,) = await desk.says("Lee", f"{line} {what}".strip())
    assert said.text
    if what != "+p99999999":
        assert not await ticked(desk)


async def test_nobody_is_turned_down_who_has_not_finished(desk: Desk) -> None:
    await desk.answers("Mia", "spring", 4)
    await desk.starts("Leo", "spring")
    await desk.says("Lee", "/tick spring")
    (shown,) = await desk.presses("Lee", "Tick this page")
    assert "Not suitable" not in [choice.label for choice in shown.choices]
    line = button(desk, "Lee", "Next round").rpartition(" ")[0]
    (preview,) = await desk.says("Lee", f"{line} no")
    assert "for 1 candidate" in preview.text
    assert "Leo (has not finished)" in preview.text


async def test_who_changed_since_is_left_out_by_name(desk: Desk) -> None:
    for name in ("Mia", "Leo"):
        await desk.starts(name, "spring")
    await desk.says("Lee", "/tick spring")
    await desk.presses("Lee", "Tick this page")
    await desk.presses("Lee", "48 hours more")
    before = {name: (await state_of(desk, name)).deadline_ms for name in ("Mia", "Leo")}
    await desk.says("boss", f"/forget {desk.interview_of('Leo')}")
    await desk.presses("boss", YES)
    await desk.erases()
    await desk.sent()
    (done,) = await desk.presses("Lee", YES)
    assert done.text.startswith("1 candidate has 48 hours more.\nMia")
    assert "data erased" in done.text
    assert (await state_of(desk, "Mia")).deadline_ms == before["Mia"] + 48 * HOUR_MS


async def test_who_lost_the_right_does_nothing(desk: Desk) -> None:
    await desk.answers("Mia", "spring", 4)
    await desk.says("Lee", "/tick spring")
    await desk.presses("Lee", "Tick this page")
    await desk.presses("Lee", "Next round")
    person = next(each for each in (await load(desk.store)).state.people.values() if each.name == "Lee")
    await desk.joins("Lee2", "recruiter")
    await desk.says("boss", f"/staff revoke {person.id} recruiter East")
    await desk.presses("Lee", YES)
    assert (await state_of(desk, "Mia")).decision == ""


async def test_another_decision_is_replaced_only_after_it_was_said(desk: Desk) -> None:
    for name in ("Mia", "Leo"):
        await desk.answers(name, "spring", 4)
    await desk.says("boss", "/decide Mia no")
    await desk.says("Lee", "/tick spring")
    await desk.presses("Lee", "Tick this page")
    (preview,) = await desk.presses("Lee", "Next round")
    assert "1 of them has another decision" in preview.text


async def test_a_confirmation_that_comes_twice_moves_deadlines_once(desk: Desk) -> None:
    await several(desk, 3)
    await desk.says("Lee", "/tick spring")
    await desk.presses("Lee", "Tick this page")
    await desk.presses("Lee", "48 hours more")
    before = (await state_of(desk, "P000")).deadline_ms
    confirmed = desk.message("Lee", button(desk, "Lee", YES), "staff:yes")
    await desk.receive(confirmed)
    await desk.receive(confirmed)
    assert (await state_of(desk, "P000")).deadline_ms == before + 48 * HOUR_MS


@pytest.mark.parametrize("rule_of", ["East", "South"])
async def test_many_need_a_second_colleague_where_any_of_their_units_says_so(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, rule_of: str
) -> None:
    monkeypatch.setattr(approvals, "BULK", 3)
    await desk.says("boss", "/org add South")
    await desk.campaign("autumn", "South")
    await desk.joins("Ann", "admin")
    await several(desk, 2)
    for name in ("Mia", "Leo"):
        await desk.starts(name, "autumn")
    await desk.says("boss", f"/org rule {rule_of} bulk on")
    await desk.says("Ann", "/tick running")
    await desk.presses("Ann", "Tick this page")
    await desk.presses("Ann", "48 hours more")
    before = (await state_of(desk, "Mia")).deadline_ms
    said = texts(await desk.presses("Ann", YES))
    assert any("boss" in each for each in said)
    assert (await state_of(desk, "Mia")).deadline_ms == before
    await desk.presses("boss", "Agree: do it")
    assert (await state_of(desk, "Mia")).deadline_ms == before + 48 * HOUR_MS


def test_the_record_names_the_number_not_the_people() -> None:
    assert DecideMany(("a" * 16, "b" * 16), "yes").line == "/tick yes 2"
    assert ExtendMany(("a" * 16,), 24).line == "/tick extend 1 24h"
