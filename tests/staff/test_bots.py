"""Bots by chat: what is accepted, what is kept of a token (nothing), and what a pause means for candidates."""

import re

import pytest

from bot.accounts.resuming import SETTLED_MS, Resuming
from conversation import inbound as i
from conversation.inbound import Address, Inbound, Media
from conversation.stages.halting import TELL_AGAIN_MS
from conversation.state import State
from handlers.pauses import concerned
from handlers.staff.chain import digest
from handlers.staff.keeping import Figures
from handlers.staff.office import NAME
from handlers.staff.recording import audit_office, load
from handlers.staff.turn import Account
from storage.keys import PARTITIONS
from storage.memory import MemoryStore
from storage.ports import Store
from tests.fakes.posts import LeaseBook, Leases
from tests.staff.desk import CANDIDATES_BOT, Desk, texts
from tests.staff.keeper import CONFIGURED, STAFF_BOT, TOKEN

HOUR, MINUTE = 3_600_000, 60_000
SECRET = TOKEN.partition(":")[2]
RENEWED = "700002:AAH-renewed-0123456789-abcdefghij-klm"


async def said(desk: Desk, line: str, who: str = "boss") -> str:
    (text,) = texts(await desk.says(who, line))
    return text


async def office(store: Store, language: str = "en") -> Desk:
    desk = Desk(store, language)
    await desk.claims()
    await desk.campaign("spring")
    return desk


async def resuming(desk: Desk, owner: str = "one", book: LeaseBook | None = None) -> Resuming:
    leases = Leases(book or LeaseBook(), owner, "resuming", life_ms=30_000)
    await desk.watch.look()
    return Resuming(desk.store, leases, desk.intake, lambda: desk.watch.office, lambda: desk.now)


async def resumed(desk: Desk) -> None:
    """The account works again, and everybody has been told."""
    await desk.says("boss", "/bot resume 700001")
    desk.now += SETTLED_MS
    await (await resuming(desk)).look()
    await desk.watch.look()
    await desk.sent()


async def paused(desk: Desk) -> None:
    await desk.says("boss", "/bot pause 700001")
    await desk.presses("boss", "Yes, do it")
    await desk.watch.look()
    desk.heard.clear()


async def state(desk: Desk, interview: str) -> State:
    record = await desk.store.interviews.load(interview)
    assert record is not None
    return record.state


# adding and removing


async def test_a_bot_is_added_with_a_token_that_is_written_nowhere(store: Store) -> None:
    desk = await office(store)
    text = await said(desk, f"/bot add {TOKEN}")
    assert text.startswith("✅ @second_bot (700002) is added")
    assert "XUMIAN_SECRET_KEY" in text
    record = await load(store)
    (bot,) = record.state.bots.values()
    assert (bot.username, bot.token_sha256) == ("second_bot", digest(TOKEN))
    assert desk.keeper.kept == {bot.note: TOKEN}
    stored = b"".join(await store.interviews.entries(NAME))
    assert SECRET.encode() not in stored
    assert b'"/bot add 700002"' in stored
    assert await audit_office(store) == record.version


async def test_with_a_key_of_the_settings_nothing_is_said_of_one() -> None:
    desk = await office(MemoryStore())
    desk.keeper.shared_key = True
    assert "XUMIAN_SECRET_KEY" not in await said(desk, f"/bot add {TOKEN}")


@pytest.mark.parametrize(
    ("token", "answer"),
    [
        ("700002:short", "This is not a token"),
        ("AAG-second-0123456789-abcdefghij-klm", "This is not a token"),
        (f"{STAFF_BOT}:AAF-staff-0123456789-abcdefghij-klm", "This is the bot for staff"),
        (f"{CONFIGURED}:AAE-fake-0123456789-abcdefghij-klm", "stands in the setting XUMIAN_TELEGRAM_TOKENS"),
        ("700003:AAZ-unknown-0123456789-abcdefghij-klm", "Telegram does not know this token"),
    ],
)
async def test_what_is_no_token_for_us_is_refused_and_not_kept(token: str, answer: str) -> None:
    desk = await office(MemoryStore())
    text = await said(desk, f"/bot add {token}")
    assert answer in text
    assert token.partition(":")[2] not in text or ":" not in token
    assert desk.keeper.kept == {}
    stored = b"".join(await desk.store.interviews.entries(NAME))
    assert token.encode() not in stored
    assert (token.partition(":")[2] or token).encode() not in stored


