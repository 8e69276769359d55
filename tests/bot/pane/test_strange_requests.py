"""Whatever an address, a query, a cookie or a form contains, the staff pages answer, never with a fault of ours.

The client raises whatever the application raises.
"""

from urllib.parse import quote

import pytest

from handlers.organisation.repository import load
from tests.bot.pane.staff_site import URL, StaffSite, site_of

STRANGE = (
    "",
    " ",
    "\0",
    "\n/decide",
    "%",
    "..",
    "../..",
    "-1",
    "0",
    "9" * 400,
    "١٢",
    "x" * 3_000,
    "'\"<>&{}",
    "{{1337*1337}}",
    "\u202e\u200b",
    "\U0001f600" * 50,
    "__class__",
    "null",
    "0" * 16,
)
PATHS = (
    "/staff/candidate/{}",
    "/staff/report/{}",
    "/staff/rate/{}",
    "/staff/rate/{}/{}",
    "/staff/blind/{}",
    "/staff/blind/{}/{}",
    "/staff/blind/spring/{}",
    "/staff/blind/spring/1?item={}&after={}",
    "/staff/candidates?name={}&page={}&state={}&campaign={}",
    "/staff/figures?of={}&what={}",
    "/staff/help/{}",
    "/staff/file/{}",
    "/staff/sign-in/{}",
    "/staff/{}",
)
FORMS: dict[str, tuple[str, ...]] = {
    "do": ("line", "once"),
    "candidate": ("act", "words", "decision", "hours", "once"),
    "rate": ("mark", "words"),
    "blind": ("item", "mark"),
}
"""The fields of each form."""


@pytest.fixture
async def site() -> StaffSite:
    return await site_of()


@pytest.mark.parametrize("path", PATHS)
async def test_addresses(site: StaffSite, path: str) -> None:
    browser = await site.signed_in("boss")
    for each in STRANGE:
        filled = quote(each, safe="")
        answer = await browser.get(path.format(*[filled] * 4))
        assert answer.status_code in (200, 401, 403, 404, 405, 429), (path, each, answer.status_code)
        assert "1787569" not in answer.text, "a template within a text was run"
        site.desk.now += 10_000


@pytest.mark.parametrize("form", FORMS)
async def test_forms(site: StaffSite, form: str) -> None:
    mia = site.interviews["Mia"]
    paths = {"do": "do", "candidate": f"candidate/{mia}", "rate": f"rate/{mia}/1", "blind": "blind/spring/1"}
    browser = await site.signed_in("boss")
    key = (await browser.page("/staff")).partition('name="key" value="')[2].partition('"')[0]
    right = {"line": "/inbox", "act": "note", "mark": "3", "item": "0" * 10, "once": "1"}
    for field in FORMS[form]:
        for each in STRANGE:
            answer = await browser.post(f"/staff/{paths[form]}", {**right, "key": key, field: each})
            assert answer.status_code in (200, 400, 403), (form, field, each, answer.status_code)
            site.desk.now += 2_000


async def test_cookies_and_keys(site: StaffSite) -> None:
    browser = await site.signed_in("boss")
    before = (await load(site.desk.store)).version
    browser.web.cookies.clear()
    for each in STRANGE:
        header = {"cookie": f"__Host-xumian_staff={quote(each, safe='')}", "origin": URL}
        assert (await browser.web.get("/staff", headers=header)).status_code == 401
        answer = await browser.web.post("/staff/do", data={"key": each, "line": "/inbox"}, headers=header)
        assert answer.status_code == 401
    assert (await load(site.desk.store)).version == before
