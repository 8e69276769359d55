"""Rendering for DingTalk: read as DingTalk reads Markdown, the result shows the text that was to be sent."""

import json

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.dingtalk.render import (
    Part,
    for_api,
    for_file,
    for_session,
    render,
    with_picture,
)
from conversation.inbound import Address
from conversation.outbound import Attachment, Choice, OutboundMessage
from tests.fakes.dingtalk_api import MOST_PARAMETER_BYTES, ROBOT, _by_template, _by_type, read, says

TO = Address("dingtalk", ROBOT, "0123456789")
PICTURE = Attachment("funnel.png", "00", "image/png", "漏斗")
PAPER = Attachment("简历.PDF", "00", "application/pdf")


def choices(number: int) -> tuple[Choice, ...]:
    return tuple(Choice(f"option.{each}@3", f"选项 {each}") for each in range(number))


def test_what_is_not_bold_goes_as_it_is() -> None:
    (part,) = render(OutboundMessage(TO, "1. a_b *c* <d>\n# e"))
    assert for_session(part) == {"msgtype": "text", "text": {"content": "1. a_b *c* <d>\n# e"}}
    assert for_api(part) == ("sampleText", '{"content":"1. a_b *c* <d>\\n# e"}')


def test_bold_is_marked_and_everything_else_escaped() -> None:
    (part,) = render(OutboundMessage(TO, "第 1_2 题\n# 完", bold=((0, 5),)))
    assert part == Part("第 1_2 题", "**第 1\\_2** 题  \n\\# 完", markdown=True)


def test_choices_are_buttons_that_say_their_label() -> None:
    (part,) = render(OutboundMessage(TO, "请选一项。", choices(3)))
    assert [(each.title, says(each.url)) for each in part.buttons] == [
        (f"选项 {each}", f"选项 {each}") for each in range(3)
    ]
    assert read(part.text) == "请选一项。\n\n1. 选项 0\n2. 选项 1\n3. 选项 2"
    body = for_session(part)
    assert body["msgtype"] == "actionCard"


def test_where_a_number_is_an_answer_choices_have_none() -> None:
    (part,) = render(OutboundMessage(TO, "多少？", choices(2), by_name=True))
    assert read(part.text) == "多少？\n\n选项 0\n选项 1"


def test_a_command_is_said_as_it_stands() -> None:
    (part,) = render(OutboundMessage(TO, "好吗？", (Choice("/yes 0a1b", "确认"),)))
    assert [says(each.url) for each in part.buttons] == ["/yes 0a1b"]
    assert read(part.text) == "好吗？\n\n确认 /yes 0a1b"


def test_cards_have_templates_for_one_to_five_buttons_and_more_are_links() -> None:
    for number in range(1, 6):
        (part,) = render(OutboundMessage(TO, "x", choices(number)))
        key, told = for_api(part)
        assert key == ("sampleActionCard" if number == 1 else f"sampleActionCard{number}")
        assert len(_by_template(key, json.loads(told)).buttons) == number
    (part,) = render(OutboundMessage(TO, "x", choices(9)))
    assert for_api(part)[0] == "sampleMarkdown"
    assert part.buttons == ()
    assert part.text.count("](dtmd://dingtalkclient/sendMessage?content=") == 9


def test_a_picture_is_shown_below_its_text() -> None:
    (part,) = render(OutboundMessage(TO, "漏斗", file=PICTURE))
    shown = with_picture(part, "@lADP1")
    assert shown.file is None
    assert shown.text == "漏斗\n\n![漏斗](@lADP1)"
    assert for_api(shown)[0] == "sampleMarkdown"


def test_other_files_come_after_their_text() -> None:
    text, file = render(OutboundMessage(TO, "给您", file=PAPER))
    assert (text.text, text.file, file.text, file.file) == ("给您", None, "", PAPER)
    key, told = for_file(PAPER, "@lAz1")
    assert (key, json.loads(told)) == (
        "sampleFile",
        {"mediaId": "@lAz1", "fileName": "简历.PDF", "fileType": "pdf"},
    )


_TEXT = st.text(
    st.sampled_from("ab 好1.#-+>*_`~[]()<>|\\\n!") | st.characters(exclude_categories=["Cs", "Cc"]), max_size=60
)


@given(_TEXT, st.lists(st.tuples(st.integers(0, 60), st.integers(1, 12)), max_size=2), st.booleans())
def test_whatever_is_said_is_read(text: str, spans: list[tuple[int, int]], offered: bool) -> None:
    bold, at = [], 0
    for offset, length in sorted(spans):
        if at <= offset and offset + length <= len(text):
            bold.append((offset, length))
            at = offset + length
    message = OutboundMessage(TO, text, choices(2) if offered else (), tuple(bold))
    heard = "".join(_by_type(for_session(part), "session").text for part in render(message))
    if text.strip():
        assert heard == (f"{text}\n\n1. 选项 0\n2. 选项 1" if offered else text)


@given(st.text(st.sampled_from('好a*\n👋\\"'), min_size=1, max_size=8), st.integers(3000, 12_000), st.booleans())
def test_no_part_is_larger_than_the_api_takes(piece: str, length: int, bold: bool) -> None:
    text = (piece * length)[:length]
    parts = render(OutboundMessage(TO, text, choices(5), ((0, length),) if bold else ()))
    for part in parts:
        assert len(for_api(part)[1].encode()) <= MOST_PARAMETER_BYTES
    assert [part.buttons != () for part in parts[-1:]] == [True]


def test_labels_that_make_a_card_too_large_are_read_instead() -> None:
    long = tuple(Choice(f"option.{each}@3", "长" * 200) for each in range(5))
    (part,) = render(OutboundMessage(TO, "请选一项。", long))
    assert part.buttons == ()
    assert part.text.count("长") == 1000
