"""The intake: every input is committed once, by whichever process handles it, and repaired after a crash."""

import asyncio

import pytest

from conversation import events as e
from conversation import inbound as i
from conversation.record.audit import unseal
from conversation.script import Script
from handlers.intake.responses import Receipt
from handlers.intake.runner import ScriptMissing
from storage.errors import StoreUnavailable
from storage.memory.interviews import MemoryInterviews
from storage.memory.store import MemoryStore
from storage.ports import Answer, Commit, Conflict
from tests.fakes.scene import DAY, HOUR, MINUTE, RECRUITERS, Person, Scene, named
from tests.fakes.scripts import SCRIPT


@pytest.fixture
def scene() -> Scene:
    return Scene(MemoryStore())


async def started(scene: Scene, user: str = "42", code: str = "") -> tuple[Person, str, str]:
    """Return a candidate at the first question, the interview's id, and its token."""
    interview, token = await scene.invited("Anna", code=code)
    anna = scene.person(user)
    await anna.opens(token)
    await anna.presses("agree@-1")
    await scene.sent()
    return anna, interview, token


async def finish(anna: Person) -> None:
    await anna.says("about me")
    await anna.presses("submit@0")
    await anna.says("Qingdao")
    await anna.presses("option.1@2")
    await anna.says("7")


async def test_an_interview_from_the_first_question_to_the_last(scene: Scene) -> None:
    anna, interview, _ = await started(scene)
    await finish(anna)
    state = await scene.state(interview)
    assert (state.phase, state.index) == ("completed", 4)
    names = named(await scene.entries(interview))
    assert names.count("AnswerSubmitted") == 4
    assert names[-2:] == ["Completed", "RecruiterTold"]
    counts = await scene.store.interviews.counts("small")
    # those are in tests/handlers/figures
    apart = (
        "start.",
        "done.",
        "asked:",
        "answered:",
        "answer_s:",
        "answer.h:",
        "waiting:",
    )  # see tests/handlers/figures
    assert {name: n for name, n in counts.items() if n and not name.startswith(apart)} == {
        "interviews": 1,
        f"version:{SCRIPT.version}": 1,
        "started": 1,
        "answers": 4,
        "stage:first": 1,
        "stage:second": 1,
        "phase:completed": 1,
    }


async def test_a_message_that_comes_again_changes_nothing(scene: Scene) -> None:
    anna, interview, _ = await started(scene)
    answer = anna.brings(i.TextReceived("about me"))
    assert await anna.intake.receive(answer) == "committed"
    before, entries = await scene.record(interview), await scene.entries(interview)
    await scene.sent()
    for process in (anna.intake, scene.process(), scene.process()):
        assert await process.receive(answer) == "duplicate"
    assert await scene.record(interview) == before
    assert await scene.entries(interview) == entries
    assert await scene.sent() == []
    assert ("duplicate", "telegram") in scene.counted


async def test_a_receipt_says_whether_an_answer_follows(scene: Scene) -> None:
    anna, _, _ = await started(scene)
    stranger = scene.person("77")
    for person, text, answered in ((anna, "about me", True), (anna, "and more", False), (stranger, "hello", True)):
        receipt = Receipt()
        message = person.brings(i.TextReceived(text))
        await person.intake.receive(message, receipt)
        assert receipt.answered is answered
        assert bool(await scene.sent()) is answered
        again = Receipt()
        await person.intake.receive(message, again)
        assert again.answered is False


async def test_many_messages_at_once_at_many_processes_are_all_kept(scene: Scene) -> None:
    anna, interview, _ = await started(scene)
    messages = [anna.brings(i.TextReceived(f"part {number}")) for number in range(12)]
    processes = [scene.process() for _ in range(4)]
    results = await asyncio.gather(*(process.receive(message) for message in messages for process in processes))
    assert results.count("committed") == 12
    assert results.count("duplicate") == 36
    said = sorted(part.text for part in (await scene.state(interview)).parts)
    assert said == sorted(f"part {number}" for number in range(12))


async def test_what_another_process_did_is_seen(scene: Scene) -> None:
    anna, interview, _ = await started(scene)
    elsewhere = scene.process()
    for number in range(6):
        anna.intake = elsewhere if number % 2 else scene.intake
        await anna.says(f"part {number}")
    assert [part.text for part in (await scene.state(interview)).parts] == [f"part {n}" for n in range(6)]
    assert ("conflict", "telegram") in scene.counted


