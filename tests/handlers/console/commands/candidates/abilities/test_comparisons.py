"""Comparing candidates: who may see what, and what is left out."""

import pytest
from msgspec.structs import replace

from handlers.organisation.audit import read_entries
from handlers.organisation.events import Acted
from handlers.organisation.state import NAME
from storage.memory.store import MemoryStore
from tests.dialogues.playing import script_named
from tests.handlers.console.commands.candidates.abilities.test_profiles import GROUP, rates
from tests.handlers.console.desk import Desk, texts


@pytest.fixture
async def desk() -> Desk:
    found = Desk(MemoryStore(), "en")
    await found.claims()
    await found.says("boss", "/org add East")
    await found.campaign("spring", "East", "abilities")
    for name in ("Anna", "Ben", "Cleo"):
        await found.answers(name, "spring", 4)
    return found


async def test_whom_one_still_has_to_rate_is_left_out_and_named(desk: Desk) -> None:
    await desk.joins("Lee", "recruiter", "East")
    for name in ("Anna", "Ben"):
        await rates(desk, "Lee", name, [4, 4, 4, 4])
        await rates(desk, "boss", name, [2, 2, 2, 2])
    await rates(desk, "boss", "Cleo", [1, 1, 1, 1])
    (message,) = await desk.says("Lee", "/compare Anna Ben Cleo")
    assert "**" not in message.text
    assert message.text.startswith("Side by side · Anna · Ben\n")
    assert "Expression · Anna 3.0 · Ben 3.0 · 2 of 2 questions" in message.text
    assert "Cleo is left out until you have rated them" in message.text
    assert "1.0" not in message.text
    assert [choice.label for choice in message.choices] == ["Anna", "Ben", "Rate Cleo"]
    (said,) = texts(await desk.says("boss", "/compare Anna Ben Cleo"))
    assert "Cleo 1.0" in said


async def test_people_of_the_same_name_are_told_apart(desk: Desk) -> None:
    await rates(desk, "boss", "Anna", [4, 4, 4, 4])
    first = desk.interview_of("Anna")
    second = await desk.answers("Anna", "spring", 4)
    await rates(desk, "boss", "Anna", [2, 2, 2, 2])
    (message,) = await desk.says("boss", f"/compare {first} {second}")
    called = [f"Anna {each[:6].upper()}" for each in (first, second)]
    assert f"Expression · {called[0]} 4.0 · {called[1]} 2.0" in message.text
    assert [choice.label for choice in message.choices] == called
    assert message.file is not None
    assert f"Expression {called[0]} 4.0 {called[1]} 2.0" in message.file.alt


async def test_the_ranking_offers_to_compare_the_first(desk: Desk) -> None:
    for name, mark in (("Anna", 4), ("Ben", 3), ("Cleo", 5)):
        await rates(desk, "boss", name, [mark] * 4)
    await desk.says("boss", "/ranking spring")
    (said,) = texts(await desk.presses("boss", "Compare the first 3"))
    assert said.startswith("Side by side · Cleo · Anna · Ben\n")


async def test_in_a_group_it_goes_to_the_private_chat_and_names_are_not_recorded(desk: Desk) -> None:
    await rates(desk, "boss", "Anna", [4, 4, 4, 4])
    await rates(desk, "boss", "Ben", [3, 3, 3, 3])
    apart, said = await desk.receive(replace(desk.message("boss", "/compare Anna Ben", "staff:group"), chat=GROUP))
    assert (apart.to, said.to == GROUP) == (GROUP, False)
    assert "4.0" not in apart.text
    assert "Anna 4.0 · Ben 3.0" in said.text
    entries = read_entries(await desk.store.interviews.entries(NAME))
    lines = [event.line for entry in entries for event in entry.events if isinstance(event, Acted)]
    assert lines[-1] == f"/compare {desk.interview_of('Anna')} {desk.interview_of('Ben')}"


async def test_what_was_assessed_on_different_questions_is_not_compared(desk: Desk) -> None:
    await rates(desk, "boss", "Anna", [4, None, 3, None])
    await rates(desk, "boss", "Ben", [None, 5, 3, 3])
    (said,) = texts(await desk.says("boss", "/compare Anna Ben"))
    assert "Expression: assessed on different questions" in said
    assert "Tools: Anna answered, no score yet" in said
    assert "Analysis · Anna 3.0 · Ben 3.0 · 1 of 2 questions" in said


async def test_scripts_without_a_shared_competency_are_refused(desk: Desk) -> None:
    abilities = script_named("abilities")
    other = replace(
        abilities,
        id="other",
        competencies={"stamina": abilities.title},
        stages=tuple(
            replace(stage, questions=tuple(replace(each, competencies=("stamina",)) for each in stage.questions))
            for stage in abilities.stages
        ),
    )
    plain = replace(
        abilities,
        id="plain",
        competencies={},
        stages=tuple(
            replace(stage, questions=tuple(replace(each, competencies=()) for each in stage.questions))
            for stage in abilities.stages
        ),
    )
    for code, script, names in (("other", other, ("Dora",)), ("plain", plain, ("Emil", "Fred"))):
        version = replace(script, version=code * 8)
        await desk.campaigns.open(version, code=code, unit="East")
        for name in names:
            await desk.answers(name, code, 4)
    (said,) = texts(await desk.says("boss", "/compare Anna Dora"))
    assert said.startswith("Anna was asked about no competency of the others")
    (said,) = texts(await desk.says("boss", "/compare Emil Fred"))
    assert said.startswith("The questions of these interviews name no competencies")
    (said,) = texts(await desk.says("boss", "/profile Emil"))
    assert "name no competencies" in said
