"""Which texts show anything, and what of a text can be kept."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation.inbound import (
    Address,
    CommandReceived,
    Inbound,
    Media,
    OtherReceived,
    SupportAnswered,
    TextEdited,
    TextReceived,
    VoiceReceived,
)
from conversation.inbound.cleaning import cleaned
from conversation.visible_text import compatible, said, shows, trimmed, writable
from conversation.words import normal, plain_name

BLANK = [
    "", " ", "\t\r\n", "\u00a0", "\u1680", "\u2003", "\u2028", "\u2029", "\u3000",  # spaces
    "\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u202a", "\u202e", "\u2060", "\u2069", "\ufeff", "\u061c",
    "\u00ad", "\u034f", "\u115f", "\u1160", "\u17b4", "\u180e", "\u3164", "\uffa0", "\u2800", "\ufffc",
    "\ufe0f", "\ufe00", "\u180b", "\U000e0100", "\U000e0020", "\U000e0001", "\U0001d173",
    "\U0001d159", "\U0001bca0",
    "\x00", "\x1b", "\x7f", "\x85", "\ud83d", "\ufffe", "\uffff", "\ufdd0", "\U0001fffe",
    "\u0378",  # no characters
    "\u0301", "\u20e3", "\u0e31", "\ufff9", "\u200b\u3164 \u2800\n\u00ad\u202e", "\u200d\ufe0f\u200d",
]  # fmt: skip
SEEN = [
    "a", "1", "。", "…", "_", "-", "我", "é", "e\u0301", "ก็", "한", "ᄒ", "م", "א", "⠁", "\ufffd", "\ue415",
    "😀", "❤\ufe0f", "👨\u200d👩\u200d👧", "1\ufe0f\u20e3", "🇨🇳", "🏴\U000e0067\U000e007f",
    "\U0001fae8", "\U0001fae9",
    "\U00031350", "\U000323b0", "\u200b\u202ea", "\u3164我", "\u00ad-",
]  # fmt: skip


@pytest.mark.parametrize("text", BLANK, ids=ascii)
def test_texts_that_show_nothing(text: str) -> None:
    assert not shows(text)
    assert said(text) == trimmed(text) == plain_name(text) == ""


@pytest.mark.parametrize("text", SEEN, ids=ascii)
def test_texts_that_show_something(text: str) -> None:
    assert shows(text)
    assert said(text) == text
    assert plain_name(text)


@given(st.lists(st.sampled_from(BLANK)).map("".join))
def test_invisible_texts_together_show_nothing_either(text: str) -> None:
    assert not shows(text)


@given(st.text(max_size=30), st.sampled_from(SEEN))
def test_beside_whatever_a_visible_text_is_seen_and_kept_in_order(other: str, seen: str) -> None:
    for text in (other + seen, seen + other):
        assert shows(text)
        assert said(text) == writable(text)
        assert normal(seen) in normal(text) or unicodedata.normalize("NFKC", seen + other) != seen + other


@given(st.text(st.characters(), max_size=40))
def test_only_what_xml_cannot_contain_is_left_out(text: str) -> None:
    kept = iter(text)
    assert all(character in kept for character in writable(text))
    lost = [each for each in text if not writable(each)]
    assert all(ord(each) < 32 or 0xD800 <= ord(each) < 0xE000 or ord(each) in (0xFFFE, 0xFFFF) for each in lost)


@pytest.mark.parametrize(
    ("text", "rest"),
    [("\u200b /exit \u3164", "/exit"), ("\ufeff提交", "提交"), (" ❤\ufe0f ", "❤\ufe0f"), ("a\u200bb", "a\u200bb")],
)
def test_invisible_characters_at_the_ends_are_trimmed(text: str, rest: str) -> None:
    assert trimmed(text) == rest
    assert normal(text) == normal(rest)


@given(st.text(st.one_of(st.characters(), st.sampled_from("，！？：；（）～…的a\u0301\u0338"))))
def test_a_compatible_text_is_in_normalization_form_kc(text: str) -> None:
    assert compatible(text) == unicodedata.normalize("NFKC", text)


def test_every_word_of_an_event_is_cleaned() -> None:
    sender = Address("telegram", "1", "2")
    for what, wanted in (
        (TextReceived("a\x00b"), TextReceived("ab")),
        (TextReceived("\u3164"), TextReceived("")),
        (TextEdited("\u2800"), TextEdited("")),
        (CommandReceived("correct", "\u200b"), CommandReceived("correct", "")),
        (SupportAnswered("\ud83d好", "m1"), SupportAnswered("好", "m1")),
        (VoiceReceived(Media("m", recognised="\u00ad"), "\ufeff"), VoiceReceived(Media("m"))),
        (OtherReceived("photo", Media("m"), "\x01a.png", "\u202e"), OtherReceived("photo", Media("m"), "a.png")),
    ):
        inbound = cleaned(Inbound("id", what, sender, name="\u3164"))
        assert (inbound.what, inbound.name) == (wanted, "")
        assert cleaned(inbound) is inbound
