"""The directory: addresses, invitations, codes, campaigns and scripts. The same in every store."""

import asyncio

from msgspec.structs import replace

from conversation.inbound import Address
from conversation.script import Script, Wording
from storage import keys
from storage.ports import Campaign, Store
from storage.redis.store import RedisStore

ADDRESS = Address("wechat", "wx1", "o-42")
SPRING = Campaign("spring", "script-1", "analyst", 1_000, unit="north", code="spring", cap=2)


async def test_an_address_leads_to_the_interview_it_was_bound_to_last(store: Store) -> None:
    assert await store.directory.who(ADDRESS) is None
    await store.directory.bind(ADDRESS, "first")
    assert await store.directory.who(ADDRESS) == "first"
    await store.directory.bind(ADDRESS, "second")
    assert await store.directory.who(ADDRESS) == "second"
    for other in (
        Address("wecom", "wx1", "o-42"),
        Address("wechat", "wx2", "o-42"),
        Address("wechat", "wx1", "o-4"),
    ):
        assert await store.directory.who(other) is None


async def test_only_the_first_connection_to_an_account_is_kept(store: Store) -> None:
    assert await store.directory.connected_ms("telegram:700001") == 0
    await store.directory.connect("telegram:700001", 5_000)
    await store.directory.connect("telegram:700001", 9_000)
    assert await store.directory.connected_ms("telegram:700001") == 5_000
    assert await store.directory.connected_ms("telegram:700002") == 0


async def test_an_invitation_is_found_by_its_token(store: Store) -> None:
    await store.directory.put_invitation("token-A", "a")
    await store.directory.put_invitation("token-B", "b")
    assert await store.directory.invitation("token-A") == "a"
    assert await store.directory.invitation("token-B") == "b"
    assert await store.directory.invitation("TOKEN-A") is None
    assert await store.directory.invitation("") is None


async def test_a_resume_code_is_found_by_its_hash(store: Store) -> None:
    await store.directory.put_resume_code("ab" * 32, "a", 60)
    assert await store.directory.resume_code("ab" * 32) == "a"
    assert await store.directory.resume_code("cd" * 32) is None


async def test_a_campaign_is_read_back_as_it_was_written(store: Store) -> None:
    assert await store.directory.campaign("spring") is None
    assert await store.directory.put_campaign(SPRING)
    assert await store.directory.campaign("spring") == SPRING
    closed = replace(SPRING, closed_ms=9_000)
    assert await store.directory.put_campaign(closed)
    assert await store.directory.campaign("spring") == closed
    assert await store.directory.walk_in("spring") == closed


async def test_whether_a_campaign_has_a_shared_device_is_read_back(store: Store) -> None:
    fair = replace(SPRING, id="fair", code="fair", kiosk=True)
    assert await store.directory.put_campaign(fair)
    assert await store.directory.walk_in("fair") == fair


async def test_campaigns_are_listed_in_order(store: Store) -> None:
    assert await store.directory.campaigns() == []
    for name in ("winter", "autumn", "spring", "autumn"):
        await store.directory.put_campaign(Campaign(name, "script-1", "analyst", 1))
    assert await store.directory.campaigns() == ["autumn", "spring", "winter"]


async def test_a_walk_in_code_belongs_to_one_campaign(store: Store) -> None:
    thief = Campaign("thief", "script-1", "analyst", 1, code="spring")
    assert await store.directory.put_campaign(SPRING)
    assert not await store.directory.put_campaign(thief)
    assert await store.directory.campaign("thief") is None
    assert await store.directory.campaigns() == ["spring"]
    assert await store.directory.walk_in("spring") == SPRING


async def test_of_many_who_want_a_code_one_gets_it(store: Store) -> None:
    rivals = [Campaign(f"c{number}", "script-1", "analyst", 1, code="same") for number in range(10)]
    got = await asyncio.gather(*map(store.directory.put_campaign, rivals))
    assert sorted(got) == [False] * 9 + [True]
    assert await store.directory.walk_in("same") == rivals[got.index(True)]


async def test_a_campaign_by_invitation_has_no_walk_in_code(store: Store) -> None:
    await store.directory.put_campaign(Campaign("closed", "script-1", "analyst", 1))
    assert await store.directory.walk_in("closed") is None
    assert await store.directory.walk_in("") is None


async def test_places_are_taken_until_there_is_none(store: Store) -> None:
    assert await store.directory.take_place(SPRING, "a")
    assert await store.directory.take_place(SPRING, "b")
    assert await store.directory.is_full(SPRING)
    assert not await store.directory.take_place(SPRING, "c")
    assert await store.directory.take_place(SPRING, "a")  # `a` already has a place
    assert await store.directory.take_place(replace(SPRING, cap=3), "c")
    assert await store.directory.take_place(replace(SPRING, id="autumn"), "d")


async def test_no_more_places_are_taken_than_there_are(store: Store) -> None:
    wanted = (store.directory.take_place(replace(SPRING, cap=5), f"i{number}") for number in range(20))
    assert (await asyncio.gather(*wanted)).count(True) == 5


async def test_without_a_cap_everybody_finds_a_place(store: Store) -> None:
    for number in range(20):
        assert await store.directory.take_place(replace(SPRING, cap=0), f"i{number}")
    assert not await store.directory.is_full(replace(SPRING, cap=0))


async def test_a_script_is_kept_as_it_was_first_written(store: Store) -> None:
    script = Script("analyst", Wording("分析"), (), Wording(), Wording(), "1", version="v1")
    assert await store.directory.script("v1") is None
    await store.directory.put_script(script)
    await store.directory.put_script(replace(script, title=Wording("changed")))
    assert await store.directory.script("v1") == script
    assert await store.directory.script("v2") is None


# Redis only


async def test_a_campaign_of_an_earlier_release_has_no_shared_device(redis_store: RedisStore) -> None:
    stored = b'{"id":"spring","script":"script-1","script_id":"analyst","opened_ms":1000,"code":"spring"}'
    await redis_store.client.set(keys.campaign("spring"), stored)
    assert await redis_store.directory.campaign("spring") == Campaign(
        "spring", "script-1", "analyst", 1_000, code="spring"
    )


async def test_a_resume_code_is_forgotten_after_its_life(redis_store: RedisStore) -> None:
    await redis_store.directory.put_resume_code("ab" * 32, "a", 1800)
    assert 1790 < await redis_store.client.ttl(keys.resume_code("ab" * 32)) <= 1800


async def test_tokens_are_secrets_and_not_kept(redis_store: RedisStore) -> None:
    await redis_store.directory.put_invitation("a-secret-token", "a")
    names = [name async for name in redis_store.client.scan_iter("*")]
    assert names == [keys.invitation("a-secret-token").encode()]
    assert b"a-secret-token" not in names[0]


async def test_who_was_invited_to_a_campaign_is_found_by_any_identity(store: Store) -> None:
    directory = store.directory
    assert await directory.invited("spring", ["phone:1", "email:a"]) == ["", ""]
    assert await directory.invited("spring", []) == []
    await directory.put_invited("spring", ["phone:1", "email:a"], "first")
    await directory.put_invited("spring", [], "nobody")
    await directory.put_invited("spring", ["phone:1"], "second")
    assert await directory.invited("spring", ["email:a", "phone:2", "phone:1"]) == ["first", "", "second"]
    assert await directory.invited("autumn", ["phone:1"]) == [""]
    await directory.drop_invited("spring", ["phone:1", "email:a"], "first")
    await directory.drop_invited("spring", [], "first")
    assert await directory.invited("spring", ["email:a", "phone:1"]) == ["", "second"]
