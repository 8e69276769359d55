"""Every action, without a chat: its effect, who may not perform it, and that it is recorded and done once."""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import msgspec
import pytest

from conversation import inbound as i
from handlers.actions.codec import ACTIONS, decode, encode
from handlers.organisation.audit import read_entries
from handlers.organisation.events import Acted
from handlers.organisation.repository import audit_organisation, load
from handlers.organisation.state import NAME
from storage.memory.store import MemoryStore
from tests.dialogues.playing import script_named, script_text
from tests.handlers.actions.json_way_in import JsonWayIn
from tests.handlers.console.desk import Desk
from tests.handlers.console.keeper import TOKEN


class Site(NamedTuple):
    """An organisation with owner `boss`, recruiters `lee` (East) and `sue` (South), and auditor `ann` (East).

    `ids` holds their person ids by name.
    """

    desk: Desk
    way: JsonWayIn
    ids: dict[str, str]

    async def post(self, who: str, key: str, action: str, **fields: object) -> dict[str, Any]:
        body = msgspec.json.encode({"action": action, **fields})
        return await self.way.post(self.ids[who], key, body)

    async def acted(self) -> list[tuple[str, str]]:
        """Return the recorded actions as (line, outcome)."""
        entries = read_entries(await self.desk.store.interviews.entries(NAME))
        events = (event for entry in entries for event in entry.events)
        return [(event.line, event.outcome) for event in events if isinstance(event, Acted)]


@pytest.fixture
async def site() -> Site:
    desk = Desk(MemoryStore(), "en")
    await desk.claims()
    await desk.says("boss", "/org add East")
    await desk.says("boss", "/org add South")
    await desk.joins("lee", "recruiter", "East")
    await desk.joins("sue", "recruiter", "South")
    await desk.joins("ann", "auditor", "East")
    await desk.campaign("spring", "East")
    people = (await load(desk.store)).state.people
    return Site(desk, JsonWayIn(desk.tools), {each.name: each.id for each in people.values()})


SCRIPT = script_text("short")
Fields = dict[str, object]
Setup = Callable[[Site], Awaitable[Fields]]


async def _nothing(_: Site) -> Fields:
    return {}


def _in_state(state: str) -> Setup:
    async def setup(site: Site) -> Fields:
        desk = site.desk
        match state:
            case "completed":
                interview = await desk.answers("Mia", "spring", 4)
            case "running":
                interview = await desk.answers("Mia", "spring", 1)
            case "invited":
                interview = (await desk.campaigns.invite(await desk.campaigns.find("spring"), "Mia")).interview
            case "claimed":
                interview = await desk.answers("Mia", "spring", 1)
                await desk.opens_link_of("Somebody", "Mia")
                await desk.does("Somebody", i.TextReceived("1"))
            case "helped":
                interview = await desk.answers("Mia", "spring", 1)
                await desk.does("Mia", i.CommandReceived("support"))
                await desk.does("Mia", i.TextReceived("Which office is it?"))
            case _:
                raise AssertionError(state)
        await desk.sent()
        return {"interview": interview}

    return setup


def _one_in_state(state: str) -> Setup:
    async def setup(site: Site) -> Fields:
        return {"interviews": [(await _in_state(state)(site))["interview"]]}

    return setup


async def _decided(site: Site) -> Fields:
    fields = await _in_state("completed")(site)
    await site.post("lee", "earlier", "decide", **fields, decision="yes")
    return {"interviews": [fields["interview"]]}


async def _with_slot(site: Site) -> Fields:
    day = {"day": "2026-12-08", "starts": "09:00", "ends": "10:00"}
    answer = await site.post("lee", "times", "open_slots", campaign="spring", **day)
    return {"slot": answer["slots"][0][0]}


async def _told_with_slot(site: Site) -> Fields:
    fields = await _decided(site)
    await site.post("lee", "told", "tell_result", **fields, outcome="yes")
    await _with_slot(site)
    return fields


async def _waiting_broadcast(site: Site) -> Fields:
    await _in_state("running")(site)
    answer = await site.post("lee", "earlier", "send_broadcast", campaign="spring", text="Hello")
    return {"name": answer["name"]}


async def _with_duty(site: Site) -> Fields:
    await site.post("lee", "earlier", "set_duty", person=site.ids["lee"], unit="East")
    return {"person": site.ids["lee"]}


