"""Opening, finding and closing campaigns. Invitations are personal and their tokens secret."""

import pytest
from msgspec.structs import replace

from conversation.events import Invited
from handlers.campaigns import CampaignRefused
from storage.memory.store import MemoryStore
from storage.ports import Campaign
from tests.fakes.scene import Scene
from tests.fakes.scripts import SCRIPT


@pytest.fixture
def scene() -> Scene:
    return Scene(MemoryStore())


async def test_a_campaign_keeps_its_script(scene: Scene) -> None:
    campaign = await scene.campaigns.open(SCRIPT, code="Spring-26", unit="north")
    assert campaign == Campaign("spring-26", SCRIPT.version, SCRIPT.id, scene.clock.now, unit="north")
    assert await scene.store.directory.script(SCRIPT.version) == SCRIPT
    assert await scene.campaigns.find("SPRING-26") == campaign


async def test_a_campaign_without_a_code_is_named_after_its_script(scene: Scene) -> None:
    names = [(await scene.campaigns.open(SCRIPT)).id for _ in range(3)]
    assert names == ["small", "small-2", "small-3"]


async def test_only_a_walk_in_campaign_has_a_code_for_all(scene: Scene) -> None:
    await scene.campaigns.open(SCRIPT, code="personal")
    poster = await scene.campaigns.open(SCRIPT, code="poster", walk_in=True, cap=9)
    assert await scene.store.directory.walk_in("personal") is None
    assert await scene.store.directory.walk_in("poster") == poster
    assert poster.cap == 9


async def test_on_a_shared_device_people_walk_in(scene: Scene) -> None:
    fair = await scene.campaigns.open(SCRIPT, code="fair", walk_in=True, kiosk=True)
    assert fair.kiosk
    assert await scene.campaigns.find("fair") == fair
    assert not (await scene.campaigns.open(SCRIPT, code="poster", walk_in=True)).kiosk
    with pytest.raises(CampaignRefused, match="--kiosk needs --walk-in: people come to a shared device"):
        await scene.campaigns.open(SCRIPT, code="personal", kiosk=True)
    assert await scene.store.directory.campaigns() == ["fair", "poster"]


async def test_a_renewed_campaign_keeps_its_shared_device_and_may_get_one(scene: Scene) -> None:
    newer = replace(SCRIPT, version="small-2")
    fair = await scene.campaigns.open(SCRIPT, code="fair", walk_in=True, kiosk=True)
    assert (await scene.campaigns.renew(fair, newer)).kiosk
    poster = await scene.campaigns.open(SCRIPT, code="poster", walk_in=True)
    assert (await scene.campaigns.renew(poster, newer, kiosk=True)).kiosk
    personal = await scene.campaigns.open(SCRIPT, code="personal")
    with pytest.raises(CampaignRefused, match="needs --walk-in"):
        await scene.campaigns.renew(personal, newer, kiosk=True)
    assert (await scene.campaigns.renew(personal, newer, walk_in=True, kiosk=True)).kiosk


@pytest.mark.parametrize("code", ["a", "-ab", "with space", "ü-mlaut", "x" * 41, "a/b", "a:b", "a{b}"])
async def test_a_code_that_no_link_could_carry_is_refused(scene: Scene, code: str) -> None:
    with pytest.raises(CampaignRefused, match=r"cannot be a campaign's code: use 2-40 of .*, for example small"):
        await scene.campaigns.open(SCRIPT, code=code)
    assert await scene.store.directory.campaigns() == []


async def test_a_code_is_given_once(scene: Scene) -> None:
    first = await scene.campaigns.open(SCRIPT, code="spring", unit="north")
    with pytest.raises(CampaignRefused, match="open already: choose another --code"):
        await scene.campaigns.open(SCRIPT, code="SPRING", unit="south")
    assert await scene.campaigns.find("spring") == first


