"""What lies outside a colleague's units doesn't exist for them, and a lost right ends what it allowed."""

import re

import pytest

from conversation import inbound as i
from handlers.organisation.repository import load
from handlers.organisation.state import NAME
from storage.memory.store import MemoryStore
from storage.ports import Store
from tests.handlers.console.desk import Desk, texts

_LEADS = ["owner", "admin"]


async def organisation(store: Store) -> Desk:
    """Return a desk with units East and South, a campaign in each, and the recruiter `Southerner` in South."""
    desk = Desk(store, "en")
    await desk.claims()
    for unit, campaign in (("East", "spring"), ("South", "autumn")):
        await desk.says("boss", f"/org add {unit}")
        await desk.campaign(campaign, unit)
    await desk.joins("Southerner", "recruiter", "South")
    return desk


def unnamed(text: str, *names: str) -> str:
    for name in names:
        text = re.sub(name, "?", text, flags=re.IGNORECASE)
    return text


@pytest.mark.parametrize("role", _LEADS)
@pytest.mark.parametrize(
    "line",
    [
        "/notify {}",
        "/staff invite recruiter {}",
        "/staff revoke me recruiter {}",
        "/org remove {}",
        "/org add Shop {}",
        "/stats {}",
        "/open short {}",
    ],
)
async def test_a_foreign_unit_is_answered_as_one_that_is_not_there(role: str, line: str) -> None:
    desk = await organisation(MemoryStore())
    await desk.joins("me", role, "East")
    foreign, missing = [texts(await desk.says("me", line.format(unit))) for unit in ("South", "Xouth")]
    assert [unnamed(text, "South") for text in foreign] == [unnamed(text, "Xouth") for text in missing]


@pytest.mark.parametrize("role", _LEADS)
async def test_a_foreign_colleague_is_answered_as_one_who_is_not_there(role: str) -> None:
    desk = await organisation(MemoryStore())
    await desk.joins("me", role, "East")
    people = (await load(desk.store)).state.people.values()
    number = next(person.id for person in people if person.name == "Southerner")
    (missing,) = texts(await desk.says("me", "/staff revoke Nobody recruiter East"))
    for name in ("Southerner", number):
        (foreign,) = texts(await desk.says("me", f"/staff revoke {name} recruiter East"))
        assert unnamed(foreign, name) == unnamed(missing, "Nobody")


async def test_whose_right_was_taken_brings_nobody_in_with_codes_made_before(store: Store) -> None:
    desk = await organisation(store)
    await desk.joins("lead", "admin", "East")
    (made,) = await desk.says("lead", "/staff invite admin East")
    found = re.search(r"/claim \w+", made.text)
    assert found
    await desk.says("boss", "/staff revoke lead admin East")
    assert await desk.says("lead", found[0]) == []
    assert await desk.says("friend", found[0]) == []
    assert desk.results[-1] == "stranger"


async def test_a_code_for_a_unit_that_is_gone_is_none(store: Store) -> None:
    desk = await organisation(store)
    await desk.says("boss", "/org add West")
    (made,) = await desk.says("boss", "/staff invite recruiter West")
    found = re.search(r"/claim \w+", made.text)
    assert found
    await desk.says("boss", "/org remove West")
    assert await desk.says("friend", found[0]) == []


async def test_notices_end_with_the_right(store: Store) -> None:
    desk = await organisation(store)
    await desk.joins("me", "recruiter", "East")
    await desk.says("me", "/notify East")
    await desk.says("Southerner", "/notify South")
    await desk.says("boss", "/staff revoke me recruiter East")
    await desk.starts("Ann", "spring")
    await desk.does("Ann", i.CommandReceived("support"))
    await desk.does("Ann", i.TextReceived("help me"))
    assert await desk.sent() == []
    assert [chat.unit for chat in (await load(store)).state.chats] == ["South"]


async def test_notices_stay_while_another_right_covers_them(store: Store) -> None:
    desk = await organisation(store)
    await desk.joins("me", "recruiter", "East")
    await desk.says("me", "/notify East")
    await desk.joins("me", "support", "East")
    await desk.says("boss", "/staff revoke me recruiter East")
    assert [chat.unit for chat in (await load(store)).state.chats] == ["East"]


