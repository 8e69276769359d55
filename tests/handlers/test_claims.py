"""Opening the link of an interview begun at another account. The phone's last digits or a recruiter let in."""

import asyncio

import pytest
from msgspec.structs import replace

from conversation import inbound as i
from conversation.state import State
from handlers.intake.runner import Result
from storage.memory.store import MemoryStore
from tests.fakes.scene import DAY, HOUR, MINUTE, RECRUITERS, Person, Scene, named

PHONE = "5678"


@pytest.fixture
def scene() -> Scene:
    return Scene(MemoryStore())


async def begun(scene: Scene, phone: str = PHONE) -> tuple[Person, Person, str, str]:
    """Return a candidate who has begun to answer, another account, the interview's id, and its token."""
    interview, token = await scene.invited("Anna", phone=phone)
    anna, other = scene.person("42"), scene.person("99")
    await anna.opens(token)
    await anna.presses("agree@-1")
    await anna.says("I was born in Qingdao")
    await scene.sent()
    return anna, other, interview, token


async def press(scene: Scene, person: Person, label: str = "confirmme") -> Result:
    """Press the last button shown to this person whose token starts with `label`."""
    tokens = [choice.token for message in await scene.sent(person.address) for choice in message.choices]
    return await person.presses(next(each for each in reversed(tokens) if each.startswith(label)))


async def confirms(scene: Scene, interview: str, *, agrees: bool, claim: str = "", cause: str = "yes") -> Result:
    return await scene.intake.answer_claim(interview, i.Inbound(cause, i.ClaimAnswered(agrees, "boss", claim)))


def interview_only(state: State) -> State:
    """Return the state without the fields that a claim may change."""
    return replace(state, claim=None, wrong_digits=0, refused=(), strangers_ms=0)


# the digits


@pytest.mark.parametrize("said", ["5678", " 5678 ", "56 78", "５６７８", "138 1234 5678", "+86 138-1234-5678"])
async def test_the_digits_let_in(scene: Scene, said: str) -> None:
    anna, other, interview, token = await begun(scene)
    await other.opens(token)
    (asked,) = await scene.sent(other.address)
    assert "About you?" not in asked.text
    assert "Anna" not in asked.text
    assert await other.says(said) == "committed"
    state = await scene.state(interview)
    assert (state.address, state.claim, state.phase) == (other.address, None, "running")
    assert [part.text for part in state.parts] == ["I was born in Qingdao"]
    (welcome,) = await other.hears()
    assert "I was born in Qingdao" in welcome
    (told,) = await scene.sent(anna.address)
    assert [choice.token.partition("@")[0] for choice in told.choices] == ["here"]
    await other.says("in 1999")
    assert [part.text for part in (await scene.state(interview)).parts] == ["I was born in Qingdao", "in 1999"]


@pytest.mark.parametrize("said", ["1234", "٥٦٧٨", "²²²²", "567", "56789", "hello", "5678 or 1234"])
async def test_nothing_else_lets_in(scene: Scene, said: str) -> None:
    anna, other, interview, token = await begun(scene)
    await other.opens(token)
    await other.says(said)
    assert (await scene.state(interview)).address == anna.address


async def test_three_wrong_tries_are_the_interviews_not_the_accounts(scene: Scene) -> None:
    anna, other, interview, token = await begun(scene)
    third = scene.person("77")
    await other.opens(token)
    await other.says("0000", "1111")
    await third.opens(token)
    await third.says("2222")
    assert (await scene.state(interview)).wrong_digits == 3
    for person in (third, other):
        await person.opens(token)
        await person.says(PHONE)
    state = await scene.state(interview)
    assert (state.address, state.wrong_digits) == (anna.address, 3)


async def test_wrong_digits_at_once_at_many_processes_are_all_counted(scene: Scene) -> None:
    anna, other, interview, token = await begun(scene)
    await other.opens(token)
    tries = [other.brings(i.TextReceived(f"000{number}")) for number in range(8)]
    processes = [scene.process() for _ in range(3)]
    await asyncio.gather(*(process.receive(each) for each in tries for process in processes))
    assert named(await scene.entries(interview)).count("ClaimTried") == 3
    await other.says(PHONE)
    assert (await scene.state(interview)).address == anna.address


async def test_where_no_number_is_known_only_a_recruiter_confirms(scene: Scene) -> None:
    anna, other, interview, token = await begun(scene, phone="")
    await other.opens(token)
    await other.says("", "0000")
    state = await scene.state(interview)
    assert (state.address, state.wrong_digits) == (anna.address, 0)
    await other.says("1")
    assert len(await scene.sent(RECRUITERS)) == 1


async def test_who_was_away_is_back_where_they_were(scene: Scene) -> None:
    _, other, interview, token = await begun(scene)
    scene.clock.forward(2 * HOUR)
    await scene.tick(interview)
    await other.opens(token)
    assert (await scene.state(interview)).phase == "paused"
    await other.says(PHONE)
    state = await scene.state(interview)
    assert (state.phase, state.last_ms) == ("running", scene.clock.now)
    scene.clock.forward(MINUTE)
    await scene.tick(interview)
    assert (await scene.state(interview)).phase == "running"


