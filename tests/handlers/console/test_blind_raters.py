"""Whoever still has to rate, and every group, sees the same on every way whatever a colleague's ratings are.

Two desks differ only in the scores and notes that one rater gave. A way that shows nothing of them answers the
same on both.
"""

import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from pypdf import PdfReader

from conversation import inbound as i
from conversation.inbound import Address
from conversation.outbound import OutboundMessage
from handlers.actions.context import Context, Refused
from handlers.actions.exports import ExportCampaign
from handlers.console.registry import COMMANDS
from handlers.organisation.repository import load
from handlers.queries.base import Query, ask
from handlers.queries.codec import QUERIES, decode
from storage.memory.store import MemoryStore
from tests.dialogues.playing import script_named
from tests.handlers.console.commands.candidates.report_reader import Reader, reader_of
from tests.handlers.console.desk import Desk

GROUP = Address("telegram-staff", "700900", "-100")
NOTES = ("PLANTED-high", "PLANTED-low")
HASH = re.compile(r"[0-9a-f]{64}|[0-9a-f]{12,63}…?|/r/[\w.-]+")

LINES: dict[str, tuple[str, ...]] = {
    "candidates": ("spring", "spring undecided", "spring yes"),
    "candidate": ("ID",),
    "report": ("ID", "ID json", "ID docx", "ID pdf", "spring zip json"),
    "inbox": ("", "rate", "decide"),
    "profile": ("ID",),
    "compare": ("ID Ned", "Ned, ID, Oli"),
    "ranking": ("spring",),
    "tick": ("", "spring", "spring undecided"),
    "rate": ("ID", "ID 1", "ID 2 3 mine"),
    "blind": ("spring", "spring 1", "spring 2"),
    "agreement": ("spring",),
    "calibrate": ("spring", "spring results"),
    "decide": ("ID",),
    "tell": ("", "ID", "ID yes", "ID yes quote", "ID yes quote 1", "spring", "spring yes"),
    "slots": ("", "spring"),
    "note": ("ID seen",),
    "export": ("spring csv", "spring jsonl", "spring xlsx", "spring figures"),
    "audit": ("", "ID", "all", "exports", "@lee", "2026-11-23"),
    "stats": ("", "spring"),
    "weekly": ("", "spring"),
    "funnel": ("spring",),
    "exits": ("", "spring", "spring by question"),
    "fairness": ("", "spring"),
    "advice": ("spring",),
    "experiment": ("spring",),
    "campaigns": ("",),
    "broadcast": ("",),
    "close": ("",),
    "invite": ("", "ID"),
    "revoke": ("",),
    "reissue": ("",),
    "open": ("",),
    "script": ("template", "short"),
    "preview": ("short",),
    "duty": ("",),
    "extend": ("ID 48h",),
    "reopen": ("ID",),
    "remind": ("ID",),
    "forget": ("ID",),
    "import": ("",),
    "duplicates": ("",),
    "reply": ("ID thanks",),
    "done": ("ID",),
    "handover": ("ID",),
    "confirm": ("ID",),
    "bots": ("",),
    "token": ("",),
    "web": ("sessions",),
    "webhook": ("",),
    "bot": ("",),
    "notify": ("", "digest 09:00", "important"),
    "drill": ("",),
    "help": ("", "rate"),
    "language": ("en",),
    "start": ("",),
    "staff": ("",),
    "org": ("",),
    "texts": ("",),
    "health": ("",),
}
"""What is typed after each command. A new command needs its lines here."""
FIELDS: dict[str, object] = {
    "campaign": "spring",
    "script": "short",
    "text": "Mia",
    "since_ms": 0,
    "by": "question",
    "question": "about-you",
    "interview": "ID",
    "interviews": ("ID", "Ned", "Oli"),
    "person": "0123456789abcdef",
}


def test_every_command_is_walked() -> None:
    assert {each.name for each in COMMANDS} == {*LINES}


