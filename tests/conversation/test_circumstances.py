"""Circumstances noticed without asking: what is recorded, from when, and which cause is derived from them."""

import re

import pytest
from msgspec.structs import replace

from conversation import events as e
from conversation import inbound as i
from conversation.limits import MOST_NOTICED
from storage.memory.store import MemoryStore
from storage.ports import Store
from tests.fakes.scene import HOUR, MINUTE, Person, Scene, named


@pytest.fixture
def memory() -> Store:
    return MemoryStore()


PHONE = i.Client("phone", "Chrome", "140", "4g")


class Page(Person):
    """A candidate at the web messenger, which reports its device and browser in `client`."""

    client = PHONE

    def brings(self, what: i.What, *, sent_ms: int = 0, sequence: int = 0) -> i.Inbound:
        return replace(super().brings(what, sent_ms=sent_ms, sequence=sequence), client=self.client)

    async def shows(self, *kinds: i.CircumstanceKind) -> None:
        for kind in kinds:
            self.scene.clock.forward(1_000)
            interview = await self.scene.store.directory.who(self.address)
            assert interview
            await self.intake.apply(interview, self.brings(i.CircumstanceNoticed(kind)))


async def at_a_question(store: Store, scene: Scene | None = None) -> tuple[Scene, Page, str]:
    scene = scene or Scene(store)
    interview, token = await scene.invited("Anna")
    page = Page(scene, i.Address("web", "local", "p1"))
    await page.opens(token)
    await page.presses("agree")
    return scene, page, interview


async def circumstances(scene: Scene, interview: str) -> list[e.Event]:
    kinds = e.ClientSeen | e.Noticed | e.ArrivedLate | e.CauseDerived
    return [each for entry in await scene.entries(interview) for each in entry.events if isinstance(each, kinds)]


async def test_nothing_is_recorded_before_consent(memory: Store) -> None:
    scene = Scene(memory)
    interview, token = await scene.invited("Anna")
    page = Page(scene, i.Address("web", "local", "p1"))
    await page.opens(token)
    await page.shows("hidden", "lost", "network")
    assert await circumstances(scene, interview) == []
    await page.presses("agree")
    assert await circumstances(scene, interview) == [e.ClientSeen("en", "phone", "Chrome", "140", "4g")]


async def test_what_a_channel_does_not_show_is_not_known(memory: Store) -> None:
    scene = Scene(memory)
    interview, token = await scene.invited("Anna")
    anna = scene.person("42")
    await anna.opens(token)
    await anna.presses("agree")
    assert await circumstances(scene, interview) == [], "the interview has its language from the client"
    anna.language = "ru"
    await anna.says("about me")
    assert await circumstances(scene, interview) == [e.ClientSeen("ru")]


async def test_candidates_are_told_what_was_recorded_of_them(memory: Store) -> None:
    _, page, _ = await at_a_question(memory)
    await page.shows("lost", "connected")
    await page.commands("mydata")
    said = (await page.hears())[-1]
    assert "device phone, browser Chrome 140, network 4g; lost connections, page switches and the like: 2" in said


async def test_a_client_is_recorded_when_it_is_another(memory: Store) -> None:
    scene, page, interview = await at_a_question(memory)
    await page.says("I am Anna", "and more")
    page.client = replace(PHONE, network="wifi")
    await page.shows("network", "network")
    assert [type(each).__name__ for each in await circumstances(scene, interview)] == ["ClientSeen"] * 2
    assert (await scene.state(interview)).client[-1] == "wifi"


async def test_times_are_ours_and_what_is_over_says_how_long_it_was(memory: Store) -> None:
    scene, page, interview = await at_a_question(memory)
    await page.shows("lost")
    scene.clock.forward(4 * MINUTE)
    await page.shows("connected", "connected", "hidden", "hidden")
    scene.clock.forward(MINUTE)
    await page.shows("shown", "shown")
    assert (await circumstances(scene, interview))[1:] == [
        e.Noticed("lost"),
        e.Noticed("connected", 4 * MINUTE + 1_000),
        e.Noticed("hidden"),
        e.Noticed("shown", MINUTE + 2_000),
    ]


