"""The REST API: who may call what, that it is done and recorded once, and that its document is true."""

import ast
import asyncio
import json
import re
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

import bot.api
from bot.api.access import CALLS_A_MINUTE, MOST_WRONG
from handlers.actions.codec import ACTIONS
from handlers.organisation.audit import read_entries
from handlers.organisation.events import Acted
from handlers.organisation.repository import audit_organisation
from handlers.organisation.state import NAME
from handlers.queries.codec import QUERIES
from storage.memory.store import MemoryStore
from tests.bot.api.calls import CALLS, INTERVIEW, NOT_IN_THE_API, ROLES, address
from tests.bot.api.site import Site, site_of


def test_every_route_is_here() -> None:
    document = asyncio.run(_document())
    found = {(method.upper(), path) for path, item in document["paths"].items() for method in item}
    assert found == set(CALLS)


def test_every_action_and_query_has_a_call_or_a_reason_why_not() -> None:
    called = set[str]()
    for file in Path(bot.api.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                called.add(node.func.id)
    left_out = {each for each in (*ACTIONS, *QUERIES) if each.__name__ not in called}
    assert left_out == set(NOT_IN_THE_API)


async def _document() -> dict[str, Any]:
    site = await site_of(MemoryStore())
    return dict((await site.web.get("/openapi.json")).json())


async def test_each_role_may_call_what_it_may_do_in_the_chat(site: Site) -> None:
    for letter, role in ROLES.items():
        token = await site.token("boss", role, "" if letter == "o" else "East")
        for (method, path), (roles, body) in CALLS.items():
            if method == "DELETE" and path == INTERVIEW and letter in roles:
                continue  # erased below, by somebody who may
            answer = await site.call(token, method, address(site, path, method=method), body)
            case = f"{role} {method} {path}: {answer.status_code} {answer.text}"
            assert (answer.status_code != 403) == (letter in roles), case
            assert answer.status_code < 500, case
    token = await site.token("kim", "admin")
    assert (await site.call(token, "DELETE", address(site, INTERVIEW))).status_code == 202


async def test_what_is_elsewhere_is_as_what_is_not_there(site: Site) -> None:
    token, leo = await site.token("kim", "admin"), site.desk.interview_of("Leo")
    for (method, path), (_, body) in CALLS.items():
        if not {"{code}", "{interview}"} & set(re.findall(r"{\w+}", path)):
            continue
        elsewhere = await site.call(token, method, address(site, path, "autumn", "Leo", method), body)
        nowhere = await site.call(token, method, _nowhere(site, path, method), body)
        assert elsewhere.status_code == nowhere.status_code == 404, (method, path, elsewhere.text)
        shown = elsewhere.text.replace("autumn", "nowhere").replace(leo, "0" * 16)
        assert shown == nowhere.text
    for path in ("/campaigns", "/campaigns/spring/interviews", "/figures", "/units", "/staff", "/record"):
        told = json.dumps(await site.get(token, path))
        assert "South" not in told
        assert "Leo" not in told
        assert "autumn" not in told or path == "/record", "only what this very token had asked for"


def _nowhere(site: Site, path: str, method: str) -> str:
    there = address(site, path, "nowhere", "Leo", method)
    return there.replace(site.desk.interview_of("Leo"), "0" * 16)


async def test_without_a_token_nothing_is_told(site: Site) -> None:
    expired = await site.token("boss", days=1)
    revoked = await site.token("boss")
    await site.desk.says("boss", '/token revoke "token 2"')
    site.desk.now += 2 * 86_400_000
    for token in ("", "xum_0", expired, revoked):
        for (method, path), (_, body) in CALLS.items():
            await site.kv.erase("api:wrong:203.0.113.9")
            answer = await site.call(token, method, address(site, path, method=method), body)
            assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
            assert answer.headers["content-type"] == "application/problem+json"


async def test_guessing_tokens_is_slow(site: Site) -> None:
    answers = [await site.call(f"xum_{number}", "GET", "/campaigns") for number in range(MOST_WRONG + 1)]
    assert [each.status_code for each in answers] == [401] * MOST_WRONG + [429]
    assert int(answers[-1].headers["retry-after"]) > 0


async def test_calls_of_a_token_are_limited_and_counted(site: Site) -> None:
    token = await site.token("boss")
    answer = await site.call(token, "GET", "/campaigns")
    assert answer.headers["ratelimit-limit"] == str(CALLS_A_MINUTE)
    assert answer.headers["ratelimit-remaining"] == str(CALLS_A_MINUTE - 1)
    (name,) = (name for name in site.kv.values if name.startswith("api:calls:"))
    for _ in range(CALLS_A_MINUTE):
        await site.kv.count(name, 60)
    refused = await site.call(token, "GET", "/campaigns")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
    assert (await site.call(await site.token("boss"), "GET", "/campaigns")).status_code == 200


async def test_a_token_holds_no_longer_than_its_makers_right(site: Site) -> None:
    token = await site.token("kim", "recruiter")
    assert (await site.call(token, "GET", "/campaigns")).status_code == 200
    await site.desk.says("boss", f"/staff revoke {site.ids['kim']} admin East")
    assert (await site.call(token, "GET", "/campaigns")).status_code == 401


async def test_nobody_agrees_with_themselves_by_a_token(site: Site) -> None:
    await site.desk.says("boss", "/org rule East decisions on")
    mia = site.desk.interview_of("Mia")
    own = await site.token("kim", "recruiter")
    await site.desk.says("kim", f"/decide {mia} yes")
    answer = await site.call(own, "POST", f"/interviews/{mia}/decision", {"decision": "yes"})
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:xumian:problem:second.dependent")
    proposed = await site.call(own, "POST", f"/interviews/{mia}/decision", {"decision": "hold"})
    assert proposed.json()["proposed"] is True
    await site.desk.says("kim", f"/decide {mia} hold")
    assert await _decision(site, mia) is None
    await site.desk.says("boss", f"/decide {mia} hold")
    assert await _decision(site, mia) == "hold"


async def _decision(site: Site, interview: str) -> str | None:
    found = (await site.get(await site.token("boss", "auditor"), f"/interviews/{interview}"))["interview"][
        "decision"
    ]
    return found["value"] if found else None


async def test_a_repeated_request_is_done_once_and_answered_alike(site: Site) -> None:
    token = await site.token("boss")
    people = {"people": [{"name": "Ann Unusual"}, {"name": "Bo"}]}
    path = "/campaigns/spring/invitations"
    answers = await asyncio.gather(*(site.call(token, "POST", path, people, key="k") for _ in range(8)))
    answers.append(await site.call(token, "POST", path, people, key="k"))
    assert {each.status_code for each in answers} == {201}
    assert len({each.text for each in answers}) == 1
    assert {each.headers["location"] for each in answers} == {answers[0].headers["location"]}
    found = await site.get(token, "/campaigns/spring/interviews")
    assert sorted(each["name"] for each in found["interviews"]) == ["Ann Unusual", "Bo", "Mia"]
    assert "Unusual" not in str(site.kv.values), "names are not kept readable"


async def test_a_key_is_for_one_request(site: Site) -> None:
    token, path = await site.token("boss"), "/campaigns/spring/invitations"
    await site.call(token, "POST", path, {"people": [{"name": "Ann"}]}, key="k")
    other = await site.call(token, "POST", path, {"people": [{"name": "Bo"}]}, key="k")
    assert (other.status_code, other.json()["type"]) == (422, "urn:xumian:problem:idempotency_key.used")
    without = await site.call(token, "POST", path, {"people": [{"name": "Bo"}]}, key=None)
    assert (without.status_code, without.json()["type"]) == (400, "urn:xumian:problem:idempotency_key.missing")
    mine = await site.call(await site.token("boss"), "POST", path, {"people": [{"name": "Bo"}]}, key="k")
    assert mine.status_code == 201, "another token has keys of its own"


async def test_a_refusal_stays_the_answer_to_its_key(site: Site) -> None:
    token, unit = await site.token("boss", "owner", ""), {"unit": "East"}
    refused = await site.call(token, "POST", "/units", unit, key="k")
    assert refused.status_code in (409, 422)
    await site.desk.says("boss", "/org add North")
    again = await site.call(token, "POST", "/units", unit, key="k")
    assert (again.status_code, again.text) == (refused.status_code, refused.text)
    assert again.headers["content-type"] == "application/problem+json"
    close = await site.call(token, "POST", "/campaigns/winter/close", key="c")
    await site.call(token, "POST", "/campaigns", {"script": "short", "code": "winter"})
    assert (await site.call(token, "POST", "/campaigns/winter/close", key="c")).text == close.text
    assert (await site.call(token, "POST", "/campaigns/winter/close")).status_code == 200


async def test_whoever_was_invited_before_is_named(site: Site) -> None:
    token, path = await site.token("boss"), "/campaigns/spring/invitations"
    people = [{"name": "Ann", "phone": "13800138000"}, {"name": "Bo"}]
    first = (await site.call(token, "POST", path, {"people": people})).json()["invitations"]
    again = await site.call(token, "POST", path, {"people": [*people, {"name": "Cy"}]})
    assert (again.status_code, again.json()["errors"]) == (409, [{"people": [0, 1]}])
    link = await site.call(token, "POST", path, {"people": people, "again": "link"})
    assert [each["interview"] for each in link.json()["invitations"]] == [each["interview"] for each in first]
    skip = await site.call(token, "POST", path, {"people": [*people, {"name": "Cy"}], "again": "skip"})
    assert (skip.json()["left_out"], [each["name"] for each in skip.json()["invitations"]]) == ([0, 1], ["Cy"])


async def test_what_is_changed_is_recorded_under_the_tokens_name(site: Site) -> None:
    token, mia = await site.token("boss"), site.desk.interview_of("Mia")
    await site.call(token, "POST", f"/interviews/{mia}/decision", {"decision": "yes", "note": "good"})
    await site.call(token, "POST", "/campaigns/nowhere/close")
    entries = read_entries(await site.desk.store.interviews.entries(NAME))
    (done, refused) = entries[-2:]
    assert done.by == refused.by
    assert done.by.startswith("token:")
    assert [each.outcome for entry in (done, refused) for each in entry.events if isinstance(each, Acted)] == [
        "done",
        "refused",
    ]
    await audit_organisation(site.desk.store)
    report = await site.get(await site.token("boss", "auditor"), f"/interviews/{mia}/report")
    assert report["history"]["decisions"][0]["by"][0]["name"] == "token 1"
    shown = await site.get(await site.token("boss", "owner", ""), "/record")
    assert "token 1" in {each["name"] for each in shown["actions"]}


async def test_the_document_is_valid_and_true(site: Site) -> None:
    document = (await site.web.get("/openapi.json")).json()
    validate(document)
    token = await site.token("boss", "owner", "")
    for (method, path), (_, body) in CALLS.items():
        answer = await site.call(token, method, address(site, path, method=method), body)
        said = document["paths"][path][method.lower()]["responses"]
        assert str(answer.status_code) in said, (method, path, answer.text)
        media = answer.headers["content-type"]
        schema = {
            **said[str(answer.status_code)]["content"][media]["schema"],
            "components": document["components"],
        }
        Draft202012Validator(schema).validate(answer.json())
        assert answer.status_code < 500
    for item in document["paths"].values():
        for method, route in item.items():
            names = {each["name"] for each in route.get("parameters", ()) if each["in"] == "header"}
            checks = route["operationId"].startswith(("check", "preview"))
            assert ("Idempotency-Key" in names) == (method != "get" and not checks)


async def test_links_lead_to_calls_by_names_that_stay(site: Site) -> None:
    document = (await site.web.get("/openapi.json")).json()
    routes = {route["operationId"]: route for item in document["paths"].values() for route in item.values()}
    assert len(routes) == len(CALLS), "each has a name of its own"
    token = await site.token("boss", "owner", "")
    listed = (await site.call(token, "GET", "/campaigns/spring/interviews")).json()
    pointer = next(iter(routes["list_interviews"]["responses"]["200"]["links"].values()))["parameters"]
    assert pointer == {"path.interview": "$response.body#/interviews/0/interview"}
    assert listed["interviews"][0]["interview"] == site.desk.interview_of("Mia")


async def test_webhooks_of_other_units_are_out_of_sight_and_the_secret_is_shown_once(site: Site) -> None:
    east, south = await site.token("boss", "admin", "East"), await site.token("boss", "admin", "South")
    new = {"name": "ATS", "url": "https://ats.example.com/events?key=PLANTED"}
    made = await site.call(east, "POST", "/webhooks", new, key="one")
    assert made.status_code == 201, made.text
    assert made.json()["secret"].startswith("whsec_")
    assert (await site.call(east, "POST", "/webhooks", new, key="one")).json() == made.json()
    beside = await site.call(east, "POST", "/webhooks", {**new, "unit": "South", "name": "B"})
    assert beside.status_code == 404
    (row,) = (await site.get(east, "/webhooks"))["webhooks"]
    assert (row["name"], row["address"], row["unit"]) == ("ATS", "https://ats.example.com/events", "East")
    assert not (await site.get(south, "/webhooks"))["webhooks"]
    assert (await site.call(south, "DELETE", f"/webhooks/{row['webhook']}")).status_code == 404
    assert (await site.call(east, "DELETE", f"/webhooks/{row['webhook']}")).status_code == 200
    assert not (await site.get(east, "/webhooks"))["webhooks"]
    inside = await site.call(east, "POST", "/webhooks", {"name": "B", "url": "https://intranet.example.com/"})
    assert (inside.status_code, inside.json()["type"]) == (422, "urn:xumian:problem:webhook.private")
