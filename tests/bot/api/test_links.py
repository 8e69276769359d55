"""The links of the OpenAPI document lead from a campaign to the report, each as it says."""

import re
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from bot.api.application import application
from tests.bot.api.calls import CALLS
from tests.bot.api.site import Site

_WALK = (
    "list_campaigns",
    "invite_candidates",
    "list_interviews",
    "show_interview",
    "show_card",
    "show_rating_sheet",
    "rate_answer",
    "show_ratings",
    "decide",
    "show_report",
    "report_file",
    "fetch_file",
)
_WALKS = (
    ("list_campaigns", "show_campaign"),
    ("list_campaigns", "open_campaign", "invite_candidates", "reissue_invitation", "revoke_invitation"),
    ("list_campaigns", "funnel"),
    ("list_campaigns", "statistics"),
    ("list_campaigns", "blind_questions", "blind_answer", "rate_blindly"),
    ("list_campaigns", "open_times", "withdraw"),
    ("list_campaigns", "list_interviews", "decide_several"),
    ("list_campaigns", "send_broadcast", "take_back_broadcast"),
    ("list_campaigns", "campaign_file", "fetch_file"),
)


class Walk:
    """Follows links as a program does that knows nothing but the document."""

    def __init__(self, site: Site, token: str) -> None:
        self._site = site
        self._token = token
        self.document: dict[str, Any] = application(None).openapi()
        self._calls = {
            route["operationId"]: (path, method, route)
            for path, item in self.document["paths"].items()
            for method, route in item.items()
        }

    async def begin(self, operation: str) -> "Arrived":
        return await self._call(operation, {}, {})

    async def follow(self, at: "Arrived", target: str) -> "Arrived":
        link = at.links[target]
        known = {name: at.value(each) for name, each in link.get("parameters", {}).items()}
        return await self._call(link["operationId"], known, at.value(link.get("requestBody", {})))

    async def _call(self, operation: str, known: dict[str, Any], fields: dict[str, Any]) -> "Arrived":
        path, method, route = self._calls[operation]
        place = {name.removeprefix("path."): each for name, each in known.items() if name.startswith("path.")}
        query = {name.removeprefix("query."): each for name, each in known.items() if name.startswith("query.")}
        usual = CALLS[method.upper(), path][1]
        body = {**(usual or {}), **fields} if usual is not None or fields else None
        made = httpx.URL(path.format_map(place), params=query) if query else path.format_map(place)
        answer = await self._site.call(self._token, method.upper(), str(made), body)
        assert f"{answer.status_code}" in route["responses"], (operation, answer.text)
        assert answer.status_code < 300, (operation, answer.text)
        described = route["responses"][f"{answer.status_code}"]
        self._fits(described, answer)
        return Arrived(described.get("links", {}), answer, place)

    def _fits(self, described: dict[str, Any], answer: httpx.Response) -> None:
        kind = answer.headers["content-type"].partition(";")[0]
        schema = described["content"][kind]["schema"]
        if kind == "application/json":
            whole = {**schema, "components": self.document["components"]}
            Draft202012Validator(whole).validate(answer.json())


class Arrived:
    """An answer, and where it leads."""

    def __init__(self, links: dict[str, Any], answer: httpx.Response, place: dict[str, str]) -> None:
        self.links = links
        self.answer = answer
        self._place = place

    def value(self, expression: Any) -> Any:
        if isinstance(expression, dict):
            return {name: self.value(each) for name, each in expression.items()}
        if isinstance(expression, list):
            return [self.value(each) for each in expression]
        if found := re.fullmatch(r"\$request\.path\.(\w+)", expression):
            return self._place[found[1]]
        found = re.fullmatch(r"\$response\.body#(/.*)", expression)
        assert found, expression
        value = self.answer.json()
        for step in found[1].split("/")[1:]:
            value = value[int(step) if isinstance(value, list) else step]
        return value


async def test_a_campaign_leads_to_the_report(site: Site) -> None:
    walk = Walk(site, await site.token("boss", "admin", "East"))
    at = await walk.begin(_WALK[0])
    for step in _WALK[1:]:
        at = await walk.follow(at, step)
    assert at.answer.content


@pytest.mark.parametrize("steps", _WALKS, ids="-".join)
async def test_other_ways(site: Site, steps: tuple[str, ...]) -> None:
    walk = Walk(site, await site.token("boss", "admin", "East"))
    at = await walk.begin(steps[0])
    for step in steps[1:]:
        at = await walk.follow(at, step)


def test_every_link_leads_to_a_call_that_has_what_it_is_given() -> None:
    document = application(None).openapi()
    routes = [(path, route) for path, item in document["paths"].items() for route in item.values()]
    calls = {route["operationId"]: (path, route) for path, route in routes}
    links = [
        (route, each)
        for _, route in routes
        for answer in route["responses"].values()
        for each in answer.get("links", {}).values()
    ]
    assert len(links) > 180
    for source, link in links:
        _, target = calls[link["operationId"]]
        wanted = {f"{each['in']}.{each['name']}" for each in target.get("parameters", [])}
        assert set(link.get("parameters", {})) <= wanted, link
        for expression in link.get("parameters", {}).values():
            if same := re.fullmatch(r"\$request\.path\.(\w+)", expression):
                assert same[1] in {each["name"] for each in source["parameters"]}, link
        if fields := link.get("requestBody"):
            (content,) = target["requestBody"]["content"].values()
            schema = document["components"]["schemas"][content["schema"]["$ref"].rpartition("/")[2]]
            assert set(fields) <= set(schema["properties"]), link
