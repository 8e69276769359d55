"""/experiment: the variants side by side, and what can be concluded about them."""

import pytest
from msgspec.structs import replace

from conversation import inbound as i
from conversation.script import Reminder, Variant
from storage.memory.store import MemoryStore
from tests.handlers.console.desk import Desk, texts

VARIANTS = (
    Variant("as-is"),
    Variant("hour", reminders=(Reminder(after_s=3600), Reminder(after_s=86_400))),
    Variant("brief", exit_warning="brief", order={"introduction": ("about-you",)}),
)


@pytest.fixture
async def desk() -> Desk:
    desk = Desk(MemoryStore(), "en")
    desk.script = replace(desk.script, experiment="first-reminder", variants=VARIANTS[:2])
    await desk.claims()
    await desk.campaign("spring")
    return desk


async def leaves(desk: Desk, name: str) -> None:
    await desk.does(name, i.ChoicePressed("exit"))
    await desk.does(name, i.ChoicePressed("reason.network"))


async def finishes(desk: Desk, name: str) -> None:
    await desk.does(name, i.TextReceived("I read statistics."))
    await desk.does(name, i.ChoicePressed("submit"))
    for what in (i.TextReceived("Excel"), i.ChoicePressed("option.1"), i.TextReceived("75")):
        await desk.does(name, what)


async def test_at_first_it_is_too_early(desk: Desk) -> None:
    await desk.answers("Anna", "spring", 4)
    (said,) = texts(await desk.says("boss", "/experiment spring"))
    assert said.startswith("Experiment first-reminder · spring · Data analyst")
    assert "as-is (as in the script)" in said
    assert "hour (2 reminders)" in said
    assert "too early to tell: in each variant at least 20" in said


async def test_a_campaign_without_one(desk: Desk) -> None:
    desk.script = replace(desk.script, experiment="", variants=(), version="plain")
    await desk.campaign("autumn")
    (said,) = texts(await desk.says("boss", "/experiment autumn"))
    assert "autumn has no experiment" in said
    assert "Usage" in texts(await desk.says("boss", "/experiment"))[0]
    assert "no campaign" in texts(await desk.says("boss", "/experiment winter"))[0]


async def test_what_shows_is_said_with_a_picture(desk: Desk) -> None:
    campaign = await desk.campaigns.find("spring")
    first, second = campaign.variants
    completed = 0
    for number in range(120):
        name = f"c{number}"
        interview = await desk.starts(name, "spring")
        record = await desk.store.interviews.load(interview)
        assert record
        if record.state.script == second or completed < 20:
            completed += record.state.script == first
            await finishes(desk, name)
        else:
            await leaves(desk, name)
    (message,) = await desk.says("boss", "/experiment spring")
    assert "hour completes more than as-is: the whole interval is above 0." in message.text
    assert "points from the first" in message.text
    assert message.file is not None
    assert message.file.alt.startswith("Completion rate of those who began, by variant (95% intervals): as-is ")