async def test_while_telegram_is_away_nothing_is_added() -> None:
    desk = await office(MemoryStore())
    desk.keeper.away = True
    assert "cannot be reached" in await said(desk, f"/bot add {TOKEN}")
    assert desk.keeper.kept == {}


async def test_the_same_message_again_changes_nothing(store: Store) -> None:
    desk = await office(store)
    message = desk.message("boss", f"/bot add {TOKEN}", "once")
    assert len(await desk.receive(message)) == 1
    before = (await load(store)).state.bots, dict(desk.keeper.kept)
    assert await desk.receive(message) == []
    assert ((await load(store)).state.bots, desk.keeper.kept) == before
    assert "@second_bot is there already" in await said(desk, f"/bot add {TOKEN}")
    assert desk.keeper.kept == before[1], "what the second attempt had kept is erased"


async def test_a_new_token_takes_the_place_of_the_old_one(store: Store) -> None:
    desk = await office(store)
    await desk.says("boss", f"/bot add {TOKEN}")
    desk.keeper.known[RENEWED] = "second_bot"
    assert "has a new token" in await said(desk, f"/bot add {RENEWED}")
    (bot,) = (await load(store)).state.bots.values()
    assert desk.keeper.kept[bot.note] == RENEWED


async def test_a_bot_is_removed_after_a_look_at_whom_that_concerns(store: Store) -> None:
    desk = await office(store)
    await desk.says("boss", f"/bot add {TOKEN}")
    assert "Open interviews there: 0" in await said(desk, "/bot remove @second_bot")
    assert list((await load(store)).state.bots) == ["700002"]
    (text,) = texts(await desk.presses("boss", "Yes, do it"))
    assert text.startswith("@second_bot is removed")
    assert (await load(store)).state.bots == {}
    assert (desk.keeper.kept, desk.keeper.left) == ({}, ["700002"])
    assert "There is no account" in await said(desk, "/bot remove 700002")


async def test_bots_of_the_settings_stay_there() -> None:
    desk = await office(MemoryStore())
    for name in ("700001", "telegram:700001", "@interviews_bot", "interviews_bot", "telegram"):
        assert "XUMIAN_TELEGRAM_TOKENS" in await said(desk, f"/bot remove {name}")


@pytest.mark.parametrize(
    "line", ["/bot", "/bot add", f"/bot add {TOKEN} now", "/bot give 1", "/bot pause", "/bot pause a b"]
)
async def test_bad_arguments_get_the_usage(line: str) -> None:
    desk = await office(MemoryStore())
    assert "/bot add TOKEN" in await said(desk, line)
    assert SECRET.encode() not in b"".join(await desk.store.interviews.entries(NAME))


@pytest.mark.parametrize(
    "line", [TOKEN, f"/bots add {TOKEN}", f"/help {TOKEN}", f"/bto add {TOKEN}", f"{TOKEN} add", f"/{TOKEN}"]
)
async def test_a_token_in_the_wrong_place_is_not_kept_either(line: str, store: Store) -> None:
    desk = await office(store)
    for text in texts(await desk.says("boss", line)):
        assert SECRET[:12].lower() not in text.lower()
    stored = b"".join(await store.interviews.entries(NAME)).lower()
    assert SECRET[:12].lower().encode() not in stored
    assert SECRET not in desk.console.shown(line)
    assert SECRET not in desk.console.shown(f"/bot add {TOKEN}")


@pytest.mark.parametrize("role", ["owner", "admin", "recruiter", "support", "auditor"])
@pytest.mark.parametrize("unit", ["East", ""])
async def test_who_may(role: str, unit: str) -> None:
    desk = await office(MemoryStore())
    await desk.says("boss", "/org add East")
    await desk.joins("me", role, unit)
    lead = role in ("owner", "admin")
    for line in (f"/bot add {TOKEN}", "/bot pause 700001", "/bot resume 700001", "/bot remove 700002"):
        text = await said(desk, line, "me")
        assert text.startswith("There is no command") == (not lead)
        assert ("whole organisation" in text) == (lead and unit == "East")
        assert await desk.says("stranger", line) == []
    assert bool(desk.keeper.asked) == (lead and not unit)


# how they are doing