async def test_what_somebody_did_elsewhere_before_is_not_their_new_units_affair(store: Store) -> None:
    desk = await organisation(store)
    await desk.says("Southerner", "/stats autumn")
    await desk.joins("Southerner", "recruiter", "East")
    await desk.says("boss", "/staff revoke Southerner recruiter South")
    await desk.says("Southerner", "/stats spring")
    await desk.joins("reader", "auditor", "East")
    (seen,) = texts(await desk.says("reader", "/audit"))
    assert "/stats spring" in seen
    assert "autumn" not in seen


async def test_an_opening_that_is_sent_again_does_not_undo_a_later_closing(store: Store) -> None:
    desk = await organisation(store)
    await desk.says("boss", "/close spring")
    await desk.presses("boss", "Yes, do it")
    opening = desk.message("boss", "/open spring", "opening")
    await desk.receive(opening)
    assert not (await desk.campaigns.find("spring")).closed_ms
    await desk.says("boss", "/close spring")
    await desk.presses("boss", "Yes, do it")
    assert await desk.receive(opening) == []
    assert desk.results[-1] == "duplicate"
    assert (await desk.campaigns.find("spring")).closed_ms


# support


async def asking(store: Store) -> tuple[Desk, str]:
    desk = await organisation(store)
    interview = await desk.starts("Ann Lee", "spring")
    await desk.does("Ann Lee", i.CommandReceived("support"))
    await desk.does("Ann Lee", i.TextReceived("help me"))
    return desk, interview


async def replies(desk: Desk, interview: str) -> bytes:
    return b"".join(await desk.store.interviews.entries(interview))


@pytest.mark.parametrize("whom", ['"Ann Lee"', "“Ann Lee”", "{}"])
async def test_the_candidate_gets_the_words_and_nothing_of_the_command(whom: str, store: Store) -> None:
    desk, interview = await asking(store)
    await desk.says("boss", f'/reply {whom.format(interview)} It\'s "on" now.\nTry again')
    assert rb'"text":"It' in (stored := await replies(desk, interview))
    assert rb"""It's \"on\" now.\nTry again""" in stored


async def test_what_is_too_long_is_not_cut(store: Store) -> None:
    desk, interview = await asking(store)
    before = await replies(desk, interview)
    (answer,) = await desk.says("boss", f"/reply {interview} {'x' * 2_500}")
    assert "1900" in answer.text
    assert await replies(desk, interview) == before
    await desk.says("boss", f"/reply {interview} {'x' * 1_900}")
    assert b"x" * 1_900 in await replies(desk, interview)


async def test_neither_names_nor_words_are_in_the_organisations_record(store: Store) -> None:
    desk, interview = await asking(store)
    await desk.says("boss", '/reply "Ann Lee" your father called')
    await desk.says("boss", '/done "Ann Lee"')
    await desk.says("boss", '/reply "Ann Lea" your father called')
    stored = b"".join(await store.interviews.entries(NAME))
    assert b"Ann Le" not in stored
    assert b"father" not in stored
    assert f"/reply {interview}".encode() in stored


async def test_handing_back_begun_before_is_said_to_be_done(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first attempt takes effect, but its answer isn't recorded because of a conflict. It runs again."""
    desk, interview = await asking(store)
    stale, answers = await load(store), iter([True])
    await desk.says("boss", "/help")

    async def sometimes_stale(of: Store) -> object:
        return stale if next(answers, False) else await load(of)

    monkeypatch.setattr("handlers.console.console.load", sometimes_stale)
    (answer,) = await desk.says("boss", f"/done {interview}")
    assert "back" in answer.text


async def test_help_asked_for_twice_has_been_waited_for_since_the_first_time(store: Store) -> None:
    desk, interview = await asking(store)
    record = await store.interviews.load(interview)
    assert record
    assert record.state.support
    waits = record.state.support.waits_ms
    for what in (i.CommandReceived("support"), i.ChoicePressed("support")):
        await desk.does("Ann Lee", what)
        record = await store.interviews.load(interview)
        assert record
        assert record.state.support
        assert (record.state.support.waits_ms, record.state.support.told) == (waits, True)
