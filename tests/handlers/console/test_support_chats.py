"""Chats of support staff get calls for help: whoever switches notices on decides no more than they may read."""

import pytest
from msgspec.structs import replace

from conversation import inbound as i
from conversation.inbound import Address
from handlers.organisation.repository import load
from handlers.organisation.state import Chat
from storage.memory.store import MemoryStore
from tests.handlers.console.desk import Desk

GROUP = Address("telegram-staff", "700900", "-100")


async def organisation() -> Desk:
    """Return a desk with unit East, where `sam` is support and `lee` recruiter."""
    desk = Desk(MemoryStore(), "en")
    await desk.claims()
    await desk.says("boss", "/org add East")
    await desk.campaign("spring", "East")
    await desk.joins("sam", "support", "East")
    await desk.joins("lee", "recruiter", "East")
    return desk


async def in_group(desk: Desk, who: str, *lines: str) -> str:
    text = ""
    for line in lines:
        message = replace(desk.message(who, line, f"group:{who}:{line}:{desk.now}"), chat=GROUP)
        text = "\n".join(each.text for each in await desk.receive(message))
    return text


async def group(desk: Desk) -> Chat:
    return next(each for each in (await load(desk.store)).state.chats if each.address == GROUP)


async def told(desk: Desk, to: Address = GROUP) -> list[str]:
    """Let one candidate leave with a reason and another ask for help. Returns the signs of what the chat gets."""
    await desk.exits("Ann", "spring")
    await desk.starts("Ben", "spring")
    await desk.does("Ben", i.CommandReceived("support"))
    await desk.does("Ben", i.TextReceived("No sound"))
    return sorted(each.text[:2].strip() for each in await desk.sent() if each.to == to)


@pytest.mark.parametrize(
    ("lines", "kinds"),
    [
        ([("sam", "/notify East")], ["🆘"]),
        ([("lee", "/notify East")], ["⚠️", "🆘"]),
        ([("lee", "/notify East help on")], ["🆘"]),
        ([("lee", "/notify East"), ("sam", "/notify East quiet off")], ["⚠️", "🆘"]),
        ([("sam", "/notify East"), ("lee", "/notify East quiet off")], ["🆘"]),
        ([("sam", "/notify East"), ("lee", "/notify East help off")], ["⚠️", "🆘"]),
        ([("sam", "/notify East"), ("sam", "/notify East help off")], ["🆘"]),
        ([("lee", "/notify East"), ("lee", "/notify East help on")], ["🆘"]),
    ],
)
async def test_a_group_gets_what_was_chosen_for_it(lines: list[tuple[str, str]], kinds: list[str]) -> None:
    desk = await organisation()
    for who, line in lines:
        await in_group(desk, who, line)
    assert await told(desk) == kinds


@pytest.mark.parametrize(("who", "kinds"), [("sam", ["🆘"]), ("lee", ["⚠️", "🆘"])])
async def test_a_private_chat_gets_what_its_owner_may_read_now(who: str, kinds: list[str]) -> None:
    desk = await organisation()
    await desk.says(who, "/notify East")
    assert await told(desk, desk._people[who]) == kinds
    await desk.joins("sam", "recruiter", "East")
    await desk.joins("lee", "support", "East")
    await desk.says("boss", "/staff revoke sam support East")
    await desk.says("boss", "/staff revoke lee recruiter East")
    turned = {"sam": ["⚠️", "🆘"], "lee": ["🆘"]}
    assert await told(desk, desk._people[who]) == turned[who]


async def test_where_a_unit_is_new_the_right_there_decides() -> None:
    desk = await organisation()
    await desk.says("boss", "/org add West")
    await desk.joins("sam", "support", "West")
    await desk.joins("lee", "recruiter", "West")
    await in_group(desk, "lee", "/notify West")
    assert not (await group(desk)).help_only
    await in_group(desk, "sam", "/notify East")
    assert (await group(desk)).help_only


async def test_no_digest_comes_where_nobody_may_read_it() -> None:
    desk = await organisation()
    await in_group(desk, "sam", "/notify East digest 09:00")
    await desk.says("sam", "/notify East digest 09:00")
    await desk.exits("Ann", "spring")
    await desk.sent()
    desk.now += 24 * 3600_000
    await desk.digests()
    assert await desk.sent() == []
    await in_group(desk, "lee", "/notify East help off")
    await desk.exits("Eve", "spring")
    await desk.sent()
    desk.now += 24 * 3600_000
    await desk.digests()
    assert [each.to for each in await desk.sent()] == [GROUP]
