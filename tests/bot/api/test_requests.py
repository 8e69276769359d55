"""Reading lists in pieces, files, and requests that cannot be read."""

import httpx
import pytest
from starlette.applications import Starlette

from bot.api.application import routes
from bot.api.call import Api
from handlers.organisation.repository import load
from tests.bot.api.site import URL, Site


async def test_a_list_has_each_item_once_in_pieces_of_any_size(site: Site) -> None:
    token = await site.token("boss")
    people = {"people": [{"name": f"Person {number}"} for number in range(60)]}
    await site.call(token, "POST", "/campaigns/spring/invitations", people)
    for limit in (1, 7, 100):
        names, following = [], f"/campaigns/spring/interviews?limit={limit}"
        while following:
            piece = await site.get(token, following)
            assert len(piece["interviews"]) <= limit
            names += [each["name"] for each in piece["interviews"]]
            following = piece["next"]
        assert sorted(names) == sorted(["Mia", *(each["name"] for each in people["people"])])
    invited = await site.get(token, "/campaigns/spring/interviews?limit=100&state=completed")
    assert [each["name"] for each in invited["interviews"]] == ["Mia"]
    codes, following = [], "/campaigns?limit=1"
    while following:
        piece = await site.get(token, following)
        codes += [each["campaign"] for each in piece["campaigns"]]
        following = piece["next"]
    assert codes == ["autumn", "spring"]


async def test_a_file_is_for_the_token_that_made_it(site: Site) -> None:
    token, mia = await site.token("kim", "auditor"), site.desk.interview_of("Mia")
    documented = site.app.openapi()["paths"]["/files/{file}"]["get"]["responses"]["200"]["content"]
    for path, body, begins in (
        (f"/interviews/{mia}/files", {"form": "json"}, b"{"),
        ("/campaigns/spring/files", {"form": "jsonl"}, b'{"interview"'),
        ("/campaigns/spring/files", {"what": "reports", "form": "docx"}, b"PK"),
    ):
        made = await site.call(token, "POST", path, body)
        assert made.status_code == 201, made.text
        assert made.headers["location"] == f"{URL}{made.json()['url']}"
        file = await site.call(token, "GET", made.json()["url"])
        assert file.content.startswith(begins)
        assert file.headers["content-type"] == made.json()["media_type"]
        assert made.json()["media_type"].partition(";")[0] in documented
        other = await site.token("boss", "owner", "")
        assert (await site.call(other, "GET", made.json()["url"])).status_code == 404
    await site.desk.says("boss", f"/staff revoke {site.ids['kim']} admin East")
    assert (await site.call(token, "GET", made.json()["url"])).status_code == 401
    wrong = await site.call(other, "POST", "/campaigns/spring/files", {"form": "pdf"})
    assert (wrong.status_code, wrong.json()["errors"][0]["at"]) == (422, "body/form")


async def test_who_has_an_answer_already_is_only_told_so(site: Site) -> None:
    token = await site.token("boss")
    first = await site.call(token, "GET", "/campaigns")
    same = await site.call(token, "GET", "/campaigns", if_none_match=first.headers["etag"])
    assert (same.status_code, same.content) == (304, b"")
    await site.call(token, "POST", "/campaigns/spring/close")
    assert (await site.call(token, "GET", "/campaigns", if_none_match=first.headers["etag"])).status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 422),
        (b'{"people":[]}', 422),
        (b'{"people":[{"name":"Ann","phone":"none of your business"}]}', 422),
        (b'{"people":[{"name":"Ann","odd":1}]}', 422),
        (b'{"people":[{"name":"' + b"x" * 2_000_000 + b'"}]}', 413),
    ],
)
async def test_what_cannot_be_read_is_a_problem_that_says_where(site: Site, body: bytes, status: int) -> None:
    token = await site.token("boss")
    headers = {"authorization": f"Bearer {token}", "idempotency-key": "k", "content-type": "application/json"}
    before = (await load(site.desk.store)).version
    answer = await site.web.post("/campaigns/spring/invitations", content=body, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert (await load(site.desk.store)).version == before


async def test_another_method_is_told_which_ones_there_are(site: Site) -> None:
    for path, allowed in (("/campaigns", "GET, POST"), ("/interviews/x", "DELETE, GET"), ("/scripts", "POST")):
        answer = await site.call(await site.token("boss"), "PATCH", path)
        assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
        assert answer.headers["content-type"] == "application/problem+json"


async def test_problems_are_worded_in_the_callers_language(site: Site) -> None:
    token = await site.token("boss")
    zh = await site.call(token, "GET", "/campaigns/nowhere", accept_language="zh-CN")
    en = await site.call(token, "GET", "/campaigns/nowhere")
    assert "nowhere" in zh.json()["detail"]
    assert "nowhere" in en.json()["detail"]
    assert not zh.json()["detail"].isascii()
    assert en.json()["type"] == "urn:xumian:problem:campaigns.unknown"


async def test_odd_addresses_are_answered_by_the_api(site: Site) -> None:
    token, app = await site.token("boss"), Starlette(routes=routes(Api(site.desk.tools, site.kv, lambda: URL)))
    headers = {"authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=URL, headers=headers) as web:
        for odd in ("%0A", "a%0Ab", "%2F", "..%2f..", "%00", "%F0%9F%92%A9", "a%5Cb"):
            for path in (f"/interviews/{odd}", f"/campaigns/{odd}/close", f"/units/{odd}/title", f"/{odd}"):
                answer = await web.get(f"/api/v1{path}")
                assert answer.status_code in (404, 405), path
                assert answer.headers["content-type"] == "application/problem+json", path
        assert (await web.get("/api/v1/campaigns/spring")).status_code == 200
