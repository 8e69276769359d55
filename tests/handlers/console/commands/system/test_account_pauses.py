"""What a paused account means for candidates: nothing is lost, deadlines stand still, and interviews continue."""

from bot.runtime.resumptions import SETTLED_MS
from conversation import inbound as i
from conversation.decide.account_pause import TELL_AGAIN_MS
from conversation.inbound import Address, Inbound, Media
from handlers.actions.context import Account
from handlers.maintenance.account_pauses import concerned
from storage.keys import PARTITIONS
from storage.memory.store import MemoryStore
from storage.ports import Store
from tests.handlers.console.commands.system.bots_desk import organisation, said
from tests.handlers.console.commands.system.paused_accounts import paused, resuming, state
from tests.handlers.console.desk import CANDIDATES_BOT, Desk, texts
from tests.handlers.console.keeper import STAFF_BOT, TOKEN

HOUR, MINUTE = 3_600_000, 60_000
SECRET = TOKEN.partition(":")[2]
RENEWED = "700002:AAH-renewed-0123456789-abcdefghij-klm"


async def resumed(desk: Desk) -> None:
    """Resume the account, send the messages about it, and empty the outbox."""
    await desk.says("boss", "/bot resume 700001")
    desk.now += SETTLED_MS
    await (await resuming(desk)).look()
    await desk.watch.look()
    await desk.sent()


async def test_pausing_needs_an_account_that_candidates_use() -> None:
    desk = await organisation(MemoryStore())
    ours = [
        Account("telegram", "1", None),
        Account("web", "local", None),
        Account("terminal", "local", None),
        Account("telegram-staff", STAFF_BOT, None, staff=True),
    ]
    desk.console.tools = desk.console.tools._replace(accounts=lambda: ours)
    assert "is for staff" in await said(desk, f"/bot pause {STAFF_BOT}")
    assert "web:local, terminal:local" in await said(desk, "/bot pause local")
    assert "There is no account" in await said(desk, "/bot pause 2")
    assert "Pause local?" in await said(desk, "/bot pause web")
    assert "not paused" in await said(desk, "/bot resume web")


async def test_what_is_typed_meanwhile_is_part_of_the_answer(store: Store) -> None:
    desk = await organisation(store)
    interview = await desk.starts("Ann", "spring")
    deadline = (await state(desk, interview)).deadline_ms
    assert "Open interviews there: 1" in await said(desk, "/bot pause 700001")
    await paused(desk)
    since = desk.now
    for text in ("I studied statistics.", "And forecasting."):
        await desk.does("Ann", i.TextReceived(text))
    await desk.sent()
    (told,) = desk.heard
    assert told.text.startswith("这里由同事暂停了一会儿，不是您的问题。您的进度和刚才发来的内容都已保存")
    assert told.choices == ()
    assert [part.text for part in (await state(desk, interview)).parts] == [
        "I studied statistics.", "And forecasting."
    ]  # fmt: skip
    desk.now += 2 * HOUR
    desk.heard.clear()
    await resumed(desk)
    (again,) = desk.heard
    assert again.text.startswith("我们恢复了，Ann")
    assert "I studied statistics.\nAnd forecasting." in again.text
    assert [choice.label for choice in again.choices] == ["提交", "重新回答"]
    assert not again.prompted
    moved = (await state(desk, interview)).deadline_ms - deadline
    assert moved == desk.now - SETTLED_MS - since
    await desk.does("Ann", i.ChoicePressed("submit@0"))
    assert (await state(desk, interview)).index == 1


async def test_it_is_said_once_in_ten_minutes_and_everything_is_kept(store: Store) -> None:
    desk = await organisation(store)
    interview = await desk.answers("Ann", "spring", 1)
    await paused(desk)
    for what in (
        i.TextReceived("Excel"),
        i.CommandReceived("exit"),
        i.ChoicePressed("leave"),
        i.OtherReceived("sticker"),
        i.ChannelReopened(),
    ):
        await desk.does("Ann", what)
    await desk.sent()
    assert len(desk.heard) == 1
    desk.now += TELL_AGAIN_MS
    await desk.does("Ann", i.TextReceived("hello?"))
    await desk.sent()
    assert len(desk.heard) == 2
    held = await state(desk, interview)
    assert (held.phase, held.index) == ("running", 1)
    assert [part.text for part in held.parts] == ["Excel", "hello?"]
    stored = b"".join(await store.interviews.entries(interview))
    for kept in (b'"kind":"paused","text":"/exit"', b'"kind":"paused","text":"leave"', b'"kind":"sticker"'):
        assert kept in stored


async def test_an_option_that_is_pressed_is_kept(store: Store) -> None:
    desk = await organisation(store)
    interview = await desk.answers("Ann", "spring", 2)
    await paused(desk)
    await desk.does("Ann", i.ChoicePressed(f"option.1@2.{interview[:4]}"))
    held = await state(desk, interview)
    assert (held.index, [bool(part.value) for part in held.parts]) == (2, [True])


async def test_a_voice_message_is_kept_and_fetched(store: Store) -> None:
    desk = await organisation(store)
    interview = await desk.starts("Ann", "spring")
    await paused(desk)
    await desk.does("Ann", i.VoiceReceived(Media("file", duration_ms=4_000)))
    held = await state(desk, interview)
    assert [part.voice for part in held.parts] == [1]
    assert await store.jobs.length("fetch") == 1
    await desk.sent()
    assert len(desk.heard) == 1
    heard = i.TranscriptReady(1, "as I said", 0.9, "a model", 4_000)
    await desk.intake.apply(interview, Inbound("heard", heard))
    desk.heard.clear()
    await desk.sent()
    assert [message.quiet for message in desk.heard] == [True], "nothing new while all stands still"
    await resumed(desk)
    assert "as I said" in desk.heard[-1].text


