"""Signing in: links that work once, cookies, sessions that end, and forms that only our own pages send."""

import asyncio

import httpx
import msgspec
import pytest

from bot.pane.access import MOST_BYTES, MOST_WRONG, PAGES_A_MINUTE, browser_called, origin_of
from conversation.inbound import Address
from handlers.actions.system.web_sessions import LINK_S, MOST_SESSIONS, SESSION_S
from handlers.organisation.audit import read_entries
from handlers.organisation.repository import load
from handlers.organisation.sessions import SignedIn
from handlers.organisation.state import NAME
from storage.errors import StoreUnavailable
from tests.bot.pane.staff_site import URL, Browser, StaffSite, forms, site_of


@pytest.fixture
async def site() -> StaffSite:
    site = await site_of()
    await site.desk.joins("lee", "recruiter", "East")
    return site


async def test_a_link_signs_one_browser_in_once(site: StaffSite) -> None:
    link, first, second = await site.link("lee"), Browser(site), Browser(site)
    for _ in range(3):  # previews of links do this
        assert "Sign in as lee" in await first.page(link)
    answer = await first.post(link, {})
    assert answer.url.path == "/staff"
    assert "Mia" in answer.text
    for browser in (first, second):
        again = await browser.post(link, {})
        assert again.status_code == 404
        assert "does not work" in again.text
    assert (await second.get("/staff")).status_code == 401


async def test_the_cookie_is_for_this_host_and_no_script(site: StaffSite) -> None:
    browser = Browser(site)
    answer = await browser.web.post(await site.link("lee"), headers={"origin": URL})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-xumian_staff=")
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=strict"} <= {each.strip() for each in cookie.split(";")}
    assert "domain" not in cookie.lower()


async def test_a_link_expires(site: StaffSite) -> None:
    link, browser = await site.link("lee"), Browser(site)
    site.desk.now += LINK_S * 1000
    assert (await browser.get(link)).status_code == 404
    assert (await browser.post(link, {})).status_code == 404


async def test_a_session_expires(site: StaffSite) -> None:
    browser = await site.signed_in("lee")
    site.desk.now += SESSION_S * 1000 - 1
    await browser.page("/staff")
    site.desk.now += 1
    assert (await browser.get("/staff")).status_code == 401


async def test_a_revoked_colleague_is_signed_out_and_their_link_is_dead(site: StaffSite) -> None:
    browser, link = await site.signed_in("lee"), await site.link("lee")
    await site.desk.says("boss", "/staff revoke lee recruiter East")
    assert (await browser.get("/staff")).status_code == 401
    assert (await Browser(site).post(link, {})).status_code == 404


async def test_losing_one_of_several_rights_signs_out_too(site: StaffSite) -> None:
    await site.desk.joins("lee", "auditor", "South")
    browser = await site.signed_in("lee")
    await site.desk.says("boss", "/staff revoke lee auditor South")
    assert (await browser.get("/staff")).status_code == 401
    assert "Leo" not in await (await site.signed_in("lee")).page("/staff/candidates")


async def test_sessions_are_listed_and_ended_by_chat(site: StaffSite) -> None:
    first, second = await site.signed_in("lee"), await site.signed_in("lee")
    (listed,) = await site.desk.says("lee", "/web sessions")
    assert "1. Chrome · Windows" in listed.text
    assert "2. Chrome · Windows" in listed.text
    await site.desk.presses("lee", "End no. 1")
    assert (await first.get("/staff")).status_code == 401
    await second.page("/staff")
    await site.desk.says("lee", "/web end all")
    assert (await second.get("/staff")).status_code == 401


async def test_nobody_ends_the_session_of_somebody_else(site: StaffSite) -> None:
    browser = await site.signed_in("lee")
    (session,) = (await load(site.desk.store)).state.sessions
    (refused,) = await site.desk.says("boss", f"/web end {session}")
    assert "no session" in refused.text
    await browser.page("/staff")


async def test_signing_out_ends_the_session(site: StaffSite) -> None:
    browser = await site.signed_in("lee")
    kept = httpx.Cookies(browser.web.cookies)
    answer = await browser.send(await browser.page("/staff"), "Sign out")
    assert answer.status_code == 401
    assert not browser.web.cookies
    browser.web.cookies = kept
    assert (await browser.get("/staff")).status_code == 401


async def test_a_new_sign_in_replaces_what_the_browser_had(site: StaffSite) -> None:
    """Whoever set the browser's cookie beforehand knows nothing of the session that follows."""
    browser = await site.signed_in("lee")
    former = _secret(browser)
    await browser.post(await site.link("lee"), {})
    assert _secret(browser) != former
    thief = Browser(site)
    for planted in (former, "made-up"):
        thief.web.cookies.set("__Host-xumian_staff", planted)
        assert (await thief.get("/staff")).status_code == 401


def _secret(browser: Browser) -> str:
    (cookie,) = browser.web.cookies.jar
    return str(cookie.value)


async def test_the_oldest_of_too_many_sessions_ends(site: StaffSite) -> None:
    first = await site.signed_in("lee")
    site.desk.now += 1000
    others = [await site.signed_in("lee") for _ in range(MOST_SESSIONS)]
    assert (await first.get("/staff")).status_code == 401
    for each in others:
        await each.page("/staff")


async def test_every_sign_in_is_in_the_record(site: StaffSite) -> None:
    await site.signed_in("lee")
    entries = read_entries(await site.desk.store.interviews.entries(NAME))
    (entry,) = [each for each in entries if any(isinstance(event, SignedIn) for event in each.events)]
    assert entry.by == await site.person("lee")
    (audit, *_) = await site.desk.says("boss", "/audit @lee")
    assert "/web sign-in" in audit.text


