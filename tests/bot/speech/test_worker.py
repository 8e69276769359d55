"""A voice answer is recorded exactly once, whatever dies, breaks or is unavailable meanwhile."""

import asyncio

import pytest

from bot.runtime.job_worker import IDLE_MS
from conversation import events as e
from tests.bot.speech.offices import FakeHearer, open_voice_office, recording
from tests.fakes.virtual_time import virtual_time


def loop_s() -> float:
    return asyncio.get_running_loop().time()


@virtual_time
async def test_a_voice_answer_ends_in_the_record_and_on_the_screen() -> None:
    async with open_voice_office() as office:
        await office.interview("a")
        office.start()
        await office.speak("a", "hello")
        await office.all_done(10)
        kept, transcribed = await office.results("a")
        assert isinstance(kept, e.AudioKept)
        assert office.archive.held == {kept.sha256: recording("hello")}
        assert (kept.voice, kept.size, kept.format) == (1, len(recording("hello")), "ogg-opus")
        assert isinstance(transcribed, e.Transcribed)
        assert (transcribed.voice, transcribed.text, transcribed.model) == (1, "说的是 hello", "fake")
        receipt, transcript = office.said("a")
        assert receipt.subject == transcript.subject == "voice:1"
        assert not receipt.quiet
        assert "说的是 hello" in transcript.text


@virtual_time
async def test_each_is_heard_in_the_order_in_which_it_was_said() -> None:
    async with open_voice_office() as office:
        await office.interview("a")
        worker = office.start()
        names = [f"part-{number}" for number in range(8)]
        for name in names:
            await office.speak("a", name)
            await asyncio.sleep(1)
        await office.all_done()
        assert worker.recognizer.heard == names
        assert await office.texts("a") == [f"说的是 {name}" for name in names]


@virtual_time
async def test_two_workers_share_the_work_and_each_recording_is_once_in_the_record() -> None:
    async with open_voice_office() as office:
        users = [f"u{number}" for number in range(12)]
        for user in users:
            await office.interview(user)
        workers = [office.start(), office.start()]
        for number in range(5):
            for user in users:
                await office.speak(user, f"{user}-{number}")
        await office.all_done()
        for user in users:
            expected = sorted(f"说的是 {user}-{number}" for number in range(5))
            assert sorted(await office.texts(user)) == expected
            assert len(await office.results(user)) == 10
        heard = [name for worker in workers for name in worker.recognizer.heard]
        assert len(heard) == len(set(heard)) == 60
        assert all(len(worker.recognizer.heard) > 20 for worker in workers)
        assert all(len(times) == 1 for times in office.voices.asked.values())


@virtual_time
async def test_jobs_that_are_queued_in_the_same_millisecond_are_told_apart() -> None:
    """Jobs in different partitions can have the same id."""
    async with open_voice_office() as office:
        users = [f"u{number}" for number in range(20)]
        for user in users:
            await office.interview(user)
        office.voices.fetch_s = 20
        await asyncio.gather(*(office.speak(user, f"by-{user}") for user in users))
        queued = await office.store.jobs.waiting("fetch", 100)
        assert len({entry.id for entry in queued}) < 10
        recognizer = FakeHearer()
        recognizer.why = "no model"
        office.start(recognizer=recognizer)
        await office.until(lambda: len(office.archive.held) == 20, 100)
        await asyncio.sleep(5)
        for user in users:
            assert [type(event) for event in await office.results(user)] == [e.AudioKept, e.TranscriptDelayed]
        recognizer.why = None
        await office.all_done(60)
        assert [await office.texts(user) for user in users] == [[f"说的是 by-{user}"] for user in users]


# stopping and dying


@virtual_time
async def test_who_stops_gives_its_job_back_and_another_does_it_at_once() -> None:
    async with open_voice_office() as office:
        await office.interview("a")
        stopping = office.start(takes_s=600)
        await office.speak("a", "long")
        await office.until(lambda: stopping.recognizer.busy == 1)
        begun = loop_s()
        await stopping.stop()
        assert loop_s() - begun < 0.1
        assert stopping.recognizer.closed == 1
        office.start()
        await office.all_done(8)
        assert await office.texts("a") == ["说的是 long"]


