"""Erasing a candidate: nothing is left of them, the record stays valid, and nothing else is changed."""

from collections.abc import Callable

import pytest

from conversation import inbound as i
from conversation.errors import ChainBroken
from conversation.inbound import Inbound, Media
from conversation.record.audit import HASH_BYTES, redact
from handlers.maintenance.audit import audit
from handlers.maintenance.erase import SETTLED_MS
from handlers.organisation.repository import audit_organisation
from storage.memory.store import MemoryStore
from storage.ports import Store
from storage.redis.store import RedisStore
from tests.handlers.console.commands.candidates.erased_candidate import (
    NAME,
    PANE,
    RECORDING,
    TYPED,
    WORDS,
    Organisation,
    everything,
)
from tests.handlers.console.desk import Desk, texts


@pytest.fixture
async def organisation(store: Store) -> Organisation:
    organisation = Organisation(store)
    await organisation.open()
    return organisation


async def test_nothing_is_left_and_the_record_holds(organisation: Organisation, store: Store) -> None:
    desk = organisation.desk
    before = (await store.interviews.entries(organisation.interview))[:]
    held = await everything(store)
    assert WORDS.encode() in held
    await organisation.order()
    await organisation.work()
    messages = await desk.sent()
    assert any("Erased" in text and organisation.interview[:8] in text for text in texts(messages))
    farewell = [
        message for message in desk.heard if message.to == organisation.candidate and not message.interview
    ]
    assert len([message for message in farewell if "已删除" in message.text]) == 1
    assert (await audit(store, organisation.interview)).state.phase == "erased"
    assert await audit_organisation(store)
    after = await store.interviews.entries(organisation.interview)
    assert [each[:HASH_BYTES] for each in after[:-1]] == [each[:HASH_BYTES] for each in before]
    desk.now += SETTLED_MS
    await organisation.finish()
    left = await everything(store)
    for private in (NAME, WORDS, TYPED, "platform-reference"):
        assert private.encode() not in left, private
    if isinstance(store, RedisStore):
        assert b":who:" + str(organisation.candidate).encode() not in left
    assert organisation.dropped[0] == RECORDING
    assert RECORDING not in desk.archive
    assert [item.payload for item in await store.mailboxes.read(PANE, 0, 10)] == [b"about somebody else"]
    counts = await store.interviews.counts("spring")
    assert counts["interviews"] == 1
    assert counts["phase:erased"] == 1


async def test_the_candidate_is_a_stranger_then_and_the_link_says_why(organisation: Organisation) -> None:
    desk = organisation.desk
    await organisation.order()
    await organisation.end()
    inbound = Inbound("in:later", i.TextReceived("Hello?"), organisation.candidate, desk.now)
    assert await desk.intake.receive(inbound) == "stranger"
    token = desk._invitations[NAME].token
    opened = Inbound("in:link", i.CommandReceived("start", token), organisation.candidate, language="en")
    assert await desk.intake.receive(opened) == "stranger"
    await desk.sent()
    assert "erased as asked for" in desk.heard[-1].text


async def test_what_was_asked_for_before_comes_to_nothing(organisation: Organisation, store: Store) -> None:
    """A transcript, a timer and a decision that arrive after the erasure change nothing."""
    await organisation.order()
    await organisation.work()
    version = len(await store.interviews.entries(organisation.interview))
    late: list[i.What] = [
        i.TranscriptReady(1, WORDS, 0.9, "tiny", 3_000),
        i.Ticked(),
        i.DecisionMade("yes", "boss"),
    ]
    for number, what in enumerate(late):
        assert (
            await organisation.desk.intake.apply(organisation.interview, Inbound(f"late:{number}", what))
            == "nothing"
        )
    assert len(await store.interviews.entries(organisation.interview)) == version


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda log: [*log[:2], log[2].replace(b'"candidate"', b'"system"'), *log[3:]], "what is left"),
        (lambda log: [log[0][: 2 * HASH_BYTES] + b"x" + log[0][2 * HASH_BYTES + 1 :], *log[1:]], "hash"),
        (lambda log: [*log[:-2], log[-1]], "hash"),
    ],
    ids=["what is left of an entry", "a digest", "an entry is missing"],
)
async def test_an_erased_record_cannot_be_changed(change: Callable[[list[bytes]], list[bytes]], why: str) -> None:
    store = MemoryStore()
    organisation = Organisation(store)
    await organisation.open()
    await organisation.order()
    await organisation.end()
    store.interviews._logs[organisation.interview] = change(store.interviews._logs[organisation.interview])
    with pytest.raises(ChainBroken, match=why):
        await audit(store, organisation.interview)


async def test_nobody_erases_without_the_organisations_record() -> None:
    """An entry redacted directly in the database is found out: the organisation's chain has no erasure for it."""
    store = MemoryStore()
    organisation = Organisation(store)
    await organisation.open()
    log = store.interviews._logs[organisation.interview]
    log[1] = redact(log[1], 2)
    with pytest.raises(ChainBroken, match="does not say so"):
        await audit(store, organisation.interview)


