"""A process with outdated memory, while another one handles an interview, loses no answers and no timers."""

import re

import pytest

from conversation.inbound import TextEdited
from storage import keys
from storage.memory.store import MemoryStore
from storage.ports import Store
from tests.fakes.scene import DAY, MINUTE, Person, Scene


@pytest.fixture
def scene() -> Scene:
    return Scene(MemoryStore())


async def started(scene: Scene) -> tuple[Person, str]:
    interview, token = await scene.invited("Anna")
    anna = scene.person("42")
    await anna.opens(token)
    await anna.presses("agree@-1")
    await scene.sent()
    return anna, interview


async def test_who_has_moved_is_known_everywhere(scene: Scene) -> None:
    anna, interview = await started(scene)
    other = scene.process()
    await anna.commands("switch")
    (said,) = await anna.hears()
    (code,) = re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}", said)
    elsewhere = scene.person("anna", channel="web")
    elsewhere.intake = other
    assert await elsewhere.says(str(code)) == "committed"
    elsewhere.intake = scene.intake  # this process remembers the interview at its former address
    assert await elsewhere.says("I study statistics") == "committed"
    assert [part.text for part in (await scene.state(interview)).parts] == ["I study statistics"]


async def test_a_timer_of_another_process_does_not_put_an_interview_to_sleep(scene: Scene) -> None:
    anna, interview = await started(scene)
    timers = scene.process()
    await anna.presses("exit@0")
    scene.clock.forward(11 * MINUTE)
    assert await scene.tick(interview, timers) == "committed"  # `timers` remembers the state after the exit
    assert await anna.says("I am back") == "committed"
    scene.clock.forward(11 * MINUTE)
    assert await scene.tick(interview, timers) == "committed"
    assert (await scene.state(interview)).interruption == "silence"


async def test_an_older_look_does_not_move_a_newer_due_time(store: Store) -> None:
    scene = Scene(store)
    anna, interview = await started(scene)
    version = (await scene.record(interview)).version
    await anna.says("I study statistics")
    partition = keys.partition_of(interview)
    due = await store.interviews.due(partition, scene.clock() + DAY, 9)
    await store.interviews.reschedule(interview, 0, version)
    assert await store.interviews.due(partition, scene.clock() + DAY, 9) == due
    await store.interviews.reschedule(interview, 0, version + 1)
    assert await store.interviews.due(partition, scene.clock() + DAY, 9) == []


async def test_a_button_of_another_interview_presses_nothing(scene: Scene) -> None:
    _, first = await scene.invited("Anna", code="spring")
    second, token = await scene.invited("Anna", code="summer")
    anna = scene.person("42")
    await anna.opens(first)
    (guide,) = [message for message in await scene.sent(anna.address) if message.choices]
    await anna.opens(token)
    await anna.presses(guide.choices[0].token)
    assert (await scene.state(second)).phase == "guided"
    assert (await scene.state(second)).consent == ""


async def test_the_link_of_a_finished_interview_does_not_interrupt_another(scene: Scene) -> None:
    anna, first = await started(scene)
    second, token = await scene.invited("Anna", code="summer")
    await finish(anna, scene, first)
    assert await anna.opens(token) == "committed"
    await anna.presses("agree@-1")
    await scene.store.directory.put_invitation("a-token-of-the-first-1", first)
    assert await anna.opens("a-token-of-the-first-1") == "committed"
    assert await scene.store.directory.who(anna.address) == second
    assert not (await scene.state(second)).aside


async def test_an_edit_after_leaving_completes_nothing(scene: Scene) -> None:
    anna, interview = await started(scene)
    said = anna.brings(TextEdited("5"))
    await anna.presses("exit@0")
    await anna.intake.receive(said)
    assert (await scene.state(interview)).phase == "exited"


async def finish(anna: Person, scene: Scene, interview: str) -> None:
    """Answer whatever is asked until the end."""
    for _ in range(40):
        state = await scene.state(interview)
        if state.phase == "completed":
            return
        script = await scene.intake.script(state.script)
        question = script.steps[state.index].question
        match question.kind:
            case "choice":
                await anna.presses(f"option.0@{state.index}")
            case "number":
                await anna.says(f"{question.minimum or 1:g}")
            case _:
                await anna.says("an answer")
        if question.kind == "open":
            await anna.presses(f"submit@{state.index}")
    raise AssertionError("it does not end")
