"""Greenhouse's Assessment Partner API, with requests as in its documentation. The schemas are our own, after its
tables of properties (bot/api/greenhouse.py says where)."""

import asyncio
import base64
from typing import Any

import httpx
import pytest
import structlog
from jsonschema import Draft202012Validator

from bot.api.call import Api
from handlers.organisation.audit import read_entries
from handlers.organisation.events import Acted
from handlers.organisation.state import NAME
from handlers.report_pages.links import ReportLinks
from handlers.report_pages.pages import Opened, ReportPages
from tests.bot.api.site import URL, Site

_STRING = {"type": "string", "minLength": 1}
LIST_TESTS: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"partner_test_id": _STRING, "partner_test_name": _STRING},
        "required": ["partner_test_id", "partner_test_name"],
        "additionalProperties": False,
    },
}
SEND_TEST: dict[str, Any] = {
    "type": "object",
    "properties": {"partner_interview_id": _STRING},
    "required": ["partner_interview_id"],
    "additionalProperties": False,
}
TEST_STATUS: dict[str, Any] = {
    "type": "object",
    "properties": {
        "partner_status": _STRING,
        "partner_profile_url": {"type": "string", "format": "uri", "pattern": "^https?://"},
        "partner_score": {"type": "number"},
        "metadata": {
            "type": "object",
            "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
        },
    },
    "required": ["partner_status"],
    "additionalProperties": False,
    "if": {"properties": {"partner_status": {"const": "complete"}}},
    "then": {"required": ["partner_profile_url"]},
}
HARRY: dict[str, Any] = {
    "partner_test_id": "spring",
    "candidate": {
        "first_name": "Harry",
        "last_name": "Potter",
        "resume_url": "https://hogwarts.example/resume",
        "phone_number": "138 0013 8000",
        "email": "hpotter@hogwarts.example",
        "greenhouse_profile_url": "https://app.greenhouse.example/people/17681532?application_id=26234709",
    },
    "url": "https://app.greenhouse.example/integrations/testing_partners/take_home_tests/12345",
}


async def _asks(site: Site, key: str, method: str, path: str, body: Any = None) -> httpx.Response:
    """Call as Greenhouse does: the key, a colon and nothing else, in base64, and no Idempotency-Key."""
    headers = {"authorization": f"Basic {base64.b64encode(f'{key}:'.encode()).decode()}"}
    return await site.web.request(method, f"/greenhouse/{path}", json=body, headers=headers)


def _as(schema: dict[str, Any], answer: httpx.Response) -> Any:
    assert answer.status_code == 200, answer.text
    Draft202012Validator(schema).validate(answer.json())
    return answer.json()


@pytest.fixture
async def key(site: Site) -> str:
    """A token as the API key, and report pages as Greenhouse links to them."""
    api: Api = site.app.state.api
    tools = site.desk.tools._replace(report_link=lambda *read: f"{URL}/r/{_links(site).make(*read)}")
    site.app.state.api = api._replace(tools=tools)
    made = await site.token("boss", "recruiter", "East")
    assert len(made) < 171
    return made


def _links(site: Site) -> ReportLinks:
    return ReportLinks(b"secret", lambda: site.desk.now)


async def test_the_open_campaigns_of_the_keys_unit_are_the_tests(site: Site, key: str) -> None:
    tests = _as(LIST_TESTS, await _asks(site, key, "GET", "list_tests"))
    assert [each["partner_test_id"] for each in tests] == ["spring"]
    assert (await site.call(key, "POST", "/campaigns/spring/close")).status_code == 200
    assert _as(LIST_TESTS, await _asks(site, key, "GET", "list_tests")) == []