async def _with_token(site: Site) -> Fields:
    answer = await site.post("boss", "earlier", "create_token", name="ATS", unit="East")
    return {"token": answer["token"]}


async def _with_webhook(site: Site) -> Fields:
    url = "https://ats.example.com/events?key=PLANTED"
    answer = await site.post("boss", "earlier", "create_webhook", name="ATS", url=url, unit="East")
    return {"webhook": answer["webhook"]}


async def _with_bot(site: Site) -> Fields:
    await site.post("boss", "earlier", "add_bot", token=TOKEN)
    await site.desk.watch.look()
    return {}


async def _paused(site: Site) -> Fields:
    await site.post("boss", "earlier", "pause_account", account="telegram:700001")
    return {}


async def _with_other_ratings(site: Site) -> Fields:
    fields = await _in_state("completed")(site)
    await site.post("boss", "earlier", "rate_answer", **fields, question="about-you", score=4)
    return fields


async def _blind_queue(site: Site) -> Fields:
    await _in_state("completed")(site)
    query = {"query": "show_blind_answer", "campaign": "spring", "question": "about-you"}
    queue = await site.way.get(site.ids["lee"], msgspec.json.encode(query))
    return {"item": queue["answer"]["item"]}


async def _samples(site: Site) -> Fields:
    campaigns = site.desk.campaigns
    await campaigns.renew(await campaigns.find("spring"), script_named("samples"))
    query = {"query": "show_sample", "campaign": "spring"}
    queue = await site.way.get(site.ids["lee"], msgspec.json.encode(query))
    return {"item": queue["sample"]["item"]}


async def _rated_sample(site: Site) -> Fields:
    await site.post("lee", "earlier", "rate_sample", **await _samples(site), campaign="spring", score=4)
    return {}


async def _open_calibration(site: Site) -> Fields:
    await _rated_sample(site)
    await site.post("boss", "opened", "open_calibration", campaign="spring")
    return {}


async def _sues_right(site: Site) -> Fields:
    return {"person": site.ids["sue"]}


class Case(NamedTuple):
    """How to test one action.

    - `before`: the setup it needs. It returns further fields for the action.
    - `fields`: fields of the action.
    - `who`: a person who may perform it.
    - `whole`: whether it belongs to no unit, so that `sue` may perform it, too.
    - `reads`: whether read-only roles, such as `ann`'s, may perform it too.
    """

    before: Setup
    fields: Fields
    who: str = "lee"
    reads: bool = False
    whole: bool = False


async def _file(site: Site) -> Fields:
    return {"sha256": await site.desk.tools.put_file(b"Name,Interview date\nAnn,2024-03-05\nAnn,2024-03-06\n")}


async def _imported(site: Site) -> Fields:
    answer = await site.post("boss", "earlier", "import_history", **await _file(site), name="a.csv", unit="East")
    return {"source": answer["source"]}


async def _imported_person(site: Site) -> Fields:
    await _imported(site)
    people = [each async for each, _ in site.desk.store.imports.scan("person")]
    return {"person": people[0]}


async def _duplicate(site: Site) -> Fields:
    await _imported(site)
    pairs = [each async for each, _ in site.desk.store.imports.scan("pair")]
    return {"pair": pairs[0]}