async def test_they_are_no_word_of_the_candidate(memory: Store) -> None:
    scene, page, interview = await at_a_question(memory)
    before = await scene.state(interview)
    await page.hears()
    scene.clock.forward(5 * MINUTE)
    await page.shows("lost", "connected")
    after = await scene.state(interview)
    assert (after.last_ms, after.active_ms) == (before.last_ms, before.active_ms)
    assert await page.hears() == []
    scene.clock.forward(5 * MINUTE)
    await scene.tick(interview)
    assert (await scene.state(interview)).interruption == "silence"
    await page.shows("lost")
    assert (await scene.state(interview)).interruption == "silence", "nobody has come back"


async def test_a_record_does_not_fill_up_with_them(memory: Store) -> None:
    scene, page, interview = await at_a_question(memory)
    for _ in range(MOST_NOTICED):
        await page.shows("lost", "connected")
    noticed = [each for each in await circumstances(scene, interview) if isinstance(each, e.Noticed)]
    assert len(noticed) == MOST_NOTICED


async def test_a_lost_connection_is_the_likely_cause_of_a_silence(memory: Store) -> None:
    scene, page, interview = await at_a_question(memory)
    await page.shows("lost")
    scene.clock.forward(11 * MINUTE)
    await scene.tick(interview)
    assert (await circumstances(scene, interview))[-1] == e.CauseDerived("network", "connection_lost")


async def test_a_page_that_nobody_looks_at_is_put_away_and_not_torn_off(memory: Store) -> None:
    scene, page, interview = await at_a_question(memory)
    await page.shows("hidden", "lost")
    scene.clock.forward(11 * MINUTE)
    await scene.tick(interview)
    assert (await circumstances(scene, interview))[-2:] == [
        e.Noticed("closed"),
        e.CauseDerived("theirs", "page_closed"),
    ]


async def test_a_cause_that_is_found_later_counts(memory: Store) -> None:
    """A dead connection is noticed late, after the silence has already been recorded."""
    scene, page, interview = await at_a_question(memory)
    scene.clock.forward(11 * MINUTE)
    await scene.tick(interview)
    await page.shows("lost")
    derived = [each for each in await circumstances(scene, interview) if isinstance(each, e.CauseDerived)]
    assert derived == [e.CauseDerived("unknown", "nothing_known"), e.CauseDerived("network", "connection_lost")]
    counts = await memory.interviews.counts("small")
    assert {name: n for name, n in counts.items() if name.startswith("away.rule:")} == {
        "away.rule:nothing_known": 0,
        "away.rule:connection_lost": 1,
    }


async def test_an_outage_of_ours_is_ours_only_for_those_who_were_there(memory: Store) -> None:
    scene, _, here = await at_a_question(memory)
    scene.clock.forward(5 * HOUR)
    await scene.tick(here)
    other, token = await scene.invited("Ben", code="two")
    ben = scene.person("43")
    await ben.opens(token)
    await ben.presses("agree")
    scene.clock.forward(2 * HOUR)
    for interview in (here, other):
        await scene.intake.apply(interview, i.Inbound("outage:1", i.OutageEnded(2 * HOUR)))
        await scene.tick(interview)
    assert (await scene.state(here)).cause == "unknown:nothing_known"
    assert (await scene.state(other)).cause == "ours:our_fault"


async def test_what_reaches_us_late_is_no_fault_of_theirs(memory: Store) -> None:
    scene = Scene(memory)
    interview, token = await scene.invited("Anna")
    anna = scene.person("42")
    await anna.opens(token)
    await anna.presses("agree")
    scene.clock.forward(3 * MINUTE)
    late = anna.brings(i.TextReceived("I am Anna"), sent_ms=scene.clock.now - 2 * MINUTE)
    await anna.intake.receive(late)
    assert (await circumstances(scene, interview))[-1] == e.ArrivedLate(2 * MINUTE)
    await anna.presses("leave", "exit")
    assert (await scene.state(interview)).cause == "ours:our_fault"


async def test_said_and_derived_are_kept_apart(memory: Store) -> None:
    scene, page, interview = await at_a_question(memory)
    await page.shows("lost", "connected", "lost", "connected", "lost", "connected")
    await page.presses("exit", "reason.too_long")
    state = await scene.state(interview)
    assert (state.reason, state.group, state.cause) == ("too_long", "flow", "network:unstable_connection")
    counts = await memory.interviews.counts("small")
    assert (counts["stop:flow"], counts["stop.cause:network"]) == (1, 1)