async def test_timers_stand_still_meanwhile(store: Store) -> None:
    desk = await organisation(store)
    interview = await desk.starts("Ann", "spring")
    await paused(desk)
    deadline = (await state(desk, interview)).deadline_ms
    desk.now = deadline + HOUR
    desk.now -= desk.now % 100
    await tick_all(desk)
    await desk.sent()
    assert desk.heard == []
    assert (await state(desk, interview)).phase == "running"
    await resumed(desk)
    now = await state(desk, interview)
    assert (now.phase, now.interruptions) == ("running", 0)
    assert now.deadline_ms > desk.now
    assert len(desk.heard) == 1, "whoever was at a question is asked it again"


async def tick_all(desk: Desk) -> None:
    """Run all timers that are due. They change nothing, and afterwards nothing is due any more."""
    due = await all_due(desk)
    assert due
    for interview, _ in due:
        assert await desk.intake.apply(interview, Inbound(f"tick:{desk.now}", i.Ticked())) == "nothing"
    assert await all_due(desk) == []


async def all_due(desk: Desk) -> list[tuple[str, int]]:
    found = [await desk.store.interviews.due(partition, desk.now, 9) for partition in range(PARTITIONS)]
    return [each for some in found for each in some]


async def test_at_night_nobody_is_disturbed(store: Store) -> None:
    desk = await organisation(store)
    interview = await desk.starts("Ann", "spring")
    await paused(desk)
    await desk.does("Ann", i.TextReceived("I studied statistics."))
    desk.now += 14 * HOUR  # midnight
    await desk.sent()
    desk.heard.clear()
    await resumed(desk)
    assert desk.heard == []
    assert (await state(desk, interview)).postponed_ms > desk.now
    desk.now += 10 * HOUR
    await desk.ticks()
    await desk.sent()
    assert len(desk.heard) == 1


async def test_who_was_away_and_wrote_is_welcomed_back(store: Store) -> None:
    desk = await organisation(store)
    interview = await desk.exits("Ann", "spring")
    await paused(desk)
    await desk.does("Ann", i.TextReceived("I would like to go on"))
    assert (await state(desk, interview)).phase == "exited"
    desk.now += HOUR
    await desk.sent()
    desk.heard.clear()
    await resumed(desk)
    assert (await state(desk, interview)).phase == "running"
    assert [message.text.startswith("我们恢复了") for message in desk.heard] == [True]


async def test_who_was_away_and_silent_only_gets_the_time(store: Store) -> None:
    desk = await organisation(store)
    interview = await desk.exits("Ann", "spring")
    deadline = (await state(desk, interview)).deadline_ms
    await paused(desk)
    desk.now += HOUR
    await desk.sent()
    desk.heard.clear()
    await resumed(desk)
    assert desk.heard == []
    after = await state(desk, interview)
    assert (after.phase, after.deadline_ms) == ("exited", deadline + HOUR)


async def test_who_talks_to_people_goes_on_doing_that(store: Store) -> None:
    desk = await organisation(store)
    await desk.starts("Ann", "spring")
    await desk.says("boss", "/notify")
    await desk.does("Ann", i.ChoicePressed("support"))
    await paused(desk)
    await desk.does("Ann", i.TextReceived("my microphone is broken"))
    assert any("my microphone is broken" in text for text in texts(await desk.sent()))


async def test_newcomers_are_told_to_come_back_and_their_link_stays_good(store: Store) -> None:
    desk = await organisation(store)
    invitation = await desk.campaigns.invite(await desk.campaigns.find("spring"), "Ann")
    await paused(desk)
    ann = Address("telegram", CANDIDATES_BOT, "77")
    opening = i.CommandReceived("start", invitation.token)
    assert await desk.intake.receive(Inbound("open:1", opening, ann, language="en")) == "stranger"
    await desk.sent()
    assert "Your link or code stays valid" in desk.heard[-1].text
    await resumed(desk)
    assert await desk.intake.receive(Inbound("open:2", opening, ann, language="en")) == "committed"


async def test_a_blocked_bot_is_known_to_be_blocked(store: Store) -> None:
    desk = await organisation(store)
    interview = await desk.starts("Ann", "spring")
    await paused(desk)
    await desk.does("Ann", i.ChannelClosed("blocked"))
    assert (await state(desk, interview)).phase == "unreachable"


async def test_other_accounts_are_not_concerned(store: Store) -> None:
    desk = await organisation(store)
    interview = await desk.starts("Ann", "spring")
    await desk.says("boss", f"/bot add {TOKEN}")
    await desk.says("boss", "/bot pause 700002")
    await desk.presses("boss", "Yes, do it")
    await desk.does("Ann", i.TextReceived("I studied statistics."))
    assert (await state(desk, interview)).halt is None
    assert await concerned(store, "telegram", "700002") == (0, True)


async def test_a_reminder_is_refused_meanwhile(store: Store) -> None:
    desk = await organisation(store)
    await desk.starts("Ann", "spring")
    desk.now += HOUR
    await desk.ticks()
    await paused(desk)
    assert "is paused" in await said(desk, "/remind Ann")