async def world(tmp_path: Path, number: int) -> Reader:
    """Return a desk where the recruiter `lee` has rated all of Mia's answers, `kim` has rated one of four, and the
    auditor `ann` does not rate. Ratings are high in world 0 and low in world 1. Two questions are also checked
    automatically, and lee's ratings have taken the place of that. Nobody has rated Ned and Oli. The assistant has
    read Mia's last two answers, which kim has not rated."""
    folder = tmp_path / str(number)
    folder.mkdir()
    reader = await reader_of(MemoryStore(), folder)
    desk = reader.desk
    desk.language = "en"
    await desk.campaigns.renew(await desk.campaigns.find("spring"), script_named("expected"))
    desk.assisted = True
    interview = await desk.answers("Mia", "spring", 4)
    for name in ("Ned", "Oli"):
        await desk.answers(name, "spring", 4)
    for who, role in (("lee", "recruiter"), ("kim", "admin"), ("ann", "auditor")):
        await desk.joins(who, role, "华东")
    marks = ((5, 4, 5, 4), (1, 2, 1, None))[number]
    for at, (step, mark) in enumerate(zip(desk.script.steps, marks, strict=True)):
        given = i.RatingGiven(step.question.id, mark, reader.person("lee"), NOTES[number])
        await desk.intake.apply(interview, i.Inbound(f"rate:{at}", given))
    for step, mark in zip(desk.script.steps[2:], marks[2:], strict=True):
        finding = i.Finding("", mark, NOTES[number], why="" if mark else "declined")
        found = i.Assessment(step.question.id, findings=(finding,), addressed=(i.Quote(0, 0, 1, NOTES[number]),))
        await desk.intake.apply(interview, i.Inbound(f"read:{step.question.id}", i.AssessmentMade(found)))
    note = i.NoteWritten(NOTES[number], reader.person("lee"))
    await desk.intake.apply(interview, i.Inbound("note", note))
    own = i.RatingGiven(desk.script.steps[0].question.id, 3, reader.person("kim"), "own")
    await desk.intake.apply(interview, i.Inbound("rate:own", own))
    desk.console.tools = desk.tools._replace(
        report_link=lambda of, who: f"https://x.example/r/{reader.links.make(of, who)}"
    )
    return reader


@pytest.fixture
async def worlds(tmp_path: Path) -> Sequence[Reader]:
    return [await world(tmp_path, number) for number in (0, 1)]


def told(desk: Desk, messages: Sequence[OutboundMessage], to: Address) -> list[str]:
    """Return the texts, buttons and files that reach one chat."""
    return [
        "\n".join([each.text, *(choice.label for choice in each.choices), file_text(desk, each)])
        for each in messages
        if each.to == to
    ]


def file_text(desk: Desk, message: OutboundMessage) -> str:
    data = desk.archive[message.file.sha256] if message.file else b""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            names = [name for name in book.namelist() if "docProps" not in name and not name.endswith(".jpeg")]
            return "".join(book.read(name).decode() for name in names)
    if data.startswith(b"%PDF"):
        return "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    return data.decode("utf-8", "replace")


async def typed(reader: Reader, who: str, line: str, chat: Address | None = None) -> list[str]:
    """Type a line, in private or in the chat, and confirm what it asks. Returns what can be read there."""
    desk = reader.desk
    message = desk.message(who, line, f"staff:{who}:{line}")
    here = chat or message.sender
    sent = await desk.receive(replace(message, chat=here))
    yes = [choice.token for each in sent for choice in each.choices if choice.token.startswith("/yes")]
    if yes and (line.startswith("/export") or " zip" in line):
        sent += await desk.receive(replace(desk.message(who, yes[0], f"staff:yes:{who}:{line}"), chat=here))
    return [HASH.sub("#", text) for text in told(desk, sent, here)]


def every_line(interview: str) -> list[str]:
    lines = [f"/{name} {rest}".strip() for name, each in LINES.items() for rest in each]
    return [line.replace("ID", interview) for line in lines]


