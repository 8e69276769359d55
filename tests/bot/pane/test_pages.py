"""The staff pages: who sees what, what actions do, and that nothing which candidates wrote is markup."""

import re

import pytest

from conversation.inbound import CommandReceived, TextReceived
from handlers.organisation.audit import read_entries
from handlers.organisation.events import Acted
from handlers.organisation.state import NAME
from tests.bot.pane.staff_site import StaffSite, forms, said, site_of

MAINS = ("inbox", "candidates", "blind", "figures", "health")
SEES: dict[str, tuple[str, ...]] = {
    "boss": MAINS,
    "kim": MAINS,
    "lee": ("inbox", "candidates", "blind", "figures"),
    "ann": ("candidates", "figures"),
    "sam": ("inbox",),
    "fay": ("figures",),
}
"""The main pages of each role."""
_ROLES = {"kim": "admin", "lee": "recruiter", "ann": "auditor", "sam": "support", "fay": "analyst"}


@pytest.fixture
async def site() -> StaffSite:
    site = await site_of()
    for who, role in _ROLES.items():
        await site.desk.joins(who, role, "East")
    return site


@pytest.mark.parametrize("who", SEES)
async def test_each_role_has_its_pages_and_nothing_of_another_unit(site: StaffSite, who: str) -> None:
    """Every page of the own unit, of another one and of none, for every role."""
    browser, sees = await site.signed_in(who), SEES[who]
    own, foreign = site.interviews["Mia"], site.interviews["Leo"]
    all_units = who == "boss"
    home = (await browser.get("/staff")).text
    paths = ("/staff/candidates", "/staff/blind", "/staff/figures", "/staff/health")
    mains = [name for name in MAINS if f'href="/staff{"" if name == "inbox" else f"/{name}"}"' in home]
    assert mains == list(sees)
    for name, path in zip(MAINS[1:], paths, strict=True):
        answer = await browser.get(path)
        assert (answer.status_code == 200) == (name in sees), path
        assert ("autumn" in answer.text) == (all_units and name in sees and name != "health"), path
        assert all_units or "Leo" not in answer.text
    reads, hires = "candidates" in sees, "blind" in sees
    for path, may in (
        (f"/staff/candidate/{own}", reads),
        (f"/staff/rate/{own}", hires),
        (f"/staff/help/{own}", "inbox" in sees),
        (f"/staff/help/{foreign}", all_units),
        ("/staff/help/nobody", False),
        ("/staff/blind/spring", hires),
        ("/staff/blind/spring/1", hires),
        (f"/staff/candidate/{foreign}", all_units),
        (f"/staff/rate/{foreign}", all_units),
        ("/staff/blind/autumn", all_units),
        ("/staff/blind/autumn/1", all_units),
        (f"/staff/candidate/{'0' * 16}", False),
        ("/staff/candidate/nobody", False),
        ("/staff/blind/nothing", False),
        ("/staff/blind/spring/99", False),
        (f"/staff/blind/spring/{'9' * 5_000}", False),
        ("/staff/blind/spring/١", False),
    ):
        answer = await browser.get(path)
        assert (answer.status_code == 200) == may, (path, answer.status_code)
        assert answer.status_code in (200, 403), path
        assert may or not re.search("Mia|Leo", answer.text), path
    for path in ("/staff/candidates?campaign=autumn", "/staff/figures?of=autumn&what=funnel"):
        assert all_units or "Leo" not in (await browser.get(path)).text
    report = await browser.get(f"/staff/report/{foreign}")
    assert all_units or "Leo" not in said(report.text)


@pytest.mark.parametrize("path", ["", "/candidates", "/candidate/x", "/rate/x/1", "/blind/spring/1", "/figures"])
async def test_strangers_see_only_how_to_sign_in(site: StaffSite, path: str) -> None:
    stranger = await site.signed_in("lee")
    stranger.web.cookies.clear()
    answer = await stranger.get(f"/staff{path}")
    assert answer.status_code == 401
    assert "not signed in" in answer.text
    assert "lee" not in answer.text


async def test_rights_are_looked_up_for_each_form(site: StaffSite) -> None:
    """A page that was open before a right was lost does nothing after it. Signing in again gives no more."""
    browser = await site.signed_in("lee")
    page = await browser.page(f"/staff/candidate/{site.interviews['Mia']}")
    await site.desk.joins("lee", "auditor", "East")
    await site.desk.says("boss", "/staff revoke lee recruiter East")
    assert (await browser.send(page, "Next round")).status_code == 401
    again = await site.signed_in("lee")
    page = await again.page(f"/staff/candidate/{site.interviews['Mia']}")
    assert "Decide" not in page
    key = page.partition('name="key" value="')[2].partition('"')[0]
    fields = {"key": key, "once": "1", "act": "decide", "decision": "yes"}
    answer = await again.post(f"/staff/candidate/{site.interviews['Mia']}", fields)
    assert answer.status_code == 403
    assert await _decision(site) is None


