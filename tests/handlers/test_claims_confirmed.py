"""A recruiter admits or refuses somebody who opens the link at another account."""

import pytest

from conversation import inbound as i
from conversation.decide.claims import mark_of
from storage.memory.store import MemoryStore
from tests.fakes.scene import HOUR, RECRUITERS, Scene, named
from tests.handlers.test_claims import PHONE, begun, confirms, interview_only, press


@pytest.fixture
def scene() -> Scene:
    return Scene(MemoryStore())


async def test_a_recruiter_is_asked_once_and_lets_in(scene: Scene) -> None:
    anna, other, interview, token = await begun(scene, phone="")
    other.name = "Anna L."
    await other.opens(token)
    await press(scene, other)
    await other.says("are you there?")
    (card,) = await scene.sent(RECRUITERS)
    assert "Anna L." in card.text
    assert "Telegram" in card.text
    assert "Anna L." not in str(await scene.entries(interview))
    await scene.sent()
    assert await confirms(scene, interview, agrees=True) == "committed"
    state = await scene.state(interview)
    assert (state.address, state.phase) == (other.address, "running")
    sent = await scene.sent()
    assert {each.to for each in sent} == {anna.address, other.address}
    (there,) = [each for each in sent if each.to == other.address]
    assert "About you?" in there.text
    await other.says("in 1999")
    assert len((await scene.state(interview)).parts) == 2


async def test_who_is_away_is_not_taken_to_be_back_by_a_recruiters_word(scene: Scene) -> None:
    _, other, interview, token = await begun(scene, phone="")
    scene.clock.forward(2 * HOUR)
    await scene.tick(interview)
    await other.opens(token)
    await press(scene, other)
    await scene.sent()
    await confirms(scene, interview, agrees=True)
    assert (await scene.state(interview)).phase == "paused"
    assert "Returned" not in named(await scene.entries(interview))
    assert await press(scene, other, "continue") == "committed"
    state = await scene.state(interview)
    assert (state.phase, state.address) == ("running", other.address)


async def test_who_is_refused_is_a_stranger_and_asks_no_more(scene: Scene) -> None:
    anna, other, interview, token = await begun(scene)
    await other.opens(token)
    await press(scene, other)
    await scene.sent()
    assert await confirms(scene, interview, agrees=False) == "committed"
    assert len(await other.hears()) == 1
    before = interview_only(await scene.state(interview))
    assert await other.says(PHONE) == "stranger"
    assert await other.says("1") == "stranger"
    await other.opens(token)
    assert await other.says(PHONE) == "stranger"
    assert await scene.sent(RECRUITERS) == []
    assert interview_only(await scene.state(interview)) == before
    assert before.address == anna.address


async def test_who_is_refused_may_still_type_another_code(scene: Scene) -> None:
    _, other, interview, token = await begun(scene)
    await other.opens(token)
    await press(scene, other)
    await confirms(scene, interview, agrees=False)
    await scene.walk_in()
    assert await other.says("poster") == "committed"
    assert await scene.store.directory.who(other.address) not in (None, interview)


async def test_while_one_waits_another_is_told_so(scene: Scene) -> None:
    _, other, interview, token = await begun(scene)
    third = scene.person("77")
    await other.opens(token)
    await press(scene, other)
    await third.opens(token)
    assert len(await third.hears()) == 1
    assert await third.says("1") == "stranger"
    claim = (await scene.state(interview)).claim
    assert claim is not None
    assert claim.address == other.address


async def test_an_answer_to_one_claim_is_none_to_the_next(scene: Scene) -> None:
    anna, other, interview, token = await begun(scene, phone="")
    third = scene.person("77")
    await other.opens(token)
    await press(scene, other)
    claim = (await scene.state(interview)).claim
    assert claim is not None
    await confirms(scene, interview, agrees=False, cause="no")
    await third.opens(token)
    await press(scene, third)
    assert await confirms(scene, interview, agrees=True, claim=mark_of(claim), cause="late") == "nothing"
    assert (await scene.state(interview)).address == anna.address
    await confirms(scene, interview, agrees=True, cause="now")
    assert (await scene.state(interview)).address == third.address


@pytest.mark.parametrize("agrees", [True, False])
async def test_whoever_has_an_interview_of_their_own_asks_by_the_button(scene: Scene, agrees: bool) -> None:
    anna, other, interview, token = await begun(scene)
    own, own_token = await scene.invited("Anna", code="own")
    await other.opens(own_token)
    await other.presses("agree@-1")
    await other.opens(token)
    await other.says(PHONE)  # taken as an answer in their own interview
    assert [part.text for part in (await scene.state(own)).parts] == [PHONE]
    assert (await scene.state(interview)).address == anna.address
    assert await press(scene, other) == "committed"
    assert len(await scene.sent(RECRUITERS)) == 1
    assert (await scene.state(own)).interruption == ""
    await confirms(scene, interview, agrees=agrees)
    theirs = interview if agrees else own
    assert await scene.store.directory.who(other.address) == theirs
    assert await scene.store.directory.formerly(other.address) is None
    assert (await scene.state(own)).interruption == ("aside" if agrees else "")
    await other.says("more")
    assert (await scene.state(theirs)).parts[-1].text == "more"


async def test_whoever_has_an_interview_of_their_own_may_open_the_link_once_more(scene: Scene) -> None:
    _, other, interview, token = await begun(scene)
    own, own_token = await scene.invited("Anna", code="own")
    await other.opens(own_token)
    await other.presses("agree@-1")
    opening = other.brings(i.CommandReceived("start", token))
    for _ in range(3):  # repeated by the platform
        await scene.intake.receive(opening)
    assert await scene.sent(RECRUITERS) == []
    await other.opens(token)
    assert len(await scene.sent(RECRUITERS)) == 1
    await other.opens(token)
    assert await scene.sent(RECRUITERS) == []
    await confirms(scene, interview, agrees=True)
    assert (await scene.state(interview)).address == other.address
    assert (await scene.state(own)).interruption == "aside"


async def test_who_claimed_before_they_had_one_of_their_own_is_asked_first(scene: Scene) -> None:
    _, other, interview, token = await begun(scene)
    await other.opens(token)
    _, own_token = await scene.invited("Anna", code="own")
    await other.opens(own_token)
    await other.opens(token)
    assert await scene.sent(RECRUITERS) == []
    claim = (await scene.state(interview)).claim
    assert claim is not None
    assert (claim.tries, claim.asked) == (0, False)


async def test_a_button_of_somebody_elses_claim_does_nothing(scene: Scene) -> None:
    _, other, interview, token = await begun(scene)
    await other.opens(token)
    stranger = scene.person("666")
    assert await stranger.presses(f"confirmme@.{interview}") == "stranger"
    assert await scene.sent(RECRUITERS) == []
    claim = (await scene.state(interview)).claim
    assert claim is not None
    assert not claim.asked


async def test_an_answer_that_comes_too_late_leads_nobody_anywhere(scene: Scene) -> None:
    anna, other, interview, token = await begun(scene)
    own, own_token = await scene.invited("Anna", code="own")
    await anna.opens(own_token)  # anna is now in another interview
    await other.opens(token)
    await press(scene, other)
    await confirms(scene, interview, agrees=False)
    assert await scene.store.directory.who(anna.address) == own
