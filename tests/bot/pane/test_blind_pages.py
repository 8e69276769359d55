"""The blind queue on the staff pages, and that no page shows a rater more than the chat does."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.bot.pane.staff_site import Browser, StaffSite, said, site_of
from tests.handlers.console.commands.candidates.report_reader import Reader
from tests.handlers.console.test_blind_raters import world

_RANDOM = re.compile(r'name="(?:once|key)" value="[^"]*"|/staff/file/[^"]*|/r/[\w.~-]+|[0-9a-f]{64}')
_QUESTION = "/staff/blind/spring/1"


@pytest.fixture
async def site() -> StaffSite:
    site = await site_of()
    await site.desk.joins("lee", "recruiter", "East")
    for name in ("Ned Flint", "Oli Stone"):
        await site.desk.answers(name, "spring", 4)
    return site


def _item(page: str) -> str:
    found = re.search(r'name="item" value="(\w+)"', page)
    assert found
    return found[1]


async def test_the_queue_is_rated_skipped_and_taken_up_again(site: StaffSite) -> None:
    browser = await site.signed_in("lee")
    first = await browser.page(_QUESTION)
    assert "answer 1 of 3" in first
    second = await browser.send(first, "4", words="two examples")
    assert second.url.path == _QUESTION
    assert "answer 2 of 3" in second.text
    third = await browser.page(f"{_QUESTION}?after={_item(second.text)}")  # skipped
    assert "answer 3 of 3" in third
    over = await browser.send(third, "Cannot assess")
    assert _item(over.text) == _item(second.text)
    elsewhere = await site.signed_in("lee")  # in another browser, where it was left
    assert _item(await elsewhere.page(_QUESTION)) == _item(second.text)
    back = await elsewhere.page(f"{_QUESTION}?item={_item(first)}")
    assert re.search(r'value="4" data-key="4" aria-pressed="true"', back)
    assert "two examples" in back
    end = await elsewhere.send(await elsewhere.page(_QUESTION), "2")
    assert "nothing left" in said(end.text)
    (chat,) = await site.desk.says("lee", "/blind spring 1")
    assert "nothing left" in chat.text


async def test_no_page_of_the_queue_says_whose_answer_it_is(site: StaffSite) -> None:
    browser = await site.signed_in("lee")
    page = await browser.page(_QUESTION)
    for _ in range(3):
        for told in ("Mia", "Ned", "Flint", "Oli", "Stone", "elegram", *site.interviews.values()):
            assert told not in page
        page = (await browser.send(page, "3")).text


async def test_what_is_no_rating_changes_nothing(site: StaffSite) -> None:
    browser = await site.signed_in("lee")
    page = await browser.page(_QUESTION)
    key = page.partition('name="key" value="')[2].partition('"')[0]
    for fields in (
        {"mark": "9"},
        {"mark": "3 x"},
        {"mark": "3", "item": "nobody"},
        {"mark": "3", "item": "0" * 10},
    ):
        await browser.post(_QUESTION, {"key": key, "once": str(fields), "item": _item(page), **fields})
    assert _item(await browser.page(_QUESTION)) == _item(page)
    assert "3 waiting · 0 rated" in said(await browser.page("/staff/blind/spring"))


async def test_one_candidates_answers_are_rated_to_the_end(site: StaffSite) -> None:
    browser, mia = await site.signed_in("lee"), site.interviews["Mia"]
    page = await browser.page(f"/staff/rate/{mia}")
    for number in range(1, 5):
        assert f"Mia · question {number} of 4" in page
        page = (await browser.send(page, str(number))).text
    assert "Mia" in said(page)
    assert "question 4 of 4" not in page
    again = await browser.page(f"/staff/rate/{mia}/2")
    assert re.search(r'value="2" data-key="2" aria-pressed="true"', again)


@pytest.fixture
async def worlds(tmp_path: Path) -> Sequence[Reader]:
    return [await world(tmp_path, number) for number in (0, 1)]


async def test_no_page_shows_others_ratings_to_a_rater(worlds: Sequence[Reader]) -> None:
    """`kim` has rated one of four answers. All else that she sees is the same whatever `lee` gave."""
    mia = worlds[0].desk.interview_of("Mia")
    sites = [StaffSite(each.desk) for each in worlds]
    browsers: list[Browser] = [await each.signed_in("kim") for each in sites]
    paths = (
        "/staff",
        f"/staff/help/{mia}",
        "/staff/candidates",
        f"/staff/candidate/{mia}",
        f"/staff/rate/{mia}",
        f"/staff/rate/{mia}/1",
        "/staff/blind",
        "/staff/blind/spring",
        *(f"/staff/blind/spring/{number}" for number in range(1, 5)),
        "/staff/figures?of=spring&what=stats",
        "/staff/figures?of=spring&what=funnel",
        "/staff/figures?what=exits",
    )
    for path in paths:
        one, other = [_RANDOM.sub("#", (await each.get(path)).text) for each in browsers]
        assert one == other, path
        assert "PLANTED" not in one, path
        assert len(said(one)) > 10, path
