"""飞书招聘's 笔试 by the example in docs/examples. The schemas are our own, after the tables of its documentation
(the example says where)."""

import asyncio
import importlib.util
import json
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator
from standardwebhooks import WebhookVerificationError
from starlette.testclient import TestClient

from bot.channels.webhook.channel import signed
from handlers.actions.system.webhook_registry import Secret
from handlers.campaigns import Invitation
from handlers.organisation.state import Role
from tests.bot.api.site import URL, Site
from tests.bot.channels.webhook.receiver import FORMER, SECRET

_FILE = Path(__file__).parents[3] / "docs" / "examples" / "feishu_hire.py"
_STRING = {"type": "string", "minLength": 1}


def _object(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    properties = {**required, **(optional or {})}
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


_EXAM_URL = {"type": "string", "pattern": "^(https?://.*)?$"}
PAPER = _object(
    {"id": {**_STRING, "maxLength": 255}, "name": {**_STRING, "maxLength": 255}},
    {"duration": {"type": "integer"}, "question_count": {"type": "integer"}},
)
BODIES = {
    "eco_exam_papers": _object({"account_id": _STRING, "paper_list": {"type": "array", "items": PAPER}}),
    "login_info": _object(
        {"exam_login_info": _object({"exam_url": _EXAM_URL}, {"username": _STRING, "password": _STRING})},
        {"result": {"type": "integer"}, "msg": {"type": "string"}},
    ),
    "update_result": _object(
        {"result": {"type": "string", "pattern": r"^(\d{1,2}(\.\d+)?|100)$"}},
        {
            "result_time": {"type": "string", "pattern": r"^\d{13}$"},
            "report_list": {"type": "array", "items": _object({"name": _STRING, "url": _STRING})},
        },
    ),
}


class _Feishu:
    """A fake of 飞书's open platform, which accepts what its documentation says and nothing else."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Any]] = []
        self.code = 0

    def answer(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        if request.url.path == "/open-apis/auth/v3/tenant_access_token/internal":
            assert body == {"app_id": "cli_1", "app_secret": "s"}
            return httpx.Response(200, json={"code": 0, "tenant_access_token": "t-1", "expire": 7200})
        assert request.headers["authorization"] == "Bearer t-1"
        path = request.url.path.removeprefix("/open-apis/hire/v1/")
        Draft202012Validator(BODIES[path.rpartition("/")[2]]).validate(body)
        self.sent.append((path, body))
        return httpx.Response(200, json={"code": self.code, "msg": "", "data": {}})


def _event(kind: str, **body: Any) -> dict[str, Any]:
    header = {"event_id": "5e3702a8", "event_type": f"hire.{kind}.created_v1", "create_time": "1608725989000"}
    return {"schema": "2.0", "header": header, "event": body}


_ZHANG = {"name": "张三", "mobile": {"code": "86", "number": "13800138000"}, "email": "zhang@example.com"}
_EXAM = _event(
    "eco_exam", exam_id="7178536692385679677", account_id="71", paper_id="spring", candidate_info=_ZHANG
)


async def _bridge(site: Site, feishu: _Feishu) -> Any:
    spec = importlib.util.spec_from_file_location("feishu_hire_example", _FILE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    roles: tuple[Role, ...] = ("recruiter", "auditor")
    tokens = [await site.token("boss", role, "East") for role in roles]
    inviting, reading = (TestClient(site.app, URL, headers={"authorization": f"Bearer {each}"}) for each in tokens)
    web = httpx.Client(transport=httpx.MockTransport(feishu.answer), base_url="https://open.feishu.example")
    return module.FeishuHire(web, {"app_id": "cli_1", "app_secret": "s"}, inviting, reading, SECRET)


def _decided(
    interview: str, secret: str = SECRET, kind: str = "interview.decided"
) -> tuple[dict[str, str], bytes]:
    body = json.dumps({"type": kind, "data": {"interview": interview, "decision": "yes"}})
    return signed(f"{interview}-9-1", body, (Secret(secret),), int(time.time() * 1000)), body.encode()


async def _hears(bridge: Any, interview: str, kind: str = "interview.decided") -> None:
    headers, body = _decided(interview, kind=kind)
    await asyncio.to_thread(bridge.hear, headers, body)


async def test_campaigns_are_papers_and_a_candidate_gets_one_link(site: Site) -> None:
    feishu = _Feishu()
    bridge = await _bridge(site, feishu)
    for event in (
        _event("eco_account", scope=1, account_id="70"),
        _event("eco_account", scope=2, account_id="71"),
    ):
        await asyncio.to_thread(bridge.handle, event)
    ((path, papers),) = feishu.sent
    assert (path, papers["account_id"]) == ("eco_exam_papers", "71")
    assert [each["id"] for each in papers["paper_list"]] == ["spring"], "the token's unit alone"
    for _ in range(2):
        await asyncio.to_thread(bridge.handle, _EXAM)
    (_, once), (path, twice) = feishu.sent[1:]
    assert once == twice
    assert path == "eco_exams/7178536692385679677/login_info"
    assert once["exam_login_info"]["exam_url"].startswith("https://t.me/")
    reader = await site.token("boss", "auditor", "East")
    found = (await site.get(reader, "/candidates?q=zhang@example.com"))["candidates"]
    assert [each["name"] for each in found] == ["张三"]


async def test_a_closed_campaign_is_a_failure_that_says_why(site: Site) -> None:
    feishu = _Feishu()
    bridge = await _bridge(site, feishu)
    await site.call(await site.token("boss"), "POST", "/campaigns/spring/close")
    await asyncio.to_thread(bridge.handle, _EXAM)
    ((_, told),) = feishu.sent
    assert told["result"] != 0
    assert not told["msg"].isascii()
    feishu.code = 1002001
    with pytest.raises(RuntimeError):
        await asyncio.to_thread(bridge.handle, _EXAM)


async def test_only_what_people_scored_is_sent_once_somebody_has_decided(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    feishu, lee = _Feishu(), await site.token("boss", "recruiter", "East")
    bridge = await _bridge(site, feishu)
    await asyncio.to_thread(bridge.handle, _EXAM)
    _, _, token = feishu.sent.pop()[1]["exam_login_info"]["exam_url"].partition("start=")
    interview = (await site.get(lee, "/candidates?q=zhang@example.com"))["candidates"][0]["interview"]

    async def invites(name: str, _campaign: str) -> Invitation:
        return Invitation(interview, token, name)

    monkeypatch.setattr(site.desk, "invites", invites)
    await site.desk.answers("张三", "spring", 4)
    await _hears(bridge, interview)
    assert not feishu.sent, "nobody has rated anything"
    for score in (4, 5):
        rating = {"question": "about-you", "score": score}
        assert (await site.call(lee, "POST", f"/interviews/{interview}/ratings", rating)).status_code == 200
        await _hears(bridge, interview)
    await _hears(bridge, interview, "interview.rated")
    at = "eco_exams/7178536692385679677/update_result"
    assert feishu.sent == [(at, {"result": "80"}), (at, {"result": "100"})]
    await _hears(bridge, site.desk.interview_of("Mia"))
    assert len(feishu.sent) == 2, "Mia was not invited by 飞书招聘"
    with pytest.raises(WebhookVerificationError):
        bridge.hear(*_decided(interview, FORMER))


async def test_a_score_with_automatic_results_in_it_is_nobodys_and_not_sent(site: Site) -> None:
    feishu = _Feishu()
    bridge = await _bridge(site, feishu)
    details = [{"heading": "飞书笔试", "value": "7"}]
    shown = {"interview": {"candidate": {"details": details}}}
    for automatic, number in ((1, 0), (0, 1)):
        ratings = {"ratings": {"table": {"total": 4.5, "automatic": automatic}}}

        def answer(request: httpx.Request, ratings: Any = ratings) -> httpx.Response:
            return httpx.Response(200, json=ratings if request.url.path.endswith("/ratings") else shown)

        bridge._reading = httpx.Client(transport=httpx.MockTransport(answer), base_url=URL)
        bridge.hear(*_decided("5f0c2a9be1d47733"))
        assert len(feishu.sent) == number
    assert feishu.sent == [("eco_exams/7/update_result", {"result": "90"})]
