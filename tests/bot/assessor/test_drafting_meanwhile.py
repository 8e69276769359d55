"""What candidates do while an assistant words a follow-up question."""

from typing import cast

import pytest
from msgspec.structs import replace

from conversation import inbound as i
from conversation.follow_up.asking import DRAFTING_MS
from conversation.follow_up.prompt import VERSION
from conversation.jobs import DraftFollowUp
from tests.bot.assessor.drafting import FIXED, SAID, WORDED, Drafting, followed

MORE = "And coffee, on Sundays."


async def test_what_is_said_meanwhile_joins_the_answer_and_the_interview_goes_on() -> None:
    site = Drafting()
    await site.asked()
    await site.anna.says(MORE)
    (text,) = await site.anna.hears()
    assert "Where" in text or "2/" in text
    state = await site.scene.state(site.interview)
    assert (state.index, state.done, state.follow_up) == (1, 1, None)
    await site.word()
    assert (site.model.asked, await site.anna.hears()) == ([], [])
    await site.passes(DRAFTING_MS)
    assert await site.anna.hears() == []
    assert await site.parts() == [(SAID["en"], 0, ""), (MORE, 0, "")]
    assert (await site.answer()).follow_ups == []


async def test_what_is_spoken_or_sent_meanwhile_joins_the_answer() -> None:
    site = Drafting()
    await site.asked()
    await site.anna.does(i.VoiceReceived(i.Media("voice", "r", duration_ms=3000)))
    assert (await site.scene.state(site.interview)).index == 1
    assert [bool(part.spoken) for part in (await site.answer()).parts] == [False, True]
    site = Drafting()
    await site.asked(followed(files="allowed"))
    await site.anna.does(i.OtherReceived("photo", i.Media("photo", "p", size=10)))
    assert (await site.scene.state(site.interview)).index == 1
    assert [bool(part.file) for part in (await site.answer()).parts] == [False, True]
    site = Drafting()
    await site.asked()
    await site.anna.does(i.OtherReceived("photo", None, text=MORE))
    assert (await site.scene.state(site.interview)).index == 1
    assert await site.parts() == [(SAID["en"], 0, ""), (MORE, 0, "")]


@pytest.mark.parametrize("acts", ["submit", "1", "ok"])
async def test_handing_in_again_changes_nothing(acts: str) -> None:
    site = Drafting()
    await site.asked()
    await (site.anna.presses(acts) if acts == "submit" else site.anna.says(acts))
    assert await site.anna.hears() == []
    await site.word()
    (text,) = await site.anna.hears()
    assert WORDED["en"] in text
    assert await site.parts() == [(SAID["en"], 0, "")]


@pytest.mark.parametrize("redo", ["redo", "2"])
async def test_it_is_too_late_to_start_the_answer_anew(redo: str) -> None:
    site = Drafting()
    await site.asked()
    await (site.anna.presses(redo) if redo == "redo" else site.anna.says(redo))
    (text,) = await site.anna.hears()
    assert FIXED["en"] in text
    assert await site.parts() == [(SAID["en"], 0, "")]


@pytest.mark.parametrize("acts", ["/status", "/help", "/mydata", "/privacy", "/continue"])
async def test_whatever_else_is_answered_and_the_question_follows(acts: str) -> None:
    site = Drafting()
    await site.asked()
    await site.anna.commands(acts[1:])
    heard = await site.anna.hears()
    assert sum(FIXED["en"] in text for text in heard) == 1
    assert FIXED["en"] in heard[-1]
    await site.word()
    assert (await site.anna.hears(), site.model.asked) == ([], [])
    await site.anna.presses("skip")
    assert (await site.scene.state(site.interview)).index == 1


async def test_a_remark_to_the_bot_is_answered_below_the_question() -> None:
    site = Drafting()
    await site.asked()
    await site.anna.says("How much time is left?")
    question, answer = await site.anna.hears()
    assert FIXED["en"] in question
    assert FIXED["en"] not in answer
    assert await site.parts() == [(SAID["en"], 0, "")]


@pytest.mark.parametrize("leaves", ["leave", "/exit", "pause", "exit", "/pause", "support"])
async def test_whoever_leaves_meanwhile_has_handed_in_and_finds_the_question_again(leaves: str) -> None:
    site = Drafting()
    await site.asked()
    await (site.anna.commands(leaves[1:]) if leaves.startswith("/") else site.anna.presses(leaves))
    assert not any(FIXED["en"] in text for text in await site.anna.hears())
    state = await site.scene.state(site.interview)
    assert (state.done, state.answered(0)) == (1, True)
    await site.word()
    await site.passes(DRAFTING_MS)
    assert not any(FIXED["en"] in text or WORDED["en"] in text for text in await site.anna.hears())
    await site.anna.presses("back" if leaves == "support" else "continue")
    assert any(FIXED["en"] in text for text in await site.anna.hears())
    await site.anna.says(MORE)
    await site.anna.presses("submit")
    assert await site.parts() == [(SAID["en"], 0, ""), (MORE, 1, FIXED["en"])]


async def test_people_alone_meanwhile() -> None:
    site = Drafting()
    await site.asked()
    entry = await site.take_draft()
    await site.anna.commands("human")
    await site.anna.hears()
    made = i.Draft("about", WORDED["en"], "", "fake", VERSION)
    await site.intake.apply(site.interview, i.Inbound("draft:about:1", i.DraftMade(made)))
    await site.drafter.work(entry, cast(DraftFollowUp, entry.job))
    assert (await site.anna.hears(), await site.drafted(), site.model.asked) == ([], [], [])
    await site.anna.presses("back")
    assert any(FIXED["en"] in text for text in await site.anna.hears())


async def test_an_edit_meanwhile_does_not_end_the_wait() -> None:
    site = Drafting()
    await site.asked()
    await site.anna.intake.receive(
        replace(site.anna.brings(i.TextEdited("I sold green tea at the market.")), message="3")
    )
    await site.anna.hears()
    assert (await site.scene.state(site.interview)).drafting_until_ms
    await site.word()
    assert any(WORDED["en"] in text for text in await site.anna.hears())


async def test_an_account_that_cannot_be_reached_meanwhile_finds_the_question_on_return() -> None:
    site = Drafting()
    await site.asked()
    await site.anna.does(i.ChannelClosed("blocked"))
    await site.word()
    await site.passes(DRAFTING_MS)
    assert await site.anna.hears() == []
    await site.anna.does(i.ChannelReopened())
    await site.passes(1)
    assert any(FIXED["en"] in text for text in await site.anna.hears())


# Once