async def test_a_link_is_never_in_a_group(site: StaffSite) -> None:
    group = Address("telegram-staff", "700900", "-100")
    message = site.desk.message("lee", "/web", "group:1")
    sent = await site.desk.receive(msgspec.structs.replace(message, chat=group))
    assert [URL in each.text for each in sent if each.to == group] == [False]
    assert [URL in each.text for each in sent if each.to == message.sender] == [True]


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example", "http://hr.example", f"{URL}:8443"])
async def test_forms_of_other_pages_do_nothing(site: StaffSite, origin: str | None) -> None:
    browser, link = await site.signed_in("lee"), await site.link("lee")
    page = await browser.page(f"/staff/candidate/{site.interviews['Mia']}")
    key = (
        next(each for each in forms(page) if "sign-out" in each)
        .partition('name="key" value="')[2]
        .partition('"')[0]
    )
    before = (await load(site.desk.store)).version
    for path in ("/staff/do", "/staff/sign-out", link):
        fields = {"key": key, "once": "1", "line": f"/decide {site.interviews['Mia']} yes"}
        assert (await browser.post(path, fields, origin)).status_code == 403
    assert (await load(site.desk.store)).version == before


async def test_forms_need_the_key_of_their_session(site: StaffSite) -> None:
    mine, other = await site.signed_in("lee"), await site.signed_in("lee")
    page = await other.page(f"/staff/candidate/{site.interviews['Mia']}")
    foreign = page.partition('name="key" value="')[2].partition('"')[0]
    for key in ("", "x", foreign):
        fields = {"key": key, "once": "1", "line": f"/decide {site.interviews['Mia']} yes"}
        assert (await mine.post("/staff/do", fields)).status_code == 403
    assert (await mine.post("/staff/do", {"key": foreign})).status_code == 403
    assert (await mine.web.get("/staff/do")).status_code == 405


async def test_large_forms_and_unreadable_ones_are_refused(site: StaffSite) -> None:
    browser = await site.signed_in("lee")
    assert (await browser.post("/staff/do", {"line": "x" * MOST_BYTES})).status_code == 413
    for body in (b"\xff\xfe", b"&".join([b"a=b"] * 50)):
        answer = await browser.web.post("/staff/do", content=body, headers={"origin": URL})
        assert answer.status_code == 400


async def test_guessing_is_limited_by_network_and_signing_in_is_not(site: StaffSite) -> None:
    guesser, neighbour = Browser(site, "203.0.113.66"), Browser(site)
    answers = [(await guesser.get(f"/staff/sign-in/{number}")).status_code for number in range(MOST_WRONG + 2)]
    assert answers == [*[404] * MOST_WRONG, 429, 429]
    assert (await neighbour.get("/staff/sign-in/x")).status_code == 404
    assert "Sign in as lee" in await guesser.page(await site.link("lee"))


async def test_a_session_that_asks_without_end_is_slowed(site: StaffSite) -> None:
    browser = await site.signed_in("lee")
    answers = [await browser.get("/staff/nothing") for _ in range(2)]
    assert {each.status_code for each in answers} == {404}
    codes = [(await browser.get("/staff/blind")).status_code for _ in range(PAGES_A_MINUTE + 1)]
    assert codes[-1] == 429
    assert codes[0] == 200
    site.desk.now += 60_000
    await browser.page("/staff/blind")


async def test_without_a_public_address_the_pages_are_for_this_machine(site: StaffSite) -> None:
    site.desk.tools = site.desk.tools._replace(local=True)
    local, link = StaffSite(site.desk), await site.link("lee")
    assert (await Browser(local).get(link)).status_code == 404
    near = Browser(local, "127.0.0.1")
    near.web.base_url = httpx.URL("http://127.0.0.1:8080")
    assert (await near.get(link)).status_code == 200
    near.web.headers["x-forwarded-for"] = "203.0.113.9"
    assert (await near.get(link)).status_code == 404


async def test_of_many_browsers_that_confirm_at_once_one_is_signed_in(site: StaffSite) -> None:
    link, browsers = await site.link("lee"), [Browser(site) for _ in range(5)]
    answers = await asyncio.gather(*(each.post(link, {}) for each in browsers))
    assert sorted(each.status_code for each in answers) == [200, *[404] * 4]
    assert len((await load(site.desk.store)).state.sessions) == 1


async def test_without_the_store_nobody_is_signed_out(site: StaffSite, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(_name: str) -> None:
        raise StoreUnavailable("redis is not there")

    browser = await site.signed_in("lee")
    with monkeypatch.context() as patch:
        patch.setattr(site.desk.store.interviews, "blob", fails)
        answer = await browser.get("/staff")
    assert answer.status_code == 503
    assert "retry-after" in answer.headers
    await browser.page("/staff")


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://HR.Example", "https://hr.example"),
        ("https://hr.example:443/below", "https://hr.example"),
        ("https://hr.example:8443", "https://hr.example:8443"),
        ("http://[::1]:80", "http://[::1]"),
    ],
)
def test_origins_are_as_browsers_write_them(address: str, origin: str) -> None:
    assert origin_of(address) == origin


@pytest.mark.parametrize(
    ("agent", "called"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/141 Safari/537.36 Edg/141.0", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari · iPhone"),
        ("<script>", ""),
        ("", ""),
    ],
)
def test_browsers_are_called_by_words_of_ours(agent: str, called: str) -> None:
    assert browser_called(agent) == called
