"""Every query, without a chat: its answer, and who may ask it."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
import pytest
from msgspec.structs import replace

from conversation.inbound import Address
from conversation.script import Variant
from handlers.actions.context import Context
from handlers.organisation.repository import load
from handlers.queries.base import ask
from handlers.queries.codec import QUERIES
from handlers.queries.ratings import ShowRatings, ShowRatingSheet
from handlers.queries.reports import ShowReport
from storage.memory.store import MemoryStore
from tests.dialogues.playing import script_named
from tests.fakes.anchor_files import anchored
from tests.handlers.actions.json_way_in import JsonWayIn
from tests.handlers.console.desk import ZONE, Desk


class Site(NamedTuple):
    """Two units, each with a campaign and a candidate.

    In East, `lee` is recruiter, `ann` auditor, `sam` support, `kim` admin and `fay` analyst. `ids` holds person
    ids by name.
    """

    desk: Desk
    way: JsonWayIn
    ids: dict[str, str]

    async def get(self, who: str, query: str, **fields: object) -> dict[str, Any]:
        return await self.way.get(self.ids[who], msgspec.json.encode({"query": query, **fields}))


@pytest.fixture
async def site() -> Site:
    desk = Desk(MemoryStore(), "en")
    await desk.claims()
    desk.script = replace(
        script_named("samples"), experiment="reminder", variants=(Variant("as-is"), Variant("late"))
    )
    for unit, campaign, name in (("East", "spring", "Mia"), ("South", "autumn", "Leo")):
        await desk.says("boss", f"/org add {unit}")
        await desk.campaign(campaign, unit)
        await desk.answers(name, campaign, 4 if unit == "East" else 1)
    roles = {"lee": "recruiter", "ann": "auditor", "sam": "support", "kim": "admin", "fay": "analyst"}
    for who, role in roles.items():
        await desk.joins(who, role, "East")
    await desk.says("kim", "/duty East lee on 9-18")
    await desk.says("lee", "/candidates spring")
    await anchored(desk.store, desk.anchor_files, lambda: desk.now, ZONE)
    people = (await load(desk.store)).state.people
    return Site(desk, JsonWayIn(desk.tools), {each.name: each.id for each in people.values()})


def _tag(query: type[msgspec.Struct]) -> str:
    return str(query.__struct_config__.tag)


def test_every_query_is_here() -> None:
    assert {_tag(each) for each in QUERIES} == {*ROLES}


ROLES: dict[str, tuple[str, ...]] = {
    "browse_campaigns": ("boss", "kim", "lee", "ann"),
    "browse_interviews": ("boss", "kim", "lee", "ann"),
    "describe_interview": ("boss", "kim", "lee", "ann"),
    "list_tokens": ("boss", "kim"),
    "list_webhooks": ("boss", "kim"),
    "list_sessions": ("boss", "kim", "lee", "ann", "sam", "fay"),
    "list_campaigns": ("boss", "kim", "lee", "ann"),
    "show_campaign": ("boss", "kim", "lee", "ann"),
    "list_broadcasts": ("boss", "kim", "lee"),
    "show_script": ("boss", "kim", "lee", "ann"),
    "find_candidates": ("boss", "kim", "lee", "ann"),
    "show_promises": ("boss", "kim", "lee", "ann"),
    "show_news": ("boss", "kim", "lee", "ann"),
    "list_notice_chats": ("boss", "kim"),
    "list_candidates": ("boss", "kim", "lee", "ann"),
    "show_candidate": ("boss", "kim", "lee", "ann"),
    "list_slots": ("boss", "kim", "lee", "ann"),
    "show_support_talk": ("boss", "kim", "lee", "sam"),
    "show_report": ("boss", "kim", "lee", "ann"),
    "list_sentences": ("boss", "kim", "lee"),
    "show_ratings": ("boss", "kim", "lee", "ann"),
    "show_profile": ("boss", "kim", "lee", "ann"),
    "compare_candidates": ("boss", "kim", "lee", "ann"),
    "show_rating_sheet": ("boss", "kim", "lee"),
    "show_blind_questions": ("boss", "kim", "lee"),
    "show_blind_answer": ("boss", "kim", "lee"),
    "show_sample": ("boss", "kim", "lee"),
    "show_calibration": ("boss", "kim", "lee", "ann"),
    "show_agreement": ("boss", "kim", "lee", "ann"),
    "show_inbox": ("boss", "kim", "lee", "sam"),
    "show_ranking": ("boss", "kim", "lee", "ann"),
    "show_statistics": ("boss", "kim", "lee", "ann", "fay"),
    "show_weekly": ("boss", "kim", "lee", "ann", "fay"),
    "show_exits": ("boss", "kim", "lee", "ann", "fay"),
    "show_breakdown": ("boss", "kim", "lee", "ann", "fay"),
    "show_fairness": ("boss", "kim", "lee", "ann", "fay"),
    "show_funnel": ("boss", "kim", "lee", "ann"),
    "show_advice": ("boss", "kim", "lee", "ann"),
    "show_experiment": ("boss", "kim", "lee", "ann"),
    "list_alerts": ("boss", "kim", "lee", "ann"),
    "show_figure_table": ("boss", "kim", "lee", "ann"),
    "list_colleagues": ("boss", "kim"),
    "list_units": ("boss", "kim"),
    "show_unit_texts": ("boss", "kim", "lee"),
    "list_duties": ("boss", "kim", "lee", "ann", "sam"),
    "list_accounts": ("boss", "kim"),
    "check_health": ("boss", "kim"),
    "show_duplicate": ("boss", "kim", "lee"),
    "show_imported": ("boss", "kim", "lee", "ann"),
    "list_actions": ("boss", "kim", "ann"),
    "verify_interview": ("boss", "kim", "ann"),
    "prove_interview": ("boss",),
    "verify_all": ("boss", "kim", "ann"),
}
"""Who may ask each query."""


def _fields(site: Site, query: str) -> dict[str, object]:
    match query:
        case (
            "show_campaign"
            | "list_candidates"
            | "browse_interviews"
            | "show_funnel"
            | "show_experiment"
            | "show_figure_table"
            | "show_ranking"
            | "show_blind_questions"
            | "show_agreement"
            | "show_sample"
            | "show_calibration"
        ):
            return {"campaign": "spring"}
        case "show_blind_answer":
            return {"campaign": "spring", "question": "about-you"}
        case "show_script":
            return {"script": "short"}
        case "find_candidates":
            return {"text": "Mia"}
        case "show_news":
            return {"since_ms": 0}
        case "show_breakdown":
            return {"by": "question"}
        case (
            "show_candidate"
            | "show_support_talk"
            | "show_report"
            | "list_sentences"
            | "show_ratings"
            | "show_rating_sheet"
            | "verify_interview"
            | "prove_interview"
            | "describe_interview"
            | "show_profile"
        ):
            return {"interview": site.desk.interview_of("Mia")}
        case "show_unit_texts":
            return {"unit": "East"}
        case "show_imported":
            return {"person": "0123456789abcdef"}
        case "compare_candidates":
            return {"interviews": [site.desk.interview_of("Mia")] * 2}
        case _:
            return {}


async def _imported(site: Site) -> str:
    """Import somebody into East, and return their id."""
    sha256 = await site.desk.tools.put_file(b"Name\nZoe\n")
    body = {"action": "import_history", "sha256": sha256, "name": "past.csv", "unit": "East"}
    await site.way.post(site.ids["boss"], "import", msgspec.json.encode(body))
    people = [name async for name, _ in site.desk.store.imports.scan("person")]
    return people[0]


@pytest.mark.parametrize("query", ROLES)
@pytest.mark.parametrize("who", ["boss", "kim", "lee", "ann", "sam"])
async def test_each_role_is_answered_what_it_may_see_and_nothing_changes(site: Site, who: str, query: str) -> None:
    fields = _fields(site, query)
    if query == "compare_candidates":
        fields["interviews"] = [site.desk.interview_of("Mia"), await site.desk.answers("Nia", "spring", 4)]
    if query == "show_imported":
        fields["person"] = await _imported(site)
    version = (await load(site.desk.store)).version
    answer = await site.get(who, query, **fields)
    assert answer["status"] == (200 if who in ROLES[query] else 403), answer
    assert (await load(site.desk.store)).version == version


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("show_campaign", {"campaign": "autumn"}),
        ("list_candidates", {"campaign": "autumn"}),
        ("browse_interviews", {"campaign": "autumn"}),
        ("show_ranking", {"campaign": "autumn"}),
        ("show_blind_questions", {"campaign": "autumn"}),
        ("show_agreement", {"campaign": "autumn"}),
        ("show_sample", {"campaign": "autumn"}),
        ("show_calibration", {"campaign": "autumn"}),
        ("show_blind_answer", {"campaign": "autumn", "question": "about-you"}),
        ("show_funnel", {"campaign": "autumn"}),
        ("show_experiment", {"campaign": "autumn"}),
        ("show_figure_table", {"campaign": "autumn"}),
        ("show_statistics", {"of": "autumn"}),
        ("show_statistics", {"of": "South"}),
        ("show_exits", {"of": "South"}),
        ("show_breakdown", {"by": "unit", "of": "South"}),
        ("show_fairness", {"of": "South"}),
        ("show_advice", {"of": "South"}),
        ("list_alerts", {"of": "South"}),
    ],
)
async def test_what_is_elsewhere_is_as_what_is_not_there(
    site: Site, query: str, fields: dict[str, object]
) -> None:
    (asked,) = fields.keys() & {"campaign", "of"}
    there = str(fields[asked])
    elsewhere = await site.get("kim", query, **fields)
    nowhere = await site.get("kim", query, **{**fields, asked: "nowhere"})
    assert elsewhere["status"] == 403
    assert str(elsewhere).replace(there, "nowhere") == str(nowhere)
    assert (await site.get("boss", query, **fields))["status"] == 200


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


@pytest.mark.parametrize(
    "query",
    [
        "show_candidate",
        "show_support_talk",
        "show_report",
        "list_sentences",
        "show_ratings",
        "show_rating_sheet",
        "describe_interview",
        "prove_interview",
    ],
)
async def test_an_interview_elsewhere_is_as_one_that_is_not_there(site: Site, query: str) -> None:
    leo = site.desk.interview_of("Leo")
    elsewhere = await site.get("kim", query, interview=leo)
    nowhere = await site.get("kim", query, interview="0" * 16)
    assert elsewhere["status"] == 403
    assert str(elsewhere).replace(leo, "0" * 16) == str(nowhere)
    assert (await site.get("boss", query, interview=leo))["status"] == 200


async def test_a_candidates_card_and_report(site: Site) -> None:
    mia = site.desk.interview_of("Mia")
    await site.desk.says("lee", f"/decide {mia} yes clear examples")
    card = await site.get("ann", "show_candidate", interview=mia)
    shown = card["interview"]
    assert (shown["name"], shown["phase"], shown["done"], shown["channel"]) == ("Mia", "completed", 4, "telegram")
    (decision,) = card["history"]["decisions"]
    assert (decision["decision"], decision["by"][0]["name"], decision["note"]) == ("yes", "lee", "clear examples")
    report = await site.get("ann", "show_report", interview=mia)
    assert report["interview"] == shown
    answers = [each for stage in report["stages"] for each in stage["answers"]]
    assert [each["number"] for each in answers] == [1, 2, 3, 4]
    assert {each["status"] for each in answers} == {"submitted"}
    assert (report["missing"], report["ratings"], report["link"]) == ([], None, "")


async def _rates(site: Site, who: str, scores: Sequence[int]) -> None:
    mia = site.desk.interview_of("Mia")
    for number, score in enumerate(scores, start=1):
        await site.desk.says(who, f"/rate {mia} {number} {score} because-{who}")


async def test_raters_see_no_others_until_they_have_finished(site: Site) -> None:
    mia = site.desk.interview_of("Mia")
    await _rates(site, "kim", [2, 3, 4, 5])
    await _rates(site, "lee", [4])
    for query in ("show_ratings", "show_report"):
        ratings = (await site.get("lee", query, interview=mia))["ratings"]
        assert (ratings["withheld"], ratings["given"], ratings["others"]) == ("unfinished", 1, 1)
        assert "because-kim" not in str(ratings)
        assert [each["by"]["name"] for each in ratings["table"]["raters"]] == ["lee"]
    sheet = await site.get("lee", "show_rating_sheet", interview=mia)
    assert "because-kim" not in str(sheet)
    assert [row["own"] and row["own"]["score"] for row in sheet["rows"]] == [4, None, None, None]
    assert "because-kim" in str(await site.get("ann", "show_ratings", interview=mia))
    await _rates(site, "lee", [4, 3, 4, 5])
    ratings = (await site.get("lee", "show_ratings", interview=mia))["ratings"]
    assert (ratings["withheld"], ratings["table"]["agreement"]["verdict"]) == ("", "close")
    assert "because-kim" in str(ratings)


async def test_no_ratings_where_others_read_along(site: Site) -> None:
    mia = site.desk.interview_of("Mia")
    await _rates(site, "kim", [2, 3, 4, 5])
    organisation = (await load(site.desk.store)).state
    kim = organisation.people[site.ids["kim"]]
    context = Context(site.desk.tools, organisation, kim, "", Address("api", "tests", "kim"), private=False)
    for query in (ShowRatings(mia), ShowReport(mia), ShowRatingSheet(mia)):
        assert "because-kim" not in str(await ask(context, query))
    ratings = (await ShowRatings(mia).answer(context)).ratings
    assert (ratings.withheld, ratings.table, ratings.given, ratings.others) == ("public", None, 0, 0)


async def test_candidates_are_found_by_those_who_may_do_that_with_them(site: Site) -> None:
    mia = site.desk.interview_of("Mia")
    for text in ("mi", "Mia", mia, mia[:8]):
        found = await site.get("lee", "find_candidates", text=text)
        match = {"interview": mia, "name": "Mia", "campaign": "spring", "phase": "completed"}
        assert (found["candidates"], found["total"]) == ([match], 1)
    assert (await site.get("sam", "find_candidates", text="Mia", right="help"))["total"] == 1
    for who, right in (("sam", "read"), ("ann", "help"), ("ann", "hire"), ("lee", "lead")):
        answer = await site.get(who, "find_candidates", text="Mia", right=right)
        assert answer == {"status": 403, "why": "forbidden.action"}
    for text in ("Leo", site.desk.interview_of("Leo"), ""):
        assert (await site.get("kim", "find_candidates", text=text))["total"] == 0


async def test_news_scripts_chats_and_broadcasts(site: Site) -> None:
    await site.desk.exits("Ben", "spring")
    site.desk.now += 60_000
    news = await site.get("lee", "show_news", since_ms=0)
    assert [each["name"] for each in news["finished"]] == ["Mia"]
    assert [(each["name"], each["reason"]["id"], each["done"]) for each in news["stopped"]] == [
        ("Ben", "network", 2)
    ]
    assert [each["name"] for each in news["back"]] == ["Ben"]
    assert (await site.get("lee", "show_news", since_ms=site.desk.now))["stopped"] == []
    script = await site.get("ann", "show_script", script="short")
    assert sum(len(each["questions"]) for each in script["stages"]) == 4
    assert (await site.get("ann", "show_script", script="odd"))["status"] == 403
    await site.desk.says("lee", "/notify East quiet off")
    await site.desk.says("boss", "/notify South")
    (chat,) = (await site.get("kim", "list_notice_chats"))["chats"]
    assert (chat["unit"], chat["quiet_from"], chat["quiet_until"]) == ("East", 0, 0)
    await site.desk.says("lee", "/broadcast spring all Hello")
    await site.desk.presses("lee", "Yes, do it")
    (waiting,) = (await site.get("lee", "list_broadcasts"))["broadcasts"]
    assert (waiting["campaign"], waiting["audience"]) == ("spring", "all")
    assert (await site.get("kim", "list_broadcasts"))["broadcasts"] == []


# figures


async def _leaves(site: Site, reasons: Sequence[str]) -> None:
    for number, reason in enumerate(reasons):
        await site.desk.exits(f"Leaver {number}", "spring", reason)


async def test_of_few_who_left_nothing_is_told_without_the_right_to_their_names(site: Site) -> None:
    await _leaves(site, ["network", "privacy"])
    exits = await site.get("fay", "show_exits")
    assert (exits["left"], exits["kinds"], exits["groups"], exits["hours"]) == (None, {}, [], [])
    assert (exits["returns"]["away"], exits["returns"]["rate"], exits["interruptions"]) == (None, None, None)
    statistics = await site.get("fay", "show_statistics")
    assert (statistics["candidates"], statistics["completed"], statistics["outcomes"]) == (None, None, None)
    breakdown = await site.get("fay", "show_breakdown", by="channel")
    assert [(each["total"], each["share"]) for each in breakdown["rows"]] == [(None, None)]
    exits = await site.get("lee", "show_exits", of="spring")
    assert (exits["left"], exits["kinds"]) == (2, {"exits": 2, "lapsed": 0, "unreachable": 0})
    assert {each["group"]: each["number"] for each in exits["groups"]} == {"technical": 1, "personal": 1}
    funnel = await site.get("lee", "show_funnel", campaign="spring")
    assert {each["percent"] for each in funnel["steps"]} == {None}
    variants = (await site.get("lee", "show_experiment", campaign="spring"))["variants"]
    assert {(each["over"], each["completion"], each["exit"]) for each in variants} == {(None, None, None)}
    assert (await site.get("lee", "show_advice"))["campaigns"] == []


async def test_small_numbers_are_suppressed_with_those_they_could_be_worked_out_from(site: Site) -> None:
    await _leaves(site, ["network"] * 6 + ["device"] + ["privacy"] * 5)
    exits = await site.get("fay", "show_exits")
    assert exits["left"] == 12
    groups = {each["group"]: each for each in exits["groups"]}
    assert groups["technical"]["number"] == 7
    assert [each["number"] for each in groups["technical"]["reasons"]] == [None, None]
    assert [(each["reason"], each["number"]) for each in groups["personal"]["reasons"]] == [("privacy", 5)]
    statistics = await site.get("lee", "show_statistics", of="spring")
    assert (statistics["exited"][0], statistics["outcomes"]["direct"][0]) == (92, 92)
    assert statistics["outcomes"]["stopped"] == 12
    statistics = await site.get("fay", "show_statistics")
    assert (statistics["exited"], statistics["outcomes"]) == (None, None), "only one completed the interview"
    funnel = await site.get("lee", "show_funnel", campaign="spring")
    assert [each["reached"] for each in funnel["steps"][:3]] == [13, 13, 13]
    assert funnel["loss"]["missing"] > 0
    table = await site.get("lee", "show_figure_table", campaign="spring")
    assert ["reason", "device", None, None, None, None, None] in table["lines"]


@pytest.mark.parametrize("body", [b"", b"{}", b'{"query":"unheard_of"}', b'{"query":"show_campaign"}'])
async def test_what_is_no_query_is_told_so(site: Site, body: bytes) -> None:
    assert (await site.way.get(site.ids["boss"], body))["status"] == 400


async def test_whoever_has_left_is_told_nothing(site: Site) -> None:
    await site.desk.says("boss", "/staff revoke lee recruiter East")
    for query in ROLES:
        answer = await site.get("lee", query, **_fields(site, query))
        assert answer == {"status": 403, "why": "forbidden.person"}
