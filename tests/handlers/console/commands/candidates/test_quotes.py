"""Picking sentences to quote: how the line is read, pages, and what a group sees."""

import pytest
from msgspec.structs import replace

from conversation import inbound as i
from conversation.inbound import Address
from handlers.console.commands.candidates.quotes import Picked, picked
from handlers.organisation.state import NAME
from storage.codec import unpack_entry
from storage.memory.store import MemoryStore
from tests.handlers.console.desk import Desk

GROUP = Address("telegram-staff", "700900", "-100")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("quote", Picked((), "")),
        ("引用 2 1 2 谢谢您。", Picked((2, 1), "谢谢您。")),
        ("quote page 2 3", Picked((3,), "", 2)),
        ("quote 1 5days", Picked((1,), "5days")),
        ("quote of the day", None),
        ("引用您的话", None),
        ("quoted 1", None),
        ("", None),
    ],
)
def test_numbers_after_the_word_name_sentences(text: str, found: Picked | None) -> None:
    assert picked(text) == found


@pytest.fixture
async def desk() -> Desk:
    desk = Desk(MemoryStore())
    await desk.claims()
    await desk.says("boss", "/org add 华东")
    await desk.campaign("spring", "华东")
    await desk.starts("张三", "spring")
    for number in range(10):
        await desk.does("张三", i.TextReceived(f"这是我的第 {number} 句话。"))
    for what in (
        i.ChoicePressed("submit"),
        i.TextReceived("会用"),
        i.ChoicePressed("option.1"),
        i.TextReceived("75"),
    ):
        await desk.does("张三", what)
    await desk.says("boss", "/decide 张三 yes")
    return desk


async def test_sentences_on_other_pages_stay_picked(desk: Desk) -> None:
    (first,) = await desk.says("boss", "/tell 张三 yes quote")
    assert "第 7 句话" in first.text
    assert "第 8 句话" not in first.text
    await desk.presses("boss", "3")
    (second,) = await desk.presses("boss", "更多")
    assert "第 9 句话" in second.text
    assert "第 7 句话" not in second.text
    await desk.presses("boss", "10")
    (draft,) = await desk.presses("boss", "看全文")
    assert "「这是我的第 2 句话。」\n「这是我的第 9 句话。」" in draft.text
    await desk.presses("boss", "确定")
    assert any("「这是我的第 9 句话。」" in message.text for message in desk.heard)


async def test_no_more_than_three_are_offered(desk: Desk) -> None:
    (picker,) = await desk.says("boss", "/tell 张三 yes quote page 1 1 2 3")
    assert [each.label for each in picker.choices] == ["✓ 1", "✓ 2", "✓ 3", "更多", "看全文"]


async def test_in_a_group_the_sentences_go_to_the_private_chat(desk: Desk) -> None:
    apart, picker = await desk.receive(
        replace(desk.message("boss", "/tell 张三 yes quote", "staff:group"), chat=GROUP)
    )
    assert apart.to == GROUP
    assert "句话" not in apart.text
    assert picker.to != GROUP
    assert "第 7 句话" in picker.text


async def test_words_beside_the_numbers_are_kept_but_not_in_the_organisation_s_record(desk: Desk) -> None:
    await desk.says("boss", "/tell 张三 yes quote 99 谢谢张三的回答。")
    await desk.presses("boss", "1")
    (draft,) = await desk.presses("boss", "看全文")
    assert "「这是我的第 0 句话。」" in draft.text
    assert "谢谢张三的回答。" in draft.text
    stored = [unpack_entry(each) for each in await desk.store.interviews.entries(NAME)]
    assert any(b"/tell" in each for each in stored)
    assert not any("谢谢张三".encode() in each for each in stored)
