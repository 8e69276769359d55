"""Messages as plain text: numbered choices, pieces of the right size, and the passive reply in the response."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import Registry
from bot.channels.wechat.reply import PassiveReply
from bot.channels.wechat_api.texts import MAX_BYTES, pieces, size, text_of
from conversation.inbound import Address
from conversation.outbound import Choice, OutboundMessage
from handlers.catalogues import vocabulary
from tests.fakes.posts import FakeChannel

TO = Address("wechat", "wx0123456789abcdef", "o1")
SUBMIT = (Choice("submit@0", "提交"), Choice("leave@0", "暂停或退出"))
WORDS = vocabulary()

_TEXTS = st.text(max_size=60) | st.builds(
    lambda line, times: line * times,
    st.sampled_from(["很长的说明。", "word ", "第一行\n", "👨‍👩‍👧", "x", "a. ", "\n"]),
    st.integers(0, 900),
)
_LABELS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=120)
_CHOICES = st.lists(st.builds(Choice, st.just("c@0"), _LABELS), max_size=12).map(tuple)
_MESSAGES = st.builds(OutboundMessage, st.just(TO), _TEXTS, _CHOICES)


def test_choices_are_numbered_lines() -> None:
    assert text_of(OutboundMessage(TO, "问题?", SUBMIT)) == "问题?\n\n1. 提交\n2. 暂停或退出"


def test_where_a_number_is_an_answer_choices_have_names_only() -> None:
    assert text_of(OutboundMessage(TO, "几年?", SUBMIT, by_name=True)) == "几年?\n\n「提交」 · 「暂停或退出」"


def test_what_only_changes_an_earlier_message_is_not_sent() -> None:
    assert pieces(OutboundMessage(TO, "40 %", quiet=True)) == ()


def test_other_channels_messages_are_left_as_they_are() -> None:
    message = OutboundMessage(Address("telegram", "main", "2"), "x" * 5000, SUBMIT)
    channels = Registry()
    assert channels.pieces(message) == (message,), "its channel is not here"
    channels.add(FakeChannel())
    assert channels.pieces(message) == (message,)


@given(_MESSAGES)
def test_every_piece_fits_and_nothing_is_lost(message: OutboundMessage) -> None:
    made = pieces(message)
    assert all(size(text_of(each)) <= MAX_BYTES for each in made)
    shown = "".join(text_of(each) for each in made)
    assert "".join(shown.split()) == "".join(text_of(message).split())
    assert not any(each.choices for each in made[:-1])


@given(st.lists(_MESSAGES, max_size=6), st.none() | st.integers(0, 5), st.sampled_from(["zh", "en"]))
def test_a_reply_fits_and_says_the_first_messages_in_order(
    messages: list[OutboundMessage], room: int | None, language: str
) -> None:
    own = [piece for each in messages for piece in pieces(each)]
    said, taken = PassiveReply(WORDS).fill(own, room, language)
    text, left = said.decode(), len(own) - taken
    assert len(said) <= MAX_BYTES
    more = WORDS[language].text("reply.more")
    assert (more in text) == (room is not None and left > room)
    alone = bool(left) and (room is None or len(own) <= room)
    assert (taken == 0) == (alone or not own), "each piece fits by itself"
    at = 0
    for each in own[:taken]:
        at = text.index(each.text, at) + len(each.text)


def test_only_the_choices_that_are_open_are_shown() -> None:
    first, second = OutboundMessage(TO, "first", SUBMIT), OutboundMessage(TO, "second", SUBMIT)
    long = OutboundMessage(TO, "x" * 1940, SUBMIT)
    assert PassiveReply(WORDS).fill([first, second], 0, "zh")[0].decode().count("1. 提交") == 1
    said, taken = PassiveReply(WORDS).fill([first, *pieces(long)], 0, "zh")
    assert taken == 2
    assert "提交" not in said.decode()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_line_that_there_is_more_fits_into_what_is_kept_free(language: str) -> None:
    assert size(f"\n\n{WORDS[language].text('reply.more')}") <= 96
