"""Quotes are found word for word, with their place, or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation.assessment.answer_text import AnswerText, Passage, answer_text
from conversation.assessment.quotes import LEAST, Span, find, normal
from conversation.inbound import Segment
from conversation.views.answers import Answer, Confirmation, SaidPart, Spoken

_WORDS = st.sampled_from(
    ["I", "led", "50", "people", "，", "。", "我", "负责", "项目", "don't", "５０", "Ａ", "x", "("]
)
_GAPS = st.sampled_from([" ", "  ", "\n", "\u3000", ""])
_TEXTS = st.lists(st.tuples(_WORDS, _GAPS), max_size=14).map(lambda pairs: "".join(map("".join, pairs)))
_ANSWERS = st.lists(_TEXTS, min_size=1, max_size=3).map(lambda texts: typed(*texts))


def typed(*texts: str) -> AnswerText:
    return AnswerText(tuple(Passage(text) for text in texts))


@given(_ANSWERS, st.one_of(_TEXTS, st.text(max_size=12)))
def test_what_is_found_stands_in_the_answer(answer: AnswerText, quote: str) -> None:
    found = find(quote, answer)
    if found:
        assert answer.passages[found.part].text[found.start : found.end] == found.text
        assert normal(found.text) == normal(quote) != ""


@given(_ANSWERS, st.data())
def test_every_stretch_of_whole_words_is_found(answer: AnswerText, data: st.DataObject) -> None:
    words = normal(data.draw(st.sampled_from(answer.passages)).text).split(" ")
    start = data.draw(st.integers(0, len(words) - 1))
    quote = "\u3000 ".join(words[start : data.draw(st.integers(start + 1, len(words)))])
    if len(normal(quote).replace(" ", "")) >= LEAST:
        assert find(quote, answer)


@given(_ANSWERS, _TEXTS, st.integers(0, 40), st.integers(1, 40))
def test_what_is_banned_is_never_found(answer: AnswerText, quote: str, start: int, length: int) -> None:
    banned = Span(0, start, start + length)
    found = find(quote, answer, (banned,))
    assert not found or found.part != 0 or found.end <= banned.start or found.start >= banned.end


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("led a team of 50", "I led a team of ５０，then more."),
        ("我负责,效果很好", "当时我 负责，效果\n很好。"),
        ("I  led\na team", "I led a team."),
    ],
)
def test_white_space_and_full_width_forms_may_differ(quote: str, text: str) -> None:
    assert find(quote, typed("x", text))


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("I lead a team", "I led a team."),
        ("i led a team", "I led a team."),
        ("ed a team", "I led a team."),
        ("I led a tea", "I led a team."),
        ("team of 5", "I led a team of 50."),
        ("I led … people", "I led fifty people."),
        ("Ich leitete", "I led a team."),
        ("的", "这是我的项目。"),
        ("", "I led a team."),
        ("這是我的項目", "这是我的项目。"),
    ],
)
def test_nothing_else_may(quote: str, text: str) -> None:
    assert find(quote, typed(text)) is None


def test_a_short_answer_may_be_quoted_whole() -> None:
    assert find("12人", typed("12 人"))
    assert find("12人", typed("12 人左右吧")) is None


# Recordings


def heard(text: str, status: Confirmation = "confirmed", confidence: float = 0.9) -> SaidPart:
    segments = (Segment(0, 2000, "我先道歉，", 0.9), Segment(2000, 5500, "当天换了一台。", 0.9))
    spoken = Spoken(1, 5500, status=status, machine=text, confidence=confidence, segments=segments)
    return SaidPart(0, "telegram", "1", "voice", text, spoken=spoken)


def answer_of(*parts: SaidPart) -> Answer:
    return Answer("q", "s", "submitted", parts=list(parts))


@pytest.mark.parametrize(("quote", "at_ms"), [("我先道歉", 0), ("当天换了一台", 2000), ("道歉,当天换", 0)])
def test_a_quote_says_where_in_the_recording_it_is(quote: str, at_ms: int) -> None:
    text = answer_text(answer_of(heard("我先道歉，当天换了一台。")))
    assert isinstance(text, AnswerText)
    found = find(quote, text)
    assert found
    assert found.at_ms == at_ms


def test_what_was_corrected_has_no_place_in_the_recording() -> None:
    text = answer_text(answer_of(heard("我先道歉，当天换了两台。", "edited")))
    assert isinstance(text, AnswerText)
    found = find("当天换了两台", text)
    assert found
    assert found.at_ms == -1


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ([heard("我先道歉", "pending")], "pending"),
        ([heard("", "failed")], "unheard"),
        ([heard("我先道歉", confidence=0.59)], "unclear"),
        ([heard("我先道歉", "unconfirmed", 0.59), SaidPart(0, "", "2", "text", "typed")], "unclear"),
        ([SaidPart(0, "", "2", "text", " ")], "empty"),
        ([], "empty"),
    ],
)
def test_why_an_answer_is_not_read(parts: list[SaidPart], why: str) -> None:
    assert answer_text(answer_of(*parts)) == why


def test_what_candidates_corrected_themselves_is_certain() -> None:
    assert isinstance(answer_text(answer_of(heard("我先道歉", "edited", 0.1))), AnswerText)
