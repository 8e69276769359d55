"""How people get into an interview, by invitation or walk-in code, and who doesn't."""

import asyncio
from datetime import UTC

import pytest
from msgspec.structs import replace

from conversation import events as e
from conversation import inbound as i
from conversation.script import Script
from handlers.campaigns import Campaigns
from handlers.catalogues import vocabulary
from handlers.intake.entrance import Entrance
from handlers.intake.strangers import TRIES_A_MINUTE
from storage import keys
from storage.memory.store import MemoryStore
from storage.redis.store import RedisStore
from tests.fakes.scene import HOUR, Scene, named
from tests.fakes.scripts import SCRIPT

NAMED: Script = replace(SCRIPT, register="name", version="named-1")


@pytest.fixture
def scene() -> Scene:
    return Scene(MemoryStore())


async def test_a_stranger_gets_one_polite_line_and_leaves_no_trace(scene: Scene) -> None:
    stranger = scene.person("666")
    assert await stranger.says("hello", "is anybody there?", "hello!!!") == "stranger"
    assert await stranger.presses("agree@-1") == "stranger"
    assert len(await stranger.hears()) == 1
    assert await scene.store.directory.who(stranger.address) is None
    assert await scene.store.directory.campaigns() == []


async def test_each_stranger_gets_a_line_in_their_language(scene: Scene) -> None:
    chinese, english = scene.person("1", language="zh-hans"), scene.person("2", language="en-GB")
    await chinese.says("喂")
    await english.says("hi")
    (line,), (other,) = await chinese.hears(), await english.hears()
    assert line != other
    assert other.isascii()


async def test_a_stranger_gets_no_more_than_a_line_a_minute(redis_store: RedisStore) -> None:
    stranger = Scene(redis_store).person("666")
    await stranger.says("hello")
    assert len(await stranger.hears()) == 1
    await stranger.says("hello again")
    assert await stranger.hears() == []
    assert 50 < await redis_store.client.ttl(keys.lobby(stranger.address, "answered")) <= 60


async def test_every_wrong_code_is_answered_within_what_is_decent(scene: Scene) -> None:
    stranger = scene.person("666")
    for number in range(TRIES_A_MINUTE):
        await stranger.says(f"2345-678{number}")
        assert len(await stranger.hears()) == 1
    await stranger.says("2345-6789")
    (wait,) = await stranger.hears()
    assert "minute" in wait
    await stranger.opens("no-such-token")
    assert await stranger.hears() == []
    other = scene.person("667")
    await other.opens("no-such-token")
    assert len(await other.hears()) == 1


async def test_a_wrong_code_that_comes_again_is_answered_once(scene: Scene) -> None:
    stranger = scene.person("666")
    wrong = stranger.brings(i.CommandReceived("start", "no-such-token"))
    await asyncio.gather(*(scene.process().receive(wrong) for _ in range(4)))
    assert len(await stranger.hears()) == 1


async def test_why_one_is_not_let_in_is_said_each_time(scene: Scene) -> None:
    campaign = await scene.walk_in()
    await scene.store.directory.put_campaign(replace(campaign, closed_ms=1))
    late = scene.person("666")
    for _ in range(2):
        await late.opens("poster")
        assert len(await late.hears()) == 1


@pytest.mark.parametrize("payload", ["no-such-token", "poster", "23456789", "x" * 64])
async def test_an_unknown_token_is_said_to_be_unknown(scene: Scene, payload: str) -> None:
    stranger = scene.person("666")
    await stranger.says("hello")
    (line,) = await stranger.hears()
    assert await stranger.opens(payload) == "stranger"
    (unknown,) = await stranger.hears()
    assert unknown != line


async def test_the_first_account_that_opens_an_invitation_is_the_candidate(scene: Scene) -> None:
    interview, token = await scene.invited("Anna")
    anna = scene.person("42", name="Anna on Telegram")
    assert await anna.opens(token) == "committed"
    state = await scene.state(interview)
    assert (state.address, state.name, state.language, state.phase) == (anna.address, "Anna", "en", "guided")
    assert state.deadline_ms == scene.clock.now + SCRIPT.deadline_s * 1000
    assert await scene.store.directory.who(anna.address) == interview
    (guide,) = await anna.hears()
    assert "2 stages, 4 questions" in guide


