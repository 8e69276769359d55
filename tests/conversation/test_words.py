"""Texts with bold ranges, and typed words."""

from datetime import UTC, datetime
from gettext import NullTranslations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation.words import Instant, Styled, Words, filled, normal, plain_name
from handlers.catalogues import vocabulary


def _bold(styled: Styled) -> list[str]:
    return [styled.text[offset : offset + length] for offset, length in styled.bold]


def test_bold_is_a_range_and_no_markup() -> None:
    said = vocabulary()["en"].say("status.title", title="Data analyst", phase="under way")
    assert said.text == "Data analyst · under way"
    assert _bold(said) == ["Data analyst"]


@given(st.text(min_size=1))
def test_a_value_is_never_taken_as_markup(title: str) -> None:
    said = vocabulary()["zh"].say("status.title", title=title, phase="进行中")
    assert said.text == f"{title} · 进行中"
    assert _bold(said) == [title]


def test_an_empty_value_is_not_bold() -> None:
    assert vocabulary()["en"].say("status.title", title="", phase="x").bold == ()


def test_joining_moves_bold_along() -> None:
    joined = Styled.join([Styled("one", ((0, 3),)), "", Styled("two", ((1, 2),))], "\n\n")
    assert joined.text == "one\n\ntwo"
    assert _bold(joined) == ["one", "wo"]


def _named(styled: Styled) -> list[tuple[str, int]]:
    return [(styled.text[each.offset : each.offset + each.length], each.at_ms) for each in styled.instants]


def test_a_moment_is_known_where_it_stands_in_the_sentence() -> None:
    """Also beside bold, after another moment, within bold, and when texts are joined."""
    words = vocabulary()["zh"]
    moment = Styled.naming("12 月 16 日 18:00", 5)
    said = words.say("leaving.warning.brief", done=1, total=3, deadline=moment, next=2)
    assert said == words.say("leaving.warning.brief", done=1, total=3, deadline=moment.text, next=2)._replace(
        instants=said.instants
    )
    assert _named(Styled.join(["😀", said])) == [(moment.text, 5)]
    booked = words.say("appointment.booked", slot=Styled.naming("明天", 7, alone=False), until=moment)
    assert _named(booked) == [("明天", 7), (moment.text, 5)]
    assert _bold(booked) == ["明天"]


def test_templates_with_styled_values_are_filled_like_others() -> None:
    template = "{{{a}}} {n:03d} {a!r:>5} {t:%H:%M}{a}"
    plain = {"a": "x", "n": 7, "t": datetime(2026, 12, 1, 9, 5, tzinfo=UTC)}
    assert filled(template, plain).text == template.format(**plain)
    styled = filled("{{{a}}} {n:03d} {a}", {**plain, "a": Styled("x", ((0, 1),), (Instant(0, 1, 9),))})
    assert styled == ("{x} 007 x", ((1, 1), (8, 1)), (Instant(1, 1, 9), Instant(8, 1, 9)))


@pytest.mark.parametrize(("n", "text"), [(1, "1 question,"), (3, "3 questions,")])
def test_plural_forms(n: int, text: str) -> None:
    assert text in vocabulary()["en"].plain("stage.completed", done="A", title="B", n=n, minutes="5")


class _PluralsApart(NullTranslations):
    """A catalogue in Python before 3.11.3: `gettext` finds only texts without a plural."""

    def gettext(self, message: str) -> str:
        return message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return {1: "{n} question", 2: "{n} questions"}[min(n, 2)] if msgid1 == "questions" else msgid1


@pytest.mark.parametrize(("n", "text"), [(1, "1 question"), (3, "3 questions")])
def test_plural_forms_in_every_python(n: int, text: str) -> None:
    words = Words("en", _PluralsApart())
    assert words.plain("questions", n=n) == text
    with pytest.raises(KeyError):
        words.text("question")


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(KeyError, match=r"no text 'nothing\.here' in the en catalogue"):
        vocabulary()["en"].text("nothing.here")


def test_moments() -> None:
    moment = datetime(2026, 3, 5, 8, 5, tzinfo=UTC)
    assert vocabulary()["zh"].moment(moment) == "3 月 5 日 08:05"
    assert vocabulary()["en"].moment(moment) == "5 March, 08:05"


@pytest.mark.parametrize(
    ("typed", "form"),
    [("「提交」。", "提交"), ("ＯＫ！", "ok"), (" go  on ", "goon"), ("１", "1"), ("😀", "😀"), ("…", "")],
)
def test_the_form_in_which_words_are_compared(typed: str, form: str) -> None:
    assert normal(typed) == form


@given(st.text())
def test_that_form_is_final(text: str) -> None:
    assert normal(normal(text)) == normal(text)


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("帮助", "help"),
        ("我的记录！", "mydata"),
        ("Exit.", "exit"),
        ("talk to a person", "human"),
        ("换设备", "switch"),
    ],
)
def test_commands_are_understood_in_both_languages(typed: str, command: str) -> None:
    assert vocabulary().command(typed) == command


def test_what_is_long_or_unknown_is_no_command() -> None:
    assert vocabulary().command("I would rather leave the question open for now") == ""
    assert vocabulary().command("help" + " " * 50) == ""
    assert vocabulary().choices("完全不相干") == set()


def test_a_word_may_mean_several_choices() -> None:
    assert {"agree", "right"} <= vocabulary().choices("yes")


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("  张三  ", "张三"),
        ("Anna\nState: hired", "Anna State: hired"),
        ("Anna\u2028\u2029\x85Bob", "Anna Bob"),
        ("\u202egnp.exe\u202c", "gnp.exe"),
        ("a\u200eb\u061cc\u2066d\u2069", "a b c d"),
        ("\u3164\u2800\u115f\u00ad\u200b\ufeff", ""),
        ("نیم\u200cفاصله", "نیم\u200cفاصله"),
        ("👩\u200d🔬 Ada", "👩\u200d🔬 Ada"),
        ("x" * 500, "x" * 60),
        ("\x00\x1b[31mred", "[31mred"),
    ],
)
def test_a_name_is_one_line_of_what_can_be_seen(given: str, shown: str) -> None:
    assert plain_name(given) == shown
