"""A colleague's answer to a call for help reaches the other chats that got the call, once, and nobody else."""

import pytest
from msgspec.structs import replace

from conversation import inbound as i
from conversation.inbound import Inbound
from conversation.outbound import OutboundMessage
from storage.ports import Store
from tests.handlers.console.desk import Desk
from tests.handlers.console.test_support_chats import GROUP, in_group


async def called(store: Store) -> Desk:
    """Return a desk where Ben has called for help, which went to sam and lee in private and to a group."""
    desk = Desk(store, "en")
    await desk.claims()
    await desk.says("boss", "/org add East")
    await desk.campaign("spring", "East")
    for who, role in (("sam", "support"), ("lee", "recruiter"), ("kim", "recruiter"), ("ann", "auditor")):
        await desk.joins(who, role, "East")
    for who in ("sam", "lee", "ann"):
        await desk.says(who, "/notify East")
    await in_group(desk, "lee", "/notify East")
    await desk.starts("Ben", "spring")
    await desk.does("Ben", i.CommandReceived("support"))
    await desk.does("Ben", i.TextReceived("No sound"))
    await desk.sent()
    return desk


def readers(desk: Desk, messages: list[OutboundMessage]) -> set[str]:
    """Return who gets that Ben was answered."""
    names = {address: name for name, address in desk._people.items()} | {GROUP: "group"}
    found = [each for each in messages if each.text.startswith("💬")]
    assert all(each.silent and "Use the loudspeaker" in each.text for each in found)
    assert len(found) == len({each.to for each in found})
    return {names[each.to] for each in found}


@pytest.mark.parametrize(
    ("who", "others"),
    [("sam", {"lee", "group"}), ("lee", {"sam", "group"}), ("kim", {"sam", "lee", "group"})],
)
async def test_the_others_see_who_answered_and_what(store: Store, who: str, others: set[str]) -> None:
    desk = await called(store)
    sent = await desk.says(who, "/reply Ben Use the loudspeaker")
    assert readers(desk, sent) == others
    assert all(who in each.text for each in sent if each.text.startswith("💬"))


async def test_an_answer_in_the_group_is_not_repeated_there(store: Store) -> None:
    desk = await called(store)
    message = replace(desk.message("lee", "/reply Ben Use the loudspeaker", "group:1"), chat=GROUP)
    assert readers(desk, await desk.receive(message)) == {"sam"}


async def test_it_is_told_once_if_the_message_comes_again(store: Store) -> None:
    desk = await called(store)
    answer = i.SupportAnswered("Use the loudspeaker", "someone")
    for _ in range(3):
        await desk.intake.apply(desk.interview_of("Ben"), Inbound("again", answer))
    assert readers(desk, await desk.sent()) == {"sam", "lee", "group"}


async def test_what_is_written_without_a_call_is_told_to_nobody(store: Store) -> None:
    desk = await called(store)
    await desk.says("sam", "/done Ben")
    assert readers(desk, await desk.says("sam", "/reply Ben Use the loudspeaker")) == set()