async def test_every_account_with_its_state_and_figures() -> None:
    desk = await office(MemoryStore())
    accounts = [
        Account("telegram", "700001", None, "webhook", username="interviews_bot"),
        Account("telegram", "700002", "the token was refused", "webhook"),
        Account("telegram-staff", STAFF_BOT, None, "webhook", staff=True),
    ]
    desk.console.tools = desk.console.tools._replace(accounts=lambda: accounts)
    desk.keeper.measured["telegram", "700001"] = Figures(12, 3_400, 2, "HTTP 502", desk.now - HOUR)
    desk.keeper.measured["telegram", "700002"] = Figures()
    (message,) = await desk.says("boss", "/bots")
    assert message.text.splitlines() == [
        "Our accounts (3)",
        "✅ Telegram · @interviews_bot · 700001 · webhook",
        "　2 waiting at the platform · 12 sent in the last minute · oldest has waited 3 s",
        "　Last error (23 November, 09:00): HTTP 502",
        "⚠️ Telegram · 700002 · webhook: the token was refused",
        "　0 sent in the last minute · oldest has waited 0 s",
        "✅ telegram-staff · 700900 · webhook",
    ]
    assert [choice.token for choice in message.choices] == [
        "/bot pause telegram:700001",
        "/bot pause telegram:700002",
    ]


async def test_long_lists_are_paged() -> None:
    desk = await office(MemoryStore())
    accounts = [Account("telegram", f"7{number:02d}", None, "polling") for number in range(11)]
    accounts.append(Account("web", "local", "not reachable"))
    desk.console.tools = desk.console.tools._replace(accounts=lambda: accounts)
    first = await said(desk, "/bots")
    assert first.startswith("Our accounts (12)\n✅ Telegram · 700 · long polling\n")
    (second,) = texts(await desk.presses("boss", "Next"))
    assert second.splitlines()[1:] == ["✅ Telegram · 710 · long polling", "⚠️ web page · local: not reachable"]
    assert texts(await desk.presses("boss", "Previous")) == [first]
    assert "Usage" in await said(desk, "/bots all")


async def test_a_branch_sees_the_accounts_and_no_buttons() -> None:
    desk = await office(MemoryStore())
    await desk.says("boss", "/org add East")
    await desk.joins("lead", "admin", "East")
    (message,) = await desk.says("lead", "/bots")
    assert "@interviews_bot" in message.text
    assert message.choices == ()


# pausing


async def test_pausing_needs_an_account_that_candidates_use() -> None:
    desk = await office(MemoryStore())
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
    desk = await office(store)
    interview = await desk.starts("Ann", "spring")
    deadline = (await state(desk, interview)).deadline_ms
    assert "Open interviews there: 1" in await said(desk, "/bot pause 700001")
    await paused(desk)
    since = desk.now
    for text in ("I studied statistics.", "And forecasting."):
        await desk.does("Ann", i.TextReceived(text))
    await desk.sent()
    (told,) = desk.heard
    assert told.text.startswith("这里由同事暂停了一会儿。您的进度和刚才发来的内容都已保存")
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
    desk = await office(store)
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
    desk = await office(store)
    interview = await desk.answers("Ann", "spring", 2)
    await paused(desk)
    await desk.does("Ann", i.ChoicePressed(f"option.1@2.{interview[:4]}"))
    held = await state(desk, interview)
    assert (held.index, [bool(part.value) for part in held.parts]) == (2, [True])


async def test_a_voice_message_is_kept_and_fetched(store: Store) -> None:
    desk = await office(store)
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
    desk = await office(store)
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
    """They find something due, do nothing, and find nothing due any more."""
    due = await all_due(desk)
    assert due
    for interview, _ in due:
        assert await desk.intake.apply(interview, Inbound(f"tick:{desk.now}", i.Ticked())) == "nothing"
    assert await all_due(desk) == []


async def all_due(desk: Desk) -> list[tuple[str, int]]:
    found = [await desk.store.interviews.due(partition, desk.now, 9) for partition in range(PARTITIONS)]
    return [each for some in found for each in some]


async def test_at_night_nobody_is_disturbed(store: Store) -> None:
    desk = await office(store)
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
    desk = await office(store)
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
    desk = await office(store)
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
    desk = await office(store)
    await desk.starts("Ann", "spring")
    await desk.says("boss", "/notify")
    await desk.does("Ann", i.ChoicePressed("support"))
    await paused(desk)
    await desk.does("Ann", i.TextReceived("my microphone is broken"))
    assert any("my microphone is broken" in text for text in texts(await desk.sent()))


async def test_newcomers_are_told_to_come_back_and_their_link_stays_good(store: Store) -> None:
    desk = await office(store)
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
    desk = await office(store)
    interview = await desk.starts("Ann", "spring")
    await paused(desk)
    await desk.does("Ann", i.ChannelClosed("blocked"))
    assert (await state(desk, interview)).phase == "unreachable"


