"""Telling results without a chat: whole campaigns, paused accounts, and a command that is carried out again."""

import msgspec
import pytest

from conversation import events as e
from conversation import inbound as i
from conversation.record.audit import unseal
from handlers.actions.approvals import wants_second
from handlers.actions.context import Context, Refused
from handlers.actions.interviews import Decide
from handlers.actions.results.telling import TellResult
from handlers.organisation.repository import load
from handlers.queries.answers import ListSentences
from storage.memory.store import MemoryStore
from tests.handlers.console.desk import Desk

YES = "Yes, do it"


@pytest.fixture
async def desk() -> Desk:
    desk = Desk(MemoryStore(), "en")
    await desk.claims()
    await desk.campaign("spring")
    return desk


async def decided(desk: Desk, name: str, decision: str = "yes") -> str:
    interview = await desk.answers(name, "spring", 4)
    await desk.intake.apply(interview, i.Inbound(f"decide:{name}", i.DecisionMade(decision, "boss")))
    return interview


async def context_of(desk: Desk, cause: str = "c:1") -> Context:
    organisation = (await load(desk.store)).state
    (boss,) = organisation.people.values()
    return Context(desk.tools, organisation, boss, cause, boss.addresses[0])


async def times_told(desk: Desk, interview: str) -> int:
    entries = [unseal(each)[1] for each in await desk.store.interviews.entries(interview)]
    return sum(isinstance(event, e.ResultTold) for each in entries for event in each.events)


async def test_a_campaign_is_told_once_however_often_the_command_is_carried_out(desk: Desk) -> None:
    told = [await decided(desk, name) for name in ("Mia", "Leo")]
    other = await decided(desk, "Ida", "no")
    action = TellResult("yes", campaign="spring")
    first = await action.execute(await context_of(desk))
    again = await action.execute(await context_of(desk))
    assert {each.candidate.interview for each in first.recipients} == {*told}
    assert first == again
    assert [await times_told(desk, each) for each in (*told, other)] == [1, 1, 0]
    with pytest.raises(Refused, match=r"tell\.nobody\.told"):
        await action.execute(await context_of(desk, "c:2"))


async def test_those_who_were_shown_are_told_and_nobody_who_was_decided_on_since(desk: Desk) -> None:
    mia = await decided(desk, "Mia")
    preview = await TellResult("yes", campaign="spring", text="Hi").preview(await context_of(desk))
    late = await decided(desk, "Leo")
    await Decide(mia, "no").execute(await context_of(desk, "c:2"))
    assert preview.confirms.interviews == (mia,)
    with pytest.raises(Refused, match=r"tell\.not\.other"):
        await preview.confirms.execute(await context_of(desk, "c:3"))
    assert [await times_told(desk, each) for each in (mia, late)] == [0, 0]


async def test_a_paused_account_tells_when_it_works_again(desk: Desk) -> None:
    mia = await decided(desk, "Mia")
    await desk.says("boss", "/bot pause telegram:700001")
    await desk.presses("boss", YES)
    await desk.watch.look()
    await desk.says("boss", "/tell Mia yes")
    (answer,) = await desk.presses("boss", YES)
    assert "when it works again" in answer.text
    await desk.ticks()
    assert await times_told(desk, mia) == 0
    await desk.says("boss", "/bot resume telegram:700001")
    await desk.presses("boss", YES)
    await desk.watch.look()
    desk.now += 6 * 60_000
    await desk.ticks()
    assert await times_told(desk, mia) == 1


async def test_quotes_that_the_candidate_did_not_say_are_named(desk: Desk) -> None:
    mia = await decided(desk, "Mia")
    entries = [unseal(each)[1] for each in await desk.store.interviews.entries(mia)]
    said = next(event.text for each in entries for event in each.events if isinstance(event, e.PartReceived))
    text = f'You said “{said}”, and 「I know everything」. "Data analyst" is a good job.'
    preview = await TellResult("yes", (mia,), text=text).preview(await context_of(desk))
    assert preview.misquoted == ("I know everything",)
    none = await TellResult("yes", (mia,), text="Well done.").preview(await context_of(desk))
    assert none.misquoted == ()


async def test_only_sentences_of_their_own_are_quoted_and_only_to_one(desk: Desk) -> None:
    mia, leo = await decided(desk, "Mia"), await decided(desk, "Leo")
    context = await context_of(desk)
    first, *_ = (await ListSentences(mia).answer(context)).sentences
    quoting = TellResult("yes", (mia,), text="Well done.", quotes=(first.text,))
    (draft,) = (await quoting.preview(context)).drafts
    assert first.text in draft.text.text
    assert draft.text.text.index(first.text) < draft.text.text.index("Well done.")
    for wrong, why in (
        (msgspec.structs.replace(quoting, quotes=(first.text[1:],)), "unsaid"),
        (msgspec.structs.replace(quoting, quotes=("I know everything.",)), "unsaid"),
        (msgspec.structs.replace(quoting, quotes=(first.text,) * 4), "many"),
        (msgspec.structs.replace(quoting, interviews=(mia, leo)), "alone"),
        (msgspec.structs.replace(quoting, interviews=(), campaign="spring"), "alone"),
    ):
        for refused in (wrong.preview, wrong.execute):
            with pytest.raises(Refused, match=rf"tell\.quotes\.{why}"):
                await refused(context)
    assert await times_told(desk, mia) == 0
    await quoting.execute(context)
    assert await times_told(desk, mia) == 1


async def test_above_a_hundred_a_second_colleague_is_asked(desk: Desk) -> None:
    for number in range(101):
        await decided(desk, f"P{number}")
    await desk.says("boss", "/org rule bulk on")
    preview = await wants_second(await context_of(desk), TellResult("yes", campaign="spring"))
    assert preview is not None
    assert preview.reach is not None
    assert preview.reach.number == 101