async def test_a_decision_is_made_once_in_the_name_of_the_colleague(site: StaffSite) -> None:
    browser, path = await site.signed_in("lee"), f"/staff/candidate/{site.interviews['Mia']}"
    page = await browser.page(path)
    answer = await browser.send(page, "Next round", words="clear examples")
    assert answer.status_code == 200
    assert await _decision(site) == "yes"
    assert "clear examples" in said(await browser.page(path))
    again = await browser.send(page, "Next round", words="clear examples")
    assert "was done already" in again.text
    lines = [event.line for entry in await _entries(site, "lee") for event in entry if isinstance(event, Acted)]
    assert [each for each in lines if each.startswith("/decide")] == [f"/decide {site.interviews['Mia']} yes"]
    assert "clear examples" not in str(lines)


async def test_what_needs_confirming_is_shown_before_it_is_done(site: StaffSite) -> None:
    browser, path = await site.signed_in("lee"), f"/staff/candidate/{site.interviews['Mia']}"
    await browser.send(await browser.page(path), "Next round")
    preview = await browser.send(await browser.page(path), "Preview", words="See you on Monday!")
    assert "See you on Monday!" in said(preview.text)
    assert not any("See you" in each.text for each in await site.desk.sent())
    done = await browser.send(preview.text, "Yes, do it")
    assert done.status_code == 200, said(done.text)
    again = await browser.send(preview.text, "Yes, do it")
    assert "was done already" in again.text
    card = said(await browser.page(path))
    assert "Preview" not in card, card


async def test_texts_reach_colleagues_and_candidates_as_they_were_typed(site: StaffSite) -> None:
    browser, path = await site.signed_in("lee"), f"/staff/candidate/{site.interviews['Mia']}"
    typed = 'She said "yes"\r\n/decide all no\r\n— and <b>left</b>'
    page = await browser.page(path)
    await browser.send(page, "Save the note", words=typed)
    card = await browser.page(path)
    assert "She said &#34;yes&#34;" in card
    assert "&lt;b&gt;left&lt;/b&gt;" in card
    assert await _decision(site) is None
    await browser.send(page, "Send", words=typed)
    record = await site.desk.store.interviews.load(site.interviews["Mia"])
    assert record
    await site.desk.sent()
    written = [each.text for each in site.desk.heard if each.to == record.state.address]
    assert typed.replace("\r\n", "\n") in written[-1]


async def test_a_call_for_help_is_answered_and_ended_by_support_staff(site: StaffSite) -> None:
    await site.desk.starts("Ida", "spring")
    await site.desk.does("Ida", CommandReceived("support"))
    await site.desk.does("Ida", TextReceived("The <b>microphone</b> does not work"))
    browser = await site.signed_in("sam")
    found = re.search(r'href="(/staff/help/\w+)"><bdi>Answer Ida', await browser.page("/staff"))
    assert found
    page = await browser.page(found[1])
    assert "The &lt;b&gt;microphone&lt;/b&gt; does not work" in page
    answer = await browser.send(page, "Send", words="Please type instead.")
    assert answer.status_code == 200
    page = await browser.page(found[1])
    assert "sam" in said(page)
    assert "Please type instead." in page
    await browser.send(page, "Solved: the interview goes on")
    assert "Solved" not in await browser.page(found[1])
    assert "Ida" not in await browser.page("/staff")


async def test_two_people_decide_on_pages_as_in_the_chat(site: StaffSite) -> None:
    await site.desk.says("boss", "/org rule East decisions on")
    path = f"/staff/candidate/{site.interviews['Mia']}"
    first, second = await site.signed_in("lee"), await site.signed_in("boss")
    await first.send(await first.page(path), "Next round")
    assert await _decision(site) is None
    await first.send(await first.page(path), "Next round")  # not with oneself
    assert await _decision(site) is None
    assert "Mia" in said(await second.page("/staff"))
    await second.send(await second.page(path), "Next round")
    assert await _decision(site) == "yes"


async def test_results_for_others_are_sent_and_ones_own_is_not(site: StaffSite) -> None:
    """What the page shows does not come to the private chat as well."""
    browser = await site.signed_in("lee")
    await site.desk.sent()
    await browser.send(
        await browser.page(f"/staff/candidate/{site.interviews['Mia']}"), "Save the note", words="seen"
    )
    lee = site.desk.message("lee", "", "").sender
    assert [each.text for each in await site.desk.sent() if each.to == lee] == []


