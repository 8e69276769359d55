"""Messages as valid sendMessage calls: entities in UTF-16 units, buttons, pieces of 4096."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.shared.texts import MAX_TEXT, units
from bot.channels.telegram.render import keyboard, render
from conversation.choices.offered import ADJUST, FACES, GUIDE, LATER, LEAVING, REMINDER, reasons
from conversation.inbound import Address
from conversation.outbound import Choice, OutboundMessage
from handlers.catalogues import vocabulary
from tests.dialogues.playing import script_named

TO = Address("telegram", "700001", "5412345678901")


def message(text: str, *bold: tuple[int, int], choices: tuple[Choice, ...] = ()) -> OutboundMessage:
    return OutboundMessage(TO, text, choices, bold)


def utf16(text: str) -> bytes:
    return text.encode("utf-16-le")


def bold_of(call: dict[str, Any]) -> list[str]:
    """Return the parts that Telegram will show in bold. It counts UTF-16 code units."""
    encoded = utf16(call["text"])
    spans = [(each["offset"] * 2, each["length"] * 2) for each in call.get("entities", ())]
    return [encoded[start : start + length].decode("utf-16-le") for start, length in spans]


def test_a_plain_message() -> None:
    (call,) = render(message("hello"))
    assert call == {
        "chat_id": 5412345678901,
        "text": "hello",
        "link_preview_options": {"is_disabled": True},
    }


def test_bold_after_emoji() -> None:
    text = "🎤👨‍👩‍👧 第 1/3 环节 · 自我介绍 𝒳"
    start = text.index("第")
    (call,) = render(message(text, (start, 10), (len(text) - 1, 1)))
    assert bold_of(call) == [text[start : start + 10], "𝒳"]
    assert {each["type"] for each in call["entities"]} == {"bold"}
    assert call["entities"][1]["length"] == 2


def test_markup_characters_are_only_characters() -> None:
    text = "<b>*_`[x](y)&amp;"
    (call,) = render(message(text))
    assert call["text"] == text
    assert "parse_mode" not in call


def test_buttons_stand_two_in_a_row_where_they_are_short() -> None:
    choices = tuple(
        Choice(f"c{n}@0", label) for n, label in enumerate(("提交", "暂停", "手机/设备问题", "是", "A long label"))
    )
    rows = keyboard(choices)
    assert [[button["text"] for button in row] for row in rows] == [
        ["提交", "暂停"],
        ["手机/设备问题"],
        ["是", "A long label"],
    ]
    assert [button["callback_data"] for row in rows for button in row] == [choice.token for choice in choices]


def test_all_choices_fit_into_callback_data() -> None:
    script = script_named("short")
    options = tuple(f"option.{index}" for index in range(100))
    names = {
        *GUIDE,
        *LEAVING,
        *LATER,
        *ADJUST,
        *FACES,
        *REMINDER,
        *options,
        *reasons(script),
        "submit",
        "redo",
        "keep",
    }
    for name in names:
        for index in (-1, 0, 9999):
            (call,) = render(message("?", choices=(Choice(f"{name}@{index}", "x"),)))
            data = call["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
            assert 1 <= len(data.encode()) <= 64


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_label_of_the_catalogue_is_a_button(language: str) -> None:
    words = vocabulary()[language]
    for name in {*GUIDE, *LEAVING, *LATER, *ADJUST, *FACES, *REMINDER}:
        label = words.text(f"choice.{name}")
        assert keyboard((Choice(f"{name}@0", label),))[0][0]["text"] == label
        assert 0 < units(label) <= 64


def test_a_long_text_is_cut_at_line_ends_and_keeps_its_bold() -> None:
    lines = [f"{number:04} " + "话" * 60 + "\n" for number in range(200)]
    text = "".join(lines)
    bold = tuple((text.index(line), 4) for line in lines)
    calls = render(message(text, *bold, choices=(Choice("submit@0", "提交"),)))
    assert len(calls) > 1
    assert "".join(call["text"] for call in calls) == text
    assert all(call["text"].endswith("\n") for call in calls)
    assert [number for call in calls for number in bold_of(call)] == [f"{number:04}" for number in range(200)]
    assert ["reply_markup" in call for call in calls] == [False] * (len(calls) - 1) + [True]


def test_bold_across_a_cut_is_bold_on_both_sides() -> None:
    text = "x" * 4000 + "b" * 200
    first, second = render(message(text, (4000, 200)))
    assert bold_of(first) == ["b" * 96]
    assert bold_of(second) == ["b" * 104]


@pytest.mark.parametrize(
    "text", ["😀" * 5000, "a" * 4095 + "😀", "a" * 4097, "\n" * 10 + "x" * 9000, "x\n" * 4000]
)
def test_no_piece_is_longer_than_telegram_takes(text: str) -> None:
    calls = render(message(text))
    assert all(0 < units(call["text"]) <= MAX_TEXT for call in calls)
    assert "".join(call["text"] for call in calls).strip() == text.strip()


def test_exactly_as_much_as_fits_is_one_piece() -> None:
    assert len(render(message("😀" * 2048))) == 1
    assert len(render(message("😀" * 2048 + "a"))) == 2


TEXTS = st.text(st.sampled_from("a 话😀\n𝒳\u200d"), min_size=1, max_size=300).map(lambda text: text * 40)


@given(TEXTS, st.data())
def test_whatever_is_said_arrives_whole(text: str, data: st.DataObject) -> None:
    starts = st.integers(0, len(text) - 1)
    spans = data.draw(
        st.lists(starts.flatmap(lambda start: st.tuples(st.just(start), st.integers(1, len(text) - start))))
    )
    calls = render(message(text, *spans))
    shown = "".join(call["text"] for call in calls)
    assert shown.replace("\n", "").replace(" ", "") == text.replace("\n", "").replace(" ", "")
    for call in calls:
        assert units(call["text"]) <= MAX_TEXT
        for entity in call.get("entities", ()):
            assert entity["length"] > 0
            assert entity["offset"] + entity["length"] <= units(call["text"])
    expected = [text[number] for start, length in spans for number in range(start, start + length)]
    bold = [letter for call in calls for part in bold_of(call) for letter in part]
    assert Counter(filter(_is_ink, bold)) == Counter(filter(_is_ink, expected))


def _is_ink(letter: str) -> bool:
    """Whether the letter is no white space, which may be left out where a text is cut."""
    return not letter.isspace()
