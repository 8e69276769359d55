"""What all channels have in common: one suite, run for each channel with what its platform sends."""

from collections.abc import AsyncIterator

import pytest

from bot.channels.base import TryLater
from conversation.inbound import (
    ChoicePressed,
    CommandReceived,
    TextEdited,
    TextReceived,
)
from conversation.outbound import Choice, OutboundMessage
from tests.bot.channels.channel_benches import (
    MEANS_TOKEN,
    Bench,
    dingtalk,
    feishu,
    telegram,
    terminal,
    web,
)
from tests.bot.channels.tencent_benches import wechat, wecom, wecom_kf
from tests.fakes import wecom_api
from tests.fakes.bot_api import TOKEN


@pytest.fixture(params=[telegram, web, terminal, wechat, wecom, wecom_kf, dingtalk, feishu])
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    async with request.param() as bench:
        yield bench


MEANS = {
    "text": TextReceived("Bold and italics"),
    "edited": TextEdited("Edited text"),
    "choice": ChoicePressed("submit@0"),
    "command": CommandReceived("start", MEANS_TOKEN),
}


async def test_the_same_things_said_are_the_same_inbound_events(bench: Bench) -> None:
    assert {kind: inbound.what for kind, inbound in bench.brings.items()} == {
        kind: MEANS[kind] for kind in bench.brings
    }
    assert {"text", "command"} <= set(bench.brings)
    if bench.channel.name != "terminal" and not (bench.typed or bench.said):
        wanted = set(MEANS) if bench.edited else set(MEANS) - {"edited"}
        assert set(bench.brings) == wanted, "a platform with buttons and edits brings them"


async def test_every_event_has_an_id_of_its_own_and_a_sender(bench: Bench) -> None:
    ids = [inbound.id for inbound in bench.brings.values()]
    assert len(set(ids)) == len(ids) - (bench.channel.name == "telegram"), (
        "the guide's examples share an update_id"
    )
    for inbound in bench.brings.values():
        assert inbound.sender is not None
        assert inbound.sender.channel == bench.channel.name


async def test_an_edit_names_the_first_message(bench: Bench) -> None:
    if "edited" in bench.brings:
        assert bench.brings["edited"].message == bench.brings["text"].message != ""


async def test_messages_arrive_whole_and_in_order(bench: Bench) -> None:
    for number in range(20):
        message = OutboundMessage(
            bench.to, f"{number}: 您好 👨‍👩‍👧 <b>*_`", (Choice(f"submit@{number}", "提交"),), ((0, 1),)
        )
        await bench.channel.send(message, f"3:{number}-0")
    async with bench.heard() as heard:
        assert heard == [
            (bench.shown(f"{number}: 您好 👨‍👩‍👧 <b>*_`", "提交"), bench.offered(f"submit@{number}", "提交"))
            for number in range(20)
        ]


async def test_a_message_that_failed_can_be_sent_again_under_the_same_key(bench: Bench) -> None:
    message = OutboundMessage(bench.to, "hello")
    bench.fail_once()
    with pytest.raises(TryLater) as later:
        await bench.channel.send(message, "3:1-0")
    assert "hello" not in str(later.value)
    await bench.channel.send(message, "3:1-0")
    async with bench.heard() as heard:
        assert ("hello", ()) in heard


async def test_where_we_keep_the_conversation_a_repeat_changes_nothing(bench: Bench) -> None:
    message = OutboundMessage(bench.to, "hello")
    for _ in range(3):
        await bench.channel.send(message, "3:1-0")
    await bench.channel.send(message, "3:2-0")
    async with bench.heard() as heard:
        assert len(heard) == (4 if bench.repeats else 2)


async def test_a_text_of_any_length_arrives_whole(bench: Bench) -> None:
    text = "".join(f"{number:05} 您好 👋\n" for number in range(3000))
    await bench.channel.send(OutboundMessage(bench.to, text, (Choice("submit@0", "提交"),)), "3:1-0")
    async with bench.heard() as heard:
        assert bench.whole("".join(piece for piece, _ in heard)) == bench.whole(bench.shown(text, "提交"))
        last = bench.offered("submit@0", "提交")
        assert [choices for _, choices in heard] == [()] * (len(heard) - 1) + [last]


async def test_the_link_carries_the_token(bench: Bench) -> None:
    link = bench.channel.link("kR3vX9dQ2mB7tL5wY8nC1A")
    assert link == (bench.link and f"{bench.link}kR3vX9dQ2mB7tL5wY8nC1A")


async def test_a_problem_is_a_sentence_without_secrets(bench: Bench) -> None:
    problem = bench.channel.problem()
    assert problem is None or (len(problem) > 10 and TOKEN not in problem and wecom_api.SECRET not in problem)


async def test_closing_twice_does_no_harm(bench: Bench) -> None:
    await bench.channel.close()
    await bench.channel.close()
