"""`/note`: colleagues read it, those named are told, and it shows nothing to whoever still has to rate."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from conversation import events as e
from conversation import inbound as i
from conversation.inbound import Address
from conversation.outbound import OutboundMessage
from conversation.record.audit import unseal
from handlers.maintenance.audit import audit
from handlers.maintenance.export import interviews
from handlers.organisation.audit import read_entries
from handlers.organisation.repository import load
from handlers.organisation.state import NAME
from handlers.rating_views import Viewer
from storage.memory.store import MemoryStore
from storage.ports import Store
from tests.handlers.console.commands.candidates.report_reader import reader_of, shown
from tests.handlers.console.desk import Desk, texts

TEXT = "calm on the phone"
GROUP = Address("telegram-staff", "700900", "-100")


async def office(store: Store | None = None) -> Desk:
    """Return a desk with Mia's finished interview in East, colleagues there, one elsewhere, and support staff."""
    desk = Desk(store or MemoryStore(), "en")
    await desk.claims()
    await desk.says("boss", "/org add East")
    await desk.says("boss", "/org add West")
    await desk.campaign("spring", "East")
    await desk.answers("Mia", "spring", 4)
    for who, role, unit in (
        ("lee", "recruiter", "East"),
        ("kim", "recruiter", "East"),
        ("ann", "auditor", "East"),
        ("wes", "recruiter", "West"),
        ("sam", "support", "East"),
    ):
        await desk.joins(who, role, unit)
    return desk


def to(desk: Desk, who: str, messages: Sequence[OutboundMessage]) -> list[str]:
    return [each.text for each in messages if each.to == desk._people[who]]


async def person(desk: Desk, name: str) -> str:
    people = (await load(desk.store)).state.people.values()
    return next(each.id for each in people if each.name == name)


async def rates(desk: Desk, who: str, number: int = 4) -> None:
    for at, step in enumerate(desk.script.steps[:number]):
        given = i.RatingGiven(step.question.id, 3, await person(desk, who))
        await desk.intake.apply(desk.interview_of("Mia"), i.Inbound(f"rate:{who}:{at}", given))


async def test_it_is_kept_in_the_interviews_record_only(store: Store) -> None:
    desk = await office(store)
    await desk.says("lee", f"/note Mia {TEXT}")
    entries = [unseal(each)[1] for each in await store.interviews.entries(desk.interview_of("Mia"))]
    found = [(entry.by, event) for entry in entries for event in entry.events if isinstance(event, e.Noted)]
    assert found == [("staff", e.Noted(TEXT, await person(desk, "lee")))]
    assert all(TEXT not in repr(each) for each in read_entries(await store.interviews.entries(NAME)))
    await audit(store, desk.interview_of("Mia"))


async def test_the_candidate_is_told_nothing() -> None:
    desk = await office()
    desk.heard.clear()
    await desk.says("lee", f"/note Mia {TEXT}")
    await desk.does("Mia", i.CommandReceived("mydata"))
    await desk.does("Mia", i.CommandReceived("export"))
    await desk.sent()
    assert desk.heard
    assert all(TEXT not in each.text for each in desk.heard)
    assert all(TEXT.encode() not in data for data in desk.archive.values())


async def test_those_named_are_told_in_private_and_the_author_learns_of_the_others() -> None:
    desk = await office()
    said = await desk.says("lee", f"/note Mia {TEXT} @ann @kim @wes @sam @lee @nobody")
    for who in ("ann", "kim"):
        (notice,) = to(desk, who, said)
        assert TEXT in notice
        assert "lee" in notice
        assert "Mia" in notice
        button = next(each.choices[0].token for each in said if each.text == notice)
        assert "Mia" in "".join(texts(await desk.says(who, button)))
    for who in ("wes", "sam", "boss"):
        assert not to(desk, who, said)
    (answer,) = to(desk, "lee", said)
    assert "Told: ann, kim" in answer
    assert "“wes, sam, nobody”" in answer


