"""Follow-up questions in the interview, and what is read of them afterwards."""

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from conversation import events as e
from conversation import inbound as i
from conversation.follow_up.asking import DRAFTING_MS
from conversation.record.audit import unseal
from conversation.script import FollowUp, Script, Wording
from conversation.views.answers import Answer, read
from handlers.maintenance.export import interviews, rows
from storage.memory.store import MemoryStore
from tests.bot.assessor.reading import RUBRIC, Site
from tests.fakes.scene import Person, Scene, named
from tests.fakes.scripts import SCRIPT

ASKED = "Could you say a little more?"
BASE, MORE = "I sold tea.", "For three years, at the market in Oslo."


def script(**changes: Any) -> Script:
    """Return the script whose first question is followed up when its answer is short."""
    stage = SCRIPT.stages[0]
    changes = {"follow_up": FollowUp(("short",)), "rubric": RUBRIC} | changes
    questions = (replace(stage.questions[0], **changes), *stage.questions[1:])
    return replace(SCRIPT, stages=(replace(stage, questions=questions), *SCRIPT.stages[1:]), version="followed-1")


class Interview(Scene):
    """Anna's interview, at its first question."""

    interview: str
    anna: Person

    async def begins(self, script: Script) -> None:
        self.interview, token = await self.invited("Anna", script)
        self.anna = self.person("a")
        await self.anna.opens(token)
        await self.anna.presses("agree")

    async def asked(self) -> list[str]:
        """Anna hands in a short answer; return what she hears."""
        await self.anna.says(BASE)
        await self.anna.hears()
        await self.anna.presses("submit")
        return await self.anna.hears()

    async def answer(self) -> Answer:
        entries = [unseal(each)[1] for each in await self.store.interviews.entries(self.interview)]
        found = await self.intake.script((await self.state(self.interview)).script)
        return read(entries, found).answers[0]

    async def parts(self) -> list[tuple[str, int, str]]:
        return [(part.text, part.follow_up, part.asked) for part in (await self.answer()).parts]

    async def row(self) -> dict[str, Any]:
        campaign = await self.campaigns.find((await self.state(self.interview)).campaign)
        (line,) = [line async for line in interviews(self.store, campaign)]
        return line


async def begun(script_: Script) -> Interview:
    scene = Interview(MemoryStore())
    await scene.begins(script_)
    return scene


async def test_what_is_added_belongs_to_the_same_answer() -> None:
    scene = await begun(script())
    (text,) = await scene.asked()
    assert ASKED in text
    assert "generated automatically" in text
    state = await scene.state(scene.interview)
    assert (state.index, state.done, state.answered(0)) == (0, 1, True)
    await scene.anna.says(MORE)
    await scene.anna.presses("submit")
    state = await scene.state(scene.interview)
    assert (state.index, state.done, state.follow_up) == (1, 1, None)
    assert await scene.parts() == [(BASE, 0, ""), (MORE, 1, ASKED)]
    answer = await scene.answer()
    assert (answer.status, [each.passed for each in answer.follow_ups]) == ("submitted", [False])


async def test_passing_it_over_costs_nothing_and_it_is_not_asked_again() -> None:
    scene = await begun(script())
    await scene.asked()
    await scene.anna.presses("skip")
    assert (await scene.state(scene.interview)).index == 1
    await scene.anna.says("Oslo", "north", "7")
    state = await scene.state(scene.interview)
    assert (state.phase, state.done, state.skipped) == ("completed", 4, ())
    assert await scene.parts() == [(BASE, 0, "")]
    assert named(await scene.entries(scene.interview)).count("FollowUpAsked") == 1


async def test_a_question_that_may_not_be_put_off_has_a_follow_up_that_may() -> None:
    scene = await begun(script(skip="off"))
    await scene.anna.presses("skip")
    assert (await scene.state(scene.interview)).skipped == ()
    await scene.asked()
    await scene.anna.presses("skip")
    assert (await scene.state(scene.interview)).index == 1


async def test_a_question_that_requires_voice_takes_text_for_its_follow_up() -> None:
    scene = await begun(script(voice="required"))
    await scene.anna.does(i.VoiceReceived(i.Media("voice", "r", duration_ms=3000)))
    await scene.anna.presses("submit")
    assert (await scene.state(scene.interview)).follow_up
    await scene.anna.says(MORE)
    await scene.anna.presses("submit")
    assert (await scene.state(scene.interview)).index == 1


@pytest.mark.parametrize("leaves", ["pause", "exit"])
async def test_whoever_leaves_before_answering_has_handed_in_and_finds_it_again(leaves: str) -> None:
    scene = await begun(script())
    await scene.asked()
    await scene.anna.presses(leaves)
    state = await scene.state(scene.interview)
    assert (state.done, state.answered(0)) == (1, True)
    await scene.anna.hears()
    await scene.anna.presses("continue")
    assert any(ASKED in text for text in await scene.anna.hears())
    await scene.anna.says(MORE)
    await scene.anna.presses("submit")
    assert await scene.parts() == [(BASE, 0, ""), (MORE, 1, ASKED)]


