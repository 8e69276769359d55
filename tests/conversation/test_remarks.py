"""Telling remarks to the bot from answers: rates on written examples, and properties that hold for any text.

The rules were written with `answers.LANGUAGE.txt` and `remarks.LANGUAGE.txt` at hand. `*.heldout.txt` and
`*.second.txt` were written after the rules. `answers.LANGUAGE.near.txt` holds answers that resemble remarks.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from opencc import OpenCC

from conversation import remarks
from conversation.remarks import Subject, about, chinese, english

_EXAMPLES = Path(__file__).with_name("remarks")
_SETS = ("", ".heldout", ".second")
_LANGUAGES = ("zh", "en")


def _lines(name: str) -> list[str]:
    return (_EXAMPLES / f"{name}.txt").read_text(encoding="utf-8").splitlines()


def _remarks(language: str, written: str) -> list[tuple[str, str]]:
    """Return subject and text of each remark."""
    return [
        (subject, text)
        for subject, _, text in (line.partition("\t") for line in _lines(f"remarks.{language}{written}"))
    ]


_ALL = [text for language in _LANGUAGES for written in _SETS for _, text in _remarks(language, written)]
_ALL += [text for language in _LANGUAGES for written in _SETS for text in _lines(f"answers.{language}{written}")]


@pytest.mark.parametrize("language", _LANGUAGES)
@pytest.mark.parametrize(
    ("written", "bearable"), [("", 0.01), (".heldout", 0.02), (".second", 0.02), (".near", 0.05)]
)
def test_answers_are_not_taken_as_remarks(language: str, written: str, bearable: float) -> None:
    answers = _lines(f"answers.{language}{written}")
    taken = [f"{subject}: {text}" for text in answers if (subject := about(text))]
    assert len(taken) <= bearable * len(answers), "\n".join(taken)


@pytest.mark.parametrize("language", _LANGUAGES)
@pytest.mark.parametrize(("written", "wanted"), [("", 0.95), (".heldout", 0.8), (".second", 0.8)])
def test_remarks_are_recognised(language: str, written: str, wanted: float) -> None:
    examples = _remarks(language, written)
    missed = [f"{subject}: {text}" for subject, text in examples if not about(text)]
    assert len(missed) <= (1 - wanted) * len(examples), "\n".join(missed)


@pytest.mark.parametrize("language", _LANGUAGES)
@pytest.mark.parametrize("written", _SETS)
def test_recognised_remarks_have_the_right_subject(language: str, written: str) -> None:
    recognised = [
        (subject, text, found) for subject, text in _remarks(language, written) if (found := about(text))
    ]
    wrong = [f"{text}: {found} instead of {subject}" for subject, text, found in recognised if found != subject]
    assert len(wrong) <= 0.1 * len(recognised), "\n".join(wrong)


@pytest.mark.parametrize("language", _LANGUAGES)
def test_the_examples_are_many_and_have_no_other_subject(language: str) -> None:
    answers, held_out = _lines(f"answers.{language}"), _lines(f"answers.{language}.heldout")
    short = [each for each in answers if (len(each) < 15 if language == "zh" else len(each.split()) < 8)]
    assert len(answers) >= 300
    assert len(short) >= len(answers) / 3
    assert len(held_out) >= 100
    assert len(_remarks(language, "")) >= 200
    assert len(_remarks(language, ".heldout")) >= 80
    assert {subject for written in _SETS for subject, _ in _remarks(language, written)} == set(get_args(Subject))


def test_traditional_characters_hide_no_remark() -> None:
    traditional = OpenCC("s2t")
    for written in _SETS:
        for _, text in _remarks("zh", written):
            assert about(traditional.convert(text)) == about(text), text


def _full_width(text: str) -> str:
    return "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in text)


@given(st.sampled_from(_ALL), st.text(" \t\n\u3000", max_size=3), st.text("。！？!?.…～", max_size=4))
@settings(max_examples=300, deadline=None)
def test_the_form_does_not_matter(text: str, space: str, end: str) -> None:
    if re.search(r"\w", text):
        assert about(f"{space}{text}{end}{space}") == about(text)
        assert about(_full_width(text)) == about(text)
        assert about(text.upper()) == about(text)


@given(st.text(max_size=200) | st.lists(st.sampled_from(_ALL), max_size=3).map("".join))
@example("")
@example("\0")
@example("ﷺ" * 400)
@settings(max_examples=200, deadline=None)
def test_any_text_has_one_subject_or_none(text: str) -> None:
    assert about(text) in (None, *get_args(Subject))


_REPEATED = (
    "在",
    "吗",
    "我",
    "现在",
    "是不是",
    "这题",
    "a",
    "i ",
    "how ",
    "no ",
    "can i ",
    "?",
    "？",
    " ",
    "👌",
    "[",
    "好的",
    "\0",
)


@pytest.mark.parametrize("unit", _REPEATED)
@pytest.mark.parametrize("length", [100, 399, 100_000])
def test_the_work_is_bounded(unit: str, length: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """No piece of a message is compared twice, and a message that is too long is not compared at all."""
    compared: list[tuple[int, int]] = []
    rank: Callable[[str, int, int], int | None] = remarks._rank

    def counted(words: str, start: int, end: int) -> int | None:
        compared.append((start, end))
        return rank(words, start, end)

    monkeypatch.setattr(remarks, "_rank", counted)
    about((unit * length)[:length])
    assert len(compared) == len(set(compared))
    assert len(compared) <= remarks.LONGEST_LATIN * (remarks.LONGEST_LATIN + 1) // 2
    assert length < 100_000 or not compared


def test_no_rule_repeats_without_bound() -> None:
    """A rule without unbounded repetition, compared with at most 120 characters, takes bounded time."""
    patterns = [remarks._chinese(), remarks._english(), remarks._loose_chinese(), remarks._loose_english()]
    for each in (*patterns, remarks._IN_A_ROLE, remarks._ABOUT_OTHERS):
        quantifiers = re.sub(r"\\.|\[[^\]]*\]", "x", each.pattern)
        assert not re.search(r"[*+]|\{\d*,\}", quantifiers)


_LISTED = "|".join((*english.GLUE, *(" ".join(pair) for pair in english.GLUE_PAIRS.items())))
_BETWEEN = st.sampled_from(["i", "to", "properly", "no", "longer", "at", "all", "question", "works", "looking"])


@given(st.lists(_BETWEEN | st.sampled_from(sorted(english.GLUE)), max_size=9))
@example(["no", "longer"])
@example(["longer"])
@example(["at", "all"])
@example(["to"] * 7)
@example(["at", "all"] * 6)
def test_signs_stand_for_a_list_of_the_small_words(between: list[str]) -> None:
    text = " ".join(("question", *between, "works"))
    listed = re.fullmatch(f"question(?: (?:{_LISTED})){{0,6}} works", text)
    marked = remarks._marked(text, [each.span() for each in re.finditer(r"[a-z]+", text)])
    signed = re.fullmatch(f"question{remarks._GLUE}{remarks._SPACED}works", marked)
    assert bool(signed) == bool(listed)


def test_looser_rules_have_known_subjects() -> None:
    assert {*chinese.LOOSE, *english.LOOSE} <= set(get_args(Subject))


def test_every_slot_is_used() -> None:
    for module in (chinese, english):
        rules = "".join(str(value) for name, value in vars(module).items() if name.isupper())
        assert [name for name in module.SLOTS if f"<{name}>" not in rules] == []


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("？？？", "unclear"),
        ("👌🏻", "acknowledgement"),
        ("[抱拳]", "acknowledgement"),
        ("好的，请问还剩多久？谢谢", "time"),
        ("没看懂，跳过吧", "skip"),
        ("hello?? 有人吗", "presence"),
        ("……", None),
        ("😭", None),
        ("1", None),
        ("不知道", None),
        ("I don't know", None),
        ("这题我的理解是先看口径，还剩多久取决于数据量", None),
        ("请稍等，我马上为您处理", None),
        ("Hello, how can I help you?", None),
    ],
)
def test_of_several_subjects_the_weightiest_counts_and_answers_stay_answers(
    text: str, subject: Subject | None
) -> None:
    assert about(text) == subject
