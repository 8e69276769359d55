"""What candidates say of the group that they count themselves to is on no way to a colleague.

Desks differ only in the option that Mia chose, or in that she would rather not say. Every way answers the same on
all of them, and says nothing of options.
"""

from collections.abc import Sequence
from pathlib import Path

import pytest

from conversation import inbound as i
from handlers.actions.context import Context
from handlers.actions.exports import ExportCampaign
from handlers.organisation.repository import load
from handlers.queries.codec import QUERIES
from storage.memory.store import MemoryStore
from tests.handlers.console.commands.candidates.report_reader import Reader, reader_of
from tests.handlers.console.desk import Desk
from tests.handlers.console.grouped import LABELS, OPTIONS, asking, grouped
from tests.handlers.console.test_blind_raters import GROUP, HASH, asked, every_line, typed

CHOICES = ("group.0", "group.1", "group.none")


async def world(tmp_path: Path, choice: str) -> Reader:
    folder = tmp_path / choice
    folder.mkdir()
    reader = await reader_of(MemoryStore(), folder)
    desk = reader.desk
    desk.language = "en"
    await desk.campaigns.renew(await desk.campaigns.find("spring"), asking())
    for name in ("Mia", "Ned", "Oli"):
        await desk.answers(name, "spring", 4)
    for who, role in (("lee", "recruiter"), ("kim", "admin"), ("ann", "auditor")):
        await desk.joins(who, role, "华东")
    await desk.sent()
    await desk.does("Mia", i.ChoicePressed(choice))
    desk.console.tools = desk.tools._replace(
        report_link=lambda of, who: f"https://x.example/r/{reader.links.make(of, who)}"
    )
    return reader


@pytest.fixture
async def worlds(tmp_path: Path) -> Sequence[Reader]:
    return [await world(tmp_path, choice) for choice in CHOICES]


def says_nothing(seen: Sequence[Sequence[str]]) -> None:
    assert all(each == seen[0] for each in seen)
    said = "\n".join(seen[0])
    assert not [each for each in (*OPTIONS, *LABELS) if each in said]


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_no_command_shows_it(worlds: Sequence[Reader], language: str) -> None:
    mia = worlds[0].desk.interview_of("Mia")
    lines = [*every_line(mia), f"/who {mia}", f"/candidates {OPTIONS[0]}", f"/candidates {LABELS[0]}"]
    for reader in worlds:
        reader.desk.language = language
    for line in lines:
        for chat in (None, GROUP):
            seen = [await typed(reader, "lee", line, chat) for reader in worlds]
            assert seen[1:] == seen[:-1], line
            said = "".join(seen[0]).replace(line.partition(" ")[2], "")
            assert not [each for each in (*OPTIONS, *LABELS) if each in said], line


async def test_no_query_shows_it_and_so_no_answer_of_the_api(worlds: Sequence[Reader]) -> None:
    seen = []
    for reader in worlds:
        organisation = (await load(reader.desk.store)).state
        person = organisation.people[reader.person("lee")]
        context = Context(reader.desk.tools, organisation, person, "", GROUP, private=True)
        answers = [await asked(context, query, reader) for query in QUERIES]
        for kind in ("jsonl", "csv"):
            exported = await ExportCampaign("spring", kind).execute(context)
            answers.append(HASH.sub("#", reader.desk.archive[exported.sha256].decode()))
        seen.append(answers)
    says_nothing(seen)


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_no_page_shows_it(worlds: Sequence[Reader], lang: str) -> None:
    mia = worlds[0].desk.interview_of("Mia")
    pages = [(await reader.page(mia, "lee", lang)).text for reader in worlds]
    assert mia in pages[0]
    says_nothing([[HASH.sub("#", page)] for page in pages])


async def test_nobody_is_told(worlds: Sequence[Reader]) -> None:
    for reader in worlds:
        assert await reader.desk.sent() == []


async def test_it_leaves_with_the_candidate() -> None:
    desk: Desk = await grouped()
    interview = await desk.answers("Mia", "spring", 4)
    await desk.does("Mia", i.ChoicePressed("group.1"))
    found = await desk.store.interviews.load(interview)
    assert found
    assert found.state.declared == OPTIONS[1]
    assert any(OPTIONS[1].encode() in each for each in await desk.store.interviews.entries(interview))
    await desk.says("boss", f"/forget {interview}")
    await desk.presses("boss", "Yes, do it")
    await desk.erases()
    found = await desk.store.interviews.load(interview)
    assert found
    assert (found.state.phase, found.state.declared) == ("erased", "")
    assert not any(OPTIONS[1].encode() in each for each in await desk.store.interviews.entries(interview))