CASES: dict[str, Case] = {
    "open_campaign": Case(_nothing, {"script": "short", "code": "autumn"}),
    "close_campaign": Case(_nothing, {"campaign": "spring"}),
    "reopen_campaign": Case(_nothing, {"campaign": "spring"}),
    "invite_candidates": Case(_nothing, {"campaign": "spring", "people": [["Mia", "1234"], ["Leo"]]}),
    "revoke_invitation": Case(_in_state("invited"), {}),
    "reissue_invitation": Case(_in_state("invited"), {}),
    "switch_messenger": Case(_in_state("running"), {}),
    "send_broadcast": Case(_in_state("running"), {"campaign": "spring", "text": "Hello"}),
    "take_back_broadcast": Case(_waiting_broadcast, {}),
    "extend_deadline": Case(_in_state("running"), {"hours": 24}),
    "extend_campaign": Case(_in_state("running"), {"campaign": "spring", "hours": 24}),
    "remind_candidate": Case(_in_state("running"), {}),
    "decide": Case(_in_state("completed"), {"decision": "yes", "note": "clear examples"}),
    "decide_many": Case(_one_in_state("completed"), {"decision": "yes"}),
    "extend_many": Case(_one_in_state("running"), {"hours": 24}),
    "remind_many": Case(_one_in_state("running"), {}),
    "tell_result": Case(_decided, {"outcome": "yes", "text": "See you soon"}),
    "open_slots": Case(
        _nothing, {"campaign": "spring", "day": "2026-12-08", "starts": "09:00", "ends": "10:00", "places": 2}
    ),
    "withdraw_slot": Case(_with_slot, {}),
    "offer_slots": Case(_told_with_slot, {"campaign": "spring"}),
    "note_candidate": Case(_in_state("running"), {"text": "speaks well"}),
    "answer_claim": Case(_in_state("claimed"), {"accepted": True}),
    "erase_candidate": Case(_in_state("running"), {}, "boss"),
    "rate_answer": Case(_in_state("completed"), {"question": "about-you", "score": 4}),
    "rate_blind": Case(_blind_queue, {"campaign": "spring", "question": "about-you", "score": 4}),
    "rate_sample": Case(_samples, {"campaign": "spring", "score": 4}),
    "open_calibration": Case(_rated_sample, {"campaign": "spring"}, "boss"),
    "start_calibration": Case(_samples, {"campaign": "spring"}, "boss"),
    "note_calibration": Case(_open_calibration, {"campaign": "spring", "text": "Agree on 3 first"}),
    "look_at_ratings": Case(_with_other_ratings, {}),
    "answer_candidate": Case(_in_state("helped"), {"text": "In the East"}),
    "finish_help": Case(_in_state("helped"), {}),
    "hand_over": Case(_in_state("running"), {}),
    "set_duty": Case(_nothing, {"unit": "East"}),
    "end_duty": Case(_with_duty, {"unit": "East"}),
    "invite_colleague": Case(_nothing, {"role": "recruiter", "unit": "East"}, "boss"),
    "create_token": Case(_nothing, {"name": "ATS", "unit": "East", "role": "auditor"}, "boss"),
    "revoke_token": Case(_with_token, {}, "boss"),
    "offer_sign_in": Case(_nothing, {}, reads=True),
    "end_sessions": Case(_nothing, {}, reads=True),
    "create_webhook": Case(_nothing, {"name": "ATS", "url": "https://ats.example.com", "unit": "East"}, "boss"),
    "rotate_webhook": Case(_with_webhook, {}, "boss"),
    "remove_webhook": Case(_with_webhook, {}, "boss"),
    "test_webhook": Case(_with_webhook, {}, "boss"),
    "replay_webhook": Case(_with_webhook, {"hours": 5}, "boss"),
    "store_script": Case(_nothing, {"yaml": SCRIPT}, whole=True),
    "revoke_right": Case(_sues_right, {"role": "recruiter", "unit": "South"}, "boss"),
    "add_unit": Case(_nothing, {"unit": "West"}, "boss"),
    "remove_unit": Case(_nothing, {"unit": "North"}, "boss"),
    "rename_unit": Case(_nothing, {"unit": "East", "title": "East China"}, "boss"),
    "move_unit": Case(_nothing, {"unit": "South", "parent": "East"}, "boss"),
    "set_rule": Case(_nothing, {"unit": "East", "rule": "bulk", "on": True}, "boss"),
    "set_unit_message": Case(
        _nothing, {"unit": "East", "outcome": "yes", "language": "en", "text": "Hello{name}!"}, "boss"
    ),
    "set_unit_faq": Case(
        _nothing, {"unit": "East", "language": "en", "asked": ["What is the salary?"], "answer": "Ask us."}, "boss"
    ),
    "set_language": Case(_nothing, {"language": "zh"}, reads=True),
    "set_notices": Case(_nothing, {"unit": "East", "digest": 600}, reads=True),
    "stop_notices": Case(_nothing, {}, reads=True),
    "add_bot": Case(_nothing, {"token": TOKEN}, "boss"),
    "remove_bot": Case(_with_bot, {"bot": TOKEN.partition(":")[0]}, "boss"),
    "pause_account": Case(_nothing, {"account": "telegram:700001"}, "boss"),
    "resume_account": Case(_paused, {"account": "telegram:700001"}, "boss"),
    "start_drill": Case(_nothing, {"campaign": "spring"}, "boss"),
    "import_history": Case(_file, {"name": "past.csv", "unit": "East"}, "boss"),
    "undo_import": Case(_imported, {}, "boss"),
    "erase_imported": Case(_imported_person, {}, "boss"),
    "decide_duplicate": Case(_duplicate, {"verdict": "same"}),
    "export_campaign": Case(_in_state("running"), {"campaign": "spring"}, reads=True),
    "export_report": Case(_in_state("running"), {"form": "json"}, reads=True),
    "export_reports": Case(_in_state("running"), {"campaign": "spring", "form": "json"}, reads=True),
}


