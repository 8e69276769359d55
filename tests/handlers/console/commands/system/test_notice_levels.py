"""`/notify … all|important|digest only`: how much of a large campaign a chat gets."""

import pytest

from conversation import inbound as i
from handlers.organisation.repository import audit_organisation, load
from handlers.organisation.state import DIGEST, ROOT, Chat
from storage.memory.store import MemoryStore
from storage.ports import Store
from tests.handlers.console.desk import Desk


async def office(store: Store | None = None) -> Desk:
    desk = Desk(store or MemoryStore(), "en")
    await desk.claims()
    await desk.says("boss", "/org add East")
    await desk.campaign("spring", "East")
    return desk


async def chat(desk: Desk) -> Chat:
    (found,) = (await load(desk.store)).state.chats
    return found


@pytest.mark.parametrize(
    ("line", "unit", "level"),
    [
        ("/notify East", "East", "all"),
        ("/notify East all", "East", "all"),
        ("/notify East important", "East", "important"),
        ("/notify East 重要", "East", "important"),
        ("/notify East digest only", "East", "digest"),
        ("/notify East 日报 only", "East", "digest"),
        ("/notify East 只要日报", "East", "digest"),
        ("/notify East 22-8 important digest 10:00", "East", "important"),
        ("/notify all", ROOT, "all"),
        ("/notify 全部 重要", ROOT, "important"),
        ("/notify * digest only", ROOT, "digest"),
        ("/notify important", ROOT, "important"),
        ("/notify East digest", "East", "all"),
    ],
)
async def test_it_is_set_in_words_of_both_languages(line: str, unit: str, level: str) -> None:
    desk = await office()
    await desk.says("boss", line)
    found = await chat(desk)
    assert (found.unit, found.level) == (unit, level)
    assert found.digest >= 0


async def test_it_stays_when_something_else_is_set_and_goes_back_with_a_tap(store: Store) -> None:
    desk = await office(store)
    await desk.says("boss", "/notify East important")
    for line in ("/notify quiet off", "/notify digest 10:00", "/notify East"):
        await desk.says("boss", line)
        assert (await chat(desk)).level == "important"
    await desk.presses("boss", "All notices here")
    assert (await chat(desk)).level == "all"
    await audit_organisation(store)


async def test_only_the_digest_switches_the_digest_on_and_cannot_be_without() -> None:
    desk = await office()
    await desk.says("boss", "/notify East digest off")
    await desk.says("boss", "/notify East digest only")
    assert (await chat(desk)).digest == DIGEST
    (answer,) = await desk.says("boss", "/notify digest off")
    assert "that would be nothing" in answer.text
    assert (await chat(desk)).digest == DIGEST


async def test_a_chat_for_calls_for_help_has_no_levels() -> None:
    desk = await office()
    await desk.says("boss", "/notify East important")
    await desk.says("boss", "/notify East help on")
    assert (await chat(desk)).level == "all"
    (answer,) = await desk.says("boss", "/notify East digest only")
    assert "calls for help only" in answer.text
    await desk.joins("sam", "support", "East")
    (answer,) = await desk.says("sam", "/notify East important")
    assert "calls for help only" in answer.text


@pytest.mark.parametrize(
    ("level", "signs"),
    [("all", ["⚠️", "⚠️", "✅", "🆘"]), ("important", ["⚠️", "✅", "🆘"]), ("digest only", ["🆘"])],
)
async def test_it_decides_what_comes(level: str, signs: list[str]) -> None:
    desk = await office()
    await desk.says("boss", f"/notify East {level}")
    await desk.sent()
    await desk.starts("Ann", "spring")
    await desk.does("Ann", i.ChoicePressed("exit"))
    await desk.does("Ann", i.ChoicePressed("reason.network"))
    await desk.exits("Bob", "spring")
    await desk.answers("Cem", "spring", 4)
    await desk.starts("Dan", "spring")
    await desk.does("Dan", i.CommandReceived("support"))
    await desk.does("Dan", i.TextReceived("No sound"))
    assert sorted(each.text[:2].strip() for each in await desk.sent()) == signs