async def test_recruiters_are_told_in_the_same_commit(scene: Scene) -> None:
    commits: list[Commit] = []
    plain = scene.store.interviews.commit

    async def watched(commit: Commit) -> Answer:
        commits.append(commit)
        return await plain(commit)

    scene.store.interviews.commit = watched  # type: ignore[method-assign] # looks on, changes nothing
    anna, _, _ = await started(scene)
    await finish(anna)
    last = commits[-1]
    assert named([unseal(last.entry)[1]])[-2:] == ["Completed", "RecruiterTold"]
    assert [message.to for message in last.messages] == [anna.address, RECRUITERS]
    assert not any(message.to == RECRUITERS for commit in commits[:-1] for message in commit.messages)
    notice = last.messages[1]
    assert "Anna" in notice.text
    assert not notice.prompted


@pytest.mark.parametrize("reason", ["network", "skipped"])
async def test_an_exit_is_reported_once_with_its_reason(scene: Scene, reason: str) -> None:
    anna, interview, _ = await started(scene)
    await anna.commands("exit")
    await anna.presses("exit")
    assert await scene.sent(RECRUITERS) == []
    await anna.presses(f"reason.{reason}")
    (notice,) = await scene.sent(RECRUITERS)
    assert "Anna" in notice.text
    scene.clock.forward(DAY)
    await scene.tick(interview)
    assert await scene.sent(RECRUITERS) == []
    assert (await scene.state(interview)).phase == "exited"


async def test_a_timer_that_came_too_early_sets_the_clock_right(scene: Scene) -> None:
    _, interview, _ = await started(scene)
    await scene.store.interviews.reschedule(interview, 1)
    assert await scene.tick(interview) == "nothing"
    partitions = [await scene.store.interviews.due(number, 10**15, 10) for number in range(16)]
    assert [due for found in partitions for due in found] == [(interview, scene.clock.now + 10 * MINUTE)]
    assert (await scene.state(interview)).phase == "running"


async def test_silence_reminds_and_any_word_brings_the_question_back(scene: Scene) -> None:
    anna, interview, _ = await started(scene)
    scene.clock.forward(10 * MINUTE)
    assert await scene.tick(interview) == "committed"
    assert (await scene.state(interview)).interruption == "silence"
    assert len(await anna.hears()) == 1
    scene.clock.forward(HOUR)
    await anna.says("still here")
    (back,) = await anna.hears()
    assert "About you?" in back
    assert "still here" in back
    assert [part.text for part in (await scene.state(interview)).parts] == ["still here"]


async def test_what_no_person_sent_does_not_come_in_as_if_one_had(scene: Scene) -> None:
    with pytest.raises(ValueError, match="goes through `apply`"):
        await scene.intake.receive(i.Inbound("x", i.Ticked()))


async def test_an_unknown_interview_is_nobodys(scene: Scene) -> None:
    assert await scene.tick("no-such-interview") == "stranger"


async def test_a_script_that_is_gone_is_said_to_be_gone(scene: Scene) -> None:
    _, token = await scene.invited()
    scene.store.directory.script = _nothing  # type: ignore[method-assign] # as after a restore that forgot scripts
    with pytest.raises(ScriptMissing, match=f"{SCRIPT.version} is not in the store; restore it from a backup"):
        await scene.person("42").opens(token)


async def _nothing(version: str) -> Script | None:
    return None


# opening another interview


async def test_opening_another_interview_sets_the_first_aside(scene: Scene) -> None:
    anna, first, first_token = await started(scene)
    second, second_token = await scene.invited("Anna", code="second")
    await anna.says("for the first")
    await anna.opens(second_token)
    await anna.presses("agree@-1")
    await anna.says("for the second")
    assert (await scene.state(first)).interruption == "aside"
    assert [part.text for part in (await scene.state(second)).parts] == ["for the second"]
    await anna.opens(first_token)
    assert (await scene.state(second)).interruption == "aside"
    await anna.says("more for the first")
    assert [part.text for part in (await scene.state(first)).parts] == ["for the first", "more for the first"]
    assert (await scene.state(first)).interruption == ""


async def test_an_interview_that_was_set_aside_is_not_reminded_of(scene: Scene) -> None:
    anna, first, _ = await started(scene)
    _, second_token = await scene.invited("Anna", code="second")
    await anna.opens(second_token)
    await scene.sent()
    for _ in range(20):
        scene.clock.forward(2 * HOUR)
        await scene.tick(first)
    assert await anna.hears() == []