async def test_a_candidate_is_invited_once_however_often_greenhouse_asks(site: Site, key: str) -> None:
    answers = await asyncio.gather(*(_asks(site, key, "POST", "send_test", HARRY) for _ in range(4)))
    (identity,) = {_as(SEND_TEST, each)["partner_interview_id"] for each in answers}
    fresh = {**HARRY, "candidate": {**HARRY["candidate"], "resume_url": "https://hogwarts.example/resume?2"}}
    again = _as(SEND_TEST, await _asks(site, key, "POST", "send_test", fresh))
    assert again["partner_interview_id"] == identity, "somebody who was invited before goes on with that interview"
    auditor = await site.token("boss", "auditor", "East")
    shown = (await site.get(auditor, f"/interviews/{identity}"))["interview"]
    assert shown["candidate"]["name"] == "Harry Potter"
    listed = (await site.get(auditor, "/campaigns/spring/interviews"))["interviews"]
    assert sorted(each["name"] for each in listed) == ["Harry Potter", "Mia"]
    found = await site.get(auditor, "/candidates?q=hpotter@hogwarts.example")
    assert [each["interview"] for each in found["candidates"]] == [identity]
    entries = read_entries(await site.desk.store.interviews.entries(NAME))
    acted = [event for each in entries for event in each.events if isinstance(event, Acted)]
    assert acted.count(Acted("/invite spring +1", "done")) == 2


async def test_the_status_has_the_link_until_it_is_opened_and_the_report_at_the_end(site: Site, key: str) -> None:
    sent = _as(SEND_TEST, await _asks(site, key, "POST", "send_test", HARRY))
    at = f"test_status?partner_interview_id={sent['partner_interview_id']}"
    waiting = _as(TEST_STATUS, await _asks(site, key, "GET", at))
    assert waiting["partner_status"] == "invited"
    assert waiting["metadata"]["Link (telegram)"].startswith("https://t.me/")
    mia = _as(
        TEST_STATUS,
        await _asks(site, key, "GET", f"test_status?partner_interview_id={site.desk.interview_of('Mia')}"),
    )
    assert mia["partner_status"] == "complete"
    _, _, token = mia["partner_profile_url"].partition("/r/")
    opened = await ReportPages(site.desk.store, _links(site), lambda: site.desk.now).open(token, owner=False)
    assert isinstance(opened, Opened)
    assert (opened.source.state.name, opened.source.private) == ("Mia", False), "as a group of colleagues sees it"
    await site.desk.says("boss", '/token revoke "token 1"')
    pages = ReportPages(site.desk.store, _links(site), lambda: site.desk.now)
    assert await pages.open(token, owner=False) == "withdrawn"
    assert mia["metadata"] == {"Answered questions": 4, "Questions": 4}
    assert "partner_score" not in mia


async def test_whoever_left_is_not_complete(site: Site, key: str) -> None:
    interview = await site.desk.exits("Eve", "spring", "network")
    left = _as(TEST_STATUS, await _asks(site, key, "GET", f"test_status?partner_interview_id={interview}"))
    assert left["partner_status"] == "exited"
    assert left["metadata"]["Answered questions"] == 2
    assert left["metadata"]["Reason for leaving"]
    assert not any("Link" in each for each in left["metadata"])


async def test_the_key_opens_its_unit_alone(site: Site, key: str) -> None:
    leo = site.desk.interview_of("Leo")
    for method, path, body in (
        ("GET", f"test_status?partner_interview_id={leo}", None),
        ("GET", "test_status?partner_interview_id=12345", None),
        ("POST", "send_test", {**HARRY, "partner_test_id": "autumn"}),
    ):
        assert (await _asks(site, key, method, path, body)).status_code == 404
    reader = await site.token("boss", "auditor", "East")
    assert (await _asks(site, reader, "POST", "send_test", HARRY)).status_code == 403
    for wrong in ("", "xum_0", "é"):
        assert (await _asks(site, wrong, "GET", "list_tests")).status_code == 401
    for header in ("Basic", "Basic ?", "Basic /w==", "Digest x"):
        refused = await site.web.get("/greenhouse/list_tests", headers={"authorization": header})
        assert refused.status_code == 401


async def test_what_greenhouse_does_not_understand_is_logged_without_the_candidate(site: Site, key: str) -> None:
    told = {
        "api_call": "test_status",
        "errors": ["partner_status is 'complete' but partner_profile url is missing"],
        "partner_test_id": 12345,
        "partner_interview_id": 299506,
        "candidate_email": "hpotter@hogwarts.example",
    }
    with structlog.testing.capture_logs() as logs:
        answer = await _asks(site, key, "POST", "response_error", told)
    assert (answer.status_code, answer.json()) == (200, {"status": 200})
    (line,) = [each for each in logs if each["event"] == "greenhouse_did_not_understand"]
    assert line["errors"] == told["errors"]
    assert "hpotter" not in str(logs)