@pytest.mark.parametrize(("who", "chat"), [("kim", None), ("lee", GROUP), ("ann", GROUP)])
async def test_no_command_shows_them(worlds: Sequence[Reader], who: str, chat: Address | None) -> None:
    high, low = worlds
    for line in every_line(high.desk.interview_of("Mia")):
        one, other = await typed(high, who, line, chat), await typed(low, who, line, chat)
        assert one == other, line
        assert "PLANTED" not in "".join(one), line


async def test_whoever_has_finished_and_auditors_do_see_them(worlds: Sequence[Reader]) -> None:
    high, low = worlds
    for who in ("lee", "ann"):
        for line in ("/report ID", "/export spring jsonl"):
            said = line.replace("ID", high.desk.interview_of("Mia"))
            one, other = await typed(high, who, said), await typed(low, who, said)
            assert NOTES[0] in "".join(one)
            assert NOTES[1] in "".join(other)


@pytest.mark.parametrize("private", [True, False])
async def test_no_query_shows_them(worlds: Sequence[Reader], private: bool) -> None:
    who = "kim" if private else "lee"
    seen = []
    for reader in worlds:
        organisation = (await load(reader.desk.store)).state
        person = organisation.people[reader.person(who)]
        context = Context(reader.desk.tools, organisation, person, "", GROUP, private=private)
        answers = [await asked(context, query, reader) for query in QUERIES]
        exported = await ExportCampaign("spring", "jsonl").execute(context)
        seen.append([*answers, HASH.sub("#", reader.desk.archive[exported.sha256].decode())])
    assert seen[0] == seen[1]
    assert "PLANTED" not in "".join(seen[0])


async def asked(context: Context, query: type[Query], reader: Reader) -> str:
    ids = {"ID": reader.desk.interview_of("Mia")} | {
        each: reader.desk.interview_of(each) for each in ("Ned", "Oli")
    }
    wanted = {
        field: [ids[each] for each in value] if isinstance(value, tuple) else ids.get(str(value), value)
        for field, value in FIELDS.items()
        if field in query.__struct_fields__
    }
    body = msgspec.json.encode({"query": query.__struct_config__.tag, **wanted})
    try:
        return HASH.sub("#", msgspec.json.encode(await ask(context, decode(body))).decode())
    except Refused as refused:
        return refused.reason


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_no_page_shows_them(worlds: Sequence[Reader], lang: str) -> None:
    interview = worlds[0].desk.interview_of("Mia")
    for link in ("kim", "group:kim", "group:lee", "old"):
        pages = [(await reader.web.get(f"/r/{_token(reader, link)}?lang={lang}")).text for reader in worlds]
        one, other = (HASH.sub("#", page) for page in pages)
        assert one == other, link
        assert "PLANTED" not in one
        assert interview in pages[0]
    open_ = [(await reader.web.get(f"/r/{_token(reader, 'lee')}?lang={lang}")).text for reader in worlds]
    assert all(note in page for note, page in zip(NOTES, open_, strict=True))


def _token(reader: Reader, link: str) -> str:
    interview, (_, _, name) = reader.desk.interview_of("Mia"), link.rpartition(":")
    if link == "old":  # as signed before links named their reader
        return str(reader.links._serializer.dumps([interview, reader.person("lee")]))
    return reader.links.make(interview, f"group:{reader.person(name)}" if ":" in link else reader.person(name))


async def test_no_digest_shows_them(worlds: Sequence[Reader]) -> None:
    seen = []
    for reader in worlds:
        desk = reader.desk
        await typed(reader, "kim", "/notify 华东", GROUP)
        await desk.exits("Leo", "spring")
        await desk.sent()
        desk.now += 24 * 3600_000
        await desk.digests()
        seen.append([each.text for each in await desk.sent() if each.to == GROUP])
    assert seen[0] == seen[1]
    assert seen[0]
