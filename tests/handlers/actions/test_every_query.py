"""Every query by a way in that is no chat: what it answers, and to whom."""

from typing import Any, NamedTuple

import msgspec
import pytest

from handlers.organisation.repository import load
from handlers.queries.codec import QUERIES
from storage.memory.store import MemoryStore
from tests.handlers.actions.json_way_in import JsonWayIn
from tests.handlers.console.desk import Desk


class Site(NamedTuple):
    """Two units, each with a campaign and a candidate; `lee` recruits in East, `ann` audits there, `sam` helps."""

    desk: Desk
    way: JsonWayIn
    ids: dict[str, str]

    async def get(self, who: str, query: str, **fields: object) -> dict[str, Any]:
        return await self.way.get(self.ids[who], msgspec.json.encode({"query": query, **fields}))


@pytest.fixture
async def site() -> Site:
    desk = Desk(MemoryStore(), "en")
    await desk.claims()
    for unit, campaign, name in (("East", "spring", "Mia"), ("South", "autumn", "Leo")):
        await desk.says("boss", f"/org add {unit}")
        await desk.campaign(campaign, unit)
        await desk.answers(name, campaign, 4 if unit == "East" else 1)
    for who, role in (("lee", "recruiter"), ("ann", "auditor"), ("sam", "support"), ("kim", "admin")):
        await desk.joins(who, role, "East")
    await desk.says("kim", "/duty East lee on 9-18")
    await desk.says("lee", "/candidates spring")
    people = (await load(desk.store)).state.people
    return Site(desk, JsonWayIn(desk.tools), {each.name: each.id for each in people.values()})


def _tag(query: type[msgspec.Struct]) -> str:
    return str(query.__struct_config__.tag)


def test_every_query_is_here() -> None:
    assert {_tag(each) for each in QUERIES} == {*ROLES}


ROLES: dict[str, tuple[str, ...]] = {
    "list_campaigns": ("boss", "kim", "lee", "ann"),
    "show_campaign": ("boss", "kim", "lee", "ann"),
    "list_candidates": ("boss", "kim", "lee", "ann"),
    "list_colleagues": ("boss", "kim"),
    "list_units": ("boss", "kim"),
    "list_duties": ("boss", "kim", "lee", "ann", "sam"),
    "list_accounts": ("boss", "kim"),
    "check_health": ("boss", "kim"),
    "list_actions": ("boss", "kim", "ann"),
    "verify_interview": ("boss", "kim", "ann"),
    "verify_all": ("boss", "kim", "ann"),
}
"""Who may ask what."""


def _fields(site: Site, query: str) -> dict[str, object]:
    match query:
        case "show_campaign" | "list_candidates":
            return {"campaign": "spring"}
        case "verify_interview":
            return {"interview": site.desk.interview_of("Mia")}
        case _:
            return {}


@pytest.mark.parametrize("query", ROLES)
@pytest.mark.parametrize("who", ["boss", "kim", "lee", "ann", "sam"])
async def test_each_role_is_answered_what_it_may_see_and_nothing_changes(site: Site, who: str, query: str) -> None:
    version = (await load(site.desk.store)).version
    answer = await site.get(who, query, **_fields(site, query))
    assert answer["status"] == (200 if who in ROLES[query] else 403), answer
    assert (await load(site.desk.store)).version == version


@pytest.mark.parametrize(
    ("query", "fields"),
    [("show_campaign", {"campaign": "autumn"}), ("list_candidates", {"campaign": "autumn"})],
)
async def test_what_is_elsewhere_is_as_what_is_not_there(
    site: Site, query: str, fields: dict[str, object]
) -> None:
    elsewhere = await site.get("kim", query, **fields)
    nowhere = await site.get("kim", query, campaign="nowhere")
    assert (elsewhere.pop("campaign"), nowhere.pop("campaign")) == ("autumn", "nowhere")
    assert elsewhere == nowhere


async def test_only_ones_own_units_are_in_the_answers(site: Site) -> None:
    for query in ROLES:
        told = str(await site.get("kim", query, **_fields(site, query)))
        assert "South" not in told
        assert "Leo" not in told
        assert "autumn" not in told


async def test_what_they_answer(site: Site) -> None:
    campaigns = await site.get("lee", "list_campaigns")
    assert [each["campaign"] for each in campaigns["campaigns"]] == ["spring"]
    assert campaigns["total"] == 1
    candidates = await site.get("lee", "list_candidates", campaign="spring", filter="completed", name="mi")
    (mia,) = candidates["candidates"]
    assert (mia["name"], mia["phase"], mia["done"], mia["total"]) == ("Mia", "completed", 4, 4)
    assert candidates["phases"] == {"completed": 1}
    assert (await site.get("lee", "list_candidates", campaign="spring", filter="exited"))["total"] == 0
    assert (await site.get("lee", "list_candidates", campaign="spring", filter="odd"))["status"] == 403
    duties = await site.get("sam", "list_duties")
    assert [(each["name"], each["now"]) for each in duties["duties"]] == [("lee", True)]
    units = await site.get("kim", "list_units")
    assert [each["unit"] for each in units["units"]] == ["East"]
    holds = await site.get("ann", "verify_interview", interview=site.desk.interview_of("Mia")[:8])
    assert (holds["broken"], len(holds["head"])) == (0, 64)
    actions = await site.get("ann", "list_actions")
    assert "/candidates" in [each["line"] for each in actions["actions"]]
    assert (await site.get("boss", "verify_all"))["interviews"] == 2
    assert (await site.get("boss", "check_health"))["problems"] == {}


@pytest.mark.parametrize("body", [b"", b"{}", b'{"query":"unheard_of"}', b'{"query":"show_campaign"}'])
async def test_what_is_no_query_is_told_so(site: Site, body: bytes) -> None:
    assert (await site.way.get(site.ids["boss"], body))["status"] == 400


async def test_whoever_has_left_is_told_nothing(site: Site) -> None:
    await site.desk.says("boss", "/staff revoke lee recruiter East")
    assert await site.get("lee", "list_campaigns") == {"status": 403, "why": "forbidden.person"}