async def test_after_the_deadline_it_is_said_so_and_no_digits_are_kept(scene: Scene) -> None:
    _, other, interview, token = await begun(scene)
    scene.clock.forward(30 * DAY)
    await other.opens(token)
    await other.says("13812345678")
    state = await scene.state(interview)
    assert (state.phase, state.address) == ("lapsed", other.address)
    assert "13812345678" not in str(await scene.entries(interview))
    (last,) = [each for each in await scene.sent(other.address) if each.choices[0].token.startswith("extension")]
    assert last.text


async def test_a_thief_with_the_digits_cannot_keep_the_owner_out(scene: Scene) -> None:
    anna, thief, interview, token = await begun(scene)
    await thief.opens(token)
    await thief.says(PHONE)
    for _ in range(2):
        assert await press(scene, anna, "here") == "committed"
        assert (await scene.state(interview)).address == anna.address
        await scene.sent(thief.address)
        await thief.opens(token)
        assert (await scene.state(interview)).address == thief.address  # and anna gets another notice


# what a claim never does


async def test_whatever_is_said_before_changes_nothing_and_shows_nothing(scene: Scene) -> None:
    anna, other, interview, token = await begun(scene)
    before = interview_only(await scene.state(interview))
    await other.opens(token)
    photo = i.OtherReceived("photo", i.Media("file"))
    whats: list[i.What] = [
        i.TextReceived("hello"),
        i.TextReceived("/exit"),
        i.TextEdited("0000"),
        i.VoiceReceived(i.Media("file-1")),
        photo,
        *(i.CommandReceived(name) for name in ("start", "exit", "delete", "export", "mydata", "switch", "status")),
        *(
            i.ChoicePressed(f"{choice}@0.{interview[:4]}")
            for choice in ("submit", "here", "exit", "redo", "leave")
        ),
    ]
    for what in whats:
        await other.does(what)
    assert interview_only(await scene.state(interview)) == before
    assert {each.to for each in await scene.sent()} == {other.address}
    said = " ".join(each.text for each in await scene.sent(other.address))
    assert not any(secret in said for secret in ("Anna", "About you?", "Qingdao"))
    await anna.says("in 1999")
    assert len((await scene.state(interview)).parts) == 2


@pytest.mark.parametrize("kind", ["connected", "hidden", "lost"])
async def test_what_their_page_shows_is_passed_over_in_silence(scene: Scene, kind: i.CircumstanceKind) -> None:
    _, other, interview, token = await begun(scene)
    await other.opens(token)
    await scene.sent()
    before = await scene.record(interview)
    noticed = other.brings(i.CircumstanceNoticed(kind))
    assert await scene.intake.apply(interview, noticed) == "nothing"
    assert await other.does(i.ChannelClosed("blocked")) == "nothing"
    assert await scene.record(interview) == before
    assert await scene.sent() == []


async def test_a_claim_that_another_took_the_place_of_is_nobodys(scene: Scene) -> None:
    anna, other, interview, token = await begun(scene)
    third = scene.person("77")
    await other.opens(token)
    await third.opens(token)
    await scene.sent()
    assert await other.says(PHONE) == "stranger"
    assert await other.says("1") == "stranger"
    assert await scene.sent(RECRUITERS) == []
    state = await scene.state(interview)
    assert state.address == anna.address
    assert state.claim is not None
    assert state.claim.address == third.address


async def test_a_repeated_or_concurrent_event_changes_nothing_more(scene: Scene) -> None:
    _, other, interview, token = await begun(scene)
    opening = other.brings(i.CommandReceived("start", token))
    wrong = other.brings(i.TextReceived("0000"))
    asks = other.brings(i.TextReceived("1"))
    for event in (opening, wrong, asks):
        await asyncio.gather(*(scene.process().receive(event) for _ in range(4)))
    names = named(await scene.entries(interview))
    assert [names.count(each) for each in ("ClaimStarted", "ClaimTried", "ClaimPassedOn")] == [1, 1, 1]
    assert len(await scene.sent(RECRUITERS)) == 1
    before = await scene.record(interview)
    for event in (opening, wrong, asks):
        await scene.process().receive(event)
    assert await scene.record(interview) == before


async def test_a_claim_does_not_end_in_another_interviews_record(scene: Scene) -> None:
    _, other, interview, token = await begun(scene)
    await other.opens(token)
    own, own_token = await scene.invited("Ben", code="own")
    await other.opens(own_token)
    await other.presses("agree@-1")
    before = await scene.record(interview)
    stale = scene.process()
    for text in ("about me", PHONE):
        other.intake = stale
        await other.says(text)
    assert [part.text for part in (await scene.state(own)).parts] == ["about me", PHONE]
    assert await scene.record(interview) == before


# before anybody has agreed to anything


@pytest.mark.parametrize("how", ["guided", "exited", "unreachable"])
async def test_a_link_that_was_not_agreed_to_moves_by_itself(scene: Scene, how: str) -> None:
    interview, token = await scene.invited("Anna", phone=PHONE)
    anna, other = scene.person("42"), scene.person("99")
    await anna.opens(token)
    if how == "exited":
        await anna.presses("exit@-1")
    elif how == "unreachable":
        await anna.does(i.ChannelClosed("blocked"))
    await other.opens(token)
    state = await scene.state(interview)
    assert (state.address, state.claim) == (other.address, None)


async def test_whoever_talks_to_people_is_not_interrupted(scene: Scene) -> None:
    interview, token = await scene.invited("Anna", phone=PHONE)
    anna, other = scene.person("42"), scene.person("99")
    await anna.opens(token)
    await anna.presses("support@-1")
    await other.opens(token)
    assert (await scene.state(interview)).address == anna.address