async def test_a_reason_belongs_to_one_time_away(memory: Store) -> None:
    scene, page, interview = await at_a_question(memory)
    await page.presses("exit", "reason.network")
    await page.says("I am back")
    assert (await scene.state(interview)).unsolved == "network"
    await page.presses("unsolved")
    assert "Unsolved" in named(await scene.entries(interview))
    assert "Technical support" in (await page.hears())[-1]
    await page.presses("continue")
    scene.clock.forward(11 * MINUTE)
    await scene.tick(interview)
    state = await scene.state(interview)
    assert (state.interruption, state.reason, state.unsolved) == ("silence", "", "")


async def test_whoever_says_something_is_there_whatever_another_tab_showed(memory: Store) -> None:
    scene, page, interview = await at_a_question(memory)
    await page.shows("closed")
    await page.says("I am Anna")
    scene.clock.forward(11 * MINUTE)
    await scene.tick(interview)
    assert (await scene.state(interview)).cause == "unknown:nothing_known"


async def test_a_connection_that_is_back_was_lost_all_the_same(memory: Store) -> None:
    scene, page, interview = await at_a_question(memory)
    await page.shows("lost")
    scene.clock.forward(11 * MINUTE)
    await scene.tick(interview)
    await page.shows("connected")
    assert (await scene.state(interview)).cause == "network:connection_lost"
    await page.says("I am back")
    counts = await memory.interviews.counts("small")
    assert (counts["away.rule:connection_lost"], counts["returns:reminder"]) == (1, 1)


async def test_on_another_device_it_is_another_client(memory: Store) -> None:
    scene, page, interview = await at_a_question(memory)
    assert (await scene.state(interview)).client == ("en", "phone", "Chrome", "140", "4g")
    await page.commands("switch")
    shown = (await page.hears())[-1]
    found = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", shown)
    assert found, shown
    elsewhere = scene.person("42", language="zh")
    await elsewhere.says(found[0])
    assert (await scene.state(interview)).client == ("zh", "", "", "", ""), "of the device nothing is known"


async def test_not_sorted_yet_counts_once_however_often_it_is_pressed(memory: Store) -> None:
    _, page, _ = await at_a_question(memory)
    await page.presses("exit", "reason.network")
    await page.says("I am back")
    await page.presses("unsolved", "unsolved", "continue", "unsolved")
    counts = await memory.interviews.counts("small")
    assert (counts["solved.asked"], counts["solved.no"]) == (1, 1)


async def test_whoever_has_not_begun_is_not_asked_whether_it_is_sorted(memory: Store) -> None:
    scene = Scene(memory)
    interview, token = await scene.invited("Anna")
    anna = scene.person("42")
    await anna.opens(token)
    await anna.presses("exit", "reason.network")
    await anna.says("I am back")
    await anna.presses("agree")
    assert (await scene.state(interview)).unsolved == ""
    assert "solved.asked" not in await memory.interviews.counts("small")


async def test_not_sorted_yet_is_understood_after_a_silence_too(memory: Store) -> None:
    scene, page, interview = await at_a_question(memory)
    await page.presses("exit", "reason.network")
    await page.says("I am back")
    scene.clock.forward(11 * MINUTE)
    await scene.intake.apply(interview, i.Inbound("tick", i.Ticked()))
    state = await scene.state(interview)
    assert (state.interruption, state.unsolved) == ("silence", "network")


async def test_a_recording_of_an_earlier_question_says_nothing_of_the_open_one(memory: Store) -> None:
    scene, page, interview = await at_a_question(memory)
    await page.does(i.VoiceReceived(i.Media("one")), i.VoiceReceived(i.Media("two")))
    await page.presses("submit")
    for voice in (1, 2):
        failed = i.Inbound(f"voice:{voice}", i.TranscriptFailed(voice, "noise"))
        await scene.intake.apply(interview, failed)
    assert (await scene.state(interview)).signs.unheard == 0
    counts = await memory.interviews.counts("small")
    assert not [name for name in counts if name.startswith("unheard.q:")]