async def test_after_the_deadline_the_answer_stands_as_it_was() -> None:
    scene = await begun(script())
    await scene.asked()
    scene.clock.now = (await scene.state(scene.interview)).deadline_ms + 1
    await scene.tick(scene.interview)
    answer = await scene.answer()
    assert ((await scene.state(scene.interview)).phase, answer.status) == ("lapsed", "submitted")
    assert await scene.parts() == [(BASE, 0, "")]


async def test_starting_the_follow_up_anew_leaves_the_answer_alone() -> None:
    scene = await begun(script())
    await scene.asked()
    await scene.anna.says("Oh")
    await scene.anna.presses("redo")
    assert await scene.parts() == [(BASE, 0, "")]
    await scene.anna.presses("undo")
    assert await scene.parts() == [(BASE, 0, ""), ("Oh", 1, ASKED)]
    await scene.anna.presses("redo")
    await scene.anna.says(MORE)
    await scene.anna.presses("submit")
    assert await scene.parts() == [(BASE, 0, ""), (MORE, 1, ASKED)]
    assert [part.text for part in (await scene.answer()).dropped] == ["Oh"]


async def test_a_second_press_of_submit_neither_answers_nor_passes_it_over() -> None:
    scene = await begun(script())
    await scene.asked()
    await scene.anna.presses("submit@0.")
    state = await scene.state(scene.interview)
    assert (state.index, bool(state.follow_up)) == (0, True)


async def test_what_was_sent_before_the_press_belongs_to_the_answer_itself() -> None:
    scene = await begun(script())
    await scene.anna.says(BASE)
    scene.clock.now += 5000
    sent = scene.clock.now
    scene.clock.now += 5000
    await scene.anna.presses("submit")
    await scene.anna.intake.receive(scene.anna.brings(i.TextReceived("And coffee."), sent_ms=sent))
    await scene.anna.says(MORE)
    await scene.anna.presses("submit")
    assert await scene.parts() == [(BASE, 0, ""), ("And coffee.", 0, ""), (MORE, 1, ASKED)]


async def test_a_recording_in_which_nothing_is_heard_does_not_spoil_the_answer() -> None:
    scene = await begun(script())
    await scene.asked()
    await scene.anna.does(i.VoiceReceived(i.Media("voice", "r", duration_ms=3000)))
    await scene.intake.apply(scene.interview, i.Inbound("v1", i.TranscriptFailed(1, "silence")))
    await scene.anna.presses("skip")
    assert await scene.parts() == [(BASE, 0, "")]


async def test_an_answer_that_is_changed_in_the_review_is_whole_again() -> None:
    scene = await begun(replace(script(), review=True))
    await scene.asked()
    await scene.anna.says(MORE)
    await scene.anna.presses("submit")
    await scene.anna.says("Oslo", "north", "7")
    await scene.anna.presses("change.0")
    await scene.anna.says("All new.")
    await scene.anna.presses("submit")
    assert await scene.parts() == [("All new.", 0, "")]
    assert (await scene.state(scene.interview)).reviewing


async def test_an_answer_long_enough_goes_on_at_once() -> None:
    scene = await begun(script())
    await scene.anna.says(BASE, *[MORE] * 3)
    await scene.anna.presses("submit")
    assert (await scene.state(scene.interview)).index == 1


async def test_the_record_names_why_and_folds_to_the_same_state() -> None:
    scene = await begun(script())
    await scene.asked()
    await scene.anna.says(MORE)
    await scene.anna.presses("submit")
    events = [event for entry in await scene.entries(scene.interview) for event in entry.events]
    assert e.FollowUpAsked("about", ASKED, "short") in events
    assert e.FollowUpClosed("about") in events


async def test_exports_show_what_was_asked_and_what_answers_it() -> None:
    scene = await begun(script())
    await scene.asked()
    await scene.anna.says(MORE)
    await scene.anna.presses("submit")
    row = await scene.row()
    answer = row["answers"][0]
    assert [part.get("follow_up") for part in answer["parts"]] == [None, 1]
    (asked,) = answer["follow_ups"]
    assert {**asked, "at": ""} == {"at": "", "text": ASKED, "generated": "rules", "why": "short", "passed": False}
    cell = next(cell for cell in rows(row)[0] if isinstance(cell, str) and BASE in cell)
    assert cell == f"{BASE}\n[follow-up question, generated: {ASKED}]\n{MORE}"
    assert "follow_ups" not in row["answers"][1]


async def test_the_assistant_sees_the_follow_up_and_reads_both_parts() -> None:
    site = Site()
    site.interview, token = await site.scene.invited(
        "Anna", script(ask=Wording("您做过什么？", "What have you done?"))
    )
    await site.anna.opens(token)
    await site.anna.presses("agree")
    await site.anna.says(BASE)
    await site.anna.presses("submit")
    site.scene.clock.forward(DRAFTING_MS)
    await site.scene.tick(site.interview, site.intake)
    await site.anna.says(MORE)
    await site.anna.presses("submit")
    await site.anna.says("Oslo", "north", "7")
    await site.work()
    first = site.model.asked[0]
    assert (first["answer"], first["follow_up_questions"]) == ([BASE, MORE], [ASKED])


def test_a_script_without_follow_ups_is_stored_as_before() -> None:
    assert b"follow_up" not in msgspec.json.encode(SCRIPT)
