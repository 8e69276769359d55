"""What exports contain besides the answers: requests, support, and the reasons for absences."""

from typing import Any

from conversation.inbound import DeliveryFailed, Inbound
from handlers.maintenance.export import interviews
from storage.memory.store import MemoryStore
from tests.fakes.scene import DAY, Person, Scene


async def begun() -> tuple[Scene, Person, str]:
    scene = Scene(MemoryStore())
    interview, token = await scene.invited("Anna", code="spring")
    anna = scene.person("42")
    await anna.opens(token)
    await anna.presses("agree@-1")
    return scene, anna, interview


async def exported(scene: Scene) -> dict[str, Any]:
    campaign = await scene.campaigns.find("spring")
    (row,) = [row async for row in interviews(scene.store, campaign)]
    return row


async def test_requests_and_support_are_in_the_export() -> None:
    scene, anna, _ = await begun()
    assert (await exported(scene)).items() >= {"requests": [], "support": []}.items()
    await anna.commands("human")
    await anna.says("I cannot hear you")
    await anna.commands("support")
    await anna.says("The picture is missing")
    row = await exported(scene)
    (request,) = row["requests"]
    assert request.items() >= {"right": "human", "number": 1, "text": "I cannot hear you"}.items()
    assert request["at"].startswith("2026-11-24T02:00:00")
    assert [line["text"] for line in row["support"]] == ["The picture is missing"]


async def test_a_lapse_that_nobody_explains_is_unknown() -> None:
    scene, anna, interview = await begun()
    assert (await exported(scene))["interruptions"] == []
    scene.clock.forward(10 * DAY)
    await scene.tick(interview)
    row = await exported(scene)
    assert (row["state"], row["interruptions"][-1]["reason"]) == ("lapsed", "unknown")
    await anna.presses("reason.no_time@0")
    assert (await exported(scene))["interruptions"][-1]["reason"] == "no_time"


async def test_who_cannot_be_reached_left_for_an_unknown_reason() -> None:
    scene, _, interview = await begun()
    await scene.intake.apply(interview, Inbound("blocked", DeliveryFailed("blocked")))
    row = await exported(scene)
    assert (row["state"], row["interruptions"][-1]["reason"]) == ("unreachable", "unknown")


async def test_a_pause_without_a_reason_has_none() -> None:
    scene, anna, _ = await begun()
    await anna.commands("exit")
    await anna.presses("pause@0")
    (pause,) = (await exported(scene))["interruptions"]
    assert (pause["kind"], pause["reason"]) == ("pause", None)