async def test_somebody_elses_invitation_does_not_set_ones_own_interview_aside(scene: Scene) -> None:
    anna, first, _ = await started(scene)
    _, _, token = await started(scene, "43", code="second")
    await anna.opens(token)
    assert (await scene.state(first)).interruption == ""
    await anna.says("still mine")
    assert [part.text for part in (await scene.state(first)).parts] == ["still mine"]


async def test_every_process_knows_which_interview_was_opened_last(scene: Scene) -> None:
    anna, first, _ = await started(scene)
    elsewhere = scene.process()
    second, second_token = await scene.invited("Anna", code="second")
    anna.intake = elsewhere
    await anna.says("for the first")  # the other process now remembers the candidate's interview
    anna.intake = scene.intake
    await anna.opens(second_token)
    await anna.presses("agree@-1")
    anna.intake = elsewhere
    await anna.says("for the second")
    assert [part.text for part in (await scene.state(second)).parts] == ["for the second"]
    assert [part.text for part in (await scene.state(first)).parts] == ["for the first"]


async def test_an_old_opening_that_comes_again_does_not_lead_back(scene: Scene) -> None:
    """A platform may repeat an unacknowledged message after later ones."""
    anna = scene.person("42")
    _, first_token = await scene.invited("Anna")
    second, second_token = await scene.invited("Anna", code="second")
    opening = anna.brings(i.CommandReceived("start", first_token))
    await scene.intake.receive(opening)
    await anna.opens(second_token)
    await anna.presses("agree@-1")
    assert await scene.intake.receive(opening) == "duplicate"
    assert (await scene.state(second)).interruption == ""
    await anna.says("for the second")
    assert [part.text for part in (await scene.state(second)).parts] == ["for the second"]


# crashes and conflicts


async def test_a_crash_between_the_index_and_the_commit_is_mended_by_the_redelivery() -> None:
    """The index is written first, as the commit sends messages at once and any process may get the reply."""
    store = MemoryStore()
    scene = Scene(store)
    interview, token = await scene.invited()
    anna = scene.person("42")
    opening = anna.brings(i.CommandReceived("start", token))
    plain, store.interviews = store.interviews, _Uncommittable(store.interviews)
    with pytest.raises(StoreUnavailable):
        await scene.process().receive(opening)
    store.interviews = plain
    assert named(await scene.entries(interview)) == ["Invited"]
    assert await store.directory.who(anna.address) == interview
    anna.intake = scene.process()
    assert await anna.says("Hello?") == "stranger"  # an index entry without the commit opens nothing
    assert await anna.intake.receive(opening) == "committed"
    assert await anna.presses("agree@-1") == "committed"


class _Uncommittable(MemoryInterviews):
    """Interviews of `like` in a store that fails on every commit."""

    def __init__(self, like: MemoryInterviews) -> None:
        self.__dict__ = like.__dict__

    async def commit(self, commit: Commit) -> Answer:
        raise StoreUnavailable("gone")


async def test_what_was_not_committed_is_not_remembered_either() -> None:
    store = MemoryStore()
    scene = Scene(store)
    anna, interview, _ = await started(scene)
    answer = anna.brings(i.TextReceived("about me"))
    plain = store.interviews.commit
    failing = True

    async def unreliable(commit: Commit) -> Answer:
        if failing:
            raise StoreUnavailable("gone")
        return await plain(commit)

    store.interviews.commit = unreliable  # type: ignore[method-assign] # a server that comes and goes
    with pytest.raises(StoreUnavailable):
        await anna.intake.receive(answer)
    failing = False
    assert await anna.intake.receive(answer) == "committed"
    assert [part.text for part in (await scene.state(interview)).parts] == ["about me"]
    assert isinstance((await scene.entries(interview))[-1].events[0], e.PartReceived)


async def test_a_conflict_is_answered_by_loading_and_stepping_again() -> None:
    store = MemoryStore()
    scene = Scene(store)
    anna, interview, _ = await started(scene)
    plain, conflicts = store.interviews.commit, [Conflict()] * 10

    async def contended(commit: Commit) -> Answer:
        return conflicts.pop() if conflicts else await plain(commit)

    store.interviews.commit = contended  # type: ignore[method-assign] # others are faster ten times
    assert await anna.says("about me") == "committed"
    assert [part.text for part in (await scene.state(interview)).parts] == ["about me"]
    assert scene.counted.count(("conflict", "telegram")) == 10