async def _prepared(site: Site, name: str) -> tuple[Case, Fields]:
    case = CASES[name]
    if name == "remove_unit":
        await site.desk.says("boss", "/org add North")
    if name == "reopen_campaign":
        await site.post("lee", "earlier", "close_campaign", campaign="spring")
    if name == "set_duty":
        return case, {**case.fields, "person": site.ids["lee"]}
    if name == "hand_over":
        site.way._tools = site.desk.tools._replace(hand_over=_handed_over)
    if name in ("remind_candidate", "remind_many"):
        fields = await case.before(site)
        site.desk.now += 2 * 3600_000
        return case, {**fields, **case.fields}
    fields = await case.before(site)
    wanted = {field for each in ACTIONS if _tag(each) == name for field in each.__struct_fields__}
    return case, {**{key: value for key, value in fields.items() if key in wanted}, **case.fields}


async def _handed_over(_: object) -> bool:
    return True


def _tag(action: type[msgspec.Struct]) -> str:
    return str(action.__struct_config__.tag)


def test_every_action_is_here() -> None:
    assert {_tag(each) for each in ACTIONS} == set(CASES)


@pytest.mark.parametrize("name", CASES)
async def test_it_is_done_recorded_and_done_once(site: Site, name: str) -> None:
    case, fields = await _prepared(site, name)
    answer = await site.post(case.who, "k1", name, **fields)
    assert answer["status"] == 200, answer
    line, outcome = (await site.acted())[-1]
    assert (line[0], outcome) == ("/", "done")
    version = (await load(site.desk.store)).version
    assert await site.post(case.who, "k1", name, **fields) == answer
    restarted = JsonWayIn(site.way._tools)
    body = msgspec.json.encode({"action": name, **fields})
    assert (await restarted.post(site.ids[case.who], "k1", body))["status"] == 409
    assert (await load(site.desk.store)).version == version
    await audit_organisation(site.desk.store)


@pytest.mark.parametrize(
    ("name", "who"),
    [
        (name, who)
        for name, case in CASES.items()
        for who in ("sue", "ann")
        if not case.reads and not (case.whole and who == "sue")
    ],
)
async def test_without_the_right_it_is_refused_recorded_and_changes_nothing(
    site: Site, name: str, who: str
) -> None:
    case, fields = await _prepared(site, name)
    if name in ("set_duty", "end_duty"):
        fields["person"] = site.ids["lee"]
    if name == "open_campaign":
        fields["unit"] = "East"
    before = (await load(site.desk.store)).state
    answer = await site.post(who, "k1", name, **fields)
    assert answer["status"] == 403, answer
    assert (await site.acted())[-1][1] == "refused"
    assert (await load(site.desk.store)).state == before
    assert case.who != who


@pytest.mark.parametrize("name", CASES)
async def test_a_right_that_was_lost_meanwhile_counts_no_more(site: Site, name: str) -> None:
    case, fields = await _prepared(site, name)
    body = msgspec.json.encode({"action": name, **fields})
    kept = encode(decode(body))
    if case.who == "lee":
        await site.desk.says("boss", f"/staff revoke {site.ids['lee']} recruiter East")
    else:
        await site.desk.claims("second")
        await site.desk.says("second", f"/staff revoke {site.ids['boss']} owner")
    answer = await site.way.post(site.ids[case.who], "k1", kept.encode())
    assert answer == {"status": 403, "why": "forbidden.person"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b'{"action":"unheard_of"}',
        b'{"action":"close_campaign"}',
        b'{"action":"close_campaign","campaign":7}',
        b'{"action":"close_campaign","campaign":"spring","more":1}',
        b'{"action":"invite_colleague","role":"emperor"}',
    ],
)
async def test_what_is_no_action_is_told_so(site: Site, body: bytes) -> None:
    before = await site.acted()
    answer = await site.way.post(site.ids["boss"], "k1", body)
    assert answer["status"] == 400
    assert await site.acted() == before