async def test_a_second_account_is_kept_out_and_recorded(scene: Scene) -> None:
    interview, token = await scene.invited("Anna")
    anna, thief = scene.person("42"), scene.person("666")
    await anna.opens(token)
    await anna.presses("agree@-1")
    await scene.sent()
    await thief.opens(token)
    entry = (await scene.entries(interview))[-1]
    assert entry.by == "stranger"
    assert entry.events == (e.OpeningRefused(thief.address), e.ClaimStarted(thief.address))
    refused = await scene.sent()
    assert [message.to for message in refused] == [thief.address]
    assert "About you?" not in refused[0].text
    await thief.says("I am Anna, really")
    assert (await scene.state(interview)).address == anna.address
    assert (await scene.state(interview)).parts == ()


async def test_of_accounts_that_open_at_once_one_is_the_candidate(scene: Scene) -> None:
    interview, token = await scene.invited()
    people = [scene.person(f"{number}") for number in range(6)]
    for person in people:
        person.intake = scene.process()
    await asyncio.gather(*(person.opens(token) for person in people))
    entries = await scene.entries(interview)
    assert named(entries).count("InvitationOpened") == 1
    assert named(entries).count("Moved") == 5  # nobody has agreed yet, so the last to open it has it
    state = await scene.state(interview)
    moved = [event for entry in entries for event in entry.events if isinstance(event, e.Moved)]
    assert state.address == moved[-1].address
    assert set(state.known) == {person.address for person in people}


async def test_opening_again_shows_where_one_is(scene: Scene) -> None:
    _, token = await scene.invited()
    anna = scene.person("42")
    await anna.opens(token)
    guide = await anna.hears()
    await anna.opens(token)
    assert await anna.hears() == guide
    await anna.presses("agree@-1")
    await anna.says("I was born")
    await anna.hears()
    await anna.opens(token)
    (again,) = await anna.hears()
    assert "About you?" in again
    assert "I was born" in again


async def test_a_token_may_be_typed(scene: Scene) -> None:
    _, token = await scene.invited()
    assert await scene.person("42").says(f" {token}\n") == "committed"


async def test_a_walk_in_candidate_has_an_interview_of_their_own(scene: Scene) -> None:
    await scene.walk_in()
    anna, ben = scene.person("1", name="Anna"), scene.person("2", name="Ben")
    assert await anna.opens("poster") == "committed"
    assert await ben.opens("POSTER") == "committed"
    interviews = [await scene.store.directory.who(person.address) for person in (anna, ben)]
    assert len(set(interviews)) == 2
    for interview, name in zip(interviews, ("Anna", "Ben"), strict=True):
        assert interview is not None
        state = await scene.state(interview)
        assert (state.name, state.phase, state.walk_in) == (name, "guided", True)
        assert named(await scene.entries(interview)) == ["Invited", "InvitationOpened", "Guided"]
    counts = await scene.store.interviews.counts("poster")
    assert (counts["interviews"], counts["phase:guided"], counts["phase:invited"]) == (2, 2, 0)


async def test_a_walk_in_candidate_has_one_interview_however_often_and_wherever_they_come(scene: Scene) -> None:
    await scene.walk_in()
    anna = scene.person("1")
    openings = [anna.brings(i.CommandReceived("start", "poster")) for _ in range(5)]
    processes = [scene.process() for _ in range(3)]
    await asyncio.gather(*(process.receive(opening) for process in processes for opening in openings))
    members = [interview async for interview in scene.store.interviews.members("poster")]
    assert len(members) == 1
    names = named(await scene.entries(members[0]))
    assert names.count("Invited") == names.count("InvitationOpened") == 1
    assert (await scene.store.interviews.counts("poster"))["interviews"] == 1


async def test_a_candidate_may_have_to_register_by_name(scene: Scene) -> None:
    await scene.walk_in(NAMED)
    anna = scene.person("1", name="xX_anna_Xx")
    await anna.opens("poster")
    interview = await scene.store.directory.who(anna.address)
    assert interview is not None
    assert (await scene.state(interview)).name == ""
    await anna.hears()
    await anna.says("/x", "x" * 61)
    assert (await scene.state(interview)).phase == "invited"
    assert len(await anna.hears()) == 2
    await anna.says(" Anna \n  Li ")
    state = await scene.state(interview)
    assert (state.name, state.phase) == ("Anna Li", "guided")
    assert "Anna Li" in (await anna.hears())[0]