@virtual_time
async def test_who_stops_while_it_fetches_gives_that_back_too() -> None:
    async with open_voice_office() as office:
        await office.interview("a")
        stopping = office.start()
        office.voices.fetch_s = 5
        await office.speak("a", "hello")
        await office.until(lambda: bool(office.voices.asked["hello"]))
        await stopping.stop()
        assert not office.archive.held
        office.start()
        await office.all_done(15)
        assert await office.texts("a") == ["说的是 hello"]


@virtual_time
async def test_what_a_dead_worker_had_is_taken_over_after_its_time() -> None:
    async with open_voice_office() as office:
        await office.interview("a")
        dying = office.start(takes_s=600)
        await office.speak("a", "long")
        await office.until(lambda: dying.recognizer.busy == 1)
        heir = office.start()
        await asyncio.sleep(120)
        assert heir.recognizer.heard == [], "the other one was alive and at it"
        died = loop_s()
        await dying.die()
        await office.all_done(60)
        assert IDLE_MS / 1000 - 6 <= loop_s() - died <= IDLE_MS / 1000 + 8
        assert await office.texts("a") == ["说的是 long"]
        assert heir.recognizer.heard == ["long"]


@virtual_time
async def test_who_was_taken_for_dead_and_is_not_changes_nothing() -> None:
    async with open_voice_office() as office:
        await office.interview("a")
        slow = office.start(takes_s=100)
        slow.line.plan = lambda _number, name: "before" if name == "keep" else ""
        await office.speak("a", "long")
        await office.until(lambda: slow.recognizer.busy == 1)
        quick = office.start()
        await asyncio.sleep(200)
        assert slow.recognizer.heard == quick.recognizer.heard == ["long"]
        assert await office.texts("a") == ["说的是 long"]
        assert len([message for message in office.said("a") if "说的是 long" in message.text]) == 1
        assert office.left == 0


@virtual_time
async def test_a_stop_while_the_store_is_away_ends_all_the_same() -> None:
    async with open_voice_office() as office:
        await office.interview("a")
        worker = office.start(takes_s=600)
        await office.speak("a", "long")
        await office.until(lambda: worker.recognizer.busy == 1)
        worker.line.plan = lambda _number, _name: "before"
        await asyncio.sleep(20)
        begun = loop_s()
        await worker.stop()
        assert loop_s() - begun < 0.1
        office.start()
        await office.all_done(60)
        assert await office.texts("a") == ["说的是 long"]


@virtual_time
async def test_a_worker_waits_for_the_store_at_its_start_and_may_be_stopped_then() -> None:
    async with open_voice_office() as office:
        await office.interview("a")
        late, stopped = office.start(), office.start()
        for worker in (late, stopped):
            worker.line.plan = lambda _number, _name: "before"
        await office.speak("a", "hello")
        await asyncio.sleep(30)
        await stopped.stop()
        late.line.plan = lambda _number, _name: ""
        await office.all_done(10)
        assert await office.texts("a") == ["说的是 hello"]


# the store is away


async def _one_answer(fate: str, first: int, calls: int) -> int:
    """Record a voice answer while `calls` calls of the worker fail, beginning with number `first`.

    Returns how many calls the worker made until everything was done.
    """
    async with open_voice_office() as office:
        await office.interview("a")
        worker = office.start()
        worker.line.plan = lambda number, _name: fate if first <= number < first + calls else ""
        await office.speak("a", "hello")
        await office.all_done(600)
        made = worker.line.calls
        await asyncio.sleep(7)
        kept, transcribed = await office.results("a")
        assert isinstance(kept, e.AudioKept)
        assert isinstance(transcribed, e.Transcribed)
        assert [message.subject for message in office.said("a") if not message.quiet] == ["voice:1"] * 2
        assert office.outbox.buried == []
        assert office.left == 0
        return made


@pytest.mark.parametrize("calls", [1, 3, 25])
@pytest.mark.parametrize("fate", ["before", "after"])
def test_whatever_call_fails_all_is_in_the_record_once(fate: str, calls: int) -> None:
    made: list[int] = []

    @virtual_time
    async def attempt(first: int) -> None:
        made.append(await _one_answer(fate, first, calls))

    attempt(10**9)
    undisturbed = made[0]
    assert undisturbed > 30
    for first in range(undisturbed + 5):
        attempt(first)