async def test_the_card_the_report_and_the_export_show_it(tmp_path: Path) -> None:
    reader = await reader_of(MemoryStore(), tmp_path)
    desk = reader.desk
    desk.language = "en"
    await desk.answers("Mia", "spring", 4)
    await desk.joins("lee", "recruiter", "华东")
    desk.console.tools = desk.tools._replace(
        report_link=lambda of, who: f"https://x.example/r/{reader.links.make(of, who)}"
    )
    await desk.says("lee", f"/note Mia {TEXT}")
    for line in ("/candidate Mia", "/report Mia"):
        said = await desk.says("boss", line)
        assert TEXT in said[0].text
        group = await desk.receive(replace(desk.message("boss", line, f"group:{line}"), chat=GROUP))
        assert all(TEXT not in text for text in texts(group))
        if line.startswith("/report"):
            for messages, visible in ((said, True), (group, False)):
                link = next(word for word in " ".join(texts(messages)).split() if word.startswith("https://x"))
                page = await reader.web.get(link.removeprefix("https://x.example"), params={"lang": "en"})
                assert (TEXT in shown(page.text)) is visible


async def test_exports_have_what_their_reader_may_see() -> None:
    desk = await office()
    await desk.says("lee", f"/note Mia {TEXT}")
    campaign = await desk.campaigns.find("spring")
    organisation = (await load(desk.store)).state
    boss = organisation.people[await person(desk, "boss")]

    async def notes(viewer: Viewer | None) -> list[str]:
        (row,) = [each async for each in interviews(desk.store, campaign, viewer)]
        return [each["text"] for each in row["notes"]]

    assert await notes(None) == [TEXT]
    assert await notes(Viewer(organisation, boss)) == [TEXT]
    assert await notes(Viewer(organisation, None)) == []
    await rates(desk, "lee")
    assert await notes(Viewer(organisation, boss)) == []


async def test_whoever_still_has_to_rate_sees_only_their_own() -> None:
    desk = await office()
    await rates(desk, "lee")
    said = await desk.says("lee", f"/note Mia {TEXT} @kim")
    (notice,) = to(desk, "kim", said)
    assert TEXT not in notice
    assert "once you have rated" in notice
    await desk.says("kim", "/note Mia my own view")
    (card,) = await desk.says("kim", "/candidate Mia")
    assert TEXT not in card.text
    assert "my own view" in card.text
    assert "1 note of colleagues is shown once you have rated." in card.text
    await rates(desk, "kim")
    (card,) = await desk.says("kim", "/candidate Mia")
    assert TEXT in card.text


async def test_it_is_erased_with_the_interview() -> None:
    desk = await office()
    await desk.says("lee", f"/note Mia {TEXT}")
    interview = desk.interview_of("Mia")
    await desk.says("boss", "/forget Mia")
    await desk.says("boss", _yes(desk))
    await desk.erases()
    assert all(TEXT.encode() not in each for each in await desk.store.interviews.entries(interview))
    assert "1 note" not in "".join(texts(await desk.says("boss", f"/candidate {interview}")))


def _yes(desk: Desk) -> str:
    return next(line for _, line in reversed(desk._buttons[str(desk._people["boss"])]) if line.startswith("/yes"))


@pytest.mark.parametrize("who", ["wes", "ann", "sam"])
async def test_only_those_who_hire_there_write_one(who: str) -> None:
    desk = await office()
    await desk.says(who, f"/note Mia {TEXT}")
    stored = await desk.store.interviews.entries(desk.interview_of("Mia"))
    assert all(TEXT.encode() not in each for each in stored)


@pytest.mark.parametrize("text", ["x" * 501, ""])
async def test_a_note_has_some_characters_and_not_too_many(text: str) -> None:
    desk = await office()
    (answer,) = await desk.says("lee", f"/note Mia {text}")
    assert "500" in answer.text or "/note" in answer.text
    stored = await desk.store.interviews.entries(desk.interview_of("Mia"))
    assert all(b'"noted"' not in each for each in stored)
