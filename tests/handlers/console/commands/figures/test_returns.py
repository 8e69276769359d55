"""Who was away, who came back, and what brought them back: made-up histories, counted by hand."""

import pytest

from conversation import inbound as i
from conversation.inbound import Address, Inbound
from storage.ports import Store
from tests.handlers.console.desk import Desk, texts

HOUR = 3600_000


@pytest.fixture
async def desk(store: Store) -> Desk:
    desk = Desk(store, "en")
    await desk.claims()
    await desk.campaign("spring")
    return desk


async def counted(desk: Desk) -> dict[str, int]:
    counts = await desk.store.interviews.counts("spring")
    apart = ("away.", "returns.")  # breakdowns by hour, channel and likely cause
    ours = (
        name for name in counts if name.startswith(("away", "returns", "stayed")) and not name.startswith(apart)
    )
    return {name: counts[name] for name in ours if counts[name]}


async def returns(desk: Desk, name: str) -> None:
    await desk.does(name, i.TextReceived("I am back"))


async def test_by_themselves(desk: Desk) -> None:
    await desk.exits("Anna", "spring")
    await returns(desk, "Anna")
    assert await counted(desk) == {"away": 1, "away:exit": 1, "returns": 1, "returns:saved": 1}


async def test_a_pause_that_ends_in_an_exit_is_one_exit(desk: Desk) -> None:
    await desk.answers("Anna", "spring", 2)
    await desk.does("Anna", i.ChoicePressed("exit"))
    for choice in ("pause", "leave"):
        await desk.does("Anna", i.CommandReceived("exit"))
        await desk.does("Anna", i.ChoicePressed(choice if choice == "pause" else "exit"))
    counts = await counted(desk)
    assert (counts["away"], counts["away:exit"]) == (1, 1)
    assert "away:pause" not in counts


async def test_after_a_reminder(desk: Desk) -> None:
    await desk.answers("Anna", "spring", 2)
    desk.now += HOUR
    await desk.ticks()
    await returns(desk, "Anna")
    assert await counted(desk) == {"away": 1, "away:silence": 1, "returns": 1, "returns:reminder": 1}


async def test_long_after_a_reminder_they_come_by_themselves(desk: Desk) -> None:
    await desk.answers("Anna", "spring", 2)
    desk.now += HOUR
    await desk.ticks()
    desk.now += 2 * HOUR
    await returns(desk, "Anna")
    assert (await counted(desk))["returns:saved"] == 1


async def test_after_more_time(desk: Desk) -> None:
    await desk.exits("Anna", "spring")
    await desk.says("boss", "/extend Anna")
    await returns(desk, "Anna")
    assert (await counted(desk))["returns:extension"] == 1


async def test_after_a_broadcast(desk: Desk) -> None:
    interview = await desk.exits("Anna", "spring")
    await desk.intake.apply(interview, Inbound("b:1", i.Announced("Hello", "boss")))
    await returns(desk, "Anna")
    assert (await counted(desk))["returns:announcement"] == 1


async def test_on_another_device(desk: Desk) -> None:
    await desk.exits("Anna", "spring")
    (answer,) = await desk.says("boss", "/invite Anna")
    code = answer.text.rsplit(": ", 1)[-1]
    elsewhere = Address("web", "web", "another-phone")
    await desk.intake.receive(Inbound("in:code", i.TextReceived(code), elsewhere, desk.now))
    assert (await counted(desk))["returns:channel"] == 1


async def test_what_was_done_before_the_last_time_away_does_not_count(desk: Desk) -> None:
    await desk.exits("Anna", "spring")
    await desk.says("boss", "/extend Anna")
    await returns(desk, "Anna")
    await desk.does("Anna", i.CommandReceived("exit"))
    await desk.does("Anna", i.ChoicePressed("exit"))
    await desk.does("Anna", i.ChoicePressed("reason.network"))
    await returns(desk, "Anna")
    counts = await counted(desk)
    assert (counts["returns:extension"], counts["returns:saved"]) == (1, 1)


async def test_who_stays_after_the_warning_was_not_away(desk: Desk) -> None:
    await desk.answers("Anna", "spring", 1)
    await desk.does("Anna", i.CommandReceived("exit"))
    await desk.does("Anna", i.ChoicePressed("continue"))
    assert await counted(desk) == {"stayed": 1}


async def test_the_figures_are_said_with_their_interval(desk: Desk) -> None:
    for number in range(12):
        await desk.exits(f"Candidate {number}", "spring")
    for number in range(9):
        await returns(desk, f"Candidate {number}")
    (answer,) = texts(await desk.says("boss", "/exits spring"))
    assert "Interruptions: 12, back: 9" in answer
    assert "75% (95% interval 46–92%)" in answer
    assert "back 9 = nothing: back by themselves to what was saved 9" in answer
