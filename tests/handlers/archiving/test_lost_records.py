"""A lost archived record, or an archive out of reach: staff are told which, and nobody else is concerned."""

import pytest

from bot.runtime.broadcasts import SETTLED_MS
from conversation.inbound import Address
from handlers.actions.archived import archive_refusals
from handlers.actions.context import Refused
from handlers.actions.many import DecideMany, ManyDone
from handlers.actions.perform import perform
from handlers.organisation.repository import load
from storage.errors import ArchiveOutOfReach
from storage.memory.store import MemoryStore
from tests.bot.api.site import site_of
from tests.handlers.archiving.archives import UnsteadyArchive, move
from tests.handlers.archiving.conftest import Place, place_on
from tests.handlers.console.desk import texts


@pytest.fixture
async def lost() -> Place:
    """Mia's record is lost, Leo's is archived, Zoe's is not."""
    place = await place_on(MemoryStore())
    desk = place.desk
    for name in ("Mia", "Leo", "Zoe"):
        await desk.answers(name, "spring", 4)
    for name in ("Mia", "Leo"):
        await move(place.records, desk.interview_of(name))
    place.archive.objects.pop(await place.records.place(desk.interview_of("Mia")))
    await desk.sent()
    return place


@pytest.mark.parametrize(
    "line", ["/candidate Mia", "/report Mia", "/rate Mia results", "/decide Mia yes", "/forget Mia"]
)
async def test_staff_are_told_whose_record_is_lost(lost: Place, line: str) -> None:
    (said,) = await lost.desk.says("boss", line)
    assert lost.desk.interview_of("Mia") in said.text
    assert "missing or damaged" in said.text
    for other in ("Leo", "Zoe"):
        answers = texts(await lost.desk.says("boss", line.replace("Mia", other)))
        assert not any("missing or damaged" in each for each in answers)


async def test_lists_and_search_show_everybody(lost: Place) -> None:
    (said,) = await lost.desk.says("boss", "/candidates spring")
    assert all(name in said.text for name in ("Mia", "Leo", "Zoe"))


async def test_the_audit_goes_on_and_names_it(lost: Place) -> None:
    (said,) = await lost.desk.says("boss", "/audit all")
    assert lost.desk.interview_of("Mia")[:8] in said.text
    assert "2" in said.text


async def test_of_several_only_the_lost_one_is_left_out(lost: Place) -> None:
    desk = lost.desk
    ids = [desk.interview_of(name) for name in ("Mia", "Leo", "Zoe")]
    (boss,) = (await load(desk.store)).state.people
    done = await perform(desk.tools, boss, "k1", DecideMany(tuple(ids), "yes"), Address("api", "tests", boss))
    assert isinstance(done, ManyDone)
    assert [each.candidate.name for each in done.decided] == ["Leo", "Zoe"]
    assert [(each.candidate.name, each.why) for each in done.left_out] == [("Mia", "lost")]


async def test_an_archive_out_of_reach_is_called_that(lost: Place) -> None:
    lost.archive.away = True
    (said,) = await lost.desk.says("boss", "/report Leo")
    assert "cannot be reached right now" in said.text
    with pytest.raises(Refused, match=r"archived\.away"), archive_refusals():
        await lost.store.interviews.entries(lost.desk.interview_of("Leo"))


async def test_a_broadcast_reaches_all_others(lost: Place) -> None:
    desk = lost.desk
    await desk.says("boss", "/broadcast spring all Hello")
    await desk.presses("boss", "Yes, do it")
    desk.heard.clear()
    desk.now += 60_000 + SETTLED_MS
    lost.archive.away = True
    with pytest.raises(ArchiveOutOfReach):
        await desk.broadcasts()
    await desk.sent()
    assert [each.to for each in desk.heard] == [desk._candidates["Zoe"]]
    lost.archive.away = False
    await desk.broadcasts()
    (said,) = await desk.sent()
    assert [each.to for each in desk.heard] == [desk._candidates["Zoe"], desk._candidates["Leo"]]
    assert "2 candidates were written to. 1 was left out" in said.text


async def test_programs_are_told_what_is_lost_and_try_again_what_is_away() -> None:
    store = MemoryStore(archive := UnsteadyArchive())
    site = await site_of(store)
    mia, token = site.desk.interview_of("Mia"), await site.token("kim", unit="East")
    await move(store.archived, mia)
    assert (await site.get(token, f"/interviews/{mia}"))["interview"]["interview"] == mia
    archive.away = True
    with pytest.raises(ArchiveOutOfReach):  # the web server answers 503
        await site.call(token, "POST", f"/interviews/{mia}/decision", {"decision": "yes"}, key="k1")
    archive.away = False
    kept = archive.objects.copy()
    archive.objects.clear()
    answer = await site.call(token, "GET", f"/interviews/{mia}")
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:xumian:problem:archived.lost")
    assert mia in answer.json()["detail"]
    archive.objects.update(kept)
    answer = await site.call(token, "POST", f"/interviews/{mia}/decision", {"decision": "yes"}, key="k1")
    assert answer.status_code < 300, "the same key, since nothing was done"
    await site.web.aclose()
