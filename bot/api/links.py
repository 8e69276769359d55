"""Links of the OpenAPI document: what one call's answer can be used for in others.

Following them from a campaign leads to its candidates, and from a candidate to answers, ratings, a decision, the
result and the report.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

_SOURCES: tuple[tuple[str, str, str], ...] = (
    ("list_campaigns", "code", "/campaigns/0/campaign"),
    ("open_campaign", "code", "/campaign/campaign"),
    ("list_interviews", "interview", "/interviews/0/interview"),
    ("invite_candidates", "interview", "/invitations/0/interview"),
    ("reissue_invitation", "interview", "/interview"),
    ("find_candidates", "interview", "/candidates/0/interview"),
    ("report_file", "file", "/file"),
    ("campaign_file", "file", "/file"),
    ("store_script", "script", "/version"),
    ("add_unit", "unit", "/unit"),
    ("list_staff", "person", "/colleagues/0/person"),
    ("create_webhook", "webhook", "/webhook"),
    ("list_webhooks", "webhook", "/webhooks/0/webhook"),
    ("send_broadcast", "broadcast", "/name"),
    ("list_broadcasts", "broadcast", "/broadcasts/0/name"),
    ("open_times", "slot", "/slots/0/id"),
    ("times", "slot", "/slots/0/slot/id"),
)
"""Calls by operation id, which parameter of other calls' paths their answer has, and where (a JSON pointer)."""

_SAME = "$request.path."
_HERE = {"path.interview": f"{_SAME}interview"}
_THERE = {"path.code": f"{_SAME}code"}
_BODY = "$response.body#"


class _Step(NamedTuple):
    """A link to one call: its parameters, and the fields of its body that are known."""

    source: str
    target: str
    parameters: Mapping[str, str] = {}
    body: Mapping[str, Any] = {}


_CAMPAIGN = f"{_BODY}/campaigns/0/campaign"
_INTERVIEWS = {"interviews": [f"{_BODY}/interviews/0/interview"]}
_STEPS = (
    _Step("list_campaigns", "open_campaign", body={"script": f"{_BODY}/campaigns/0/script"}),
    _Step("store_script", "open_campaign", body={"script": f"{_BODY}/script"}),
    *(_Step("list_campaigns", each, {"query.of": _CAMPAIGN}) for each in ("statistics", "exits", "breakdown")),
    *(_Step("list_campaigns", each, {"query.campaign": _CAMPAIGN}) for each in ("funnel", "table", "times")),
    _Step("invite_candidates", "list_interviews", _THERE),
    *(_Step("list_interviews", f"{each}_several", body=_INTERVIEWS) for each in ("decide", "extend", "remind")),
    _Step("show_interview", "show_card", _HERE),
    _Step("show_card", "show_rating_sheet", _HERE),
    _Step("show_rating_sheet", "rate_answer", _HERE, {"question": f"{_BODY}/rows/0/answer/question"}),
    _Step("rate_answer", "show_ratings", _HERE),
    _Step("show_ratings", "decide", _HERE),
    _Step("decide", "show_report", _HERE),
    _Step("decide", "tell_result", body={"interviews": [f"{_SAME}interview"]}),
    _Step("show_report", "report_file", _HERE),
    _Step("blind_questions", "blind_answer", {**_THERE, "query.question": f"{_BODY}/questions/0/question"}),
    _Step(
        "blind_answer", "rate_blindly", _THERE, {"question": f"{_BODY}/question", "item": f"{_BODY}/answer/item"}
    ),
    _Step("show_sample", "rate_sample", _THERE, {"item": f"{_BODY}/sample/item"}),
    _Step("open_times", "offer", _THERE),
)


def add_links(document: dict[str, Any]) -> None:
    """Add the links to a document. Raises KeyError for a source or target that is no call."""
    calls = {
        route["operationId"]: (path, route) for path, item in document["paths"].items() for route in item.values()
    }
    for source, parameter, pointer in _SOURCES:
        for target, (path, _) in calls.items():
            if f"{{{parameter}}}" in path:
                _add(calls, _Step(source, target, {f"path.{parameter}": f"{_BODY}{pointer}"}))
    for step in _STEPS:
        _add(calls, step)


def _add(calls: Mapping[str, tuple[str, dict[str, Any]]], step: _Step) -> None:
    target = calls[step.target][1]["operationId"]
    answer = next(each for status, each in calls[step.source][1]["responses"].items() if status.startswith("2"))
    link: dict[str, Any] = {"operationId": target}
    if step.parameters:
        link["parameters"] = dict(step.parameters)
    if step.body:
        link["requestBody"] = dict(step.body)
    answer.setdefault("links", {})[target] = link