async def test_more_time_and_wrong_fields(site: StaffSite) -> None:
    browser, path = await site.signed_in("boss"), f"/staff/candidate/{site.interviews['Leo']}"
    page = await browser.page(path)
    for hours in ("0", "-1", "1e9", "48h all", ""):
        answer = await browser.send(page, "Extend", hours=hours)
        assert answer.url.path == path
    done = await browser.send(page, "Extend", hours="24")
    assert done.url.path == path
    assert "27 November" in said(done.text)


@pytest.mark.parametrize(
    "line",
    ["/staff invite owner", "/token create x", "/forget ID", "/web", "/claim x", "hello", "", "/bots", "/audit"],
)
async def test_what_gives_rights_or_erases_stays_in_the_chat(site: StaffSite, line: str) -> None:
    browser = await site.signed_in("boss")
    page = await browser.page("/staff/blind")
    key = page.partition('name="key" value="')[2].partition('"')[0]
    line = line.replace("ID", site.interviews["Mia"])
    assert (await browser.post("/staff/do", {"key": key, "once": "1", "line": line})).status_code == 400


async def test_what_candidates_write_is_never_markup(site: StaffSite) -> None:
    evil = "<img src=x onerror=alert(1)>\"'&"
    number = await site.desk.answers(evil, "spring", 4)
    browser = await site.signed_in("lee")
    pages = [
        await browser.page(path)
        for path in (
            "/staff",
            "/staff/candidates",
            f"/staff/candidates?name={evil.replace('&', '%26')}",
            f"/staff/candidate/{number}",
            f"/staff/rate/{number}",
        )
    ]
    for page in pages:
        assert "<img src=x" not in page
        assert "&lt;img src=x onerror=alert(1)&gt;" in page
        unquoted = re.sub(r'"[^"]*"', '""', page)
        assert not re.search(r"<[^>]+ (on\w+|style|srcdoc)=", unquoted)
        assert re.findall(r"<script[^>]*>", page) == ['<script src="/staff/staff.js" defer>']


async def test_headers_forbid_what_the_pages_do_not_need(site: StaffSite) -> None:
    browser = await site.signed_in("lee")
    for path in ("/staff", "/staff/candidates", await site.link("lee"), "/staff/file/x"):
        headers = (await browser.get(path)).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["x-content-type-options"] == "nosniff"


async def test_search_filters_and_pages(site: StaffSite) -> None:
    for number in range(12):
        await site.desk.invites(f"Zoe {number:02}", "spring")
    browser = await site.signed_in("lee")
    first = await browser.page("/staff/candidates?campaign=spring")
    assert "13 candidates" in first
    assert "1 / 2" in first
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following
    second = await browser.page(following[1].replace("&amp;", "&"))
    names = [re.findall(r"<bdi>([^<]+)</bdi></a>", page) for page in (first, second)]
    assert (len(names[0]), len(names[1])) == (10, 3)
    assert not {*names[0]} & {*names[1]}
    assert re.findall(r"<bdi>([^<]+)</bdi></a>", await browser.page("/staff/candidates?name=zoe 07")) == ["Zoe 07"]
    assert "1 candidate<" in await browser.page("/staff/candidates?state=completed")
    for wrong in ("?page=0", "?page=99999", "?page=x", "?state=x", "?campaign=autumn"):
        assert "13 candidates" in await browser.page(f"/staff/candidates{wrong}")


async def test_pictures_and_files_are_for_the_session_that_was_shown_them(site: StaffSite) -> None:
    browser, other = await site.signed_in("lee"), await site.signed_in("lee")
    page = await browser.page("/staff/figures?of=spring&what=funnel")
    picture = re.search(r'<img src="([^"]+)" alt="[^"]+">', page)
    assert picture
    shown = await browser.get(picture[1])
    assert shown.headers["content-type"] == "image/png"
    assert "sandbox" in shown.headers["content-security-policy"]
    assert (await other.get(picture[1])).status_code == 404
    assert (await browser.get(picture[1][:-2])).status_code == 404


async def test_forms_work_without_script(site: StaffSite) -> None:
    browser = await site.signed_in("lee")
    for each in forms(await browser.page(f"/staff/candidate/{site.interviews['Mia']}")):
        assert 'method="post" action="/staff/' in each
        assert 'name="key"' in each


async def _entries(site: StaffSite, who: str) -> list[tuple[object, ...]]:
    person = await site.person(who)
    entries = read_entries(await site.desk.store.interviews.entries(NAME))
    return [each.events for each in entries if each.by == person]


async def _decision(site: StaffSite) -> str | None:
    record = await site.desk.store.interviews.load(site.interviews["Mia"])
    assert record
    return record.state.decision or None


async def test_the_health_page_says_what_is_wrong_and_what_to_do(site: StaffSite) -> None:
    site.desk.problems = {"space": "full"}
    browser = await site.signed_in("kim")
    page = await browser.page("/staff/health")
    assert "Space: full" in page
    assert "Until there is room" in page