async def test_a_file_that_somebody_else_has_too_stays(organisation: Organisation, store: Store) -> None:
    await store.erasures.refer(RECORDING, "0123456789abcdef")
    await organisation.order()
    await organisation.end()
    assert organisation.dropped == []
    assert await store.erasures.leave(RECORDING, "0123456789abcdef")


async def test_what_staff_were_sent_goes_after_a_while(organisation: Organisation, store: Store) -> None:
    desk = organisation.desk
    await desk.says("boss", "/export spring")
    (done,) = await desk.presses("boss", "Yes, do it")
    assert done.file is not None
    await organisation.eraser().give_back()
    assert done.file.sha256 in desk.archive
    desk.now += 31 * 24 * 3600_000
    await organisation.eraser().give_back()
    assert done.file.sha256 not in desk.archive


@pytest.mark.parametrize(
    ("role", "unit", "may"),
    [
        ("owner", "", True),
        ("admin", "East", True),
        ("admin", "South", False),
        ("recruiter", "East", False),
        ("support", "East", False),
        ("auditor", "", False),
    ],
)
async def test_who_may_erase(role: str, unit: str, may: bool) -> None:
    store = MemoryStore()
    desk = Desk(store, "en")
    await desk.claims()
    for each in ("East", "South"):
        await desk.says("boss", f"/org add {each}")
    await desk.campaign("spring", "East")
    interview = await desk.starts(NAME, "spring")
    await desk.joins("somebody", role, unit)
    (answer,) = await desk.says("somebody", f"/forget {interview}")
    assert (NAME in answer.text) == may
    assert await store.erasures.ordered() == []


async def test_no_name_is_in_the_organisations_record(organisation: Organisation, store: Store) -> None:
    (asked,) = await organisation.desk.says("boss", f"/forget {NAME}")
    assert NAME in asked.text
    await organisation.desk.presses("boss", "Yes, do it")
    assert NAME.encode() not in b"".join(await store.interviews.entries("office"))


async def test_who_is_erased_cannot_be_erased_again(organisation: Organisation) -> None:
    await organisation.order()
    await organisation.end()
    *_, answer = await organisation.desk.says("boss", f"/forget {organisation.interview}")
    assert "erased already" in answer.text


async def test_another_interview_at_the_same_place_goes_on(store: Store) -> None:
    """The candidate opened another interview later, which set the erased one aside."""
    organisation = Organisation(store)
    await organisation.open()
    desk = organisation.desk
    await desk.campaign("autumn")
    invitation = await desk.campaigns.invite(await desk.campaigns.find("autumn"), "Zhang")
    opened = Inbound("in:other", i.CommandReceived("start", invitation.token), organisation.candidate, desk.now)
    assert await desk.intake.receive(opened) == "committed"
    await store.mailboxes.append(organisation.candidate, "question", b"the other interview's question")
    await organisation.order()
    await organisation.end()
    assert await store.directory.who(organisation.candidate) == invitation.interview
    assert [each.payload for each in await store.mailboxes.read(organisation.candidate, 0, 9)]
    said = Inbound("in:goes-on", i.ChoicePressed("agree"), organisation.candidate, desk.now)
    assert await desk.intake.receive(said) == "committed"


async def test_a_recording_that_nobody_had_fetched_goes_too() -> None:
    """Recordings made on the web page are in the archive before the interview's record says so."""
    organisation = Organisation(MemoryStore())
    await organisation.open()
    early = "cd" * 32
    organisation.desk.archive[early] = b"speech"
    await organisation.desk.does(NAME, i.ChoicePressed("undelete"))
    await organisation.desk.does(NAME, i.VoiceReceived(Media(early, "voice", 3_000)))
    await organisation.desk.sent()
    organisation.desk.heard.clear()
    await organisation.order()
    await organisation.end()
    assert early not in organisation.desk.archive


async def test_what_colleagues_typed_of_them_goes_from_the_pane() -> None:
    organisation = Organisation(MemoryStore())
    await organisation.open()
    await organisation.store.mailboxes.append(PANE, "typed", f"/decide {NAME} hold because".encode())
    await organisation.store.mailboxes.append(PANE, "file", b"demo-001-Zhang-Sanfeng.png")
    await organisation.order()
    await organisation.end()
    assert [each.payload for each in await organisation.store.mailboxes.read(PANE, 0, 9)] == [
        b"about somebody else"
    ]


async def test_an_erased_record_that_came_back_is_found() -> None:
    """The record came back from a backup, for example."""
    store = MemoryStore()
    organisation = Organisation(store)
    await organisation.open()
    before = store.interviews._logs[organisation.interview][:]
    await organisation.order()
    await organisation.end()
    log = store.interviews._logs[organisation.interview]
    log[:-1] = before
    with pytest.raises(ChainBroken, match="and it is here"):
        await audit(store, organisation.interview)