async def test_other_accounts_are_not_concerned(store: Store) -> None:
    desk = await office(store)
    interview = await desk.starts("Ann", "spring")
    await desk.says("boss", f"/bot add {TOKEN}")
    await desk.says("boss", "/bot pause 700002")
    await desk.presses("boss", "Yes, do it")
    await desk.does("Ann", i.TextReceived("I studied statistics."))
    assert (await state(desk, interview)).halt is None
    assert await concerned(store, "telegram", "700002") == (0, True)


async def test_a_reminder_is_refused_meanwhile(store: Store) -> None:
    desk = await office(store)
    await desk.starts("Ann", "spring")
    desk.now += HOUR
    await desk.ticks()
    await paused(desk)
    assert "is paused" in await said(desk, "/remind Ann")


async def test_going_on_by_themselves_before_they_are_told(store: Store) -> None:
    """Between the resumption and the message about it."""
    desk = await office(store)
    interview = await desk.starts("Ann", "spring")
    await paused(desk)
    await desk.does("Ann", i.TextReceived("I studied statistics."))
    await desk.says("boss", "/bot resume 700001")
    await desk.does("Ann", i.ChoicePressed("submit@0"))
    assert (await state(desk, interview)).index == 1
    await desk.sent()
    desk.heard.clear()
    desk.now += SETTLED_MS
    await (await resuming(desk)).look()
    await desk.sent()
    assert desk.heard == []


async def test_a_pause_right_after_one_waits_for_its_end(store: Store) -> None:
    desk = await office(store)
    await paused(desk)
    assert "paused already" in await said(desk, "/bot pause 700001")
    await desk.says("boss", "/bot resume 700001")
    assert "still being told" in await said(desk, "/bot pause 700001")
    assert "⏳" in await said(desk, "/bots")
    desk.now += SETTLED_MS
    await (await resuming(desk)).look()
    assert "Pause @interviews_bot?" in await said(desk, "/bot pause 700001")
    assert await audit_office(store)


async def test_two_processes_tell_everybody_once(store: Store) -> None:
    desk = await office(store)
    for name in ("Ann", "Ben", "Cleo"):
        await desk.starts(name, "spring")
    await paused(desk)
    await desk.says("boss", "/bot resume 700001")
    desk.now += SETTLED_MS - 1
    book = LeaseBook()
    one, two = await resuming(desk, "one", book), await resuming(desk, "two", book)
    await one.look()
    assert list(desk.watch.office.resuming) == ["telegram:700001"], "too early: not all processes know"
    desk.now += 1
    await one.look()
    await two.look()
    await desk.watch.look()
    assert desk.watch.office.resuming == {}
    await desk.sent()
    assert sorted(re.findall(r"恢复了，(\w+)，", " ".join(texts(desk.heard)))) == ["Ann", "Ben", "Cleo"]


async def test_who_died_in_between_is_followed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = await office(store)
    for name in ("Ann", "Ben"):
        await desk.starts(name, "spring")
    await paused(desk)
    await desk.says("boss", "/bot resume 700001")
    desk.now += SETTLED_MS
    apply, told = desk.intake.apply, list[str]()

    async def dying(interview: str, inbound: Inbound) -> object:
        if told:
            raise KeyboardInterrupt
        told.append(interview)
        return await apply(interview, inbound)

    with monkeypatch.context() as death:
        death.setattr(desk.intake, "apply", dying)
        with pytest.raises(KeyboardInterrupt):
            await (await resuming(desk)).look()
    await (await resuming(desk)).look()
    await desk.sent()
    assert sorted(re.findall(r"恢复了，(\w+)，", " ".join(texts(desk.heard)))) == ["Ann", "Ben"]


async def test_one_broken_interview_costs_nobody_else_anything(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = await office(store)
    broken = await desk.starts("Ann", "spring")
    await desk.starts("Ben", "spring")
    await paused(desk)
    await desk.says("boss", "/bot resume 700001")
    desk.now += SETTLED_MS
    apply = desk.intake.apply

    async def failing(interview: str, inbound: Inbound) -> object:
        if interview == broken:
            raise ValueError(interview)
        return await apply(interview, inbound)

    monkeypatch.setattr(desk.intake, "apply", failing)
    await (await resuming(desk)).look()
    await desk.sent()
    assert len(desk.heard) == 1
    assert (await load(store)).state.resuming == {}