async def test_who_is_invited_by_name_need_not_register(scene: Scene) -> None:
    interview, token = await scene.invited("Anna", NAMED)
    await scene.person("1").opens(token)
    assert (await scene.state(interview)).phase == "guided"


async def test_a_walk_in_campaign_takes_so_many_and_no_more(scene: Scene) -> None:
    await scene.walk_in(cap=2)
    people = [scene.person(f"{number}") for number in range(3)]
    for person in people:
        await person.opens("poster")
    assert [bool(await scene.store.directory.who(person.address)) for person in people] == [True, True, False]
    await scene.sent()
    assert await people[2].opens("poster") == "stranger"
    assert await people[0].opens("poster") == "committed"  # those who got in stay in
    assert len(await people[0].hears()) == 1


async def test_of_many_at_once_so_many_get_in(scene: Scene) -> None:
    await scene.walk_in(cap=5)
    people = [scene.person(f"{number}") for number in range(12)]
    for person in people:
        person.intake = scene.process()
    await asyncio.gather(*(person.opens("poster") for person in people))
    assert len([each async for each in scene.store.interviews.members("poster")]) == 5


@pytest.mark.parametrize("cap", [0, 5])
async def test_a_closed_campaign_takes_nobody_new(scene: Scene, cap: int) -> None:
    campaign = await scene.walk_in(cap=cap)
    anna, late = scene.person("1"), scene.person("2")
    await anna.opens("poster")
    await anna.hears()
    await scene.store.directory.put_campaign(replace(campaign, closed_ms=scene.clock.now))
    anna.intake = late.intake = scene.process()
    assert await late.opens("poster") == "stranger"
    assert len(await late.hears()) == 1
    assert await scene.store.directory.who(late.address) is None
    assert await anna.opens("poster") == "committed"
    assert len(await anna.hears()) == 1


async def test_an_interview_keeps_the_script_it_began_with(scene: Scene) -> None:
    campaign = await scene.walk_in()
    anna = scene.person("1")
    await anna.opens("poster")
    await scene.campaigns.renew(campaign, replace(SCRIPT, version="small-2"))
    ben = scene.person("2")
    anna.intake = ben.intake = scene.process()
    await ben.opens("poster")
    await anna.presses("agree@-1")
    scripts = {}
    for person in (anna, ben):
        interview = await scene.store.directory.who(person.address)
        assert interview is not None
        scripts[person.address.user] = (await scene.state(interview)).script
    assert scripts == {"1": "small-1", "2": "small-2"}


async def test_a_word_that_happens_to_look_like_a_token_is_an_answer(scene: Scene) -> None:
    interview, token = await scene.invited()
    anna = scene.person("42")
    await anna.opens(token)
    await anna.presses("agree@-1")
    await anna.says("Statistics", "ABCD2345")
    assert [part.text for part in (await scene.state(interview)).parts] == ["Statistics", "ABCD2345"]


async def test_after_the_deadline_the_link_says_so(scene: Scene) -> None:
    interview, token = await scene.invited()
    anna = scene.person("42")
    await anna.opens(token)
    scene.clock.forward(73 * HOUR)
    await scene.tick(interview)
    await scene.sent()
    await anna.opens(token)
    assert (await scene.state(interview)).phase == "lapsed"
    assert len(await anna.hears()) == 1


async def test_a_walk_ins_id_is_the_same_everywhere_and_tells_nobody_whose_it_is() -> None:
    store = MemoryStore()
    campaigns = Campaigns(store, now=lambda: 1, nonce=lambda: "fresh-fresh-fresh", zone=UTC)
    await campaigns.open(SCRIPT, code="poster", walk_in=True)
    inbound = i.Inbound("in:1", i.CommandReceived("start", "poster"), i.Address("telegram", "700001", "700002"))

    async def found(secret: str) -> str:
        async def told() -> str:
            return secret

        door = await Entrance(store, vocabulary(), told).find("poster", inbound)
        assert door is not None
        return door.interview

    assert await found("one") == await found("one")
    assert await found("one") != await found("another")
    assert len(await found("one")) == 16
