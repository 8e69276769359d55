"""A resume code moves an interview to another messenger or device, once, within half an hour."""

import re

import pytest

from storage.memory.store import MemoryStore
from tests.fakes.scene import MINUTE, Person, Scene, named


@pytest.fixture
def scene() -> Scene:
    return Scene(MemoryStore())


async def started(scene: Scene) -> tuple[Person, Person, str]:
    """Return a candidate who has begun to answer, their account elsewhere, and the interview's id."""
    interview, token = await scene.invited("Anna")
    anna = scene.person("42")
    await anna.opens(token)
    await anna.presses("agree@-1")
    await anna.says("I was born in Qingdao")
    await scene.sent()
    return anna, scene.person("anna", channel="web"), interview


async def code_for(anna: Person) -> str:
    await anna.commands("switch")
    (said,) = await anna.hears()
    (code,) = re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}", said)
    return str(code)


@pytest.mark.parametrize("typed", [str, str.lower, lambda code: code.replace("-", ""), lambda code: f" {code} "])
async def test_the_interview_goes_on_elsewhere(scene: Scene, typed: type[str]) -> None:
    anna, elsewhere, interview = await started(scene)
    assert await elsewhere.says(typed(await code_for(anna))) == "committed"
    state = await scene.state(interview)
    assert state.address == elsewhere.address
    assert state.known == (anna.address, elsewhere.address)
    (welcome,) = await elsewhere.hears()
    assert "About you?" in welcome
    assert "I was born in Qingdao" in welcome
    await elsewhere.says("in 1999")
    assert [part.text for part in (await scene.state(interview)).parts] == ["I was born in Qingdao", "in 1999"]


async def test_a_code_works_as_a_start_payload(scene: Scene) -> None:
    anna, elsewhere, interview = await started(scene)
    assert await elsewhere.opens(await code_for(anna)) == "committed"
    assert (await scene.state(interview)).address == elsewhere.address


async def test_the_former_place_is_told_and_no_longer_asked(scene: Scene) -> None:
    anna, elsewhere, interview = await started(scene)
    await elsewhere.says(await code_for(anna))
    sent = await scene.sent()
    assert [message.to for message in sent].count(anna.address) == 1
    (told,) = [message for message in sent if message.to == anna.address]
    assert [choice.token.partition("@")[0] for choice in told.choices] == ["here"]
    scene.clock.forward(10 * MINUTE)
    await scene.tick(interview)
    assert {message.to for message in await scene.sent()} == {elsewhere.address}


async def test_a_word_from_the_former_place_is_kept_but_is_no_answer(scene: Scene) -> None:
    anna, elsewhere, interview = await started(scene)
    await elsewhere.says(await code_for(anna))
    await scene.sent()
    await anna.says("and I like numbers")
    assert [part.text for part in (await scene.state(interview)).parts] == ["I was born in Qingdao"]
    last = (await scene.entries(interview))[-1]
    assert "and I like numbers" in str(last)
    (message,) = await scene.sent()
    assert message.to == anna.address
    assert "About you?" not in message.text


async def test_the_former_place_may_take_it_back(scene: Scene) -> None:
    anna, elsewhere, interview = await started(scene)
    await elsewhere.says(await code_for(anna))
    await anna.presses("here@0")
    assert (await scene.state(interview)).address == anna.address
    await anna.says("and I like numbers")
    assert len((await scene.state(interview)).parts) == 2


async def test_a_code_works_once(scene: Scene) -> None:
    anna, elsewhere, interview = await started(scene)
    code = await code_for(anna)
    await elsewhere.says(code)
    thief = scene.person("666")
    await thief.says(code)
    assert (await scene.state(interview)).address == elsewhere.address
    assert named(await scene.entries(interview))[-1] == "OpeningRefused"
    (refusal,) = await thief.hears()
    assert "About you?" not in refusal
    assert await scene.store.directory.who(thief.address) is None


async def test_a_code_ends_after_half_an_hour(scene: Scene) -> None:
    anna, elsewhere, interview = await started(scene)
    code = await code_for(anna)
    scene.clock.forward(30 * MINUTE)
    await elsewhere.says(code)
    assert (await scene.state(interview)).address == anna.address
    assert named(await scene.entries(interview))[-1] == "OpeningRefused"


async def test_a_code_is_good_to_the_last_moment(scene: Scene) -> None:
    anna, elsewhere, interview = await started(scene)
    code = await code_for(anna)
    scene.clock.forward(30 * MINUTE - 1)
    await elsewhere.says(code)
    assert (await scene.state(interview)).address == elsewhere.address


async def test_a_new_code_ends_the_old_one(scene: Scene) -> None:
    anna, elsewhere, interview = await started(scene)
    old, new = await code_for(anna), await code_for(anna)
    await elsewhere.says(old)
    assert (await scene.state(interview)).address == anna.address
    await elsewhere.says(new)
    assert (await scene.state(interview)).address == elsewhere.address


async def test_ones_own_code_typed_where_one_is_changes_nothing(scene: Scene) -> None:
    anna, _, interview = await started(scene)
    await anna.says(await code_for(anna))
    assert (await scene.state(interview)).address == anna.address
    assert named(await scene.entries(interview))[-1] == "Informed"


async def test_nobody_finds_the_code_in_the_record(scene: Scene) -> None:
    anna, _, interview = await started(scene)
    code = (await code_for(anna)).replace("-", "")
    assert not any(code.encode() in blob for blob in await scene.store.interviews.entries(interview))


async def test_every_process_knows_where_the_candidate_is(scene: Scene) -> None:
    anna, elsewhere, interview = await started(scene)
    code = await code_for(anna)
    other = scene.process()
    anna.intake = other
    await anna.says("And I live in Jinan")
    await elsewhere.says(code)
    await scene.sent()
    await anna.says("and I like numbers")  # the other process still remembers the former address
    assert [part.text for part in (await scene.state(interview)).parts] == [
        "I was born in Qingdao",
        "And I live in Jinan",
    ]
    elsewhere.intake = other
    await elsewhere.says("in 1999")
    assert (await scene.state(interview)).parts[-1].text == "in 1999"


async def test_who_has_an_interview_elsewhere_sets_it_aside_by_a_code(scene: Scene) -> None:
    anna, elsewhere, interview = await started(scene)
    own, token = await scene.invited("Anna", code="own")
    await elsewhere.opens(token)
    await elsewhere.presses("agree@-1")
    await elsewhere.says(await code_for(anna))
    assert (await scene.state(own)).interruption == "aside"
    assert (await scene.state(interview)).address == elsewhere.address
    await elsewhere.says("in 1999")
    assert (await scene.state(interview)).parts[-1].text == "in 1999"
    assert (await scene.state(own)).parts == ()
