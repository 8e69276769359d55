"""A broadcast goes to whom its author meant: by state, by decision, and never by a word of the text."""

import pytest

from conversation.script import LANGUAGES
from handlers.actions.broadcasts import AUDIENCES
from handlers.console.commands.campaigns.broadcasts import _STATES, _words
from handlers.console.context import CommandContext
from handlers.organisation.repository import load
from storage.memory.store import MemoryStore
from tests.handlers.console.desk import Desk

YES = "Yes, do it"
PEOPLE = {
    "Anna": ("completed", "yes"),
    "Bert": ("completed", "hold"),
    "Cleo": ("completed", "no"),
    "Dora": ("completed", ""),
    "Emil": ("running", ""),
    "Finn": ("exited", ""),
    "Gina": ("invited", ""),
    "Hugo": ("exited", "hold"),
}


async def a_campaign(language: str = "en") -> Desk:
    desk = Desk(MemoryStore(), language)
    await desk.claims()
    await desk.campaign("spring")
    for name, (phase, decision) in PEOPLE.items():
        match phase:
            case "completed":
                await desk.answers(name, "spring", 4)
            case "running":
                await desk.answers(name, "spring", 1)
            case "exited":
                await desk.exits(name, "spring")
            case _:
                await desk.invites(name, "spring")
        if decision:
            await desk.says("boss", f"/decide {name} {decision}")
    return desk


async def context_of(desk: Desk) -> CommandContext:
    organisation = (await load(desk.store)).state
    inbound = desk.message("boss", "/broadcast", "m")
    return CommandContext(desk.tools, organisation, next(iter(organisation.people.values())), inbound)


@pytest.mark.parametrize(
    ("audience", "who"),
    [
        ("next round", {"Anna"}),
        ("进入复试", {"Anna"}),
        ("on hold", {"Bert", "Hugo"}),
        ("待定：", {"Bert", "Hugo"}),
        ("On hold:", {"Bert", "Hugo"}),
        ("不合适", {"Cleo"}),
        ("undecided", {"Dora"}),
        ("待决定", {"Dora"}),
        ("completed", {"Anna", "Bert", "Cleo", "Dora"}),
        ("已完成", {"Anna", "Bert", "Cleo", "Dora"}),
        ("中途退出", {"Finn", "Hugo"}),
        ("left", {"Finn", "Hugo"}),
        ("under way", {"Emil"}),
        ("", {"Emil"}),
        ("unfinished", {"Emil", "Finn", "Hugo"}),
        ("全部", set(PEOPLE) - {"Gina"}),
    ],
)
async def test_exactly_those_who_were_meant_get_it(audience: str, who: set[str]) -> None:
    desk = await a_campaign()
    (asked,) = await desk.says("boss", f"/broadcast spring {audience} We write on Friday.")
    assert "\n\nWe write on Friday.\n\n" in asked.text
    named = asked.text.split("): ")[1].split(".\n")[0]
    assert sum(name in named for name in PEOPLE) == min(3, len(who))
    assert all(name not in named for name in set(PEOPLE) - who)
    await desk.presses("boss", YES)
    desk.now += 61_000
    desk.heard.clear()
    await desk.broadcasts()
    (report,) = await desk.sent()
    assert f"{len(who)} candidate" in report.text
    got = {name for name in PEOPLE if name != "Gina" and await was_told(desk, name)}
    assert got == who


async def was_told(desk: Desk, name: str) -> bool:
    stored = await desk.store.interviews.entries(desk.interview_of(name))
    return any(b"announcement_sent" in each or b"We write on Friday." in each for each in stored)


@pytest.mark.parametrize(
    ("language", "text", "audience", "rest"),
    [
        ("en", "Completed interviews are read by Friday", "completed", "interviews are read by Friday"),
        ("en", "On hold means that we decide later", "on hold", "means that we decide later"),
        ("en", "Left something? Write to us", "left", "something? Write to us"),
        ("zh", "待定的同学请等到周五", "待定的", "的同学请等到周五"),
        ("zh", "复试在周五下午", "进入复试的", "在周五下午"),
        ("zh", "已完成的同学辛苦了", "已完成的", "的同学辛苦了"),
    ],
)
async def test_a_text_that_begins_with_a_state_or_a_decision_is_asked_about(
    language: str, text: str, audience: str, rest: str
) -> None:
    desk = await a_campaign(language)
    (asked,) = await desk.says("boss", f"/broadcast spring {text}")
    first, second = asked.choices
    assert audience in first.label
    (preview,) = await desk.says("boss", first.token)
    assert f"\n\n{rest}\n\n" in preview.text
    (preview,) = await desk.says("boss", second.token)
    assert f"\n\n{text}\n\n" in preview.text
    assert "Emil" in preview.text


@pytest.mark.parametrize("who", ["未打开", "invited", "联系中断：", "unreachable", "erased:"])
async def test_who_cannot_be_written_to_is_no_audience(who: str) -> None:
    desk = await a_campaign()
    (refused,) = await desk.says("boss", f"/broadcast spring {who} Hello")
    assert "cannot be written to" in refused.text
    assert "on hold" in refused.text


async def test_who_has_not_opened_cannot_be_written_to() -> None:
    desk = Desk(MemoryStore(), "en")
    await desk.claims()
    await desk.campaign("spring")
    for name in ("Anna", "Bert"):
        await desk.invites(name, "spring")
    (refused,) = await desk.says("boss", "/broadcast spring all Hello")
    assert "2 invitations have not been opened" in refused.text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_audience_has_a_name_and_a_word_of_its_own(language: str) -> None:
    desk = await a_campaign(language)
    context = await context_of(desk)
    names = [context.words.text(f"staff.broadcast.who.{each}") for each in AUDIENCES]
    assert len(set(names)) == len(AUDIENCES)
    assert set(_words(context).values()) == set(AUDIENCES)
    assert set(_STATES) < set(AUDIENCES)
