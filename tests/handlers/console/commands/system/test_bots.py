"""Managing bots at the console: which tokens are accepted, that no token is recorded, and status and figures."""

import pytest

from handlers.actions.context import Account
from handlers.actions.system.bot_registry import Figures
from handlers.organisation.audit import digest
from handlers.organisation.repository import audit_organisation, load
from handlers.organisation.state import NAME
from storage.memory.store import MemoryStore
from storage.ports import Store
from tests.handlers.console.commands.system.bots_desk import organisation, said
from tests.handlers.console.desk import texts
from tests.handlers.console.keeper import CONFIGURED, STAFF_BOT, TOKEN

HOUR, MINUTE = 3_600_000, 60_000
SECRET = TOKEN.partition(":")[2]
RENEWED = "700002:AAH-renewed-0123456789-abcdefghij-klm"


# adding and removing


async def test_a_bot_is_added_with_a_token_that_is_written_nowhere(store: Store) -> None:
    desk = await organisation(store)
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
    assert await audit_organisation(store) == record.version


async def test_with_a_key_of_the_settings_nothing_is_said_of_one() -> None:
    desk = await organisation(MemoryStore())
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
    desk = await organisation(MemoryStore())
    text = await said(desk, f"/bot add {token}")
    assert answer in text
    assert (token.partition(":")[2] or token) not in text
    assert desk.keeper.kept == {}
    stored = b"".join(await desk.store.interviews.entries(NAME))
    assert token.encode() not in stored
    assert (token.partition(":")[2] or token).encode() not in stored


async def test_while_telegram_is_away_nothing_is_added() -> None:
    desk = await organisation(MemoryStore())
    desk.keeper.away = True
    assert "cannot be reached" in await said(desk, f"/bot add {TOKEN}")
    assert desk.keeper.kept == {}


async def test_the_same_message_again_changes_nothing(store: Store) -> None:
    desk = await organisation(store)
    message = desk.message("boss", f"/bot add {TOKEN}", "once")
    assert len(await desk.receive(message)) == 1
    before = (await load(store)).state.bots, dict(desk.keeper.kept)
    assert await desk.receive(message) == []
    assert ((await load(store)).state.bots, desk.keeper.kept) == before
    assert "@second_bot is there already" in await said(desk, f"/bot add {TOKEN}")
    assert desk.keeper.kept == before[1], "what the second attempt had kept is erased"


async def test_a_new_token_takes_the_place_of_the_old_one(store: Store) -> None:
    desk = await organisation(store)
    await desk.says("boss", f"/bot add {TOKEN}")
    desk.keeper.known[RENEWED] = "second_bot"
    assert "has a new token" in await said(desk, f"/bot add {RENEWED}")
    (bot,) = (await load(store)).state.bots.values()
    assert desk.keeper.kept[bot.note] == RENEWED


async def test_a_bot_is_removed_after_a_look_at_whom_that_concerns(store: Store) -> None:
    desk = await organisation(store)
    await desk.says("boss", f"/bot add {TOKEN}")
    assert "Open interviews there: 0" in await said(desk, "/bot remove @second_bot")
    assert list((await load(store)).state.bots) == ["700002"]
    (text,) = texts(await desk.presses("boss", "Yes, do it"))
    assert text.startswith("@second_bot is removed")
    assert (await load(store)).state.bots == {}
    assert (desk.keeper.kept, desk.keeper.left) == ({}, ["700002"])
    assert "There is no account" in await said(desk, "/bot remove 700002")


async def test_bots_of_the_settings_stay_there() -> None:
    desk = await organisation(MemoryStore())
    for name in ("700001", "telegram:700001", "@interviews_bot", "interviews_bot", "telegram"):
        assert "XUMIAN_TELEGRAM_TOKENS" in await said(desk, f"/bot remove {name}")


@pytest.mark.parametrize(
    "line", ["/bot", "/bot add", f"/bot add {TOKEN} now", "/bot give 1", "/bot pause", "/bot pause a b"]
)
async def test_bad_arguments_get_the_usage(line: str) -> None:
    desk = await organisation(MemoryStore())
    assert "/bot add TOKEN" in await said(desk, line)
    assert SECRET.encode() not in b"".join(await desk.store.interviews.entries(NAME))


@pytest.mark.parametrize(
    "line", [TOKEN, f"/bots add {TOKEN}", f"/help {TOKEN}", f"/bto add {TOKEN}", f"{TOKEN} add", f"/{TOKEN}"]
)
async def test_a_token_in_the_wrong_place_is_not_kept_either(line: str, store: Store) -> None:
    desk = await organisation(store)
    for text in texts(await desk.says("boss", line)):
        assert SECRET[:12].lower() not in text.lower()
    stored = b"".join(await store.interviews.entries(NAME)).lower()
    assert SECRET[:12].lower().encode() not in stored
    assert SECRET not in desk.console.shown(line)
    assert SECRET not in desk.console.shown(f"/bot add {TOKEN}")


@pytest.mark.parametrize("role", ["owner", "admin", "recruiter", "support", "auditor"])
@pytest.mark.parametrize("unit", ["East", ""])
async def test_who_may(role: str, unit: str) -> None:
    desk = await organisation(MemoryStore())
    await desk.says("boss", "/org add East")
    await desk.joins("me", role, unit)
    lead = role in ("owner", "admin")
    for line in (f"/bot add {TOKEN}", "/bot pause 700001", "/bot resume 700001", "/bot remove 700002"):
        text = await said(desk, line, "me")
        assert text.startswith("Your role does not include") == (not lead)
        assert ("whole organisation" in text) == (lead and unit == "East")
        assert await desk.says("stranger", line) == []
    assert bool(desk.keeper.asked) == (lead and not unit)


# status and figures


async def test_every_account_with_its_state_and_figures() -> None:
    desk = await organisation(MemoryStore())
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
    desk = await organisation(MemoryStore())
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
    desk = await organisation(MemoryStore())
    await desk.says("boss", "/org add East")
    await desk.joins("lead", "admin", "East")
    (message,) = await desk.says("lead", "/bots")
    assert "@interviews_bot" in message.text
    assert message.choices == ()


@pytest.mark.parametrize("verb", ["pause", "resume", "remove"])
async def test_a_token_in_place_of_a_bots_name_is_written_nowhere(verb: str) -> None:
    desk = await organisation(MemoryStore())
    text = await said(desk, f"/bot {verb} {TOKEN}")
    assert SECRET not in text
    stored = b"".join(await desk.store.interviews.entries(NAME))
    assert SECRET[:10].encode() not in stored
    assert f"/bot {verb} 700002".encode() in stored


@pytest.mark.parametrize(("language", "told"), [("en", "up to date"), ("zh", "收发消息正常")])
async def test_a_bot_that_is_only_undecorated_is_told_from_one_that_does_not_receive(
    language: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = await organisation(MemoryStore())
    bare = Account("telegram", "700001", None, "polling", warning="Telegram asks for patience with the commands")
    deaf = Account("telegram", "700003", "does not receive: Telegram does not accept the token", "polling")
    tools = desk.tools._replace(accounts=lambda: [bare, deaf])
    monkeypatch.setattr(desk.console, "tools", tools)
    await desk.says("boss", f"/language {language}")
    first, second = (await said(desk, "/bots")).split("⚠️")
    assert "✅" in first
    assert told in first
    assert "patience" in first
    assert "does not receive" in second
    assert told not in second