async def test_a_walk_in_code_that_another_campaign_has_is_refused(scene: Scene) -> None:
    await scene.store.directory.put_campaign(Campaign("old", "v", "small", 1, code="poster"))
    with pytest.raises(CampaignRefused, match="'poster' belongs to another campaign"):
        await scene.walk_in()


async def test_a_cap_below_one_is_refused(scene: Scene) -> None:
    with pytest.raises(CampaignRefused, match="--cap must be 1 or more"):
        await scene.walk_in(cap=-1)


async def test_who_asks_for_an_unknown_campaign_is_told_the_known_ones(scene: Scene) -> None:
    with pytest.raises(CampaignRefused, match="no campaign 'summer'; known: none is open: see xumian open"):
        await scene.campaigns.find("summer")
    await scene.campaigns.open(SCRIPT, code="spring")
    await scene.campaigns.open(SCRIPT, code="autumn")
    with pytest.raises(CampaignRefused, match="no campaign 'summer'; known: autumn, spring"):
        await scene.campaigns.find("summer")


async def test_a_renewed_campaign_starts_new_candidates_on_the_new_script(scene: Scene) -> None:
    campaign = await scene.campaigns.open(SCRIPT)
    before = await scene.campaigns.invite(campaign)
    renewed = await scene.campaigns.renew(campaign, replace(SCRIPT, version="small-2"))
    after = await scene.campaigns.invite(renewed)
    assert (await scene.state(before.interview)).script == "small-1"
    assert (await scene.state(after.interview)).script == "small-2"


async def test_an_invitation_is_an_interview_that_waits(scene: Scene) -> None:
    campaign = await scene.campaigns.open(SCRIPT, unit="north")
    invitation = await scene.campaigns.invite(campaign, "  Anna ")
    (entry,) = await scene.entries(invitation.interview)
    assert entry.by == "staff"
    assert entry.events == (Invited(invitation.interview, "small", SCRIPT.version, "Anna", "north"),)
    assert invitation.name == "Anna"
    assert (await scene.state(invitation.interview)).phase == "invited"
    assert await scene.store.directory.invitation(invitation.token) == invitation.interview
    assert [each async for each in scene.store.interviews.members("small")] == [invitation.interview]
    assert await scene.store.interviews.counts("small") == {
        "phase:invited": 1,
        "interviews": 1,
        "version:small-1": 1,
    }
    assert await scene.sent() == []


async def test_every_invitation_is_its_own_and_its_token_says_nothing_of_it(scene: Scene) -> None:
    campaign = await scene.campaigns.open(SCRIPT)
    made = [await scene.campaigns.invite(campaign) for _ in range(20)]
    assert len({each.interview for each in made}) == len({each.token for each in made}) == 20
    assert not any(each.token in each.interview or each.interview in each.token for each in made)


async def test_a_name_is_cut_to_what_a_name_may_be(scene: Scene) -> None:
    campaign = await scene.campaigns.open(SCRIPT)
    assert (await scene.campaigns.invite(campaign, "x" * 200)).name == "x" * 60


@pytest.mark.parametrize(("phone", "kept"), [("5678", "5678"), ("13812345678", "5678"), ("", "")])
async def test_of_a_phone_number_the_last_four_digits_are_kept(scene: Scene, phone: str, kept: str) -> None:
    invitation = await scene.campaigns.invite(await scene.campaigns.open(SCRIPT), "Anna", phone=phone)
    assert (await scene.state(invitation.interview)).phone == kept
    (entry,) = await scene.entries(invitation.interview)
    assert entry.events == (Invited(invitation.interview, "small", SCRIPT.version, "Anna", phone=kept),)
    for stored in await scene.store.interviews.entries(invitation.interview):
        assert b"1381234" not in stored


async def test_nobody_is_invited_to_a_closed_campaign(scene: Scene) -> None:
    campaign = await scene.campaigns.open(SCRIPT)
    with pytest.raises(CampaignRefused, match="'small' is closed"):
        await scene.campaigns.invite(replace(campaign, closed_ms=1))
