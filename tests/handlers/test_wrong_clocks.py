"""The platform's clock and ours differ: a message still belongs to what was on the screen when it was sent."""

import re

import pytest

from conversation import events as e
from conversation import inbound as i
from storage.memory.store import MemoryStore
from tests.fakes.scene import HOUR, MINUTE, Person, Scene

SECOND = 1000
WRONG_MS = (-HOUR, -90 * SECOND, -2 * SECOND, 0, 2 * SECOND, 90 * SECOND, HOUR)


class Phone:
    """A candidate whose platform numbers what they send, and has another time than we have, by `wrong_ms`."""

    def __init__(self, person: Person, wrong_ms: int, number: int = 8_000) -> None:
        self.person = person
        self.wrong_ms = wrong_ms
        self._number = number

    def sends(self, what: i.What) -> i.Inbound:
        """Return what they send now. It may arrive later."""
        self._number += 1
        clock = self.person.scene.clock
        clock.forward(5 * SECOND)
        sent_ms = 0 if isinstance(what, i.ChoicePressed) else clock.now + self.wrong_ms
        return self.person.brings(what, sent_ms=sent_ms, sequence=self._number)

    async def does(self, *whats: i.What) -> None:
        for what in whats:
            await self.person.intake.receive(self.sends(what))


def says(text: str) -> i.What:
    return i.TextReceived(text)


async def begun(wrong_ms: int) -> tuple[Scene, str, Phone]:
    scene = Scene(MemoryStore())
    interview, token = await scene.invited("Anna")
    phone = Phone(scene.person("42"), wrong_ms)
    await phone.does(i.CommandReceived("start", token), i.ChoicePressed("agree@-1"))
    return scene, interview, phone


async def parts(scene: Scene, interview: str) -> dict[str, list[str]]:
    """Return what was filed under each question."""
    found: dict[str, list[str]] = {}
    for entry in await scene.entries(interview):
        for event in entry.events:
            if isinstance(event, e.PartReceived):
                found.setdefault(event.question, []).append(event.text)
    return found


@pytest.mark.parametrize("wrong_ms", WRONG_MS)
async def test_a_message_belongs_to_the_question_that_was_open_when_it_was_sent(wrong_ms: int) -> None:
    scene, interview, phone = await begun(wrong_ms)
    await phone.does(says("first"))
    overtaken = phone.sends(says("and more"))
    await phone.does(i.ChoicePressed("submit@0"))
    await phone.person.intake.receive(overtaken)
    await phone.does(says("second"))
    assert await parts(scene, interview) == {"about": ["first", "and more"], "city": ["second"]}
    heard = "\n".join(await phone.person.hears())
    assert heard.count("filed it there") == 1


@pytest.mark.parametrize("wrong_ms", WRONG_MS)
@pytest.mark.parametrize("way", ["pause", "exit"])
async def test_what_is_said_after_leaving_is_a_return(wrong_ms: int, way: str) -> None:
    scene, interview, phone = await begun(wrong_ms)
    await phone.does(says("first"))
    overtaken = phone.sends(says("and more"))
    await phone.does(i.ChoicePressed("leave@0"), i.ChoicePressed(f"{way}@0"))
    await phone.person.intake.receive(overtaken)
    state = await scene.state(interview)
    assert (state.interruption, [each.text for each in state.parts]) == (way, ["first", "and more"])
    if way == "pause":
        await phone.does(says("I am back"))
        assert (await scene.state(interview)).phase == "running"


async def test_sequences_that_begin_anew_say_nothing() -> None:
    scene, interview, phone = await begun(0)
    await phone.does(says("first"), i.ChoicePressed("submit@0"))
    scene.clock.forward(30 * HOUR)
    await Phone(phone.person, 0, number=17).does(says("second"))
    assert await parts(scene, interview) == {"about": ["first"], "city": ["second"]}


async def test_another_account_has_other_sequences() -> None:
    scene, interview, phone = await begun(0)
    await phone.does(says("first"), i.ChoicePressed("submit@0"), i.CommandReceived("switch", ""))
    shown = re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}", "\n".join(await phone.person.hears()))
    other = Phone(scene.person("43"), 0, number=17)
    await other.does(i.CommandReceived("start", shown[-1].replace("-", "")))
    scene.clock.forward(MINUTE)
    await other.does(says("second"))
    assert await parts(scene, interview) == {"about": ["first"], "city": ["second"]}
